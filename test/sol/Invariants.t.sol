// The twelve invariants of the protocol, and three properties beside them, over random histories of every call that changes
// state, by honest and hostile actors. Each has histories of its own: the fuzzer draws equal ones for equal contracts.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IClock} from "../../contracts/interfaces/IClock.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Test} from "./support/Test.sol";
import {TurningToken} from "./support/Tokens.sol";
import {Checks} from "./support/invariants/Checks.sol";
import {Ghost} from "./support/invariants/Ghost.sol";

/// @notice What the fuzzer calls: five kinds of steps, each of them one call by somebody. Here and not beside its bases, so that
/// tests can deploy it by name: as a part of each of them it would be compiled as often.
contract InvariantHandler is Checks {
    constructor(uint256 salt) Ghost(salt) {}

    function sequence(uint256 seed) external {
        uint256 what = pick(drawn ^ seed, 1, 8);
        // Of a frozen rollup there is little left but to leave it.
        if (isFrozen && what < 5) depart(seed);
        else if (what < 4 || (isFrozen && what == 5)) commit(seed);
        else if (what < 7) finalize(seed);
        else freezeUnserved(seed);
    }

    function dispute(uint256 seed) external {
        uint256 what = pick(drawn ^ seed, 1, 12);
        // The one thing that a pause does not stop.
        if (isPaused() && !isFrozen && what < 5) contradict(seed);
        else if (what < 3) challenge(seed);
        else if (what < 6) prove(seed);
        else if (what < 8) answer(seed);
        else if (what < 9) timeout(seed);
        else if (what < 11) refund(seed);
        else contradict(seed);
    }

    function use(uint256 seed) external {
        uint256 what = pick(drawn ^ seed, 1, 6);
        if (what == 0) moveBonds(seed);
        else if (isFrozen && what < 5) depart(seed);
        else enqueue(seed);
    }

    function exit(uint256 seed) external {
        uint256 what = pick(drawn ^ seed, 1, 12);
        if (isFrozen && what < 6) depart(seed);
        else if (what < 3) openCheckpoint(seed);
        else if (what < 7) claim(seed);
        else if (what < 9) claimFees(seed);
        else depart(seed);
    }

    function passTime(uint256 seed) external {
        uint256 what = pick(drawn ^ seed, 1, 12);
        if (what < 4) wait(seed);
        else if (what < 8) leap(seed);
        else if (what < 10) pause(seed);
        else if (what < 11) resume(seed);
        else if (pick(drawn ^ seed, 2, 2) == 0) changeMoods(seed);
        else changeBaseFee(seed);
    }

    function steps() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](5);
        selectors[0] = InvariantHandler.sequence.selector;
        selectors[1] = InvariantHandler.dispute.selector;
        selectors[2] = InvariantHandler.use.selector;
        selectors[3] = InvariantHandler.exit.selector;
        selectors[4] = InvariantHandler.passTime.selector;
    }

    /// @notice Any kind of step, for histories that are not the fuzzer's.
    function step(uint256 seed) external {
        uint256 what = pick(seed, 7, 5);
        if (what == 0) this.sequence(seed);
        else if (what == 1) this.dispute(seed);
        else if (what == 2) this.use(seed);
        else if (what == 3) this.exit(seed);
        else this.passTime(seed);
    }
}

abstract contract InvariantTest is Test {
    InvariantHandler internal immutable HANDLER;

    constructor(uint256 salt) {
        HANDLER = InvariantHandler(create("InvariantHandler", abi.encode(salt)));
    }

    function setUp() public {
        targetContract(address(HANDLER));
        targetSelector(address(HANDLER), HANDLER.steps());
    }
}

contract Invariant1Test is InvariantTest(1) {
    function invariant_1_no_wrong_transition_becomes_final() external {
        HANDLER.checkState();
        HANDLER.check1();
    }
}

contract Invariant2Test is InvariantTest(2) {
    function invariant_2_a_right_batch_whose_challenges_are_answered_is_never_rolled_back() external {
        HANDLER.checkState();
        HANDLER.check2();
    }
}

