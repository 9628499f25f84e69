// SPDX-License-Identifier: MIT
// Data availability: how a batch's data is committed to and how one segment of it is opened later.
pragma solidity ^0.8.28;

import {SegmentOpening} from "../types/Types.sol";

interface IAvailability {
    /// @notice Commitment to all segments of the batch that the current transaction commits.
    /// @param previous checkpoint before the first segment
    /// @param checkpoints one for each segment; those without bytes (queue segments) come first
    /// @param segments bytes of the last `segments.length` segments
    function commitment(
        bytes32 previous,
        bytes32[] calldata checkpoints,
        bytes[] calldata segments
    ) external view returns (bytes32);

    /// @notice Whether the opening's claim and bytes are segment `opening.segment` of `count` under `root`.
    function isOpening(bytes32 root, uint256 count, SegmentOpening calldata opening) external view returns (bool);
}
