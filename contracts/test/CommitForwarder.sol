// SPDX-License-Identifier: MIT
// Forwards a call, as anybody's contract could: what reaches a rollup this way is not its transaction's own input.
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

contract CommitForwarder {
    function forward(address target, bytes calldata data) external returns (bytes memory) {
        return Address.functionCall(target, data);
    }
}
