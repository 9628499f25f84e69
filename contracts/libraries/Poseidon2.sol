// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library Poseidon2 {
    function hash3(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        return permute(a, b, c, 3 << 64);
    }

    function hash4(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256) {
        return permute(a, b, c, (4 << 64) + d);
    }

    function hash5(uint256 a, uint256 b, uint256 c, uint256 d, uint256 e) internal pure returns (uint256) {
        return permute(a, b, c, (5 << 64) + d + e);
    }

    function permute(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256) {
        return a + b + c + d;
    }
}
