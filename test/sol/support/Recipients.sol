// Recipients of payments that do what an attacker would have them do.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IBondManager} from "../../../contracts/interfaces/IBondManager.sol";

contract RevertingRecipient {
    error Refused();

    receive() external payable {
        revert Refused();
    }
}

/// @notice Takes the payment and returns far more data than anybody could pay to copy.
contract BombRecipient {
    receive() external payable {
        assembly ("memory-safe") {
            return(0, 300000)
        }
    }
}

contract ReenteringWithdrawer {
    IBondManager private immutable BONDS;
    /// @notice It tried, and was refused.
    bool public reentered;

    constructor(IBondManager bonds) {
        BONDS = bonds;
    }

    receive() external payable {
        _withdrawAgain();
    }

    function start(uint128 amount) external {
        BONDS.withdraw(address(this), amount);
    }

    function _withdrawAgain() private {
        bytes memory again = abi.encodeCall(IBondManager.withdraw, (address(this), uint128(msg.value)));
        (bool accepted, ) = address(BONDS).call(again);
        reentered = !accepted;
    }
}

/// @notice Spends all the gas that comes with a payment.
contract GuzzlingRecipient {
    receive() external payable {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Takes no ether; calls one contract for a test.
contract Spender {
    address internal immutable TARGET;

    constructor(address target) {
        TARGET = target;
    }

    /// @notice Makes a call in its own name and passes a failure on.
    function call(uint256 value, bytes calldata data) external {
        Address.functionCallWithValue(TARGET, data, value);
    }
}

/// @notice Makes another call of the same contract while it is being paid.
contract Reenterer is Spender {
    uint256 private _value;
    bytes private _again;
    bool public reentered;
    /// @notice What the call from within was answered with; empty if it was accepted.
    bytes public refusal;

    constructor(address target) Spender(target) {}

    receive() external payable {
        _callAgain();
    }

    function prepare(uint256 value, bytes calldata again) external {
        (_value, _again) = (value, again);
    }

    function _callAgain() private {
        if (_again.length == 0) return;
        reentered = true;
        (bool accepted, bytes memory result) = TARGET.call{value: _value}(_again);
        if (!accepted) refusal = result;
    }
}
