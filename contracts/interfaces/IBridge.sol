// SPDX-License-Identifier: MIT
// Custody of ETH and ERC-20, the L1 queue, withdrawals and sequencer fees.
pragma solidity ^0.8.28;

import {Timestamp} from "../types/Time.sol";
import {Batch, Checkpoint, Exit, QueueItem} from "../types/Types.sol";
import {IClocked} from "./IClocked.sol";
import {IRollup} from "./IRollup.sol";

interface IBridge is IClocked {
    /// @notice Item `index` entered the queue; `chain` is the queue's hash after it.
    event Enqueued(
        uint64 indexed index,
        uint8 kind,
        address indexed sender,
        address indexed recipient,
        address token,
        uint128 amount,
        bytes32 chain
    );
    event CheckpointOpened(
        uint64 indexed number,
        bytes32 exitRoot,
        uint64 exitCount,
        uint128 fees,
        address feeRecipient
    );
    event Claimed(
        uint64 indexed number,
        uint64 indexed index,
        address indexed recipient,
        address token,
        uint128 amount
    );
    event FeesClaimed(address indexed recipient, uint128 amount);

    error ZeroAmount();
    error WrongPayment(uint256 expected, uint256 actual);
    error TokenWithoutCode(address token);
    error UnexactTransfer(uint256 expected, uint256 actual);
    error CustodyLimit(address token, uint256 custody);
    error UnknownKind(uint8 kind);
    error TokenForEthKind(address token);
    error BatchNotFinal(uint64 number);
    error WrongCheckpoint(bytes32 expected, bytes32 actual);
    error AlreadyOpened(uint64 number);
    error NotOpened(uint64 number);
    error IndexOutOfRange(uint64 index, uint64 count);
    error AlreadyClaimed(uint64 number, uint64 index);
    error WrongExitProof(bytes32 expected, bytes32 actual);
    error NothingToClaim(address recipient);
    error NonCanonicalCheckpoint(bytes32 stateRoot, bytes32 exitRoot);
    error WrongPathLength(uint256 expected, uint256 actual);
    error RollupIsFrozen();
    error QueuePriceOutOfRange(uint128 price, uint128 most);

    /// @notice Takes `amount` wei into custody and credits it on L2; msg.value is exactly `amount + enqueuePrice()`.
    /// @dev The amount is explicit, so that a price that rises before inclusion cannot eat a deposit.
    function depositEth(address recipient, uint128 amount) external payable returns (uint64 index);
    /// @notice Takes `amount` of `token` into custody and credits it on L2; msg.value is exactly `enqueuePrice()`.
    function depositToken(address token, address recipient, uint128 amount) external payable returns (uint64 index);
    /// @notice Enqueues a transfer or withdrawal from the caller's L2 balance; msg.value is exactly `enqueuePrice()`.
    /// @param kind 2, 3 (withdraw ETH, token), 6 or 7 (transfer ETH, token); protocol §4.3
    function force(
        uint8 kind,
        address recipient,
        address token,
        uint128 amount
    ) external payable returns (uint64 index);

    /// @notice Opens the last checkpoint of a final batch, once: its exits become claimable, its fees are credited.
    function openCheckpoint(Batch calldata batch, Checkpoint calldata checkpoint) external;
    /// @notice Pays one exit of an opened batch, once, to its recipient; anyone may call.
    /// @param path for each level of the exit tree, from the leaf up, the two other children in order
    function claim(uint64 number, uint64 index, Exit calldata exit, bytes32[2][] calldata path) external;
    function claimFees(address recipient) external;

    function queueLength() external view returns (uint64);
    /// @notice Hash chain of the queue after `count` items.
    function queueHash(uint64 count) external view returns (bytes32);
    function enqueuedAt(uint64 index) external view returns (Timestamp);
    /// @notice Price of one queue place in wei, burned; doubles with every `maxForced` items not yet in a final batch.
    function enqueuePrice() external view returns (uint256);
    /// @notice Sum of all prices paid; this ether stays in the contract and no call can move it.
    function burned() external view returns (uint256);
    function custody(address token) external view returns (uint256);
    function feesOf(address recipient) external view returns (uint128);
    function isClaimed(uint64 number, uint64 index) external view returns (bool);
    function isOpened(uint64 number) external view returns (bool);
    function itemHash(QueueItem calldata item) external pure returns (bytes32);
    function baseEnqueuePrice() external view returns (uint128);
    function maxForced() external view returns (uint64);
    function rollup() external view returns (IRollup);
}
