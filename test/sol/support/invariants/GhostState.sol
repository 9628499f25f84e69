// The ghost's second layer: a small state that queue items and data bytes change, with real trees over its last states.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Field} from "../../../../contracts/libraries/Field.sol";
import {Leaf} from "../../../../contracts/types/Leaf.sol";
import {Checkpoint, Claim, Exit, QueueItem} from "../../../../contracts/types/Types.sol";
import {Hashing} from "../Hashing.sol";
import {StateTree} from "../StateTree.sol";
import {Ghost} from "./Ghost.sol";

abstract contract GhostState is Ghost {
    /// @notice A batch before it is committed, with what the ghost knows of it.
    struct Draft {
        Built built;
        bytes data;
        bytes32[] truths;
        uint64 wrong;
        uint128[8] balances;
        Exit[] exits;
        Checkpoint last;
    }

    uint256 internal constant ACCOUNTS = 4;
    uint256 internal constant RECORDS = 8;
    uint256 private constant EXIT_DEPTH = 7;
    uint256 private constant MOST_EXITS = 24;

    /// @dev Accounts of the second layer, which are also who deposits. The last one is `moody`.
    address[4] internal people;
    /// @dev Hashes of the keys of the eight records: account by account, ether before the token.
    uint256[8] private _keys;
    bytes32 private _emptyExits;
    /// @dev A statement that a broken verifier takes for true, for the length of one call.
    bytes32 internal brokenContext;
    bytes32 internal brokenResult;

    constructor() {
        people = [makeAddr("alice"), makeAddr("bob"), makeAddr("carol"), address(moody)];
        for (uint256 i = 0; i < RECORDS; ++i) _keys[i] = StateTree.keyOf(assetOf(i), people[i / 2]);
        _emptyExits = StateTree.root(exitTreeOf(new Exit[](0)));
        uint256[] memory sentinel = new uint256[](1);
        sentinel[0] = StateTree.recordHash(0, 0, 0, 0);
        bytes32 root = StateTree.root(StateTree.build(sentinel, DEPTH));
        batches[0].last = Checkpoint(root, 1, _emptyExits, 0, 0);
    }

    /// @notice True are the statements about committed batches that follow from the words and the claim before, with the
    /// beneficiary that the proof was made for. The proof names the statement; whose it is, nobody can change.
    function isTrue(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        if (proof.length != 96) return false;
        (uint256 which, uint8 segment, address beneficiary) = abi.decode(proof, (uint256, uint8, address));
        if (which == 0 || which >= batches.length || segment >= batches[which].count) return false;
        bytes32 context = contextOf(which, segment, beneficiary);
        if (claim.context != context || claim.a != claimBefore(which, segment)) return false;
        if (keccak256(abi.encode(claim.words)) != keccak256(abi.encode(wordsOf(which, segment)))) return false;
        return claim.b == batches[which].truths[segment] || (context == brokenContext && claim.b == brokenResult);
    }

    function contextOf(uint256 which, uint8 segment, address beneficiary) internal view returns (bytes32) {
        bytes memory context = abi.encode(block.chainid, address(rollup), idAt(which), uint256(segment), beneficiary);
        return Field.reduce(keccak256(context));
    }

    function claimBefore(uint256 which, uint8 segment) internal view returns (bytes32) {
        GhostBatch storage its = batches[which];
        return segment == 0 ? batches[its.parent].batch.header.lastCheckpoint : its.claims[segment - 1];
    }

    /// @notice One byte of data is no record: its words are the first word alone.
    function wordsOf(uint256 which, uint8 segment) internal view returns (uint256[] memory words) {
        GhostBatch storage its = batches[which];
        uint256 queueSegments = its.count - its.data.length;
        uint256 start = batches[its.parent].batch.header.queueEnd + uint256(segment) * N;
        uint256 end = start + N;
        if (end > its.batch.header.queueEnd) end = its.batch.header.queueEnd;
        words = new uint256[](segment < queueSegments ? 1 + 7 * (end - start) : 1);
        words[0] = segment == 0 ? 1 : 0;
        for (uint256 i = 1; i < words.length; i += 7) {
            QueueItem storage item = queued[start + i / 7];
            words[i] = item.kind;
            words[i + 1] = uint160(item.sender);
            words[i + 2] = uint160(item.recipient);
            words[i + 3] = uint160(item.token);
            words[i + 4] = item.amount;
        }
    }

    /// @notice The honest batch, or one whose claim of segment `lieAt` is a number without a state.
    function draftOn(
        uint256 parent,
        uint64 queueEnd,
        bytes memory data,
        uint256 lieAt
    ) internal view returns (Draft memory draft) {
        bool empty = data.length == 0 && queueEnd == batches[parent].batch.header.queueEnd;
        draft.built = build(batches[parent].batch, queueEnd, empty ? 1 : data.length);
        draft.data = data;
        if (empty) {
            // No commitment to no segments can be built.
            (draft.built.checkpoints, draft.built.segments) = (new bytes32[](0), new bytes[](0));
            return draft;
        }
        uint256 count = draft.built.checkpoints.length;
        if (batches[parent].right) _execute(draft, parent, queueEnd);
        draft.truths = new bytes32[](count);
        bytes32 previous = batches[parent].batch.header.lastCheckpoint;
        uint256 queueSegments = count - data.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 what = i < queueSegments ? bytes32(uint256(queueEnd)) : bytes32(data[i - queueSegments]);
            if (i >= queueSegments) draft.built.segments[i - queueSegments] = abi.encodePacked(data[i - queueSegments]);
            bool known = i == count - 1 && batches[parent].right && draft.wrong == 0;
            draft.truths[i] =
                known ? Hashing.checkpointOf(draft.last) : Field.reduce(keccak256(abi.encode(previous, i, what)));
            if (i == lieAt) draft.wrong |= uint64(1) << uint64(i);
            previous = i == lieAt ? Field.reduce(keccak256(abi.encode("lie", previous, i))) : draft.truths[i];
            draft.built.checkpoints[i] = previous;
        }
        draft.built.batch.header.lastCheckpoint = previous;
        seal(draft.built);
    }

    /// @notice Hashes of the leaves as they stand in a batch's last state; a sentinel comes first.
    function leavesOf(uint128[8] memory balances) internal view returns (Leaf[] memory leaves) {
        leaves = new Leaf[](1 + RECORDS);
        leaves[0].next = checkpoint(12345);
        for (uint256 i = 0; i < RECORDS; ++i) {
            address asset = assetOf(i);
            leaves[i + 1] = Leaf(asset, people[i / 2], balances[i], asset == ETHER ? 7 : 0, checkpoint(i));
        }
    }

    function treeOf(uint128[8] memory balances) internal view returns (StateTree.Tree memory) {
        Leaf[] memory leaves = leavesOf(balances);
        uint256[] memory hashes = new uint256[](leaves.length);
        hashes[0] = uint256(leaves[0].next);
        for (uint256 i = 1; i < hashes.length; ++i) {
            hashes[i] = StateTree.recordHash(_keys[i - 1], leaves[i].lo, leaves[i].hi, uint256(leaves[i].next));
        }
        return StateTree.build(hashes, DEPTH);
    }

    function exitTreeOf(Exit[] memory exits) internal pure returns (StateTree.Tree memory) {
        return StateTree.ofExits(exits, EXIT_DEPTH);
    }

    function assetOf(uint256 recordIndex) internal view returns (address) {
        return recordIndex % 2 == 0 ? ETHER : address(token);
    }

    function personIndex(address account) internal view returns (uint256 index) {
        while (people[index] != account) ++index;
    }

    function _execute(Draft memory draft, uint256 parent, uint64 queueEnd) private view {
        draft.balances = batches[parent].balances;
        Exit[] memory exits = new Exit[](MOST_EXITS);
        uint256 used = 0;
        for (uint256 i = batches[parent].batch.header.queueEnd; i < queueEnd; ++i) {
            used = _apply(draft, exits, used, queued[i]);
        }
        for (uint256 i = 0; i < draft.data.length; ++i) used = _applyByte(draft, exits, used, uint8(draft.data[i]));
        assembly ("memory-safe") {
            mstore(exits, used)
        }
        draft.exits = exits;
        draft.last.stateRoot = StateTree.root(treeOf(draft.balances));
        draft.last.leafCount = uint64(1 + RECORDS);
        draft.last.exitRoot = used == 0 ? _emptyExits : StateTree.root(exitTreeOf(exits));
        draft.last.exitCount = uint64(used);
    }

    /// @dev Deposits (4, 5), forced withdrawals (2, 3) and forced transfers (6, 7); odd kinds are about the token.
    function _apply(
        Draft memory draft,
        Exit[] memory exits,
        uint256 used,
        QueueItem memory item
    ) private view returns (uint256) {
        uint256 asset = item.kind % 2;
        uint256 to = 2 * personIndex(item.recipient) + asset;
        if (item.kind == 4 || item.kind == 5) {
            draft.balances[to] += item.amount;
            return used;
        }
        uint256 from = 2 * personIndex(item.sender) + asset;
        if (draft.balances[from] < item.amount) return used;
        draft.balances[from] -= item.amount;
        if (item.kind > 5) draft.balances[to] += item.amount;
        else exits[used++] = Exit(item.token, item.recipient, item.amount);
        return used;
    }

    /// @dev What a byte stands for: nothing, a transfer of a half, a withdrawal of a third, or a fee.
    function _applyByte(
        Draft memory draft,
        Exit[] memory exits,
        uint256 used,
        uint8 what
    ) private view returns (uint256) {
        uint256 asset = what >> 7;
        uint256 from = 2 * ((what >> 3) & 3);
        uint256 to = 2 * ((what >> 5) & 3) + asset;
        uint256 kind = what & 7;
        uint128 amount = draft.balances[from + asset];
        if (kind == 1 || kind == 2) {
            draft.balances[from + asset] -= amount / 2;
            draft.balances[to] += amount / 2;
        } else if (kind > 2 && kind < 6 && amount >= 3) {
            draft.balances[from + asset] -= amount / 3;
            exits[used++] = Exit(assetOf(asset), people[to / 2], amount / 3);
        } else if (kind > 5) {
            uint128 fee = draft.balances[from] / 2;
            draft.balances[from] -= fee;
            draft.last.fees += fee;
        }
        return used;
    }
}
