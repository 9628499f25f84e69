// Commits: each check of protocol §6, one test each.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {BatchIds} from "../../contracts/libraries/BatchIds.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {BatchId, BatchInfo} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract CommitTest is Protocol {
    function test_commit_appends_to_the_head_and_locks_a_bond() public {
        Built memory built = build(rollup.genesis(), 0, 3);
        vm.expectEmit(address(rollup));
        emit IRollup.BatchCommitted(1, idOf(built), sequencer, 1, 3);
        assertEq(BatchId.unwrap(commitAs(sequencer, built)), BatchId.unwrap(idOf(built)));

        assertEq(rollup.head(), 1);
        assertEq(rollup.finalized(), 0);
        assertEq(rollup.commitCounter(), 1);
        assertTrue(rollup.isLive(1, idOf(built)));
        assertFalse(rollup.isFinal(1, idOf(built)));
        assertEq(bonds.locked(sequencer), BATCH_BOND);
        BatchInfo memory info = rollup.info(idOf(built));
        assertEq(info.committer, sequencer);
        assertEq(Timestamp.unwrap(info.committedAt), START);
        assertEq(info.queueEnd, 0);
        assertEq(info.segments, 3);
        assertEq(info.queueSegments, 0);
    }

    function test_genesis_is_final_and_no_batch_of_it_is_pending() public {
        BatchId id = BatchIds.idOf(rollup.genesis());
        assertTrue(rollup.isFinal(0, id));
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(0), id));
        rollup.pending(0, id);
    }

    function test_commit_through_a_contract_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.prank(sequencer, user);
        vm.expectRevert(abi.encodeWithSelector(IRollup.CommitThroughContract.selector, sequencer, user));
        rollup.commit(built.parent, built.batch.header, built.checkpoints, built.segments);
    }

    function test_commit_by_an_account_with_delegated_code_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.etch(sequencer, abi.encodePacked(bytes3(0xef0100), address(rollup)));
        vm.prank(sequencer, sequencer);
        vm.expectRevert(abi.encodeWithSelector(IRollup.CommitThroughContract.selector, sequencer, sequencer));
        rollup.commit(built.parent, built.batch.header, built.checkpoints, built.segments);
    }

    function test_commit_without_a_bond_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondManager.InsufficientBond.selector, user, BATCH_BOND, uint128(0)));
        commitAs(user, built);
    }

    function test_commit_on_a_parent_that_is_not_the_head_reverts() public {
        Built memory first = commitFirst(1);
        Built memory second = build(rollup.genesis(), 0, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.WrongParent.selector, idOf(first), BatchIds.idOf(rollup.genesis()))
        );
        commitAs(sequencer, second);
    }

    function test_commit_with_a_forged_parent_field_reverts() public {
        Built memory first = commitFirst(1);
        BatchId id = idOf(first);
        Built memory second = build(first.batch, 0, 1);
        second.parent.header.lastCheckpoint = checkpoint(666);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongParent.selector, id, BatchIds.idOf(second.parent)));
        commitAs(sequencer, second);
    }

    function test_commit_with_another_parent_in_its_header_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        BatchId wrong = BatchId.wrap(bytes32(uint256(1)));
        built.batch.header.parent = wrong;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongParent.selector, BatchIds.idOf(rollup.genesis()), wrong));
        commitAs(sequencer, built);
    }

    function test_commit_with_a_wrong_number_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        built.batch.header.number = 2;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongNumber.selector, uint64(1), uint64(2)));
        commitAs(sequencer, built);
    }

    function test_commit_without_segments_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        built.checkpoints = new bytes32[](0);
        built.segments = new bytes[](0);
        vm.expectRevert(IRollup.NoSegments.selector);
        commitAs(sequencer, built);
    }

    function test_commit_of_64_segments_passes_and_of_65_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 65);
        vm.expectRevert(abi.encodeWithSelector(IRollup.TooManySegments.selector, 65, 64));
        commitAs(sequencer, built);
        commitFirst(64);
    }

    function test_commit_with_fewer_checkpoints_than_segments_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 2);
        bytes[] memory three = new bytes[](3);
        (three[0], three[1], three[2]) = ("a", "b", "c");
        built.segments = three;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongSegmentCount.selector, 3, 2));
        commitAs(sequencer, built);
    }

    function test_commit_with_more_checkpoints_than_segments_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 3);
        bytes[] memory two = new bytes[](2);
        (two[0], two[1]) = ("a", "b");
        built.segments = two;
        seal(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongSegmentCount.selector, 2, 3));
        commitAs(sequencer, built);
    }

    function test_commit_with_an_empty_data_segment_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 3);
        built.segments[1] = "";
        seal(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.EmptyDataSegment.selector, 1));
        commitAs(sequencer, built);
    }

    function test_commit_with_a_data_segment_longer_than_its_records_can_be_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 3);
        built.segments[1] = new bytes(uint256(N) * 138 + 1);
        seal(built);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DataSegmentTooLong.selector, 1, uint256(N) * 138 + 1, uint256(N) * 138)
        );
        commitAs(sequencer, built);
        built.segments[1] = new bytes(uint256(N) * 138);
        seal(built);
        commitAs(sequencer, built);
    }

    function test_commit_with_a_non_canonical_checkpoint_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 3);
        built.checkpoints[1] = bytes32(Field.ORDER);
        seal(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NonCanonicalCheckpoint.selector, 1, bytes32(Field.ORDER)));
        commitAs(sequencer, built);
        built.checkpoints[1] = bytes32(Field.ORDER - 1);
        seal(built);
        commitAs(sequencer, built);
    }

    function test_commit_with_another_last_checkpoint_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 2);
        built.batch.header.lastCheckpoint = built.checkpoints[0];
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.WrongLastCheckpoint.selector, built.checkpoints[1], built.checkpoints[0])
        );
        commitAs(sequencer, built);
    }

    function test_commit_with_data_other_than_it_commits_to_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 2);
        bytes32 wrong = built.batch.header.dataCommitment;
        built.segments[0] = "other";
        seal(built);
        bytes32 right = built.batch.header.dataCommitment;
        built.batch.header.dataCommitment = wrong;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongDataCommitment.selector, right, wrong));
        commitAs(sequencer, built);
    }

    function test_commit_of_the_same_header_after_a_rollback_has_another_id() public {
        Built memory built = commitFirst(1);
        BatchId first = idOf(built);
        proveFraud(built, 0, prover);
        assertFalse(rollup.isLive(1, first));

        BatchId second = commitAs(sequencer, built);
        assertTrue(first != second);
        assertTrue(rollup.isLive(1, second));
        assertFalse(rollup.isLive(1, first));
        assertEq(rollup.commitCounter(), 2);
        assertFalse(challenges.disputes(second).refuted);
    }

    function test_commit_consumes_queue_items_in_segments_of_their_own() public {
        forceItems(5);
        Built memory built = build(rollup.genesis(), 5, 1);
        commitAs(sequencer, built);
        BatchInfo memory info = rollup.info(idOf(built));
        assertEq(info.segments, 3);
        assertEq(info.queueSegments, 2);
        assertEq(info.queueEnd, 5);
    }

    function test_commit_beyond_the_end_of_the_queue_reverts() public {
        forceItems(2);
        Built memory built = build(rollup.genesis(), 2, 1);
        built.batch.header.queueEnd = 3;
        vm.expectRevert(abi.encodeWithSelector(IRollup.QueueEndOutOfRange.selector, uint64(3), uint64(0), uint64(2)));
        commitAs(sequencer, built);
    }

    function test_commit_that_goes_back_in_the_queue_reverts() public {
        forceItems(2);
        Built memory first = build(rollup.genesis(), 2, 1);
        commitAs(sequencer, first);
        Built memory second = build(first.batch, 2, 1);
        second.batch.header.queueEnd = 1;
        vm.expectRevert(abi.encodeWithSelector(IRollup.QueueEndOutOfRange.selector, uint64(1), uint64(2), uint64(2)));
        commitAs(sequencer, second);
    }

    function test_commit_with_another_queue_hash_reverts() public {
        forceItems(2);
        Built memory built = build(rollup.genesis(), 2, 1);
        bytes32 wrong = bridge.queueHash(1);
        built.batch.header.queueHash = wrong;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongQueueHash.selector, bridge.queueHash(2), wrong));
        commitAs(sequencer, built);
    }

    function test_commit_may_leave_an_item_behind_until_the_second_it_is_due() public {
        forceItem(1);
        Built memory built = build(rollup.genesis(), 0, 1);
        warpTo(START + FORCE_DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DueItemOmitted.selector, uint64(0), Timestamp.wrap(START + FORCE_DELAY))
        );
        commitAs(sequencer, built);
        warpTo(START + FORCE_DELAY - 1);
        commitAs(sequencer, built);
    }

    function test_commit_may_leave_due_items_behind_only_if_it_takes_its_fill() public {
        forceItems(MAX_FORCED + 2);
        warpTo(START + FORCE_DELAY);
        Built memory built = build(rollup.genesis(), MAX_FORCED - 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DueItemOmitted.selector, MAX_FORCED - 1, Timestamp.wrap(START + FORCE_DELAY))
        );
        commitAs(sequencer, built);
        commitAs(sequencer, build(rollup.genesis(), MAX_FORCED, 1));
    }

    function test_commit_of_more_queue_items_than_segments_hold_reverts() public {
        forceItems(257);
        Built memory built = build(rollup.genesis(), 256, 0);
        built.batch.header.queueEnd = 257;
        built.batch.header.queueHash = bridge.queueHash(257);
        vm.expectRevert(abi.encodeWithSelector(IRollup.TooManySegments.selector, 65, 64));
        commitAs(sequencer, built);
        commitAs(sequencer, build(rollup.genesis(), 256, 0));
    }

    function test_commit_by_an_unrelated_account_takes_that_accounts_bond() public {
        fund(user, 1 ether);
        commitAs(user, build(rollup.genesis(), 0, 1));
        assertEq(bonds.locked(user), BATCH_BOND);
        assertEq(bonds.locked(sequencer), 0);
    }
}
