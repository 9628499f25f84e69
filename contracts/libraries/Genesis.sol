// SPDX-License-Identifier: MIT
// The state before the first batch (protocol §3): computed, so that no deployer can hide a balance in it.
pragma solidity ^0.8.28;

import {Batch, BatchId, Checkpoint, Header} from "../types/Types.sol";
import {ExitTree} from "./ExitTree.sol";
import {Poseidon2} from "./Poseidon2.sol";

library Genesis {
    /// @dev The tree that holds the sentinel (0, 0, 0, 0) at index 0 and nothing else.
    function stateRoot(uint256 depth) internal pure returns (bytes32) {
        uint256 node = Poseidon2.hash(new uint256[](4));
        uint256 unused = 0;
        for (uint256 level = 0; level < depth; ++level) {
            node = Poseidon2.hash3(node, unused, unused);
            unused = Poseidon2.hash3(unused, unused, unused);
        }
        return bytes32(node);
    }

    function checkpoint(uint256 depth) internal pure returns (bytes32) {
        return
            ExitTree.checkpointOf(
                Checkpoint({
                    stateRoot: stateRoot(depth),
                    leafCount: 1,
                    exitRoot: ExitTree.emptyRoot(),
                    exitCount: 0,
                    fees: 0
                })
            );
    }

    /// @dev All other fields are zero.
    function batch(bytes32 lastCheckpoint) internal pure returns (Batch memory) {
        return
            Batch({
                header: Header({
                    number: 0,
                    parent: BatchId.wrap(0),
                    lastCheckpoint: lastCheckpoint,
                    dataCommitment: 0,
                    queueEnd: 0,
                    queueHash: 0,
                    baseFee: 0,
                    feeRecipient: address(0)
                }),
                counter: 0
            });
    }
}
