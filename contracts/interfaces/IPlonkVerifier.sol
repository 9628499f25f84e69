// SPDX-License-Identifier: MIT
// What snarkjs's generated PLONK verifiers offer, for six public inputs.
pragma solidity ^0.8.28;

interface IPlonkVerifier {
    function verifyProof(uint256[24] calldata proof, uint256[6] calldata publicInputs) external view returns (bool);
}
