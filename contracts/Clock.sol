// SPDX-License-Identifier: MIT
// The one clock that every clocked step reads.
pragma solidity ^0.8.28;

import {Timestamp} from "./types/Time.sol";

abstract contract Clock {
    /// @dev What stops time for one step stops it for all: no other line of the protocol reads block.timestamp.
    function _now() internal view returns (Timestamp) {
        return Timestamp.wrap(uint40(block.timestamp));
    }
}
