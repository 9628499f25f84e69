// SPDX-License-Identifier: MIT
// Data in the commit's own calldata: the commitment is the root of a Keccak tree over the segments.
pragma solidity ^0.8.28;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {SegmentTree} from "../libraries/SegmentTree.sol";
import {SegmentOpening} from "../types/Types.sol";

contract CalldataAvailability is IAvailability {
    /// @inheritdoc IAvailability
    function commitment(
        bytes32 previous,
        bytes32[] calldata checkpoints,
        bytes[] calldata segments
    ) external pure returns (bytes32) {
        uint256 withoutData = checkpoints.length - segments.length;
        bytes32[] memory nodes = new bytes32[](checkpoints.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes32 dataHash = i < withoutData ? keccak256("") : keccak256(segments[i - withoutData]);
            nodes[i] = SegmentTree.leaf(uint64(i), i == 0 ? previous : checkpoints[i - 1], checkpoints[i], dataHash);
        }
        return SegmentTree.rootOf(nodes);
    }

    /// @inheritdoc IAvailability
    function isOpening(bytes32 root, uint256 count, SegmentOpening calldata opening) external pure returns (bool) {
        bytes32 node = SegmentTree.leaf(opening.segment, opening.previous, opening.claimed, keccak256(opening.data));
        return SegmentTree.contains(root, count, opening.segment, node, opening.path);
    }
}
