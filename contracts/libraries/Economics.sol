// SPDX-License-Identifier: MIT
// What windows and bonds must at least be so that whoever is right is paid in time. Pure; all divisions round up.
pragma solidity ^0.8.28;

import {Duration} from "../types/Time.sol";

library Economics {
    uint256 private constant BPS = 10_000;
    /// @dev A tenth of L1's 60M gas in 12 seconds.
    uint256 private constant ANSWER_GAS_PER_SECOND = 500_000;
    /// @dev For the priority fee, and for a base fee that doubles between a challenge and its answer: six full blocks.
    uint256 private constant GAS_MARGIN = 2;
    uint256 private constant COOLDOWNS = 4;

    /// @notice A proof a fifth slower than measured, and its inclusion while somebody keeps it off L1: the least
    /// proving window and the least challenge window.
    function leastWindow(Duration proofTime, Duration inclusionTime) internal pure returns (uint256) {
        return slowProof(proofTime) + inclusionTime.seconds_();
    }

    /// @notice Answers to any number of challenges are made one after another and take a tenth of L1's gas.
    function leastSlot(Duration proofTime, uint256 answerGas) internal pure returns (uint256) {
        uint256 gasTime = _ceilDiv(answerGas, ANSWER_GAS_PER_SECOND);
        uint256 proof = slowProof(proofTime);
        return gasTime < proof ? proof : gasTime;
    }

    /// @notice A queue item that a hostile primary leaves until its time is over, whose batch is challenged and answered in
    /// the last second each, is served twice within this. A first challenge waits for one slot before its proving window.
    function leastEscapeDelay(
        Duration forceInclusionDelay,
        Duration primaryTimeout,
        Duration challengeWindow,
        Duration slot,
        Duration provingWindow
    ) internal pure returns (uint256) {
        return
            2 *
            (forceInclusionDelay.seconds_() +
                primaryTimeout.seconds_() +
                challengeWindow.seconds_() +
                slot.seconds_() +
                provingWindow.seconds_());
    }

    /// @notice Time runs for four fifths of any long stretch.
    function leastCooldown(Duration longestPause) internal pure returns (Duration) {
        return Duration.wrap(uint40(COOLDOWNS * longestPause.seconds_()));
    }

    /// @notice What is left of it after the burn pays for a fraud proof up to a base fee of `highBaseFee`.
    function leastBatchBond(
        uint256 provingCost,
        uint256 answerGas,
        uint256 highBaseFee,
        uint256 burnShareBps
    ) internal pure returns (uint256) {
        return beforeBurn(provingCost + GAS_MARGIN * answerGas * highBaseFee, burnShareBps);
    }

    /// @notice What a challenge costs: what is left after the burn pays the answerer for its machine and for its gas.
    /// @dev In whole gwei, so that it fits into its record.
    function challengeBond(
        uint256 least,
        uint256 provingCost,
        uint256 answerGas,
        uint256 baseFee,
        uint256 burnShareBps
    ) internal pure returns (uint256) {
        uint256 bond = beforeBurn(provingCost + GAS_MARGIN * answerGas * baseFee, burnShareBps);
        if (bond < least) bond = least;
        return _ceilDiv(bond, 1 gwei) * 1 gwei;
    }

    /// @notice The least bond of which `reward` is left after the burn.
    function beforeBurn(uint256 reward, uint256 burnShareBps) internal pure returns (uint256) {
        return _ceilDiv(reward * BPS, BPS - burnShareBps);
    }

    /// @notice A proof a fifth slower than measured.
    function slowProof(Duration proofTime) internal pure returns (uint256) {
        return _ceilDiv(proofTime.seconds_() * 6, 5);
    }

    function _ceilDiv(uint256 value, uint256 divisor) private pure returns (uint256) {
        return (value + divisor - 1) / divisor;
    }
}
