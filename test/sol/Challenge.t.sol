// Challenges of single segments: opening, answering, timing out, each to its second.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {BatchId, ChallengeRecord} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ChallengeTest is Protocol {
    uint40 private constant FIRST_DEADLINE = START + SLOT + PROVING_WINDOW;

    function test_challenge_locks_a_bond_and_records_it() public {
        Built memory built = commitFirst(2);
        vm.expectEmit(address(challenges));
        emit IChallenges.Challenged(idOf(built), 1, challenger, Timestamp.wrap(FIRST_DEADLINE), CHALLENGE_BOND);
        challengeAs(challenger, built, 1);

        ChallengeRecord memory record = challenges.challengeOf(idOf(built), 1);
        assertEq(Timestamp.unwrap(record.deadline), FIRST_DEADLINE);
        assertEq(record.challenger, challenger);
        assertEq(uint256(record.bondGwei) * 1 gwei, CHALLENGE_BOND);
        assertEq(bonds.locked(challenger), CHALLENGE_BOND);
        assertEq(rollup.info(idOf(built)).openChallenges, 1);
        assertEq(rollup.openChallenges(), 1);
        assertEq(challenges.challengeOf(idOf(built), 0).challenger, address(0));
    }

    function test_challenges_queue_a_slot_apart_so_that_each_can_be_answered() public {
        Built memory built = commitFirst(64);
        fund(challenger, 10 ether);
        for (uint8 i = 0; i < 64; ++i) challengeAs(challenger, built, i);
        for (uint8 i = 0; i < 64; ++i) {
            Timestamp deadline = challenges.challengeOf(idOf(built), i).deadline;
            assertEq(Timestamp.unwrap(deadline), FIRST_DEADLINE + i * SLOT);
        }
        assertEq(rollup.openChallenges(), 64);
    }

    function test_a_challenge_waits_for_those_that_are_open_and_for_no_others() public {
        Built memory built = commitFirst(4);
        for (uint8 i = 0; i < 3; ++i) challengeAs(challenger, built, i);
        proveValid(built, 0, prover);
        proveValid(built, 2, prover);
        warpTo(START + 100);
        challengeAs(challenger, built, 3);
        Timestamp deadline = challenges.challengeOf(idOf(built), 3).deadline;
        assertEq(Timestamp.unwrap(deadline), START + 100 + 2 * SLOT + PROVING_WINDOW);
    }

    function test_challenges_of_a_dead_batch_delay_others_only_until_anybody_refunds_them() public {
        Built memory flood = commitFirst(64);
        fund(challenger, 10 ether);
        for (uint8 i = 0; i < 64; ++i) challengeAs(challenger, flood, i);
        proveFraud(flood, 0, prover);
        assertEq(rollup.openChallenges(), 64);
        for (uint8 i = 0; i < 64; ++i) challenges.refundChallenge(flood.batch, i);
        assertEq(rollup.openChallenges(), 0);

        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        assertEq(Timestamp.unwrap(challenges.challengeOf(idOf(built), 0).deadline), FIRST_DEADLINE);
    }

    function test_counts_of_challenges_change_by_the_dispute_contract_alone() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.OnlyChallenges.selector, user));
        vm.prank(user);
        rollup.openChallenge(1, idOf(built));
        vm.expectRevert(abi.encodeWithSelector(IRollup.OnlyChallenges.selector, user));
        vm.prank(user);
        rollup.closeChallenge(idOf(built));
    }

    function test_challenge_in_the_last_second_of_the_window_opens() public {
        Built memory built = commitFirst(1);
        warpTo(START + CHALLENGE_WINDOW - 1);
        challengeAs(challenger, built, 0);
        assertEq(rollup.info(idOf(built)).openChallenges, 1);
    }

    function test_challenge_at_the_end_of_the_window_reverts() public {
        Built memory built = commitFirst(1);
        warpTo(START + CHALLENGE_WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChallenges.ChallengeWindowClosed.selector,
                idOf(built),
                Timestamp.wrap(START + CHALLENGE_WINDOW)
            )
        );
        challengeAs(challenger, built, 0);
    }

    function test_challenge_of_a_segment_beyond_the_count_reverts() public {
        Built memory built = commitFirst(2);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SegmentOutOfRange.selector, uint8(2), uint8(2)));
        challengeAs(challenger, built, 2);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SegmentOutOfRange.selector, uint8(64), uint8(2)));
        challengeAs(challenger, built, 64);
    }

    function test_challenge_of_an_unknown_batch_reverts() public {
        BatchId id = BatchId.wrap(bytes32(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), id));
        challenges.challenge(1, id, 0, type(uint128).max);
    }

    function test_challenge_of_a_batch_under_another_number_reverts() public {
        Built memory first = commitFirst(1);
        commitOn(first.batch, 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(2), idOf(first)));
        challenges.challenge(2, idOf(first), 0, type(uint128).max);
    }

    function test_challenge_of_a_proven_segment_reverts() public {
        Built memory built = commitFirst(2);
        proveValid(built, 0, prover);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SegmentAlreadyProven.selector, idOf(built), uint8(0)));
        challengeAs(challenger, built, 0);
    }

    function test_challenge_of_an_open_or_answered_segment_reverts() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.AlreadyChallenged.selector, idOf(built), uint8(0)));
        challengeAs(challenger, built, 0);
    }

    function test_challenge_of_a_final_batch_reverts() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(1), idOf(built)));
        challengeAs(challenger, built, 0);
    }

    function test_challenge_of_a_rolled_back_batch_reverts() public {
        Built memory built = commitFirst(1);
        proveFraud(built, 0, prover);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(built)));
        challengeAs(challenger, built, 0);
    }

    function test_challenge_without_a_bond_reverts() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(
            abi.encodeWithSelector(IBondManager.InsufficientBond.selector, user, CHALLENGE_BOND, uint128(0))
        );
        challengeAs(user, built, 0);
    }

    function test_timeout_before_the_deadline_reverts_and_at_it_rolls_back() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(FIRST_DEADLINE - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChallenges.DeadlineNotReached.selector,
                Timestamp.wrap(FIRST_DEADLINE),
                Timestamp.wrap(FIRST_DEADLINE - 1)
            )
        );
        challenges.timeout(1, idOf(built), 0);

        warpTo(FIRST_DEADLINE);
        vm.expectEmit(address(challenges));
        emit IChallenges.ChallengeTimedOut(idOf(built), 0, challenger, 0.4 ether);
        vm.prank(user);
        challenges.timeout(1, idOf(built), 0);
        assertEq(rollup.head(), 0);
        assertTrue(challenges.disputes(idOf(built)).refuted);
        assertEq(bonds.available(challenger), 10 ether + 0.4 ether);
        assertEq(bonds.locked(challenger), 0);
        assertEq(bonds.locked(sequencer), 0);
        assertEq(bonds.burned(), 0.6 ether);
    }

    function test_timeout_without_an_open_challenge_reverts() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        warpTo(FIRST_DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(built), uint8(1)));
        challenges.timeout(1, idOf(built), 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(built), uint8(64)));
        challenges.timeout(1, idOf(built), 64);
    }

    function test_timeout_of_an_answered_challenge_reverts() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        proveValid(built, 0, prover);
        warpTo(FIRST_DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(built), uint8(0)));
        challenges.timeout(1, idOf(built), 0);
    }

    function test_timeout_twice_reverts() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(FIRST_DEADLINE);
        challenges.timeout(1, idOf(built), 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(built)));
        challenges.timeout(1, idOf(built), 0);
    }

    function test_answer_in_time_splits_the_bond_and_closes_the_challenge() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        proveValid(built, 0, prover);

        assertEq(rollup.info(idOf(built)).openChallenges, 0);
        assertEq(rollup.openChallenges(), 0);
        assertEq(challenges.disputes(idOf(built)).proven, 1);
        assertEq(bonds.locked(challenger), 0);
        assertEq(bonds.available(prover), 0.04 ether);
        assertEq(bonds.burned(), 0.06 ether);
        assertEq(challenges.challengeOf(idOf(built), 0).challenger, address(0));
    }

    function test_answer_after_the_deadline_still_counts_while_nobody_called_timeout() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(FIRST_DEADLINE + 1 days);
        proveValid(built, 0, prover);
        assertEq(rollup.info(idOf(built)).openChallenges, 0);
        rollup.finalize(idOf(built));
    }

    function test_answer_after_a_timeout_cannot_revive_the_batch() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(FIRST_DEADLINE);
        challenges.timeout(1, idOf(built), 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(built)));
        this.answer(built);
    }

    function test_challenging_oneself_strictly_loses() public {
        Built memory built = commitFirst(1);
        challengeAs(sequencer, built, 0);
        proveValid(built, 0, sequencer);
        assertEq(bonds.available(sequencer) + bonds.locked(sequencer), 10 ether - 0.06 ether);
    }

    function test_timing_out_oneself_strictly_loses() public {
        Built memory built = commitFirst(1);
        challengeAs(sequencer, built, 0);
        warpTo(FIRST_DEADLINE);
        challenges.timeout(1, idOf(built), 0);
        assertEq(bonds.available(sequencer) + bonds.locked(sequencer), 10 ether - 0.6 ether);
    }

    function test_a_batch_committed_during_a_challenge_can_be_challenged_on_its_own() public {
        Built memory first = commitFirst(1);
        challengeAs(challenger, first, 0);
        Built memory second = commitOn(first.batch, 1);
        challengeAs(challenger, second, 0);
        assertEq(rollup.info(idOf(second)).openChallenges, 1);
    }

    function test_a_rollback_leaves_the_challenges_of_other_batches_alone() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        challengeAs(challenger, first, 0);
        challengeAs(challenger, second, 0);
        proveFraud(second, 0, prover);
        assertEq(rollup.info(idOf(first)).openChallenges, 1);
        warpTo(FIRST_DEADLINE);
        challenges.timeout(1, idOf(first), 0);
        assertEq(rollup.head(), 0);
    }

    function test_a_self_challenge_cannot_shield_a_wrong_segment() public {
        Built memory built = commitFirst(2);
        challengeAs(sequencer, built, 0);
        warpTo(START + CHALLENGE_WINDOW);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(idOf(built));
        proveFraud(built, 0, prover);
        assertEq(rollup.head(), 0);
        assertEq(bonds.available(prover), 0.4 ether);
    }

    function test_a_front_run_challenge_costs_the_slower_one_nothing() public {
        Built memory built = commitFirst(1);
        fund(user, 1 ether);
        challengeAs(challenger, built, 0);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.AlreadyChallenged.selector, idOf(built), uint8(0)));
        challengeAs(user, built, 0);
        assertEq(bonds.available(user), 1 ether);
    }

    function test_late_challenges_cannot_be_chained() public {
        Built memory built = commitFirst(2);
        warpTo(START + CHALLENGE_WINDOW - 1);
        challengeAs(challenger, built, 0);
        warpTo(START + CHALLENGE_WINDOW);
        proveValid(built, 0, prover);
        for (uint8 i = 0; i < 2; ++i) {
            vm.expectPartialRevert(IChallenges.ChallengeWindowClosed.selector);
            challengeAs(challenger, built, i);
        }
        rollup.finalize(idOf(built));
    }

    function test_refuting_an_ancestor_first_costs_as_much() public {
        Built memory parent = commitFirst(1);
        Built memory child = commitOn(parent.batch, 1);
        challengeAs(sequencer, child, 0);
        proveFraud(parent, 0, sequencer);
        challenges.refundBatch(child.batch);
        challenges.refundChallenge(child.batch, 0);
        assertEq(bonds.available(sequencer), 10 ether - 0.6 ether);
        assertEq(bonds.locked(sequencer), 0);
    }

    /// @notice Whenever and however many challenges come: one proof a slot, the most urgent first, answers each in time.
    /// forge-config: default.fuzz.runs = 8
    /// forge-config: deep.fuzz.runs = 64
    function testFuzz_one_prover_a_slot_survives_any_mass_challenge(uint256 seed) public {
        Built memory built = commitFirst(24);
        uint256 open = 0;
        for (uint40 turn = 1; turn <= 34; ++turn) {
            for (uint256 i = 0; i < 4; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                uint8 segment = uint8((seed >> 1) % 24);
                bool known = Timestamp.unwrap(challenges.challengeOf(idOf(built), segment).deadline) != 0;
                if (seed & 1 == 0 || known || clock >= START + CHALLENGE_WINDOW) continue;
                challengeAs(challenger, built, segment);
                ++open;
            }
            warpTo(START + turn * SLOT);
            if (open == 0) continue;
            (uint8 urgent, uint40 deadline) = mostUrgent(built);
            assertLt(clock, deadline);
            proveValid(built, urgent, prover);
            --open;
        }
        assertEq(rollup.openChallenges(), 0);
        rollup.finalize(idOf(built));
    }

    function mostUrgent(Built memory built) private view returns (uint8 segment, uint40 deadline) {
        deadline = type(uint40).max;
        for (uint8 i = 0; i < built.checkpoints.length; ++i) {
            ChallengeRecord memory record = challenges.challengeOf(idOf(built), i);
            if (record.challenger == address(0) || Timestamp.unwrap(record.deadline) >= deadline) continue;
            (segment, deadline) = (i, Timestamp.unwrap(record.deadline));
        }
    }

    /// @notice Accepted, not defended (docs/security.md §7): costs the share of one bond, and harms only who has no prover.
    function test_challenges_of_doomed_descendants_delay_a_challenge_but_no_fraud_proof() public {
        Built memory wrong = commitFirst(1);
        Built memory child = commitOn(wrong.batch, 64);
        for (uint8 i = 0; i < 64; ++i) challengeAs(challenger, child, i);
        challengeAs(user_(), wrong, 0);
        assertEq(Timestamp.unwrap(challenges.challengeOf(idOf(wrong), 0).deadline), FIRST_DEADLINE + 64 * SLOT);
        proveFraud(wrong, 0, prover);
        for (uint8 i = 0; i < 64; ++i) challenges.refundChallenge(child.batch, i);
        challenges.refundChallenge(wrong.batch, 0);
        assertEq(bonds.available(challenger), 10 ether);
        assertEq(rollup.openChallenges(), 0);
    }

    function user_() private returns (address) {
        fund(user, 1 ether);
        return user;
    }

    function answer(Built calldata built) external {
        proveValid(built, 0, prover);
    }
}
