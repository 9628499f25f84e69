// The ghost's ledger of bonds, and every call that moves them or that only the protocol may make.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../../../contracts/interfaces/IBondManager.sol";
import {IRollup} from "../../../../contracts/interfaces/IRollup.sol";
import {Payment} from "../../../../contracts/libraries/Payment.sol";
import {GhostState} from "./GhostState.sol";

abstract contract Bonds is GhostState {
    mapping(address account => uint256 amount) internal availableOf;
    mapping(address account => uint256 amount) internal lockedOf;
    /// @dev What was taken from an account by splits, and what it won by them.
    mapping(address account => uint256 amount) internal lostBy;
    mapping(address account => uint256 amount) internal wonBy;
    uint256 internal burnedBonds;
    uint256 internal depositedBonds;
    uint256 internal withdrawnBonds;

    constructor() {
        address[6] memory its = bonded();
        for (uint256 i = 0; i < its.length; ++i) _deposit(its[i], 30 ether);
    }

    /// @notice Whoever has ever had a bond.
    function bonded() internal view returns (address[6] memory) {
        return [sequencer, second, liar, challenger, griefer, prover];
    }

    /// @notice Deposits, withdrawals, and what outsiders try at doors that are not theirs.
    function moveBonds(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 what = pick(draw, 1, 5);
        if (what < 2) _depositBond(draw);
        else if (what < 4) _withdrawBond(draw);
        else _trespass(draw);
    }

    function rewardOf(uint256 bond) internal pure returns (uint256) {
        return (bond * (10_000 - BURN_BPS)) / 10_000;
    }

    function lockBond(address account, uint256 amount) internal {
        availableOf[account] -= amount;
        lockedOf[account] += amount;
    }

    function releaseBond(address account, uint256 amount) internal {
        lockedOf[account] -= amount;
        availableOf[account] += amount;
    }

    /// @notice Invariant 6: whoever plays both sides is poorer afterwards.
    function splitBond(address account, address beneficiary, uint256 amount) internal {
        uint256 before = _wealth(liar) + _wealth(griefer);
        lockedOf[account] -= amount;
        burnedBonds += amount - rewardOf(amount);
        availableOf[beneficiary] += rewardOf(amount);
        lostBy[account] += amount;
        wonBy[beneficiary] += rewardOf(amount);
        if (_isHostile(account) && _isHostile(beneficiary)) {
            note("self-play", DONE);
            assertLt(_wealth(liar) + _wealth(griefer), before, "6: self-play must cost");
        }
    }

    function _isHostile(address account) private view returns (bool) {
        return account == liar || account == griefer;
    }

    function _wealth(address account) private view returns (uint256) {
        return availableOf[account] + lockedOf[account];
    }

    function _deposit(address account, uint128 amount) private {
        fund(account, amount);
        availableOf[account] += amount;
        depositedBonds += amount;
    }

    function _depositBond(uint256 draw) private {
        address account = pick(draw, 2, 8) == 0 ? address(0) : bonded()[pick(draw, 3, 6)];
        uint128 amount = uint128(pick(draw, 4, 5 ether));
        bytes4 expected = unlessPaused(account == address(0) ? IBondManager.ZeroAccount.selector : DONE);
        bytes memory data = abi.encodeCall(IBondManager.deposit, (account));
        (bool done, ) = attempt("deposit bond", stranger, address(bonds), amount, data, expected);
        if (!done) return;
        availableOf[account] += amount;
        depositedBonds += amount;
    }

    function _withdrawBond(uint256 draw) private {
        address account = bonded()[pick(draw, 2, 6)];
        uint256 has = availableOf[account];
        uint256 amount = pick(draw, 3, 3) == 0 ? has + 1 : 1 + pick(draw, 4, has / 8 + 1);
        address to = pick(draw, 5, 2) == 0 ? address(moody) : account;
        bytes4 expected = DONE;
        if (amount > has) expected = IBondManager.InsufficientBond.selector;
        else if (to == address(moody) && moody.refuses()) expected = Payment.PaymentFailed.selector;
        bytes memory data = abi.encodeCall(IBondManager.withdraw, (to, uint128(amount)));
        moody.prepare(address(bonds), data);
        uint256 before = to.balance;
        (bool done, ) = attempt("withdraw bond", account, address(bonds), 0, data, unlessPaused(expected));
        moody.prepare(address(bonds), "");
        if (!done) return;
        availableOf[account] -= amount;
        withdrawnBonds += amount;
        assertEq(to.balance, before + amount);
    }

    function _trespass(uint256 draw) private {
        address caller = pick(draw, 2, 2) == 0 ? griefer : guardian;
        uint256 which = pick(draw, 3, 7);
        uint256 victim = headBatch();
        if (which < 3) {
            bytes memory call_ = abi.encodeCall(IBondManager.lock, (sequencer, 1));
            if (which == 1) call_ = abi.encodeCall(IBondManager.release, (griefer, 1));
            if (which == 2) call_ = abi.encodeCall(IBondManager.split, (sequencer, griefer, 1));
            attempt("move another's bond", caller, address(bonds), 0, call_, IBondManager.OnlyProtocol.selector);
            return;
        }
        bytes memory data = abi.encodeCall(IRollup.freeze, ());
        if (which == 4) data = abi.encodeCall(IRollup.rollback, (uint64(live.length - 1)));
        if (which == 5) data = abi.encodeCall(IRollup.closeChallenge, (idAt(victim)));
        if (which == 6) data = abi.encodeCall(IRollup.openChallenge, (uint64(live.length - 1), idAt(victim)));
        attempt("act as Challenges", caller, address(rollup), 0, data, IRollup.OnlyChallenges.selector);
    }
}
