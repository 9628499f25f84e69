// SPDX-License-Identifier: MIT
// Sends ether to accounts that may be hostile.
pragma solidity ^0.8.28;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

library Payment {
    error PaymentFailed(address to, uint256 amount);

    /// @dev Copies no return data: a recipient cannot make the payer pay for memory. Call after all effects.
    function pay(address to, uint256 amount) internal {
        // INVARIANT: a payment that does not arrive is not booked as made.
        if (!LowLevelCall.callNoReturn(to, amount, "")) revert PaymentFailed(to, amount);
    }
}
