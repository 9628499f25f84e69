// Challenges of single segments: opening, answering, timing out, each to its second.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
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

    function test_challenge_bond_follows_the_base_fee_so_that_its_rest_pays_an_answer() public {
        assertEq(challenges.challengeBond(), CHALLENGE_BOND);
        vm.fee(100 gwei);
        uint128 bond = challenges.challengeBond();
        assertGe(bonds.rewardOf(bond), 1_400_000 * 100 gwei);
        assertLe(bonds.rewardOf(bond), 1_400_000 * 100 gwei + 1 gwei);
        assertEq(bond % 1 gwei, 0);
        assertEq(challenges.challengeBondAt(1 gwei), CHALLENGE_BOND);

        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        assertEq(bonds.locked(challenger), bond);
    }

    function testFuzz_challenge_bond_covers_an_answer_at_every_base_fee(uint64 baseFee) public view {
        assertGe(bonds.rewardOf(challenges.challengeBondAt(baseFee)), uint256(baseFee) * 1_400_000);
    }

    function test_challenge_bond_beyond_its_record_reverts() public {
        Parameters memory chosen = parameters();
        chosen.challenges.answerGas = type(uint32).max;
        chosen.challenges.slot = Duration.wrap(8590);
        deploy(chosen);
        fund(sequencer, 1 ether);
        Built memory built = commitFirst(1);
        vm.fee(1e16);
        vm.expectPartialRevert(SafeCast.SafeCastOverflowedUintDowncast.selector);
        challengeAs(challenger, built, 0);
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

    function answer(Built calldata built) external {
        proveValid(built, 0, prover);
    }
}