contract Invariant3Test is InvariantTest(3) {
    function invariant_3_bonds_are_conserved() external {
        HANDLER.checkState();
        HANDLER.check3();
    }
}

contract Invariant4Test is InvariantTest(4) {
    function invariant_4_custody_covers_all_that_is_owed() external {
        HANDLER.checkState();
        HANDLER.check4();
    }
}

contract Invariant5Test is InvariantTest(5) {
    function invariant_5_finality_is_monotone_and_terminal() external {
        HANDLER.checkState();
        HANDLER.check5();
    }
}

contract Invariant6Test is InvariantTest(6) {
    function invariant_6_playing_both_sides_burns_its_share() external {
        HANDLER.checkState();
        HANDLER.check6();
    }
}

contract Invariant7Test is InvariantTest(7) {
    function invariant_7_nobody_loses_a_bond_without_a_fault() external {
        HANDLER.checkState();
        HANDLER.check7();
    }
}

contract Invariant8Test is InvariantTest(8) {
    function invariant_8_a_pause_stops_all_clocks_and_drops_no_challenge() external {
        HANDLER.checkState();
        HANDLER.check8();
    }
}

contract Invariant9Test is InvariantTest(9) {
    function invariant_9_everything_is_paid_at_most_once() external {
        HANDLER.checkState();
        HANDLER.check9();
    }
}

contract Invariant10Test is InvariantTest(10) {
    function invariant_10_queue_items_are_consumed_once_in_order_and_in_time() external {
        HANDLER.checkState();
        HANDLER.check10();
    }
}

contract Invariant11Test is InvariantTest(11) {
    function invariant_11_a_proof_counts_for_its_own_statement_and_beneficiary_alone() external {
        HANDLER.checkState();
        HANDLER.check11();
    }
}

contract Invariant12Test is InvariantTest(12) {
    function invariant_12_whoever_wins_can_close_its_win() external {
        HANDLER.checkState();
        HANDLER.check12();
    }
}

contract Invariant13Test is InvariantTest(13) {
    function invariant_the_exit_limit_delays_and_never_refuses() external {
        HANDLER.checkState();
        HANDLER.checkLimit();
    }
}

contract Invariant14Test is InvariantTest(14) {
    function invariant_a_freeze_has_a_cause() external {
        HANDLER.checkState();
        HANDLER.checkFreeze();
    }
}

contract Invariant15Test is InvariantTest(15) {
    function invariant_the_primary_is_live_by_definition() external {
        HANDLER.checkState();
        HANDLER.checkPriority();
    }
}

