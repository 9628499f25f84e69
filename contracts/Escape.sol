// SPDX-License-Identifier: MIT
// The way out of a frozen rollup: balances out of the last final state, deposits out of the queue.
pragma solidity ^0.8.28;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Queue} from "./Queue.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {ExitTree} from "./libraries/ExitTree.sol";
import {Field} from "./libraries/Field.sol";
import {Poseidon2} from "./libraries/Poseidon2.sol";
import {QueueChain} from "./libraries/QueueChain.sol";
import {TernaryTree} from "./libraries/TernaryTree.sol";
import {Leaf} from "./types/Leaf.sol";
import {Batch, Checkpoint, QueueItem} from "./types/Types.sol";

abstract contract Escape is Queue {
    using BatchIds for Batch;
    using BitMaps for BitMaps.BitMap;
    using Field for bytes32;

    /// @dev A record that escaped: one word. `done` stays for ever, `unpaid` is zeroed by the payment.
    struct Credit {
        uint128 unpaid;
        bool done;
    }

    uint8 internal constant DEPOSIT_ETH = 4;
    uint8 internal constant DEPOSIT_TOKEN = 5;
    /// @dev First inputs of the keys of the state tree.
    uint256 private constant ACCOUNT_KEY = 1;
    uint256 private constant TOKEN_KEY = 2;
    /// @dev 3^4: the next power would take more gas than a transaction may.
    uint256 private constant MOST_LEVELS = 4;
    uint256 private constant MOST_LEAVES = 3 ** MOST_LEVELS;

    /// @inheritdoc IBridge
    bytes32 public escapeRoot;
    mapping(address token => mapping(address account => Credit credit)) private _credits;
    BitMaps.BitMap private _reclaimed;

    /// @inheritdoc IBridge
    function openState(Batch calldata last, Checkpoint calldata checkpoint) external whileRunning {
        // INVARIANT: a balance that L2 can still spend does not escape.
        if (!rollup.frozen()) revert NotFrozen();
        uint64 number = last.header.number;
        // INVARIANT: what escapes is what was left after every batch whose exits and fees can be claimed.
        if (number != rollup.finalized() || !rollup.isFinal(number, last.idOf())) revert BatchNotFinal(number);
        if (escapeRoot != 0) revert StateAlreadyOpened();
        _checkPreimage(last, checkpoint);

        escapeRoot = checkpoint.stateRoot;
        emit StateOpened(number, checkpoint.stateRoot);
    }

    /// @inheritdoc IBridge
    function escape(uint64 first, Leaf[] calldata leaves, bytes32[2][] calldata path) external whileRunning {
        bytes32 root = escapeRoot;
        // INVARIANT: no root is nobody's proof.
        if (root == 0) revert StateNotOpened();
        uint256 height = rollup.stateDepth() - _levelsOf(leaves.length);
        // INVARIANT: the leaves are those of one subtree, so that each stands where its index says.
        if (first % leaves.length != 0) revert UnalignedLeaves(first, leaves.length);
        // INVARIANT: leaves stand at the tree's depth. No inner node passes for one, nor the other way round.
        if (path.length != height) revert WrongPathLength(height, path.length);
        bytes32 actual = TernaryTree.rootOf(_hashesOf(leaves), first, path);
        // INVARIANT: only balances of the last final state escape.
        if (actual != root) revert WrongStateProof(root, actual);
        for (uint256 i = 0; i < leaves.length; ++i) _credit(leaves[i]);
    }

    /// @inheritdoc IBridge
    function payEscapes(address token, address[] calldata accounts) external nonReentrant whileRunning {
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            uint128 amount = _credits[token][account].unpaid;
            if (amount == 0) continue;
            // INVARIANT: a credit is paid once.
            _credits[token][account].unpaid = 0;
            emit EscapePaid(token, account, amount);
            _pay(token, account, amount);
        }
    }

    /// @inheritdoc IBridge
    function reclaim(uint64 index, QueueItem calldata item) external nonReentrant whileRunning {
        // INVARIANT: a deposit that a batch can still consume does not return.
        if (!rollup.frozen()) revert NotFrozen();
        uint64 end = rollup.finalizedQueueEnd();
        // INVARIANT: a deposit is in the final state or returns, never both.
        if (index < end) revert ItemConsumed(index, end);
        uint64 length = queueLength();
        if (index >= length) revert ItemUnknown(index, length);
        // INVARIANT: the item is the one that was enqueued: it leads from one stored word to the next.
        if (QueueChain.append(queueHash(index), item) != queueHash(index + 1)) revert WrongItem(index);
        // INVARIANT: nothing returns that was not taken. A forced transaction brought no money.
        if (item.kind != DEPOSIT_ETH && item.kind != DEPOSIT_TOKEN) revert NotADeposit(item.kind);
        // INVARIANT: a deposit returns once.
        if (_reclaimed.get(index)) revert AlreadyReclaimed(index);

        _reclaimed.set(index);
        emit Reclaimed(index, item.sender, item.token, item.amount);
        _pay(item.token, item.sender, item.amount);
    }

    /// @inheritdoc IBridge
    function escapeOf(address token, address account) external view returns (uint128 unpaid, bool done) {
        Credit memory credit = _credits[token][account];
        return (credit.unpaid, credit.done);
    }

    /// @inheritdoc IBridge
    function isReclaimed(uint64 index) external view returns (bool) {
        return _reclaimed.get(index);
    }

    function _checkPreimage(Batch calldata batch, Checkpoint calldata checkpoint) internal pure {
        // INVARIANT: a checkpoint has one preimage. Field elements have no second encoding.
        if (!checkpoint.stateRoot.isCanonical() || !checkpoint.exitRoot.isCanonical()) {
            revert NonCanonicalCheckpoint(checkpoint.stateRoot, checkpoint.exitRoot);
        }
        bytes32 hash = ExitTree.checkpointOf(checkpoint);
        if (hash != batch.header.lastCheckpoint) revert WrongCheckpoint(batch.header.lastCheckpoint, hash);
    }

    /// @dev Nobody's code runs here, so that no owner of a leaf can make its neighbours' escape fail.
    function _credit(Leaf calldata leaf) private {
        if (leaf.account == address(0) || leaf.lo == 0) return;
        // INVARIANT: a record escapes once. Its owner and asset name it, not its place in the tree.
        if (_credits[leaf.token][leaf.account].done) return;
        _credits[leaf.token][leaf.account] = Credit({unpaid: leaf.lo, done: true});
        emit Escaped(leaf.token, leaf.account, leaf.lo);
    }

    function _levelsOf(uint256 count) private pure returns (uint256 levels) {
        uint256 width = 1;
        for (; width < count && width < MOST_LEAVES; width *= 3) ++levels;
        // INVARIANT: the leaves fill their subtree.
        if (width != count) revert UnevenLeaves(count, MOST_LEAVES);
    }

    function _hashesOf(Leaf[] calldata leaves) private pure returns (uint256[] memory hashes) {
        hashes = new uint256[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            // INVARIANT: a leaf that is not escaped is worth nothing to anybody.
            hashes[i] = leaves[i].account == address(0) ? uint256(leaves[i].next) : _hashOf(leaves[i]);
        }
    }

    function _hashOf(Leaf calldata leaf) private pure returns (uint256) {
        uint256[] memory inputs = new uint256[](4);
        inputs[0] = _keyOf(leaf);
        inputs[1] = leaf.lo;
        inputs[2] = leaf.hi;
        inputs[3] = uint256(leaf.next);
        return Poseidon2.hash(inputs);
    }

    function _keyOf(Leaf calldata leaf) private pure returns (uint256) {
        // INVARIANT: a token's balance is never taken for an account's ether.
        if (leaf.token != ETH) return Poseidon2.hash3(TOKEN_KEY, uint160(leaf.token), uint160(leaf.account));
        uint256[] memory inputs = new uint256[](2);
        inputs[0] = ACCOUNT_KEY;
        inputs[1] = uint160(leaf.account);
        return Poseidon2.hash(inputs);
    }
}
