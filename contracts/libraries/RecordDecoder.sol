// SPDX-License-Identifier: MIT
// Turns a data segment's bytes into words: parses each record, rebuilds the transaction it stands for and recovers its
// sender (protocol §4). Total: every byte string has exactly one result.
pragma solidity ^0.8.28;

import {Rlp} from "./Rlp.sol";

library RecordDecoder {
    using Rlp for bytes;

    /// @dev A signed record as it stands in the data; `token` is 0 in the ETH kinds.
    struct SignedRecord {
        uint256 kind;
        uint256 nonce;
        uint256 priority;
        uint256 maxFee;
        uint256 gasLimit;
        address token;
        address recipient;
        uint256 amount;
        bytes32 r;
        uint256 vs;
    }

    uint256 internal constant WORDS_PER_RECORD = 7;
    address internal constant BRIDGE_PREDEPLOY = 0x4C554E5452410000000000000000000000000001;

    uint256 private constant WITHDRAW_ETH = 10;
    uint256 private constant WITHDRAW_TOKEN = 11;
    uint256 private constant TRANSFER_ETH = 14;
    uint256 private constant TRANSFER_TOKEN = 15;
    uint256 private constant TOKEN_FLAG = 1;

    uint256 internal constant LONGEST_RECORD = TOKEN_RECORD_LENGTH;
    uint256 private constant ETH_RECORD_LENGTH = 118;
    uint256 private constant TOKEN_RECORD_LENGTH = 138;
    uint256 private constant TRANSACTION_TYPE = 2;
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev The first word is the caller's.
    /// @param most `n`: further records are ignored
    function decode(
        bytes calldata data,
        uint64 chainId,
        uint64 baseFee,
        uint256 most
    ) internal pure returns (uint256[] memory words) {
        uint256 count = countRecords(data, most);
        words = new uint256[](1 + WORDS_PER_RECORD * count);
        bytes memory buffer = Rlp.newBuffer();
        SignedRecord memory record;
        uint256 offset = 0;
        for (uint256 i = 0; i < count; ++i) {
            offset = _read(data, offset, record);
            if (!_paysGas(record, baseFee)) continue;
            address sender = _senderOf(record, chainId, buffer);
            // A void record leaves its words zero.
            if (sender != address(0)) _write(words, 1 + WORDS_PER_RECORD * i, record, sender, _feeOf(record, baseFee));
        }
    }

    /// @dev Stops at the end, at an unknown kind, at a truncated record or after `most` records.
    function countRecords(bytes calldata data, uint256 most) internal pure returns (uint256 count) {
        uint256 offset = 0;
        while (count < most && offset < data.length) {
            uint256 length = _lengthOf(uint8(data[offset]));
            if (length == 0 || length > data.length - offset) break;
            offset += length;
            ++count;
        }
    }

    /// @return length of a record of this kind; 0 if it is none
    function _lengthOf(uint256 kind) private pure returns (uint256 length) {
        if (kind == TRANSFER_ETH || kind == WITHDRAW_ETH) return ETH_RECORD_LENGTH;
        if (kind == TRANSFER_TOKEN || kind == WITHDRAW_TOKEN) return TOKEN_RECORD_LENGTH;
    }

    /// @return end offset after the record
    function _read(bytes calldata data, uint256 offset, SignedRecord memory record) private pure returns (uint256 end) {
        record.kind = _uintAt(data, offset, 1);
        record.nonce = _uintAt(data, offset + 1, 4);
        record.priority = _uintAt(data, offset + 5, 6);
        record.maxFee = _uintAt(data, offset + 11, 6);
        record.gasLimit = _uintAt(data, offset + 17, 3);
        end = offset + 20;
        record.token = address(0);
        if (record.kind & TOKEN_FLAG != 0) {
            record.token = address(uint160(_uintAt(data, end, 20)));
            end += 20;
        }
        record.recipient = address(uint160(_uintAt(data, end, 20)));
        record.amount = _uintAt(data, end + 20, 14);
        record.r = bytes32(_uintAt(data, end + 34, 32));
        record.vs = _uintAt(data, end + 66, 32);
        end += 98;
    }

    function _paysGas(SignedRecord memory record, uint256 baseFee) private pure returns (bool) {
        return record.gasLimit >= _gasOf(record.kind) && record.maxFee >= baseFee && record.priority <= record.maxFee;
    }

    function _feeOf(SignedRecord memory record, uint256 baseFee) private pure returns (uint256) {
        uint256 price = baseFee + record.priority;
        // INVARIANT: nobody pays more than was signed for.
        return _gasOf(record.kind) * (price < record.maxFee ? price : record.maxFee);
    }

    function _gasOf(uint256 kind) private pure returns (uint256) {
        if (kind == TRANSFER_ETH) return 21_000;
        if (kind == WITHDRAW_TOKEN) return 50_000;
        return 40_000;
    }

    function _senderOf(SignedRecord memory record, uint64 chainId, bytes memory buffer) private pure returns (address) {
        bytes32 s = bytes32(record.vs & (type(uint256).max >> 1));
        // INVARIANT: a signature has one form; the precompile would take the high one, too.
        if (uint256(s) > HALF_ORDER) return address(0);
        uint8 v = uint8(27 + (record.vs >> 255));
        return ecrecover(_signingHash(record, chainId, buffer), v, record.r, s);
    }

    function _signingHash(
        SignedRecord memory record,
        uint64 chainId,
        bytes memory buffer
    ) private pure returns (bytes32) {
        (address to, uint256 value, bytes memory data) = _callOf(record);
        buffer.start();
        buffer.writeUint(chainId);
        buffer.writeUint(record.nonce);
        buffer.writeUint(record.priority);
        buffer.writeUint(record.maxFee);
        buffer.writeUint(record.gasLimit);
        buffer.writeAddress(to);
        buffer.writeUint(value);
        buffer.writeBytes(data);
        buffer.writeEmptyList();
        return buffer.hashTyped(TRANSACTION_TYPE);
    }

    function _callOf(SignedRecord memory record) private pure returns (address to, uint256 value, bytes memory data) {
        if (record.kind == TRANSFER_ETH) return (record.recipient, record.amount, "");
        if (record.kind == TRANSFER_TOKEN) {
            return (
                record.token,
                0,
                abi.encodeWithSignature("transfer(address,uint256)", record.recipient, record.amount)
            );
        }
        if (record.kind == WITHDRAW_ETH) {
            return (BRIDGE_PREDEPLOY, record.amount, abi.encodeWithSignature("withdrawEth(address)", record.recipient));
        }
        return (
            BRIDGE_PREDEPLOY,
            0,
            abi.encodeWithSignature(
                "withdrawToken(address,address,uint256)",
                record.token,
                record.recipient,
                record.amount
            )
        );
    }

    function _write(
        uint256[] memory words,
        uint256 start,
        SignedRecord memory record,
        address sender,
        uint256 fee
    ) private pure {
        words[start] = record.kind;
        words[start + 1] = uint160(sender);
        words[start + 2] = uint160(record.recipient);
        words[start + 3] = uint160(record.token);
        words[start + 4] = record.amount;
        words[start + 5] = record.nonce;
        words[start + 6] = fee;
    }

    /// @dev The caller has checked that the bytes are there.
    function _uintAt(bytes calldata data, uint256 offset, uint256 width) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, width)), calldataload(add(data.offset, offset)))
        }
    }
}
