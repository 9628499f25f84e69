// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library RecordDecoder {
    function decode(
        bytes calldata data,
        uint64 chainId,
        uint64 baseFee,
        uint256 most
    ) internal pure returns (uint256[] memory words) {
        words = new uint256[](1 + 7 * most);
        words[0] = data.length + chainId + baseFee;
    }
}
