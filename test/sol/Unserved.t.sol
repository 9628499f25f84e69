// The trigger of the escape hatch: a rollup that does not serve L1's demand can be frozen by anyone, a healthy one by nobody.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClock} from "../../contracts/interfaces/IClock.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {BatchIds} from "../../contracts/libraries/BatchIds.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {BatchId, SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract UnservedTest is Protocol {
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian;
        chosen.clock.longestPause = Duration.wrap(1 days);
        chosen.clock.pauseCooldown = Duration.wrap(4 days);
        deploy(chosen);
        fund(sequencer, 10 ether);
        fund(challenger, 10 ether);
    }

    function lastFinal() private view returns (BatchId) {
        return rollup.idAt(rollup.finalized());
    }

    function freezeUnserved() private {
        rollup.freezeUnserved(lastFinal());
    }

    function expectNothingUnserved(uint64 queueEnd) private {
        vm.expectRevert(abi.encodeWithSelector(IRollup.NothingUnserved.selector, queueEnd));
        this.freezeAny();
    }

    function freezeAny() external {
        freezeUnserved();
    }

    function test_a_quiet_rollup_cannot_be_frozen() public {
        warpTo(START + 1000 days);
        expectNothingUnserved(0);

        forceItem(1);
        Built memory built = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, built);
        finalizeAfterWindow(built);
        warpTo(START + 3000 days);
        expectNothingUnserved(1);
    }

    function test_an_unfinalized_but_finalizable_batch_must_be_finalized_first() public {
        forceItem(1);
        Built memory built = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, built);
        warpTo(START + ESCAPE_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRollup.FinalizeFirst.selector, idOf(built)));
        this.freezeAny();
        rollup.finalize(idOf(built));
        expectNothingUnserved(1);
    }

    function test_a_finalizable_batch_that_serves_nobody_blocks_only_until_it_is_final() public {
        Built memory built = commitFirst(1);
        forceItem(1);
        warpTo(START + ESCAPE_DELAY);
        vm.expectRevert(abi.encodeWithSelector(IRollup.FinalizeFirst.selector, idOf(built)));
        this.freezeAny();
        rollup.finalize(idOf(built));
        freezeUnserved();
        assertEq(rollup.head(), 1);
    }

    function test_a_batch_in_its_window_does_not_block_a_freeze() public {
        forceItem(1);
        warpTo(START + ESCAPE_DELAY);
        Built memory built = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, built);
        freezeUnserved();
        assertFalse(rollup.isLive(1, idOf(built)));
    }

    function test_freeze_opens_exactly_at_the_escape_delay_of_the_oldest_item() public {
        forceItem(1);
        warpTo(START + 100);
        forceItem(2);
        warpTo(START + ESCAPE_DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.StillInTime.selector, uint64(0), Timestamp.wrap(START + ESCAPE_DELAY))
        );
        this.freezeAny();
        warpTo(START + ESCAPE_DELAY);
        BatchId genesis = genesisId();
        vm.expectEmit(address(rollup));
        emit IRollup.Unserved(0, Timestamp.wrap(START));
        vm.expectEmit(address(rollup));
        emit IRollup.Frozen(0, 0);
        vm.prank(user);
        rollup.freezeUnserved(genesis);
        assertTrue(rollup.frozen());
    }

    function genesisId() private view returns (BatchId) {
        return BatchIds.idOf(rollup.genesis());
    }

    function test_freeze_counts_from_the_oldest_item_that_no_final_batch_consumed() public {
        forceItem(1);
        warpTo(START + 100);
        forceItem(2);
        Built memory built = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, built);
        finalizeAfterWindow(built);
        warpTo(START + ESCAPE_DELAY + 99);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.StillInTime.selector, uint64(1), Timestamp.wrap(START + ESCAPE_DELAY + 100))
        );
        this.freezeAny();
        warpTo(START + ESCAPE_DELAY + 100);
        freezeUnserved();
        assertEq(rollup.finalizedQueueEnd(), 1);
    }

    function test_freeze_looks_at_final_consumption_not_at_the_head() public {
        forceItem(1);
        Built memory built = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, built);
        assertEq(rollup.headQueueEnd(), 1);
        challengeAs(challenger, built, 0);
        // The challenge is overdue and nobody called `timeout`: the batch cannot be made final.
        warpTo(START + ESCAPE_DELAY);
        freezeUnserved();
        assertEq(rollup.head(), 0);
        assertEq(rollup.headQueueEnd(), 0);
    }

    function test_freeze_about_another_last_final_batch_reverts() public {
        forceItem(1);
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        warpTo(START + ESCAPE_DELAY);
        BatchId genesis = genesisId();
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLastFinal.selector, idOf(built), genesis));
        rollup.freezeUnserved(genesis);
        rollup.freezeUnserved(idOf(built));
    }

    function test_freeze_refunds_batches_and_challenges_that_it_prunes() public {
        forceItem(1);
        warpTo(START + ESCAPE_DELAY - 1);
        Built memory first = build(rollup.genesis(), 1, 1);
        commitAs(sequencer, first);
        Built memory second = commitOn(first.batch, 1);
        challengeAs(challenger, first, 1);
        challengeAs(challenger, second, 0);
        warpTo(START + ESCAPE_DELAY);
        freezeUnserved();
        challenges.refundBatch(first.batch);
        challenges.refundBatch(second.batch);
        challenges.refundChallenge(first.batch, 1);
        challenges.refundChallenge(second.batch, 0);
        assertEq(bonds.available(sequencer), 10 ether);
        assertEq(bonds.available(challenger), 10 ether);
        assertEq(rollup.openChallenges(), 0);
    }

    function test_nothing_goes_on_after_a_freeze() public {
        forceItem(1);
        warpTo(START + ESCAPE_DELAY - 1);
        Built memory built = build(rollup.genesis(), 1, 1);
        commitAs(sequencer, built);
        challengeAs(challenger, built, 0);
        warpTo(START + ESCAPE_DELAY);
        freezeUnserved();

        BatchId id = idOf(built);
        bytes memory notLive = abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), id);
        vm.expectRevert(IRollup.RollupFrozen.selector);
        this.freezeAny();
        vm.expectRevert(IRollup.RollupFrozen.selector);
        commitAs(sequencer, built);
        vm.expectRevert(notLive);
        challengeAs(challenger, built, 1);
        warpTo(START + ESCAPE_DELAY + SLOT + PROVING_WINDOW);
        vm.expectRevert(notLive);
        challenges.timeout(1, id, 0);
        vm.expectRevert(notLive);
        rollup.finalize(id);
        SegmentOpening memory opening = open(built, 1);
        SegmentProof memory proof = accept(built, opening, opening.claimed, prover);
        vm.expectRevert(notLive);
        challenges.proveValid(built.batch, opening, proof);
        vm.expectRevert(notLive);
        challenges.proveFraud(built.batch, opening, checkpoint(9), proof);
    }

    function test_freeze_while_paused_reverts_but_a_contradiction_does_not() public {
        forceItem(1);
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(START + ESCAPE_DELAY);
        vm.prank(guardian);
        protocolClock.pause(Duration.wrap(1 days));
        vm.expectRevert(abi.encodeWithSelector(IClock.ClockPaused.selector, START + ESCAPE_DELAY + 1 days));
        this.freezeAny();

        SegmentOpening memory opening = open(built, 0);
        SegmentProof[2] memory proofs = [
            accept(built, opening, checkpoint(7), prover),
            accept(built, opening, checkpoint(8), prover)
        ];
        challenges.contradict(built.batch, opening, [checkpoint(7), checkpoint(8)], proofs);
        assertTrue(rollup.frozen());
    }

    function test_a_second_freeze_reverts_whichever_came_first() public {
        forceItem(1);
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(START + ESCAPE_DELAY);
        freezeUnserved();
        SegmentOpening memory opening = open(built, 0);
        SegmentProof[2] memory proofs = [
            accept(built, opening, checkpoint(7), prover),
            accept(built, opening, checkpoint(8), prover)
        ];
        vm.expectRevert(IRollup.RollupFrozen.selector);
        challenges.contradict(built.batch, opening, [checkpoint(7), checkpoint(8)], proofs);
    }

    function test_head_queue_end_follows_commits_and_rollbacks() public {
        forceItems(3);
        Built memory first = build(rollup.genesis(), 1, 0);
        commitAs(sequencer, first);
        assertEq(rollup.headQueueEnd(), 1);
        Built memory second = build(first.batch, 3, 0);
        commitAs(sequencer, second);
        assertEq(rollup.headQueueEnd(), 3);
        assertEq(rollup.finalizedQueueEnd(), 0);
        proveFraud(second, 0, prover);
        assertEq(rollup.headQueueEnd(), 1);
    }

    function test_the_escape_delay_and_the_depth_are_readable() public view {
        assertEq(Duration.unwrap(rollup.escapeDelay()), ESCAPE_DELAY);
        assertEq(rollup.stateDepth(), 20);
    }
}
