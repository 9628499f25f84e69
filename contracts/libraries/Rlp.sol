// SPDX-License-Identifier: MIT
// Writes one typed transaction's payload in RLP and hashes it, in a buffer that is used again and again.
pragma solidity ^0.8.31;

library Rlp {
    /// @dev The longest payload has 157 bytes; each write may touch 32 bytes beyond its own.
    uint256 private constant CAPACITY = 256;
    /// @dev Room for the type byte and a list header of two bytes.
    uint256 private constant FRONT = 3;

    /// @dev A buffer's length is where the next write goes.
    function newBuffer() internal pure returns (bytes memory) {
        return new bytes(CAPACITY);
    }

    function start(bytes memory buffer) internal pure {
        assembly ("memory-safe") {
            mstore(buffer, FRONT)
        }
    }

    /// @dev An integer without leading zeros; 0 is the empty string.
    function writeUint(bytes memory buffer, uint256 value) internal pure {
        assembly ("memory-safe") {
            let used := mload(buffer)
            let to := add(add(buffer, 32), used)
            switch and(lt(value, 0x80), gt(value, 0))
            case 1 {
                mstore8(to, value)
                mstore(buffer, add(used, 1))
            }
            default {
                let size := sub(32, shr(3, clz(value)))
                mstore8(to, add(0x80, size))
                mstore(add(to, 1), shl(sub(256, shl(3, size)), value))
                mstore(buffer, add(add(used, 1), size))
            }
        }
    }

    function writeAddress(bytes memory buffer, address value) internal pure {
        assembly ("memory-safe") {
            let used := mload(buffer)
            let to := add(add(buffer, 32), used)
            mstore8(to, 0x94)
            mstore(add(to, 1), shl(96, value))
            mstore(buffer, add(used, 21))
        }
    }

    /// @dev For 0 bytes, or 2 to 255.
    function writeBytes(bytes memory buffer, bytes memory value) internal pure {
        assembly ("memory-safe") {
            let used := mload(buffer)
            let to := add(add(buffer, 32), used)
            let size := mload(value)
            let header := 1
            switch lt(size, 56)
            case 1 {
                mstore8(to, add(0x80, size))
            }
            default {
                mstore8(to, 0xb8)
                mstore8(add(to, 1), size)
                header := 2
            }
            mcopy(add(to, header), add(value, 32), size)
            mstore(buffer, add(add(used, header), size))
        }
    }

    function writeEmptyList(bytes memory buffer) internal pure {
        assembly ("memory-safe") {
            let used := mload(buffer)
            mstore8(add(add(buffer, 32), used), 0xc0)
            mstore(buffer, add(used, 1))
        }
    }

    /// @dev keccak256(transactionType ‖ list of all that was written since `start`); the payload is below 256 bytes.
    function hashTyped(bytes memory buffer, uint256 transactionType) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let size := sub(mload(buffer), FRONT)
            let from := add(buffer, 32)
            switch lt(size, 56)
            case 1 {
                mstore8(add(from, 1), transactionType)
                mstore8(add(from, 2), add(0xc0, size))
                result := keccak256(add(from, 1), add(size, 2))
            }
            default {
                mstore8(from, transactionType)
                mstore8(add(from, 1), 0xf8)
                mstore8(add(from, 2), size)
                result := keccak256(from, add(size, 3))
            }
        }
    }
}
