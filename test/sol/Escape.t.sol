// The escape hatch: each balance of the last final state leaves once, and nothing else does.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {Leaf} from "../../contracts/types/Leaf.sol";
import {Batch, Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {StateTree} from "./support/StateTree.sol";
import {Token} from "./support/Tokens.sol";

contract EscapeTest is FrozenProtocol {
    Token private token;

    function setUp() public override {
        super.setUp();
        token = new Token();
        depositEth(alice, 40 ether);
        depositEth(bob, 60 ether);
        depositToken(carol, token, 1000);
    }

    /// @dev Sentinel, three accounts, two token balances, a zero balance; the eighth and ninth leaf are unused.
    function state() private view returns (Leaf[] memory leaves) {
        leaves = new Leaf[](7);
        leaves[0] = sentinel();
        leaves[1] = record(ETH, alice, 30 ether);
        leaves[2] = record(ETH, bob, 50 ether);
        leaves[3] = record(address(token), alice, 400);
        leaves[4] = record(ETH, carol, 20 ether);
        leaves[5] = record(address(token), bob, 600);
        leaves[6] = record(address(token), carol, 0);
    }

    function unpaid(address asset, address account) private view returns (uint128 amount) {
        (amount, ) = bridge.escapeOf(asset, account);
    }

    function isDone(address asset, address account) private view returns (bool done) {
        (, done) = bridge.escapeOf(asset, account);
    }

    function expectWrongProof(uint64 first, Leaf[] memory leaves, bytes32[2][] memory path) private {
        vm.expectPartialRevert(IBridge.WrongStateProof.selector);
        bridge.escape(first, leaves, path);
    }

    // Opening the state

    function test_open_state_before_a_freeze_reverts() public {
        (Built memory built, Checkpoint memory last) = finalState(state());
        vm.expectRevert(IBridge.NotFrozen.selector);
        bridge.openState(built.batch, last);
    }

    function test_open_state_of_an_earlier_final_batch_reverts() public {
        (Built memory first, Checkpoint memory earlier) = finalState(state());
        Checkpoint memory last = ending(checkpoint(9), new Exit[](0), 0);
        Built memory second = commitEnding(first.batch, bridge.queueLength(), last);
        finalizeAfterWindow(second);
        freeze();
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(1)));
        bridge.openState(first.batch, earlier);
        bridge.openState(second.batch, last);
        assertEq(bridge.escapeRoot(), checkpoint(9));
    }

    function test_open_state_of_a_pruned_or_unknown_batch_reverts() public {
        Checkpoint memory last = ending(checkpoint(9), new Exit[](0), 0);
        Built memory pruned = commitEnding(rollup.genesis(), 3, last);
        freeze();
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(1)));
        bridge.openState(pruned.batch, last);
        Batch memory forged = rollup.genesis();
        forged.header.lastCheckpoint = pruned.batch.header.lastCheckpoint;
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(0)));
        bridge.openState(forged, last);
    }

    function test_open_state_works_whether_or_not_the_checkpoint_was_opened() public {
        for (uint256 i = 0; i < 2; ++i) {
            (Built memory built, Checkpoint memory last) = finalState(state());
            if (i == 0) bridge.openCheckpoint(built.batch, last);
            freeze();
            vm.expectEmit(address(bridge));
            emit IBridge.StateOpened(1, last.stateRoot);
            bridge.openState(built.batch, last);
            assertEq(bridge.escapeRoot(), last.stateRoot);
            if (i == 1) bridge.openCheckpoint(built.batch, last);
            assertTrue(bridge.isOpened(1));
            deploy(parameters());
            fund(sequencer, 10 ether);
        }
    }

    function test_open_state_twice_reverts() public {
        (Built memory built, Checkpoint memory last) = finalState(state());
        freeze();
        bridge.openState(built.batch, last);
        vm.expectRevert(IBridge.StateAlreadyOpened.selector);
        bridge.openState(built.batch, last);
    }

    function test_open_state_with_another_or_another_encoding_of_a_field_reverts() public {
        (Built memory built, Checkpoint memory last) = finalState(state());
        freeze();
        Checkpoint memory forged = ending(checkpoint(2), new Exit[](0), 0);
        vm.expectPartialRevert(IBridge.WrongCheckpoint.selector);
        bridge.openState(built.batch, forged);
        forged = ending(last.stateRoot, new Exit[](0), 1);
        vm.expectPartialRevert(IBridge.WrongCheckpoint.selector);
        bridge.openState(built.batch, forged);
        last.stateRoot = bytes32(uint256(last.stateRoot) + Field.ORDER);
        vm.expectPartialRevert(IBridge.NonCanonicalCheckpoint.selector);
        bridge.openState(built.batch, last);
    }

    function test_open_state_of_genesis_finds_nobody() public {
        freeze();
        Leaf[] memory leaves = one(hashed(StateTree.recordHash(0, 0, 0, 0)));
        StateTree.Tree memory tree = treeOf(leaves);
        Checkpoint memory genesis = ending(StateTree.root(tree), new Exit[](0), 0);
        genesis.leafCount = 1;
        bridge.openState(rollup.genesis(), genesis);
        assertEq(bridge.escapeRoot(), StateTree.root(tree));
        bridge.escape(0, leaves, StateTree.pathOf(tree, 0, 0));
    }

    // Escaping

    function test_escape_before_a_freeze_or_before_the_state_is_open_reverts() public {
        (Built memory built, Checkpoint memory last) = finalState(state());
        StateTree.Tree memory tree = treeOf(state());
        Leaf memory leaf = state()[1];
        vm.expectRevert(IBridge.StateNotOpened.selector);
        bridge.escape(1, one(leaf), StateTree.pathOf(tree, 1, 0));
        freeze();
        vm.expectRevert(IBridge.StateNotOpened.selector);
        bridge.escape(1, one(leaf), StateTree.pathOf(tree, 1, 0));
        bridge.openState(built.batch, last);
        bridge.escape(1, one(leaf), StateTree.pathOf(tree, 1, 0));
    }

    function test_escape_against_a_zero_root_reverts() public {
        // Whatever hashes to nothing: no state is open.
        freeze();
        bytes32[2][] memory path = new bytes32[2][](rollup.stateDepth());
        vm.expectRevert(IBridge.StateNotOpened.selector);
        bridge.escape(0, one(hashed(0)), path);
        vm.expectRevert(IBridge.StateNotOpened.selector);
        bridge.escape(0, new Leaf[](3), path);
    }

    function test_escape_pays_each_record_once_alone_or_in_a_subtree() public {
        openFrozen(state());
        vm.expectEmit(address(bridge));
        emit IBridge.Escaped(ETH, alice, 30 ether);
        vm.prank(prover);
        bridge.escape(1, one(state()[1]), StateTree.pathOf(treeOf(state()), 1, 0));
        assertEq(unpaid(ETH, alice), 30 ether);
        assertTrue(isDone(ETH, alice));
        assertEq(unpaid(address(token), alice), 0);
        assertFalse(isDone(address(token), alice));
        assertEq(alice.balance, 0);

        escapeSubtree(state(), 0, 2);
        escapeSubtree(state(), 3, 1);
        assertEq(unpaid(ETH, alice), 30 ether);
        assertEq(unpaid(ETH, bob), 50 ether);
        assertEq(unpaid(ETH, carol), 20 ether);
        assertEq(unpaid(address(token), alice), 400);
        assertEq(unpaid(address(token), bob), 600);

        vm.expectEmit(address(bridge));
        emit IBridge.EscapePaid(ETH, alice, 30 ether);
        bridge.payEscapes(ETH, only(alice));
        assertEq(alice.balance, 30 ether);
        assertEq(unpaid(ETH, alice), 0);
        assertTrue(isDone(ETH, alice));
        escapeSubtree(state(), 0, 2);
        escapeSubtree(state(), 1, 0);
        bridge.payEscapes(ETH, only(alice));
        assertEq(alice.balance, 30 ether);
        assertEq(bridge.custody(ETH), 70 ether);
    }

    function test_escape_takes_subtrees_of_every_size() public {
        openFrozen(state());
        uint256 before = vm.snapshotState();
        for (uint256 height = 0; height <= 4; ++height) {
            escapeSubtree(state(), 5, height);
            assertEq(unpaid(address(token), bob), 600);
            assertEq(unpaid(ETH, bob), height < 2 ? 0 : 50 ether);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_escape_at_every_digit_of_the_index() public {
        uint256 depth = rollup.stateDepth();
        Leaf memory leaf = record(ETH, alice, 1 ether);
        bytes32[2][] memory path = new bytes32[2][](depth);
        for (uint256 i = 0; i < depth; ++i) path[i] = [checkpoint(2 * i), checkpoint(2 * i + 1)];
        uint256 before = vm.snapshotState();
        // 0, all twos, and each power of three once and twice.
        for (uint256 i = 0; i < 2 * depth + 2; ++i) {
            uint256 index =
                i == 0
                    ? 0
                    : i == 1
                        ? 3 ** depth - 1
                        : (1 + (i % 2)) * 3 ** ((i - 2) / 2);
            Checkpoint memory last = ending(StateTree.climb(StateTree.hashOf(leaf), index, path), new Exit[](0), 0);
            Built memory built = commitEnding(rollup.genesis(), 3, last);
            finalizeAfterWindow(built);
            freeze();
            bridge.openState(built.batch, last);
            expectWrongProof(uint64(index == 0 ? 1 : index - 1), one(leaf), path);
            bridge.escape(uint64(index), one(leaf), path);
            assertEq(unpaid(ETH, alice), 1 ether);
            vm.revertToState(before);
            before = vm.snapshotState();
            warpTo(START);
        }
    }

    function test_escape_of_another_balance_nonce_account_or_token_reverts() public {
        openFrozen(state());
        bytes32[2][] memory path = StateTree.pathOf(treeOf(state()), 1, 0);
        for (uint256 i = 0; i < 5; ++i) {
            Leaf memory leaf = state()[1];
            if (i == 0) leaf.lo += 1;
            if (i == 1) leaf.hi += 1;
            if (i == 2) leaf.account = prover;
            if (i == 3) leaf.token = address(token);
            if (i == 4) leaf.next = checkpoint(77);
            expectWrongProof(1, one(leaf), path);
        }
        bridge.escape(1, one(state()[1]), path);
    }

    function test_a_token_zero_record_cannot_be_escaped_as_an_account() public {
        // A balance of "token 0", as no honest state holds it: neither an account's ether nor anybody's token.
        Leaf[] memory leaves = state();
        uint256 key = uint256(checkpoint(1));
        leaves[1] = hashed(StateTree.recordHash(key, 30 ether, 0, 5));
        openFrozen(leaves);
        bytes32[2][] memory path = StateTree.pathOf(treeOf(leaves), 1, 0);
        expectWrongProof(1, one(Leaf(ETH, alice, 30 ether, 0, bytes32(uint256(5)))), path);
        expectWrongProof(1, one(Leaf(address(1), alice, 30 ether, 0, bytes32(uint256(5)))), path);
    }

    function test_an_account_is_no_token_balance_and_the_other_way_round() public {
        openFrozen(state());
        Leaf memory asToken = state()[1];
        asToken.token = address(1);
        expectWrongProof(1, one(asToken), StateTree.pathOf(treeOf(state()), 1, 0));
        Leaf memory asEther = state()[3];
        asEther.token = ETH;
        expectWrongProof(3, one(asEther), StateTree.pathOf(treeOf(state()), 3, 0));
        Leaf memory swapped = state()[3];
        (swapped.token, swapped.account) = (swapped.account, swapped.token);
        expectWrongProof(3, one(swapped), StateTree.pathOf(treeOf(state()), 3, 0));
    }

    function test_escape_with_an_aliased_index_pays_nothing_more() public {
        openFrozen(state());
        bytes32[2][] memory path = StateTree.pathOf(treeOf(state()), 1, 0);
        bridge.escape(1, one(state()[1]), path);
        uint64 alias_ = uint64(1 + 3 ** uint256(rollup.stateDepth()));
        bridge.escape(alias_, one(state()[1]), path);
        assertEq(unpaid(ETH, alice), 30 ether);
        bridge.payEscapes(ETH, only(alice));
        bridge.escape(alias_, one(state()[1]), path);
        assertEq(unpaid(ETH, alice), 0);
    }

    function test_escape_with_words_in_another_encoding_pays_nothing_more() public {
        openFrozen(state());
        bytes32[2][] memory path = StateTree.pathOf(treeOf(state()), 1, 0);
        bridge.escape(1, one(state()[1]), path);
        bridge.payEscapes(ETH, only(alice));
        Leaf memory leaf = state()[1];
        leaf.next = bytes32(uint256(leaf.next) + Field.ORDER);
        path[3][1] = bytes32(uint256(path[3][1]) + Field.ORDER);
        bridge.escape(1, one(leaf), path);
        assertEq(unpaid(ETH, alice), 0);
    }

    function test_escape_skips_what_was_escaped_before_so_nobody_can_block_a_subtree() public {
        openFrozen(state());
        escapeSubtree(state(), 2, 0);
        bridge.payEscapes(ETH, only(bob));
        escapeSubtree(state(), 0, 2);
        assertEq(unpaid(ETH, bob), 0);
        assertEq(unpaid(ETH, alice), 30 ether);
        assertEq(bob.balance, 50 ether);
    }

    function test_a_record_that_stands_in_the_tree_twice_escapes_once() public {
        Leaf[] memory leaves = state();
        leaves[4] = leaves[1];
        openFrozen(leaves);
        escapeSubtree(leaves, 0, 2);
        assertEq(unpaid(ETH, alice), 30 ether);
        bridge.payEscapes(ETH, only(alice));
        escapeSubtree(leaves, 4, 0);
        assertEq(unpaid(ETH, alice), 0);
    }

    function test_escape_of_the_sentinel_or_an_unused_leaf_pays_nobody() public {
        openFrozen(state());
        vm.recordLogs();
        escapeSubtree(state(), 0, 0);
        escapeSubtree(state(), 7, 0);
        escapeSubtree(state(), 3 ** uint256(rollup.stateDepth()) - 1, 4);
        assertEq(vm.getRecordedLogs().length, 0);
        // Its preimage would need an account with key 0.
        Leaf memory forged = Leaf({token: ETH, account: alice, lo: 0, hi: 0, next: bytes32(uint256(12345))});
        expectWrongProof(0, one(forged), StateTree.pathOf(treeOf(state()), 0, 0));
    }

    function test_escape_of_an_unused_leaf_as_a_balance_reverts() public {
        openFrozen(state());
        expectWrongProof(7, one(record(ETH, prover, 1 ether)), StateTree.pathOf(treeOf(state()), 7, 0));
        expectWrongProof(7, one(record(ETH, prover, 0)), StateTree.pathOf(treeOf(state()), 7, 0));
    }

    function test_escape_of_an_empty_balance_or_of_the_zero_account_credits_nobody() public {
        Leaf[] memory leaves = state();
        leaves[4] = hashed(StateTree.recordHash(StateTree.keyOf(ETH, address(0)), 20 ether, 0, 9));
        openFrozen(leaves);
        escapeSubtree(leaves, 6, 0);
        assertFalse(isDone(address(token), carol));
        // With account 0 the other fields are not read: the leaf is its hash.
        Leaf memory zero = leaves[4];
        (zero.lo, zero.hi, zero.token) = (20 ether, 7, address(token));
        bridge.escape(4, one(zero), StateTree.pathOf(treeOf(leaves), 4, 0));
        assertFalse(isDone(ETH, address(0)));
        assertFalse(isDone(address(token), address(0)));
        zero = Leaf(ETH, address(0), 20 ether, 0, bytes32(uint256(9)));
        expectWrongProof(4, one(zero), StateTree.pathOf(treeOf(leaves), 4, 0));
    }

    function test_a_hashed_leaf_keeps_its_owners_escape_open() public {
        openFrozen(state());
        Leaf[] memory leaves = state();
        leaves[1] = hashed(StateTree.hashOf(leaves[1]));
        escapeSubtree(leaves, 0, 1);
        assertFalse(isDone(ETH, alice));
        assertEq(unpaid(ETH, bob), 50 ether);
        escapeSubtree(state(), 1, 0);
        assertEq(unpaid(ETH, alice), 30 ether);
    }

    function test_escape_of_unaligned_or_uneven_leaves_reverts() public {
        Leaf[] memory leaves = state();
        openFrozen(leaves);
        StateTree.Tree memory tree = treeOf(leaves);
        uint256[8] memory uneven = [uint256(0), 2, 4, 8, 10, 80, 82, 243];
        for (uint256 i = 0; i < uneven.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IBridge.UnevenLeaves.selector, uneven[i], 81));
            bridge.escape(0, slice(leaves, 0, uneven[i]), StateTree.pathOf(tree, 0, 1));
        }
        for (uint64 first = 1; first < 3; ++first) {
            vm.expectRevert(abi.encodeWithSelector(IBridge.UnalignedLeaves.selector, first, 3));
            bridge.escape(first, slice(leaves, 0, 3), StateTree.pathOf(tree, 0, 1));
        }
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnalignedLeaves.selector, uint64(27), 81));
        bridge.escape(27, slice(leaves, 0, 81), StateTree.pathOf(tree, 0, 4));
    }

    function test_escape_of_a_shifted_subtree_reverts() public {
        openFrozen(state());
        StateTree.Tree memory tree = treeOf(state());
        expectWrongProof(3, slice(state(), 0, 3), StateTree.pathOf(tree, 0, 1));
        expectWrongProof(0, slice(state(), 3, 3), StateTree.pathOf(tree, 0, 1));
        expectWrongProof(0, slice(state(), 1, 3), StateTree.pathOf(tree, 0, 1));
        Leaf[] memory swapped = slice(state(), 0, 3);
        (swapped[1], swapped[2]) = (swapped[2], swapped[1]);
        expectWrongProof(0, swapped, StateTree.pathOf(tree, 0, 1));
    }

    function test_a_leaf_counted_twice_within_a_call_reverts() public {
        openFrozen(state());
        Leaf[] memory leaves = slice(state(), 0, 3);
        leaves[2] = leaves[1];
        expectWrongProof(0, leaves, StateTree.pathOf(treeOf(state()), 0, 1));
    }

    function test_escape_with_a_shorter_longer_or_other_path_reverts() public {
        openFrozen(state());
        uint256 depth = rollup.stateDepth();
        StateTree.Tree memory tree = treeOf(state());
        for (uint256 height = 0; height <= 4; ++height) {
            Leaf[] memory leaves = slice(state(), 0, 3 ** height);
            vm.expectRevert(
                abi.encodeWithSelector(IBridge.WrongPathLength.selector, depth - height, depth - height - 1)
            );
            bridge.escape(0, leaves, StateTree.pathOf(tree, 0, height + 1));
            vm.expectRevert(
                abi.encodeWithSelector(IBridge.WrongPathLength.selector, depth - height, depth - height + 1)
            );
            bridge.escape(0, leaves, new bytes32[2][](depth - height + 1));
        }
        bytes32[2][] memory path = StateTree.pathOf(tree, 1, 0);
        path[depth - 1][0] = checkpoint(5);
        expectWrongProof(1, one(state()[1]), path);
    }

    function test_an_inner_node_is_no_leaf() public {
        openFrozen(state());
        uint256 depth = rollup.stateDepth();
        StateTree.Tree memory tree = treeOf(state());
        // As a hash it proves nothing, and at its own height the path is too short.
        Leaf[] memory node = one(hashed(StateTree.node(tree, 1, 0)));
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongPathLength.selector, depth, depth - 1));
        bridge.escape(0, node, StateTree.pathOf(tree, 0, 1));
        // A tree one deeper below a leaf would have the leaf's preimage as children: four of them, not three.
        Leaf[] memory inputs = new Leaf[](3);
        inputs[0] = hashed(StateTree.keyOf(ETH, alice));
        inputs[1] = hashed(30 ether);
        inputs[2] = hashed(7);
        expectWrongProof(3, inputs, StateTree.pathOf(tree, 1, 1));
    }

    function test_escape_against_another_states_root_reverts() public {
        Leaf[] memory pending = state();
        pending[1].lo = 90 ether;
        (Built memory built, Checkpoint memory last) = finalState(state());
        commitEnding(built.batch, 3, ending(StateTree.root(treeOf(pending)), new Exit[](0), 0));
        freeze();
        bridge.openState(built.batch, last);
        expectWrongProof(1, one(pending[1]), StateTree.pathOf(treeOf(pending), 1, 0));
    }
}