/// @notice Histories as long as those of the fuzzer, with seeds of their own. A handler that never comes to a step, or never to
/// one of its refusals, would prove nothing about it.
contract InvariantStepsTest is Test {
    uint256 private constant HISTORIES = 72;
    uint256 private constant LENGTH = 150;

    /// @notice Kinds of steps with the selector, as a number, of the outcome that they never came to.
    error NeverReached(string what);

    InvariantHandler[] private _handlers;
    string private _missing;

    function test_every_step_and_every_refusal_is_reached() public {
        for (uint256 i = 0; i < HISTORIES; ++i) {
            InvariantHandler handler = InvariantHandler(create("InvariantHandler", abi.encode(i)));
            _handlers.push(handler);
            for (uint256 j = 0; j < LENGTH; ++j) handler.step(uint256(keccak256(abi.encode("step", i, j))));
            handler.checkState();
        }
        expectReached(
            "commit",
            abi.encodePacked(
                bytes4(0),
                IRollup.CommitThroughContract.selector,
                IRollup.RollupFrozen.selector,
                IClock.ClockPaused.selector,
                IRollup.PrimaryHasPriority.selector,
                IRollup.WrongParent.selector,
                IRollup.WrongNumber.selector,
                IRollup.QueueEndOutOfRange.selector,
                IRollup.WrongQueueHash.selector,
                IRollup.DueItemOmitted.selector,
                IRollup.NoSegments.selector,
                IRollup.WrongDataCommitment.selector,
                IBondManager.InsufficientBond.selector
            )
        );
        expectReached("commit a lie", abi.encodePacked(bytes4(0)));
        expectReached("commit on a lie", abi.encodePacked(bytes4(0)));
        expectReached("an honest party acts", abi.encodePacked(bytes4(0)));
        expectReached("self-play", abi.encodePacked(bytes4(0)));
        expectReached(
            "finalize",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLive.selector,
                IRollup.NotFinalizable.selector
            )
        );
        expectReached("finalize by proofs", abi.encodePacked(bytes4(0)));
        expectReached(
            "freeze unserved",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLastFinal.selector,
                IRollup.NothingUnserved.selector,
                IRollup.StillInTime.selector,
                IRollup.FinalizeFirst.selector,
                IRollup.RollupFrozen.selector
            )
        );
        expectReached(
            "challenge",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLive.selector,
                IRollup.AlreadyFinal.selector,
                IChallenges.ChallengeWindowClosed.selector,
                IChallenges.SegmentOutOfRange.selector,
                IChallenges.SegmentAlreadyProven.selector,
                IChallenges.AlreadyChallenged.selector,
                IChallenges.BondAboveMost.selector,
                IBondManager.InsufficientBond.selector
            )
        );
        expectReached(
            "prove valid",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLive.selector,
                IRollup.AlreadyFinal.selector,
                IChallenges.SegmentAlreadyProven.selector,
                IChallenges.InvalidOpening.selector,
                IChallenges.InvalidProof.selector
            )
        );
        expectReached("answer", abi.encodePacked(bytes4(0)));
        expectReached("prove genesis", abi.encodePacked(IRollup.AlreadyFinal.selector));
        expectReached(
            "prove fraud",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLive.selector,
                IRollup.AlreadyFinal.selector,
                IChallenges.SameResult.selector,
                IChallenges.InvalidProof.selector
            )
        );
        expectReached(
            "record valid",
            abi.encodePacked(bytes4(0), IChallenges.InvalidOpening.selector, IChallenges.InvalidProof.selector)
        );
        expectReached(
            "contradict",
            abi.encodePacked(
                bytes4(0),
                IChallenges.SameResult.selector,
                IChallenges.ParentNotFinal.selector,
                IChallenges.PredecessorNotProven.selector,
                IChallenges.InvalidProof.selector,
                IRollup.RollupFrozen.selector
            )
        );
        expectReached(
            "timeout",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IRollup.NotLive.selector,
                IRollup.AlreadyFinal.selector,
                IChallenges.NoOpenChallenge.selector,
                IChallenges.DeadlineNotReached.selector
            )
        );
        expectReached(
            "refund batch",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IChallenges.UnknownBatch.selector,
                IChallenges.BatchLive.selector,
                IChallenges.AlreadyRefuted.selector,
                IChallenges.AlreadyRefunded.selector
            )
        );
        expectReached(
            "refund challenge",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IChallenges.NoOpenChallenge.selector,
                IChallenges.BatchLive.selector
            )
        );
        expectReached(
            "deposit bond",
            abi.encodePacked(bytes4(0), IClock.ClockPaused.selector, IBondManager.ZeroAccount.selector)
        );
        expectReached(
            "withdraw bond",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBondManager.InsufficientBond.selector,
                Payment.PaymentFailed.selector
            )
        );
        expectReached("move another's bond", abi.encodePacked(IBondManager.OnlyProtocol.selector));
        expectReached("act as Challenges", abi.encodePacked(IRollup.OnlyChallenges.selector));
        expectReached(
            "deposit ether",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.PriceAbovePayment.selector,
                IBridge.CustodyLimit.selector,
                IBridge.RollupIsFrozen.selector,
                IBridge.ZeroAmount.selector,
                Payment.PaymentFailed.selector
            )
        );
        expectReached(
            "deposit token",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.TokenWithoutCode.selector,
                IBridge.PriceAbovePayment.selector,
                IBridge.RollupIsFrozen.selector,
                IBridge.ZeroAmount.selector,
                Payment.PaymentFailed.selector
            )
        );
        expectReached(
            "force",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.UnknownKind.selector,
                IBridge.TokenForEthKind.selector,
                IBridge.PriceAbovePayment.selector,
                IBridge.RollupIsFrozen.selector,
                IBridge.ZeroAmount.selector,
                Payment.PaymentFailed.selector
            )
        );
        expectReached(
            "open checkpoint",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.BatchNotFinal.selector,
                IBridge.AlreadyOpened.selector,
                IBridge.WrongCheckpoint.selector
            )
        );
        expectReached(
            "claim",
            abi.encodePacked(
                bytes4(0),
                IBridge.NotOpened.selector,
                IBridge.IndexOutOfRange.selector,
                IBridge.AlreadyClaimed.selector,
                IBridge.WrongExitProof.selector,
                IBridge.PaymentWaits.selector,
                TurningToken.Refused.selector
            )
        );
        expectReached(
            "claim fees",
            abi.encodePacked(bytes4(0), IClock.ClockPaused.selector, IBridge.FeesOutOfRange.selector)
        );
        expectReached("put off", abi.encodePacked(bytes4(0)));

        expectReached(
            "open state",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.NotFrozen.selector,
                IBridge.BatchNotFinal.selector,
                IBridge.StateAlreadyOpened.selector,
                IBridge.WrongCheckpoint.selector
            )
        );
        expectReached(
            "escape",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.StateNotOpened.selector,
                IBridge.UnalignedLeaves.selector,
                IBridge.WrongPathLength.selector,
                IBridge.WrongStateProof.selector
            )
        );
        expectReached("escape a record", abi.encodePacked(bytes4(0)));
        expectReached(
            "pay escapes",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                Payment.PaymentFailed.selector,
                TurningToken.Refused.selector
            )
        );
        expectReached("pay an escape", abi.encodePacked(bytes4(0)));
        expectReached(
            "reclaim",
            abi.encodePacked(
                bytes4(0),
                IClock.ClockPaused.selector,
                IBridge.NotFrozen.selector,
                IBridge.ItemConsumed.selector,
                IBridge.ItemUnknown.selector,
                IBridge.WrongItem.selector,
                IBridge.NotADeposit.selector,
                IBridge.AlreadyReclaimed.selector,
                TurningToken.Refused.selector,
                Payment.PaymentFailed.selector
            )
        );
        expectReached(
            "pause",
            abi.encodePacked(
                bytes4(0),
                IClock.OnlyGuardian.selector,
                IClock.PauseLengthOutOfRange.selector,
                IClock.PauseTooSoon.selector
            )
        );
        expectReached("resume", abi.encodePacked(bytes4(0), IClock.OnlyGuardian.selector, IClock.NotPaused.selector));
        expectReached("leap", abi.encodePacked(bytes4(0)));
        expectReached("leap to the end of a pause", abi.encodePacked(bytes4(0)));
        expectReached("contradict while paused", abi.encodePacked(bytes4(0)));
        if (bytes(_missing).length > 0) revert NeverReached(_missing);
    }

    /// @param outcomes selectors of refusals, one after the other; 0: the step was done
    function expectReached(string memory what, bytes memory outcomes) private {
        for (uint256 i = 0; i < outcomes.length; i += 4) {
            bytes4 outcome =
                bytes4(outcomes[i]) |
                    (bytes4(outcomes[i + 1]) >> 8) |
                    (bytes4(outcomes[i + 2]) >> 16) |
                    (bytes4(outcomes[i + 3]) >> 24);
            uint256 times = 0;
            for (uint256 j = 0; j < _handlers.length; ++j) times += _handlers[j].happened(what, outcome);
            if (times == 0) _missing = string.concat(_missing, what, " ", vm.toString(uint32(outcome)), "; ");
        }
    }
}
