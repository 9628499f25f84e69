// SPDX-License-Identifier: MIT
// The BN254 scalar field.
pragma solidity ^0.8.28;

library Field {
    uint256 internal constant ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    function isCanonical(bytes32 value) internal pure returns (bool) {
        return uint256(value) < ORDER;
    }

    function reduce(bytes32 value) internal pure returns (bytes32) {
        return bytes32(uint256(value) % ORDER);
    }
}
