// Calls with too little gas: whatever runs dry inside, the outcome is the one that all gas would give, or nothing.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {ISegmentVerifier} from "../../contracts/interfaces/ISegmentVerifier.sol";
import {Claim, SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {HungryVerifier} from "./support/HungryVerifier.sol";
import {Protocol} from "./support/Protocol.sol";

abstract contract StarvedProtocol is Protocol {
    bytes32 internal constant OTHER = bytes32(uint256(4242));
    bytes private constant FORGED = "forged";

    /// @dev The second segment holds a transfer by nobody in particular: any r with a point on the curve recovers some sender.
    function commitSigned() internal returns (Built memory built) {
        built = build(rollup.genesis(), 0, 2);
        bytes memory fields = abi.encodePacked(uint8(14), uint32(0), uint48(1), uint48(300), uint24(21_000));
        built.segments[1] = bytes.concat(fields, abi.encodePacked(address(5), uint112(9), uint256(1), uint256(1)));
        seal(built);
        commitAs(sequencer, built);
    }

    /// @notice A proof that would be accepted if a recovery that ran dry were one that failed: of words without the record.
    function forge(
        Built memory built,
        SegmentOpening memory opening,
        bytes32 computed
    ) internal returns (SegmentProof memory) {
        Claim memory claim = challenges.claim(built.batch, opening, computed, prover);
        assertEq(claim.words[1], 14);
        assertNotEq(claim.words[2], 0);
        for (uint256 i = 1; i < claim.words.length; ++i) claim.words[i] = 0;
        verifier.register(claim, FORGED);
        return SegmentProof(prover, inDeploymentsFormat(FORGED));
    }

    function passes(bytes memory data, uint256 gas) private returns (bool accepted) {
        (accepted, ) = address(challenges).call{gas: gas}(data);
    }

    /// @notice Neither call passes with any amount of gas below what `good` needs and half as much again, until `good` does.
    function sweep(bytes memory good, bytes memory bad, uint256 step) internal {
        uint256 least = 0;
        for (uint256 gas = 20_000; least == 0; gas += step) {
            assertFalse(passes(bad, gas), "forged");
            bytes32 before = stateHash();
            if (passes(good, gas)) least = gas;
            else assertEq(before, stateHash());
        }
        for (uint256 gas = least; gas < least + least / 2; gas += 10 * step) assertFalse(passes(bad, gas), "forged");
    }

    function stateHash() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    rollup.head(),
                    rollup.openChallenges(),
                    rollup.frozen(),
                    bonds.available(prover),
                    bonds.locked(sequencer),
                    bonds.locked(challenger),
                    bonds.burned()
                )
            );
    }

    function expectFraudAllOrNothing(uint256 step) internal {
        Built memory built = commitSigned();
        challengeAs(challenger, built, 1);
        SegmentOpening memory opening = open(built, 1);
        SegmentProof memory forged = forge(built, opening, OTHER);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        sweep(
            abi.encodeCall(IChallenges.proveFraud, (built.batch, opening, OTHER, proof)),
            abi.encodeCall(IChallenges.proveFraud, (built.batch, opening, OTHER, forged)),
            step
        );
        assertEq(rollup.head(), 0);
        assertTrue(challenges.disputes(idOf(built)).refuted);
        assertEq(bonds.available(prover), 0.4 ether);
        assertEq(bonds.burned(), 0.6 ether);
        assertEq(bonds.locked(sequencer), 0);
    }

    function expectAnswerAllOrNothing(uint256 step) internal {
        Built memory built = commitSigned();
        challengeAs(challenger, built, 1);
        SegmentOpening memory opening = open(built, 1);
        SegmentProof memory forged = forge(built, opening, opening.claimed);
        SegmentProof memory proof = accept(built, opening, opening.claimed, prover);
        sweep(
            abi.encodeCall(IChallenges.proveValid, (built.batch, opening, proof)),
            abi.encodeCall(IChallenges.proveValid, (built.batch, opening, forged)),
            step
        );
        assertEq(challenges.disputes(idOf(built)).proven, 2);
        assertEq(rollup.openChallenges(), 0);
        assertEq(bonds.available(prover), 0.04 ether);
        assertEq(bonds.burned(), 0.06 ether);
        assertEq(bonds.locked(challenger), 0);
    }
}

contract StarvedTest is StarvedProtocol {
    uint256 private constant STEP = 181;

    function test_starved_of_gas_nothing_is_decided() public {
        uint256 before = vm.snapshotState();
        expectFraudAllOrNothing(STEP);
        vm.revertToState(before);
        expectAnswerAllOrNothing(STEP);
    }
}

/// @notice A verifier that spends so much that the 64th part which is left to its caller would do for all that follows.
contract StarvedByItsVerifierTest is StarvedProtocol {
    uint256 private constant STEP = 50_021;
    uint256 private constant APPETITE = 6_000_000;

    function segmentVerifier() internal override returns (ISegmentVerifier) {
        return new HungryVerifier(verifier, APPETITE);
    }

    function test_starved_of_gas_nothing_is_decided_by_a_verifier_that_spends_much() public {
        uint256 before = vm.snapshotState();
        expectFraudAllOrNothing(STEP);
        vm.revertToState(before);
        expectAnswerAllOrNothing(STEP);
    }

    function test_starved_of_gas_a_verifier_that_spends_much_freezes_nothing() public {
        Built memory built = commitSigned();
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory right = accept(built, opening, opening.claimed, prover);
        SegmentProof memory wrong = accept(built, opening, OTHER, prover);
        SegmentProof memory none = SegmentProof(prover, "none");
        bytes32[2] memory results = [opening.claimed, OTHER];
        sweep(
            abi.encodeCall(IChallenges.contradict, (built.batch, opening, results, [right, wrong])),
            abi.encodeCall(IChallenges.contradict, (built.batch, opening, results, [right, none])),
            STEP
        );
        assertTrue(rollup.frozen());
    }
}
