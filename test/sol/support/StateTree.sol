// Trees with three children a node, filled from index 0: state trees and exit trees with all their paths.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Leaf} from "../../../contracts/types/Leaf.sol";
import {Exit} from "../../../contracts/types/Types.sol";
import {Hashing} from "./Hashing.sol";

library StateTree {
    /// @param levels the nodes of each level that have a leaf in use below them; the last level is the root
    /// @param unused hash of a subtree without leaves in use, by its height
    struct Tree {
        uint256[][] levels;
        uint256[] unused;
    }

    function build(uint256[] memory leaves, uint256 depth) internal pure returns (Tree memory tree) {
        tree.levels = new uint256[][](depth + 1);
        tree.unused = new uint256[](depth + 1);
        tree.levels[0] = leaves;
        for (uint256 level = 0; level < depth; ++level) {
            uint256[] memory below = tree.levels[level];
            uint256[] memory nodes = new uint256[]((below.length + 2) / 3);
            for (uint256 i = 0; i < nodes.length; ++i) {
                nodes[i] = Hashing.hash3(
                    node(tree, level, 3 * i),
                    node(tree, level, 3 * i + 1),
                    node(tree, level, 3 * i + 2)
                );
            }
            tree.levels[level + 1] = nodes;
            tree.unused[level + 1] = Hashing.hash3(tree.unused[level], tree.unused[level], tree.unused[level]);
        }
    }

    function ofLeaves(Leaf[] memory leaves, uint256 depth) internal pure returns (Tree memory) {
        uint256[] memory hashes = new uint256[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) hashes[i] = hashOf(leaves[i]);
        return build(hashes, depth);
    }

    function ofExits(Exit[] memory exits, uint256 depth) internal pure returns (Tree memory) {
        uint256[] memory hashes = new uint256[](exits.length);
        for (uint256 i = 0; i < exits.length; ++i) {
            hashes[i] = Hashing.hash3(uint160(exits[i].token), uint160(exits[i].recipient), exits[i].amount);
        }
        return build(hashes, depth);
    }

    function node(Tree memory tree, uint256 level, uint256 index) internal pure returns (uint256) {
        return index < tree.levels[level].length ? tree.levels[level][index] : tree.unused[level];
    }

    function root(Tree memory tree) internal pure returns (bytes32) {
        return bytes32(node(tree, tree.levels.length - 1, 0));
    }

    /// @notice The two other children at each level above the subtree of height `height` that holds leaf `index`.
    function pathOf(Tree memory tree, uint256 index, uint256 height) internal pure returns (bytes32[2][] memory path) {
        path = new bytes32[2][](tree.levels.length - 1 - height);
        uint256 place = index / 3 ** height;
        for (uint256 i = 0; i < path.length; ++i) {
            uint256 start = (place / 3) * 3;
            uint256 digit = place % 3;
            path[i][0] = bytes32(node(tree, height + i, start + (digit == 0 ? 1 : 0)));
            path[i][1] = bytes32(node(tree, height + i, start + (digit == 2 ? 1 : 2)));
            place /= 3;
        }
    }

    /// @notice Root above a node, for a path that no tree was built for.
    function climb(uint256 current, uint256 index, bytes32[2][] memory path) internal pure returns (bytes32) {
        for (uint256 i = 0; i < path.length; ++i) {
            (uint256 left, uint256 right) = (uint256(path[i][0]), uint256(path[i][1]));
            if (index % 3 == 0) current = Hashing.hash3(current, left, right);
            else if (index % 3 == 1) current = Hashing.hash3(left, current, right);
            else current = Hashing.hash3(left, right, current);
            index /= 3;
        }
        return bytes32(current);
    }

    function hashOf(Leaf memory leaf) internal pure returns (uint256) {
        if (leaf.account == address(0)) return uint256(leaf.next);
        uint256 key = keyOf(leaf.token, leaf.account);
        return recordHash(key, leaf.lo, leaf.hi, uint256(leaf.next));
    }

    function recordHash(uint256 key, uint256 lo, uint256 hi, uint256 next) internal pure returns (uint256) {
        uint256[] memory inputs = new uint256[](4);
        (inputs[0], inputs[1], inputs[2], inputs[3]) = (key, lo, hi, next);
        return Hashing.hash(inputs);
    }

    function keyOf(address token, address account) internal pure returns (uint256) {
        if (token != address(0)) return Hashing.hash3(2, uint160(token), uint160(account));
        uint256[] memory inputs = new uint256[](2);
        (inputs[0], inputs[1]) = (1, uint160(account));
        return Hashing.hash(inputs);
    }
}
