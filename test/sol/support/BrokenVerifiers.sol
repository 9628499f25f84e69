// Verifiers that are broken in the ways a proof system can be.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../../contracts/interfaces/ISegmentVerifier.sol";
import {Claim} from "../../../contracts/types/Types.sol";

abstract contract BrokenVerifier is ISegmentVerifier {
    uint8 public recordsPerSegment;
    uint8 public stateDepth;

    constructor(uint8 recordsPerSegment_, uint8 stateDepth_) {
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }
}

/// @notice Unsound: accepts everything.
contract CredulousVerifier is BrokenVerifier {
    constructor(uint8 n, uint8 depth) BrokenVerifier(n, depth) {}

    function verify(Claim calldata, bytes calldata) external pure returns (bool) {
        return true;
    }
}

/// @notice Incomplete: accepts nothing.
contract DeafVerifier is BrokenVerifier {
    constructor(uint8 n, uint8 depth) BrokenVerifier(n, depth) {}

    function verify(Claim calldata, bytes calldata) external pure returns (bool) {
        return false;
    }
}

/// @notice Incomplete: reverts on everything.
contract RevertingVerifier is BrokenVerifier {
    error Broken();

    constructor(uint8 n, uint8 depth) BrokenVerifier(n, depth) {}

    function verify(Claim calldata, bytes calldata) external pure returns (bool) {
        revert Broken();
    }
}
