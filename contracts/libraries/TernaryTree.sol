// SPDX-License-Identifier: MIT
// Roots of trees with three children a node (protocol §3): the state tree and a batch's exit tree.
pragma solidity ^0.8.28;

import {Poseidon2} from "./Poseidon2.sol";

library TernaryTree {
    /// @dev Root above an aligned subtree. Overwrites `nodes`.
    /// @param nodes the subtree's leaves in order; their number is a power of three
    /// @param first index of the first of them, a multiple of their number; digits above the tree's depth are ignored
    /// @param path for each level above the subtree the two other children in order
    function rootOf(uint256[] memory nodes, uint256 first, bytes32[2][] calldata path) internal pure returns (bytes32) {
        uint256[] memory children = new uint256[](3);
        for (uint256 width = nodes.length / 3; width > 0; width /= 3) {
            for (uint256 i = 0; i < width; ++i) {
                for (uint256 digit = 0; digit < 3; ++digit) children[digit] = nodes[3 * i + digit];
                nodes[i] = Poseidon2.hash(children);
            }
            first /= 3;
        }
        uint256 node = nodes[0];
        for (uint256 level = 0; level < path.length; ++level) {
            uint256 digit = first % 3;
            children[digit] = node;
            children[digit == 0 ? 1 : 0] = uint256(path[level][0]);
            children[digit == 2 ? 1 : 2] = uint256(path[level][1]);
            node = Poseidon2.hash(children);
            first /= 3;
        }
        return bytes32(node);
    }
}
