// SPDX-License-Identifier: MIT
// What snarkjs's generated Groth16 verifiers offer, for six public inputs.
pragma solidity ^0.8.28;

interface IGroth16Verifier {
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[6] calldata publicInputs
    ) external view returns (bool);
}
