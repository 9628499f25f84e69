// Commits whose fault is in their first or last segment, or that go on from a parent that took from the queue.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {Protocol} from "./support/Protocol.sol";

contract CommitEdgesTest is Protocol {
    function test_every_segment_is_looked_at_for_data_too_short_or_too_long() public {
        uint256 most = uint256(N) * 138;
        for (uint256 i = 0; i < 3; ++i) {
            Built memory built = build(rollup.genesis(), 0, 3);
            built.segments[i] = "";
            seal(built);
            vm.expectRevert(abi.encodeWithSelector(IRollup.EmptyDataSegment.selector, i));
            commitAs(sequencer, built);
            built.segments[i] = new bytes(most + 1);
            seal(built);
            vm.expectRevert(abi.encodeWithSelector(IRollup.DataSegmentTooLong.selector, i, most + 1, most));
            commitAs(sequencer, built);
        }
    }

    function test_every_checkpoint_is_looked_at() public {
        for (uint256 i = 0; i < 3; ++i) {
            Built memory built = build(rollup.genesis(), 0, 3);
            built.checkpoints[i] = bytes32(Field.ORDER);
            built.batch.header.lastCheckpoint = built.checkpoints[2];
            seal(built);
            vm.expectRevert(abi.encodeWithSelector(IRollup.NonCanonicalCheckpoint.selector, i, bytes32(Field.ORDER)));
            commitAs(sequencer, built);
        }
    }

    function test_segments_behind_the_queues_are_named_by_their_place_in_the_batch() public {
        forceItems(N + 1);
        Built memory built = build(rollup.genesis(), N + 1, 2);
        built.segments[1] = "";
        seal(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.EmptyDataSegment.selector, 3));
        commitAs(sequencer, built);
        built.segments[1] = new bytes(uint256(N) * 138 + 1);
        seal(built);
        vm.expectPartialRevert(IRollup.DataSegmentTooLong.selector);
        commitAs(sequencer, built);
    }

    function test_what_the_parent_took_does_not_count_as_this_batchs_fill() public {
        forceItems(8);
        Built memory parent = build(rollup.genesis(), 4, 0);
        commitAs(sequencer, parent);
        warpTo(START + FORCE_DELAY);
        Built memory child = build(parent.batch, 6, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DueItemOmitted.selector, uint64(6), Timestamp.wrap(START + FORCE_DELAY))
        );
        commitAs(sequencer, child);
    }
}
