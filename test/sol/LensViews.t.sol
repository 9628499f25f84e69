// What the lens repeats of other contracts: each field, when it is not zero.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILens} from "../../contracts/interfaces/ILens.sol";
import {Leaf} from "../../contracts/types/Leaf.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {BatchId} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";

contract LensViewsTest is FrozenProtocol {
    ILens private lens;

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        (chosen.clock.guardian, chosen.clock.longestPause) = (prover, Duration.wrap(600));
        chosen.clock.pauseCooldown = Duration.wrap(2400);
        deploy(chosen);
        fund(sequencer, 4 ether);
        fund(challenger, 4 ether);
        lens = ILens(create("Lens", abi.encode(rollup)));
    }

    function test_rollup_status_tells_the_bonds_and_how_many_challenges_are_open() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        challengeAs(challenger, built, 1);
        ILens.RollupStatus memory status = lens.rollupStatus();
        assertEq(status.openChallenges, 2);
        assertEq(status.challengeBond, CHALLENGE_BOND);
        assertEq(status.batchBond, BATCH_BOND);
        assertEq(status.head, 1);
        assertEq(status.finalized, 0);
        freeze();
        status = lens.rollupStatus();
        assertTrue(status.frozen);
        assertEq(status.head, 0);
    }

    function test_batches_are_listed_from_a_number_on_and_no_more_than_asked_for() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        Built memory third = commitOn(second.batch, 1);
        ILens.BatchStatus[] memory list = lens.batches(2, 10);
        assertEq(list.length, 2);
        assertEq(list[0].number, 2);
        assertEq(BatchId.unwrap(list[0].id), BatchId.unwrap(idOf(second)));
        assertEq(list[1].number, 3);
        assertEq(BatchId.unwrap(list[1].id), BatchId.unwrap(idOf(third)));
        list = lens.batches(1, 2);
        assertEq(list.length, 2);
        assertEq(list[0].number, 1);
        assertEq(lens.batches(4, 10).length, 0);
        assertEq(lens.batches(0, 0).length, 0);
    }

    function test_a_pending_batch_tells_whose_it_is_and_how_far_its_disputes_are() public {
        Built memory built = commitFirst(3);
        challengeAs(challenger, built, 0);
        proveValid(built, 2, prover);
        ILens.BatchStatus memory status = lens.batchStatus(1, idOf(built));
        assertEq(status.number, 1);
        assertEq(BatchId.unwrap(status.id), BatchId.unwrap(idOf(built)));
        assertTrue(status.life == ILens.Life.Pending);
        assertEq(status.committer, sequencer);
        assertEq(Timestamp.unwrap(status.committedAt), START);
        assertEq(Timestamp.unwrap(status.challengeableUntil), START + CHALLENGE_WINDOW);
        assertEq(Timestamp.unwrap(status.finalizableFrom), START + CHALLENGE_WINDOW);
        assertEq(status.segments, 3);
        assertEq(status.proven, 4);
        assertEq(status.open, 1);
        assertEq(status.bond, BATCH_BOND);
        assertEq(status.fraudReward, bonds.rewardOf(BATCH_BOND));
        assertFalse(status.refuted || status.refunded);
    }

    function test_a_dead_batch_tells_whether_it_was_refuted_or_refunded_and_keeps_no_bond() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        proveFraud(first, 0, prover);
        ILens.BatchStatus memory status = lens.batchStatus(1, idOf(first));
        assertTrue(status.life == ILens.Life.RolledBack);
        assertTrue(status.refuted && !status.refunded);
        assertEq(status.bond, 0);
        assertEq(status.fraudReward, 0);
        assertEq(Timestamp.unwrap(status.finalizableFrom), 0);

        status = lens.batchStatus(2, idOf(second));
        assertFalse(status.refuted || status.refunded);
        assertEq(status.bond, BATCH_BOND);
        challenges.refundBatch(second.batch);
        status = lens.batchStatus(2, idOf(second));
        assertTrue(status.refunded && !status.refuted);
        assertEq(status.bond, 0);
    }

    function test_finalizable_is_up_for_the_next_batch_alone_and_in_its_exact_second() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        warpTo(START + CHALLENGE_WINDOW - 1);
        assertFalse(lens.batchStatus(1, idOf(first)).finalizable);
        warpTo(START + CHALLENGE_WINDOW);
        assertTrue(lens.batchStatus(1, idOf(first)).finalizable);
        assertFalse(lens.batchStatus(2, idOf(second)).finalizable);
        rollup.finalize(idOf(first));
        assertTrue(lens.batchStatus(2, idOf(second)).finalizable);
    }

    function expectFlags(Built memory built, bool overdue, bool refundable) private view {
        ILens.ChallengeStatus[] memory open = lens.challengesOf(numberOf(built), idOf(built));
        assertEq(open.length, 1);
        assertEq(open[0].segment, 1);
        assertEq(open[0].challenger, challenger);
        assertEq(open[0].overdue, overdue);
        assertEq(open[0].refundable, refundable);
    }

    function test_a_challenge_is_overdue_from_its_deadline_on_and_not_while_time_stands_still() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 1);
        warpTo(START + SLOT + PROVING_WINDOW - 1);
        expectFlags(built, false, false);
        warpTo(START + SLOT + PROVING_WINDOW);
        expectFlags(built, true, false);
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(600));
        expectFlags(built, false, false);
    }

    function test_a_challenge_of_a_dead_batch_is_refundable_and_never_overdue() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 1);
        proveFraud(built, 0, prover);
        expectFlags(built, false, true);
        warpTo(START + SLOT + PROVING_WINDOW);
        expectFlags(built, false, true);
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(600));
        expectFlags(built, false, false);
    }

    function test_a_final_batch_has_no_bond_and_no_reward_left() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        ILens.BatchStatus memory status = lens.batchStatus(1, idOf(built));
        assertTrue(status.life == ILens.Life.Final);
        assertEq(status.bond, 0);
        assertEq(status.fraudReward, 0);
        assertFalse(status.finalizable);
    }

    function test_a_batch_that_nobody_committed_has_no_times() public view {
        ILens.BatchStatus memory status = lens.batchStatus(1, BatchId.wrap(keccak256("nobody's")));
        assertEq(Timestamp.unwrap(status.committedAt), 0);
        assertEq(Timestamp.unwrap(status.challengeableUntil), 0);
        status = lens.batchStatus(0, rollup.idAt(0));
        assertEq(Timestamp.unwrap(status.challengeableUntil), 0);
    }

    function test_bond_status_tells_what_is_locked() public {
        commitFirst(1);
        ILens.BondStatus memory status = lens.bondStatus(sequencer);
        assertEq(status.locked, BATCH_BOND);
        assertEq(status.available, 3 ether);
        assertEq(status.commitsLeft, 3);
    }

    function test_may_commit_tells_what_is_missing_of_a_bond() public {
        fund(user, 0.25 ether);
        (bool may, , uint128 missing) = lens.mayCommit(user);
        assertFalse(may);
        assertEq(missing, 0.75 ether);
        fund(user, 0.75 ether);
        (may, , missing) = lens.mayCommit(user);
        assertTrue(may);
        assertEq(missing, 0);
    }

    function test_escape_status_follows_a_record_from_the_frozen_state_to_its_payment() public {
        depositEth(alice, 10 ether);
        Leaf[] memory leaves = new Leaf[](2);
        leaves[0] = sentinel();
        leaves[1] = record(ETH, alice, 10 ether);
        expectEscape(0, false, false);
        openFrozen(leaves);
        expectEscape(0, false, true);
        escapeSubtree(leaves, 1, 0);
        expectEscape(10 ether, true, true);
        bridge.payEscapes(ETH, only(alice));
        expectEscape(0, true, true);
    }

    function expectEscape(uint128 amount, bool escaped, bool isOpen) private view {
        (uint128 unpaid, bool done, bool opened) = lens.escapeStatus(ETH, alice);
        assertEq(unpaid, amount);
        assertEq(done, escaped);
        assertEq(opened, isOpen);
    }

    function test_freezable_goes_up_in_its_exact_second_and_is_down_while_time_stands_still() public {
        forceItem(1);
        warpTo(START + ESCAPE_DELAY - 1);
        assertFalse(lens.rollupStatus().freezable);
        warpTo(START + ESCAPE_DELAY);
        assertTrue(lens.rollupStatus().freezable);
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(600));
        ILens.RollupStatus memory status = lens.rollupStatus();
        assertEq(Timestamp.unwrap(status.now_), START + ESCAPE_DELAY);
        assertFalse(status.freezable);
    }
}
