// SPDX-License-Identifier: MIT
// A verifier of the segment statement (protocol §7): one proof system's, or several behind one another.
pragma solidity ^0.8.28;

import {Claim} from "../types/Types.sol";

interface ISegmentVerifier {
    /// @notice Whether `proof` proves the claim. What the bytes hold beyond the claim is each verifier's own matter.
    /// @dev May revert instead of returning false.
    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool);
    /// @notice `n`: records in a segment, as the circuit was built.
    function recordsPerSegment() external view returns (uint8);
    /// @notice `D`: depth of the state tree, as the circuit was built.
    function stateDepth() external view returns (uint8);
}
