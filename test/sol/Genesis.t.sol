// Where the batch chain starts.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchIds} from "../../contracts/libraries/BatchIds.sol";
import {BatchId} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract GenesisTest is Protocol {
    /// @dev By the TypeScript model, for a state tree of depth 20.
    bytes32 private constant CHECKPOINT = 0x05573cd7989facf3c52abad799694b0d5942f893b1f6173ec54f713fe96eb4f5;

    function test_the_chain_starts_at_the_models_genesis_checkpoint() public view {
        assertEq(rollup.genesisCheckpoint(), CHECKPOINT);
        assertEq(rollup.genesis().header.lastCheckpoint, CHECKPOINT);
        assertEq(BatchId.unwrap(rollup.idAt(0)), BatchId.unwrap(BatchIds.idOf(rollup.genesis())));
    }

    function test_genesis_is_batch_zero_and_all_else_is_zero() public view {
        bytes memory expected = abi.encode(
            uint64(0),
            bytes32(0),
            CHECKPOINT,
            bytes32(0),
            uint64(0),
            bytes32(0),
            uint64(0),
            address(0),
            uint64(0)
        );
        assertEq(abi.encode(rollup.genesis()), expected);
    }
}
