// SPDX-License-Identifier: MIT
// The value types and structs that contracts share. Formats: docs/protocol.md.
pragma solidity ^0.8.28;

import {Timestamp} from "./Time.sol";

/// @dev Identifies one commit for ever: keccak256(abi.encode(header, counter)).
type BatchId is bytes32;

function sameBatchId(BatchId a, BatchId b) pure returns (bool) {
    return BatchId.unwrap(a) == BatchId.unwrap(b);
}

function differentBatchId(BatchId a, BatchId b) pure returns (bool) {
    return BatchId.unwrap(a) != BatchId.unwrap(b);
}

using {sameBatchId as ==, differentBatchId as !=} for BatchId global;

/// @notice What a sequencer signs up to with a batch (protocol §6).
struct Header {
    uint64 number;
    BatchId parent;
    bytes32 lastCheckpoint;
    bytes32 dataCommitment;
    uint64 queueEnd;
    bytes32 queueHash;
    uint64 baseFee;
    address feeRecipient;
}

/// @notice A header with the commit counter that makes its id unique.
struct Batch {
    Header header;
    uint64 counter;
}

/// @notice What L1 keeps of a batch besides its id: one word.
/// @dev committer 160 | committedAt 40 | queueEnd 32 | openChallenges 8 | segments 8 | queueSegments 8
struct BatchInfo {
    address committer;
    Timestamp committedAt;
    uint32 queueEnd;
    uint8 openChallenges;
    uint8 segments;
    uint8 queueSegments;
}

/// @notice How far the disputes about one batch have come; bit `i` of the bitmap stands for segment `i`. One word.
/// @dev proven 64 | recorded 64 | refuted 8 | refunded 8. `recorded` is for `contradict` alone: it may be set for a batch that is
/// dead or final, and makes nothing final.
struct Disputes {
    uint64 proven;
    uint64 recorded;
    bool refuted;
    bool refunded;
}

/// @notice A segment's challenge: one word. Open while it has a challenger; closed, it keeps its deadline for ever.
/// @dev challenger 160 | deadline 40 | bondGwei 56
struct ChallengeRecord {
    address challenger;
    Timestamp deadline;
    uint56 bondGwei;
}

/// @notice A deposit or forced transaction as it was enqueued (protocol §4.2).
struct QueueItem {
    uint8 kind;
    address sender;
    address recipient;
    address token;
    uint128 amount;
}

/// @notice Opens one segment of a batch: its claim, its data and their place under the data commitment.
/// @dev A queue segment has items and no data; a data segment has data and no items.
struct SegmentOpening {
    uint8 segment;
    bytes32 previous;
    bytes32 claimed;
    bytes data;
    QueueItem[] items;
    bytes32[] path;
}

/// @notice What a proof of one segment has to prove (protocol §7): that the words lead from `a` to `b`.
/// @dev `a`, `b` and `context` are canonical field elements. `words` are those that exist on L1, `1 + 7m` for `m` records;
/// each is below 2^160.
struct Claim {
    bytes32 a;
    bytes32 b;
    bytes32 context;
    uint256[] words;
}

/// @notice A proof of one segment, in the deployment's own format, and whom it pays: that is bound inside it.
struct SegmentProof {
    address beneficiary;
    bytes proof;
}

/// @notice Preimage of a checkpoint (protocol §3).
struct Checkpoint {
    bytes32 stateRoot;
    uint64 leafCount;
    bytes32 exitRoot;
    uint64 exitCount;
    uint128 fees;
}

/// @notice A withdrawal as it stands in a batch's exit tree; token 0 is ETH.
struct Exit {
    address token;
    address recipient;
    uint128 amount;
}
