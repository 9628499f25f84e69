// SPDX-License-Identifier: MIT
// Poseidon2 trees as L1 needs them: a batch's exit tree and the checkpoint that commits to it (protocol §3).
pragma solidity ^0.8.28;

import {Checkpoint, Exit} from "../types/Types.sol";
import {Poseidon2} from "./Poseidon2.sol";
import {TernaryTree} from "./TernaryTree.sol";

library ExitTree {
    /// @dev `E`, fixed by the circuit.
    uint256 internal constant DEPTH = 7;
    uint256 internal constant CAPACITY = 3 ** DEPTH;

    /// @dev Root above `exit` at `index`; at each level `path` holds the two other children in order. The caller checks that
    /// there are `DEPTH` levels.
    function rootOf(Exit memory exit, uint256 index, bytes32[2][] calldata path) internal pure returns (bytes32) {
        uint256[] memory leaves = new uint256[](1);
        leaves[0] = Poseidon2.hash3(uint160(exit.token), uint160(exit.recipient), exit.amount);
        return TernaryTree.rootOf(leaves, index, path);
    }

    function emptyRoot() internal pure returns (bytes32) {
        uint256 node = 0;
        for (uint256 level = 0; level < DEPTH; ++level) node = Poseidon2.hash3(node, node, node);
        return bytes32(node);
    }

    function checkpointOf(Checkpoint memory opened) internal pure returns (bytes32) {
        uint256[] memory inputs = new uint256[](5);
        inputs[0] = uint256(opened.stateRoot);
        inputs[1] = opened.leafCount;
        inputs[2] = uint256(opened.exitRoot);
        inputs[3] = opened.exitCount;
        inputs[4] = opened.fees;
        return bytes32(Poseidon2.hash(inputs));
    }
}
