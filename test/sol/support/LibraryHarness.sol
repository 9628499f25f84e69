// The libraries' internal functions, callable from outside: for tests against the reference model.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchIds} from "../../../contracts/libraries/BatchIds.sol";
import {ExitTree} from "../../../contracts/libraries/ExitTree.sol";
import {Genesis} from "../../../contracts/libraries/Genesis.sol";
import {Poseidon2} from "../../../contracts/libraries/Poseidon2.sol";
import {QueueChain} from "../../../contracts/libraries/QueueChain.sol";
import {RecordDecoder} from "../../../contracts/libraries/RecordDecoder.sol";
import {SegmentTree} from "../../../contracts/libraries/SegmentTree.sol";
import {Statement} from "../../../contracts/libraries/Statement.sol";
import {Batch, BatchId, Checkpoint, Exit, QueueItem} from "../../../contracts/types/Types.sol";
import {ILibraryHarness} from "./ILibraryHarness.sol";

contract LibraryHarness is ILibraryHarness {
    function hash3(uint256 a, uint256 b, uint256 c) external view returns (uint256 result, uint256 gas) {
        gas = gasleft();
        result = Poseidon2.hash3(a, b, c);
        gas -= gasleft();
    }

    function hash(uint256[] calldata inputs) external pure returns (uint256) {
        return Poseidon2.hash(inputs);
    }

    function genesisCheckpoint(uint256 depth) external pure returns (bytes32) {
        return Genesis.checkpoint(depth);
    }

    function checkpointOf(Checkpoint calldata checkpoint) external pure returns (bytes32) {
        return ExitTree.checkpointOf(checkpoint);
    }

    function exitRoot(Exit calldata exit, uint256 index, bytes32[2][] calldata path) external pure returns (bytes32) {
        return ExitTree.rootOf(exit, index, path);
    }

    function decode(
        bytes calldata data,
        uint64 chainId,
        uint64 baseFee,
        uint256 most
    ) external view returns (uint256[] memory words, uint256 gas) {
        gas = gasleft();
        words = RecordDecoder.decode(data, chainId, baseFee, most);
        gas -= gasleft();
    }

    function wordsOfItems(QueueItem[] calldata items) external pure returns (uint256[] memory) {
        return QueueChain.wordsOf(items);
    }

    function queueChain(bytes32 chain, QueueItem[] calldata items) external pure returns (bytes32) {
        return QueueChain.appendAll(chain, items);
    }

    function batchId(Batch calldata batch) external pure returns (BatchId) {
        return BatchIds.idOf(batch);
    }

    function contextOf(
        address rollup,
        BatchId id,
        uint256 segment,
        address beneficiary
    ) external view returns (bytes32) {
        return Statement.contextOf(rollup, id, segment, beneficiary);
    }

    function publicInputs(
        bytes32 previous,
        bytes32 computed,
        bytes32 h,
        uint256[] calldata words,
        bytes32 context
    ) external pure returns (bytes32[6] memory) {
        return Statement.publicInputs(previous, computed, h, words, context);
    }

    function segmentRoot(bytes32[] calldata leaves) external pure returns (bytes32) {
        return SegmentTree.rootOf(leaves);
    }

    function containsSegment(
        bytes32 root,
        uint256 count,
        uint256 index,
        bytes32 leaf,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return SegmentTree.contains(root, count, index, leaf, path);
    }
}
