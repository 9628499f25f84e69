// What the library harness offers, for tests that must not inline the libraries themselves.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Batch, BatchId, Checkpoint, Exit, QueueItem} from "../../../contracts/types/Types.sol";

interface ILibraryHarness {
    function hash3(uint256 a, uint256 b, uint256 c) external view returns (uint256 result, uint256 gas);

    function hash(uint256[] calldata inputs) external pure returns (uint256);

    function genesisCheckpoint(uint256 depth) external pure returns (bytes32);

    function checkpointOf(Checkpoint calldata checkpoint) external pure returns (bytes32);

    function exitRoot(Exit calldata exit, uint256 index, bytes32[2][] calldata path) external pure returns (bytes32);

    function decode(
        bytes calldata data,
        uint64 chainId,
        uint64 baseFee,
        uint256 most
    ) external view returns (uint256[] memory words, uint256 gas);

    function wordsOfItems(QueueItem[] calldata items) external pure returns (uint256[] memory);

    function queueChain(bytes32 chain, QueueItem[] calldata items) external pure returns (bytes32);

    function batchId(Batch calldata batch) external pure returns (BatchId);

    function contextOf(
        address rollup,
        BatchId id,
        uint256 segment,
        address beneficiary
    ) external view returns (bytes32);

    function publicInputs(
        bytes32 previous,
        bytes32 computed,
        bytes32 h,
        uint256[] calldata words,
        bytes32 context
    ) external pure returns (bytes32[6] memory);

    function segmentRoot(bytes32[] calldata leaves) external pure returns (bytes32);

    function containsSegment(
        bytes32 root,
        uint256 count,
        uint256 index,
        bytes32 leaf,
        bytes32[] calldata path
    ) external pure returns (bool);
}
