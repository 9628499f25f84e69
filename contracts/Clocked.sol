// SPDX-License-Identifier: MIT
// Base of every contract that goes by the protocol's clock.
//
// Each call that changes state reads the clock once, and so reverts while it stands still: a call that needs the time
// through `_now`, any other one through `whileRunning`. Exempt are `contradict` and `recordValid`, so that a broken
// verifier can be shown during a pause, and calls between the contracts, whose callers have read it.
pragma solidity ^0.8.28;

import {IClock} from "./interfaces/IClock.sol";
import {IClocked} from "./interfaces/IClocked.sol";
import {Timestamp} from "./types/Time.sol";

abstract contract Clocked is IClocked {
    /// @inheritdoc IClocked
    IClock public immutable clock;

    modifier whileRunning() {
        // INVARIANT: nothing happens while time stands still.
        _now();
        _;
    }

    constructor(IClock clock_) {
        clock = clock_;
    }

    /// @dev Protocol time; reverts while it stands still.
    function _now() internal view returns (Timestamp) {
        return clock.time();
    }
}
