// Everybody leaves: claims, fees, escapes and reclaims together take all of custody, once, and nothing more.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Leaf} from "../../contracts/types/Leaf.sol";
import {Batch, Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {StateTree} from "./support/StateTree.sol";
import {Token} from "./support/Tokens.sol";

contract LeavingTest is FrozenProtocol {
    uint256 private constant USERS = 4;
    uint256 private constant ASSETS = 3;

    /// @dev A final or pending batch, with what it paid out.
    struct Done {
        Batch batch;
        Checkpoint last;
        bool opened;
    }

    address[] private users;
    address[] private assets;
    /// @dev L2's balances after the last batch that counts, by asset and user.
    uint128[USERS][ASSETS] private balances;
    uint64 private consumed;
    uint256 private dice;

    Done[] private history;
    mapping(uint256 batch => Exit[] exits) private exitsOf;
    /// @dev What each user must end up with, by asset.
    mapping(address asset => mapping(address user => uint256 amount)) private owed;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < USERS; ++i) users.push(address(uint160(0xabcd00 + i)));
        assets.push(ETH);
        assets.push(address(new Token()));
        assets.push(address(new Token()));
    }

    function roll(uint256 sides) private returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % sides;
    }

    function depositSome() private {
        for (uint256 count = 1 + roll(3); count > 0; --count) {
            uint256 asset = roll(ASSETS);
            address from = users[roll(USERS)];
            uint128 amount = uint128(1 + roll(1 ether));
            if (asset == 0) depositEth(from, amount);
            else depositToken(from, Token(assets[asset]), amount);
        }
        if (roll(2) == 0) forceItem(uint128(1 + roll(100)));
    }

    /// @dev What the transition function would do: deposits are credited, then some are moved and some withdrawn.
    function run(uint64 end, uint256 batch) private returns (uint128 fees) {
        for (; consumed < end; ++consumed) {
            if (queued[consumed].kind < 4) continue;
            for (uint256 i = 0; i < ASSETS; ++i) {
                for (uint256 j = 0; j < USERS; ++j) {
                    bool its = queued[consumed].token == assets[i] && queued[consumed].recipient == users[j];
                    if (its) balances[i][j] += queued[consumed].amount;
                }
            }
        }
        for (uint256 moves = roll(4); moves > 0; --moves) {
            (uint256 i, uint256 from, uint256 to) = (roll(ASSETS), roll(USERS), roll(USERS));
            uint128 amount = balances[i][from];
            if (roll(2) == 0) amount = uint128(roll(uint256(amount) + 1));
            balances[i][from] -= amount;
            if (roll(2) == 0) {
                balances[i][to] += amount;
            } else if (amount > 0) {
                exitsOf[batch].push(Exit(assets[i], users[to], amount));
                owed[assets[i]][users[to]] += amount;
            }
        }
        uint256 payer = roll(USERS);
        fees = uint128(roll(uint256(balances[0][payer]) / 10 + 1));
        balances[0][payer] -= fees;
        owed[ETH][feeRecipient] += fees;
    }

    function state() private view returns (Leaf[] memory leaves) {
        leaves = new Leaf[](1 + USERS * ASSETS);
        leaves[0] = sentinel();
        for (uint256 i = 0; i < ASSETS; ++i) {
            for (uint256 j = 0; j < USERS; ++j) {
                leaves[1 + i * USERS + j] = record(assets[i], users[j], balances[i][j]);
            }
        }
    }

    function finalizeNext() private {
        uint256 batch = history.length;
        uint64 start = batch == 0 ? 0 : history[batch - 1].batch.header.queueEnd;
        uint64 end = start + uint64(roll(bridge.queueLength() - start + 1));
        uint128 fees = run(end, batch);
        Checkpoint memory last = ending(StateTree.root(treeOf(state())), exitsOf[batch], fees);
        Batch memory parent = batch == 0 ? rollup.genesis() : history[batch - 1].batch;
        Built memory built = commitEnding(parent, end, last);
        finalizeAfterWindow(built);
        history.push(Done(built.batch, last, false));
    }

    function openCheckpoint(uint256 i) private {
        if (history[i].opened) return;
        bridge.openCheckpoint(history[i].batch, history[i].last);
        history[i].opened = true;
    }

    function claimAll(uint256 i) private {
        openCheckpoint(i);
        Exit[] memory exits = exitsOf[i];
        StateTree.Tree memory tree = StateTree.ofExits(exits, EXIT_DEPTH);
        for (uint64 j = 0; j < exits.length; ++j) {
            if (bridge.isClaimed(uint64(i + 1), j)) continue;
            bytes32[2][] memory path = StateTree.pathOf(tree, j, 0);
            assertTrue(bridge.claim(uint64(i + 1), j, exits[j], path));
            vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, uint64(i + 1), j));
            bridge.claim(uint64(i + 1), j, exits[j], path);
        }
    }

    function claimFees() private {
        uint128 amount = bridge.feesOf(feeRecipient);
        if (amount > 0) bridge.claimFees(feeRecipient, amount);
    }

    /// @dev All records: some alone first, then subtrees of a random size, so that some come twice.
    function escapeAll() private {
        Leaf[] memory leaves = state();
        escapeSubtree(leaves, roll(leaves.length), 0);
        bridge.payEscapes(assets[roll(ASSETS)], users);
        uint256 height = roll(4);
        for (uint256 i = 0; i < leaves.length; i += 3 ** height) escapeSubtree(leaves, i, height);
        escapeSubtree(leaves, roll(leaves.length), 1);
        for (uint256 i = 0; i < ASSETS; ++i) {
            bridge.payEscapes(assets[i], users);
            bridge.payEscapes(assets[i], users);
            for (uint256 j = 0; j < USERS; ++j) owed[assets[i]][users[j]] += balances[i][j];
        }
    }

    function reclaimAll() private {
        uint64 end = rollup.finalizedQueueEnd();
        for (uint64 i = 0; i < queued.length; ++i) {
            bool deposit = queued[i].kind >= 4;
            if (i < end || !deposit) vm.expectRevert();
            bridge.reclaim(i, queued[i]);
            if (i < end || !deposit) continue;
            owed[queued[i].token][queued[i].sender] += queued[i].amount;
            vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyReclaimed.selector, i));
            bridge.reclaim(i, queued[i]);
        }
    }

    function freezeUnserved() private {
        forceItem(1);
        warpTo(clock + ESCAPE_DELAY);
        rollup.freezeUnserved(rollup.idAt(rollup.finalized()));
    }

    function holds(address asset, address account) private view returns (uint256) {
        return asset == ETH ? account.balance : Token(asset).balanceOf(account);
    }

    /// @notice In any order, whatever was final, pending or never consumed.
    /// forge-config: default.fuzz.runs = 20
    function testFuzz_custody_is_empty_when_everybody_has_left(uint256 seed) public {
        dice = seed;
        uint256 finals = roll(4);
        for (uint256 i = 0; i < finals; ++i) {
            depositSome();
            finalizeNext();
            if (roll(3) == 0) claimAll(i);
            else if (roll(2) == 0) openCheckpoint(i);
            if (roll(3) == 0) claimFees();
        }
        depositSome();
        // What a pruned batch moved, paid out and charged never happened.
        if (finals > 0) commitPruned();
        depositSome();
        freezeUnserved();

        if (finals > 0) bridge.openState(history[finals - 1].batch, history[finals - 1].last);
        bool late = roll(2) == 0;
        if (!late) reclaimAll();
        for (uint256 i = 0; i < finals; ++i) if (roll(2) == 0) claimAll(i);
        if (finals > 0) escapeAll();
        for (uint256 i = 0; i < finals; ++i) claimAll(i);
        claimFees();
        if (late) reclaimAll();

        for (uint256 i = 0; i < ASSETS; ++i) {
            assertEq(bridge.custody(assets[i]), 0);
            for (uint256 j = 0; j < USERS; ++j) {
                assertEq(holds(assets[i], users[j]), owed[assets[i]][users[j]]);
            }
            if (i > 0) assertEq(holds(assets[i], address(bridge)), 0);
        }
        assertEq(feeRecipient.balance, owed[ETH][feeRecipient]);
        assertEq(address(bridge).balance, bridge.burned());
        assertEq(bridge.feesOf(feeRecipient), 0);
    }

    /// @dev A pending batch pays all of the first user's ether out; its state and exits are never final. An open challenge
    /// keeps it from being finalizable.
    function commitPruned() private {
        Leaf[] memory leaves = state();
        Exit[] memory exits = new Exit[](1);
        exits[0] = Exit(ETH, users[0], leaves[1].lo);
        leaves[1].lo = 0;
        Checkpoint memory last = ending(StateTree.root(treeOf(leaves)), exits, 0);
        Batch memory parent = history[history.length - 1].batch;
        challengeAs(challenger, commitEnding(parent, bridge.queueLength(), last), 0);
    }

    function test_a_withdrawal_of_a_pruned_batch_is_escaped_not_claimed() public {
        depositEth(users[0], 5 ether);
        consumed = 1;
        balances[0][0] = 5 ether;
        (Built memory built, Checkpoint memory last) = finalState(state());
        history.push(Done(built.batch, last, true));
        Exit[] memory exits = new Exit[](1);
        exits[0] = Exit(ETH, users[0], 5 ether);
        balances[0][0] = 0;
        Checkpoint memory ends = ending(StateTree.root(treeOf(state())), exits, 0);
        Built memory pruned = commitEnding(built.batch, 1, ends);
        freeze();
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(2)));
        bridge.openCheckpoint(pruned.batch, ends);
        balances[0][0] = 5 ether;
        bridge.openState(built.batch, last);
        escapeSubtree(state(), 1, 0);
        bridge.payEscapes(ETH, only(users[0]));
        assertEq(users[0].balance, 5 ether);
        assertEq(bridge.custody(ETH), 0);
    }

    function test_a_withdrawal_of_a_final_batch_is_claimed_not_escaped() public {
        depositEth(users[0], 5 ether);
        exitsOf[0].push(Exit(ETH, users[0], 4 ether));
        balances[0][0] = 1 ether;
        Checkpoint memory last = ending(StateTree.root(treeOf(state())), exitsOf[0], 0);
        Built memory built = commitEnding(rollup.genesis(), 1, last);
        finalizeAfterWindow(built);
        history.push(Done(built.batch, last, false));
        freeze();
        bridge.openState(built.batch, last);
        escapeSubtree(state(), 1, 0);
        bridge.payEscapes(ETH, only(users[0]));
        assertEq(users[0].balance, 1 ether);
        claimAll(0);
        assertEq(users[0].balance, 5 ether);
        assertEq(bridge.custody(ETH), 0);
    }

    function test_final_fees_stay_claimable_after_a_freeze() public {
        depositEth(users[0], 5 ether);
        balances[0][0] = 3 ether;
        Checkpoint memory last = ending(StateTree.root(treeOf(state())), new Exit[](0), 2 ether);
        Built memory built = commitEnding(rollup.genesis(), 1, last);
        finalizeAfterWindow(built);
        freeze();
        bridge.openCheckpoint(built.batch, last);
        assertTrue(bridge.claimFees(feeRecipient, 2 ether));
        assertEq(feeRecipient.balance, 2 ether);
        assertEq(bridge.custody(ETH), 3 ether);
    }
}
