// A protocol whose batches end in real state and exit trees, so that it can be frozen and left.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Leaf} from "../../../contracts/types/Leaf.sol";
import {Batch, Checkpoint, Exit, QueueItem} from "../../../contracts/types/Types.sol";
import {Hashing} from "./Hashing.sol";
import {Protocol} from "./Protocol.sol";
import {StateTree} from "./StateTree.sol";
import {Token} from "./Tokens.sol";

abstract contract FrozenProtocol is Protocol {
    uint256 internal constant EXIT_DEPTH = 7;
    address internal constant ETH = address(0);

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal carol = makeAddr("carol");

    function setUp() public virtual override {
        Hashing.install();
        super.setUp();
    }

    function record(address token, address account, uint128 amount) internal pure returns (Leaf memory) {
        uint64 nonce = token == ETH ? 7 : 0;
        return Leaf({token: token, account: account, lo: amount, hi: nonce, next: checkpoint(uint160(account))});
    }

    /// @notice A leaf as its hash: nobody escapes.
    function hashed(uint256 hash) internal pure returns (Leaf memory leaf) {
        leaf.next = bytes32(hash);
    }

    function sentinel() internal pure returns (Leaf memory) {
        return hashed(StateTree.recordHash(0, 0, 0, 12345));
    }

    function treeOf(Leaf[] memory leaves) internal view returns (StateTree.Tree memory) {
        return StateTree.ofLeaves(leaves, rollup.stateDepth());
    }

    /// @notice `count` leaves from `first` on; what no record stands on is unused.
    function slice(Leaf[] memory leaves, uint256 first, uint256 count) internal pure returns (Leaf[] memory part) {
        part = new Leaf[](count);
        for (uint256 i = 0; i < count && first + i < leaves.length; ++i) part[i] = leaves[first + i];
    }

    function one(Leaf memory leaf) internal pure returns (Leaf[] memory leaves) {
        leaves = new Leaf[](1);
        leaves[0] = leaf;
    }

    function only(address account) internal pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }

    /// @notice Escapes the aligned subtree of height `height` that holds leaf `index`.
    function escapeSubtree(Leaf[] memory leaves, uint256 index, uint256 height) internal {
        uint256 count = 3 ** height;
        uint256 first = index - (index % count);
        bridge.escape(uint64(first), slice(leaves, first, count), StateTree.pathOf(treeOf(leaves), index, height));
    }

    function depositEth(address from, uint128 amount) internal {
        uint256 price = bridge.enqueuePrice();
        vm.deal(from, from.balance + amount + price);
        vm.prank(from);
        bridge.depositEth{value: amount + price}(from, amount);
        queued.push(QueueItem(4, from, from, ETH, amount));
    }

    function depositToken(address from, Token token, uint128 amount) internal {
        uint256 price = bridge.enqueuePrice();
        vm.deal(from, from.balance + price);
        token.mint(from, amount);
        vm.startPrank(from);
        token.approve(address(bridge), amount);
        bridge.depositToken{value: price}(address(token), from, amount);
        vm.stopPrank();
        queued.push(QueueItem(5, from, from, address(token), amount));
    }

    function ending(bytes32 stateRoot, Exit[] memory exits, uint128 fees) internal pure returns (Checkpoint memory) {
        return
            Checkpoint({
                stateRoot: stateRoot,
                leafCount: 5,
                exitRoot: StateTree.root(StateTree.ofExits(exits, EXIT_DEPTH)),
                exitCount: uint64(exits.length),
                fees: fees
            });
    }

    /// @notice Commits a batch that takes all items up to `queueEnd` and ends in this checkpoint.
    function commitEnding(
        Batch memory parent,
        uint64 queueEnd,
        Checkpoint memory last
    ) internal returns (Built memory built) {
        built = build(parent, queueEnd, 1);
        built.checkpoints[built.checkpoints.length - 1] = Hashing.checkpointOf(last);
        built.batch.header.lastCheckpoint = built.checkpoints[built.checkpoints.length - 1];
        seal(built);
        commitAs(sequencer, built);
    }

    /// @notice A state without exits and fees becomes the last final one.
    function finalState(Leaf[] memory leaves) internal returns (Built memory built, Checkpoint memory last) {
        last = ending(StateTree.root(treeOf(leaves)), new Exit[](0), 0);
        built = commitEnding(rollup.genesis(), bridge.queueLength(), last);
        finalizeAfterWindow(built);
    }

    /// @notice Stops the rollup as a contradiction does.
    function freeze() internal {
        vm.prank(address(challenges));
        rollup.freeze();
    }

    /// @notice The rollup is frozen with this state, and the state is open.
    function openFrozen(Leaf[] memory leaves) internal {
        (Built memory built, Checkpoint memory last) = finalState(leaves);
        freeze();
        bridge.openState(built.batch, last);
    }
}
