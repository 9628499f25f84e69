// SPDX-License-Identifier: MIT
// One proof system's verifier of the segment statement (protocol §7).
pragma solidity ^0.8.28;

interface ISegmentVerifier {
    /// @notice Whether `proof` proves the statement with these public inputs (a, b, h, r, y, context).
    /// @dev May revert instead of returning false. Inputs are canonical field elements.
    function verify(bytes calldata proof, bytes32[6] calldata inputs) external view returns (bool);
    /// @notice `n`: records in a segment, as the circuit was built.
    function recordsPerSegment() external view returns (uint8);
    /// @notice `D`: depth of the state tree, as the circuit was built.
    function stateDepth() external view returns (uint8);
}
