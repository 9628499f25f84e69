// SPDX-License-Identifier: MIT
// Public inputs of a segment's proof, as L1 derives them (protocol §7).
pragma solidity ^0.8.28;

import {BatchId} from "../types/Types.sol";
import {Field} from "./Field.sol";

library Statement {
    using Field for bytes32;

    /// @dev Ties a proof to one chain, deployment, batch, segment and beneficiary.
    function contextOf(
        address rollup,
        BatchId id,
        uint256 segment,
        address beneficiary
    ) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, rollup, id, segment, beneficiary)).reduce();
    }

    /// @dev The point at which both sides evaluate the words. It depends on `h`, so that a prover has fixed its own
    /// copy of the words before it learns the point.
    function pointOf(uint256[] memory words, bytes32 h, bytes32 context) internal pure returns (bytes32) {
        bytes32 hash;
        assembly ("memory-safe") {
            // keccak256(abi.encodePacked(words, h, context)) without a copying loop, beyond the free memory pointer
            let size := shl(5, mload(words))
            let start := mload(0x40)
            mcopy(start, add(words, 32), size)
            mstore(add(start, size), h)
            mstore(add(add(start, size), 32), context)
            hash := keccak256(start, add(size, 64))
        }
        return hash.reduce();
    }

    /// @dev Σ wordsⱼ·rʲ, by Horner's rule from the last word.
    function evaluate(uint256[] memory words, uint256 r) internal pure returns (uint256 y) {
        for (uint256 j = words.length; j > 0; --j) {
            y = addmod(mulmod(y, r, Field.ORDER), words[j - 1], Field.ORDER);
        }
    }

    /// @return inputs a, b, h, r, y, context
    function publicInputs(
        bytes32 previous,
        bytes32 computed,
        bytes32 h,
        uint256[] memory words,
        bytes32 context
    ) internal pure returns (bytes32[6] memory inputs) {
        bytes32 r = pointOf(words, h, context);
        bytes32 y = bytes32(evaluate(words, uint256(r)));
        return [previous, computed, h, r, y, context];
    }
}
