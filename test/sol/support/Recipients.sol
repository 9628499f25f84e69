// Recipients of payments that do what an attacker would have them do.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../../contracts/interfaces/IBondManager.sol";
import {IBridge} from "../../../contracts/interfaces/IBridge.sol";
import {Exit} from "../../../contracts/types/Types.sol";

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

/// @notice Claims its exit once more while it is being paid.
contract ReenteringClaimer {
    IBridge private immutable BRIDGE;
    bytes private _again;
    bool public reentered;
    bytes public refusal;

    constructor(IBridge bridge) {
        BRIDGE = bridge;
    }

    receive() external payable {
        _claimAgain();
    }

    function prepare(bytes calldata again) external {
        _again = again;
    }

    function claim(uint64 number, uint64 index, Exit calldata exit, bytes32[2][] calldata path) external {
        BRIDGE.claim(number, index, exit, path);
    }

    function _claimAgain() private {
        reentered = true;
        (bool accepted, bytes memory result) = address(BRIDGE).call(_again);
        if (!accepted) refusal = result;
    }
}
