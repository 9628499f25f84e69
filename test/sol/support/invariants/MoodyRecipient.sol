// A recipient of payments that takes them, refuses them, or makes another call while it is being paid, as it is told.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

contract MoodyRecipient {
    error Refused();

    bool public refuses;
    address private _target;
    bytes private _again;
    /// @notice Calls from within a payment that were refused, and that were accepted.
    uint256 public refusals;
    uint256 public acceptances;

    receive() external payable {
        _answer();
    }

    function turn(bool refuses_) external {
        refuses = refuses_;
    }

    function prepare(address target, bytes calldata again) external {
        (_target, _again) = (target, again);
    }

    function _answer() private {
        if (refuses) revert Refused();
        if (_again.length == 0) return;
        (bool accepted, ) = _target.call(_again);
        if (accepted) ++acceptances;
        else ++refusals;
    }
}
