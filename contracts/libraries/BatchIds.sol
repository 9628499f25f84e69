// SPDX-License-Identifier: MIT
// Batch ids (protocol §6).
pragma solidity ^0.8.28;

import {Batch, BatchId, Header} from "../types/Types.sol";

library BatchIds {
    function idOf(Batch memory batch) internal pure returns (BatchId) {
        return compute(batch.header, batch.counter);
    }

    /// @dev The counter makes the id of every commit a new one, even with a header that was committed before.
    function compute(Header memory header, uint64 counter) internal pure returns (BatchId) {
        return BatchId.wrap(keccak256(abi.encode(header, counter)));
    }
}
