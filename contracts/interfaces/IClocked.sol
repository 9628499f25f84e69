// SPDX-License-Identifier: MIT
// Whoever goes by the protocol's clock says which one it is.
pragma solidity ^0.8.28;

import {IClock} from "./IClock.sol";

interface IClocked {
    function clock() external view returns (IClock);
}
