// SPDX-License-Identifier: MIT
// The hash chain over L1's queue, and a queue segment's words (protocol §4.3, §6).
pragma solidity ^0.8.28;

import {QueueItem} from "../types/Types.sol";

library QueueChain {
    uint256 private constant WORDS = 7;

    function itemHash(QueueItem memory item) internal pure returns (bytes32) {
        return keccak256(abi.encode(item));
    }

    function append(bytes32 chain, QueueItem memory item) internal pure returns (bytes32) {
        return keccak256(abi.encode(chain, itemHash(item)));
    }

    function appendAll(bytes32 chain, QueueItem[] calldata items) internal pure returns (bytes32) {
        for (uint256 i = 0; i < items.length; ++i) chain = append(chain, items[i]);
        return chain;
    }

    /// @dev Nonce and fee of a queue item are zero; the first word is the caller's.
    function wordsOf(QueueItem[] calldata items) internal pure returns (uint256[] memory words) {
        words = new uint256[](1 + WORDS * items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            QueueItem calldata item = items[i];
            uint256 start = 1 + WORDS * i;
            words[start] = item.kind;
            words[start + 1] = uint160(item.sender);
            words[start + 2] = uint160(item.recipient);
            words[start + 3] = uint160(item.token);
            words[start + 4] = item.amount;
        }
    }
}
