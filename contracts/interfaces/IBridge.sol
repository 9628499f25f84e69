// SPDX-License-Identifier: MIT
// Custody of ETH and ERC-20, the L1 queue, withdrawals and sequencer fees, and the way out of a frozen rollup.
pragma solidity ^0.8.28;

import {Leaf} from "../types/Leaf.sol";
import {Duration, Timestamp} from "../types/Time.sol";
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
    /// @notice A payment beyond the exit limit waits: the call that asked for it pays from `payableFrom` on when made again.
    event PaymentDelayed(bytes32 indexed payment, address indexed token, uint128 amount, Timestamp payableFrom);
    /// @notice The state after the last final batch is known: its balances can escape.
    event StateOpened(uint64 indexed number, bytes32 stateRoot);
    /// @notice A balance of the last final state is credited to its owner; `payEscapes` pays it.
    event Escaped(address indexed token, address indexed account, uint128 amount);
    event EscapePaid(address indexed token, address indexed account, uint128 amount);
    event Reclaimed(uint64 indexed index, address indexed depositor, address token, uint128 amount);

    error ZeroAmount();
    /// @param paid what the caller offered for the place; when it does not even cover a deposit of ETH, `price` is what place
    /// and deposit take together and `paid` all that was sent
    error PriceAbovePayment(uint256 price, uint256 paid);
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
    error FeesOutOfRange(address recipient, uint128 amount, uint128 most);
    error PaymentWaits(bytes32 payment, Timestamp payableFrom);
    error NonCanonicalCheckpoint(bytes32 stateRoot, bytes32 exitRoot);
    error WrongPathLength(uint256 expected, uint256 actual);
    error RollupIsFrozen();
    error QueuePriceOutOfRange(uint128 price, uint128 most);
    error ExitLimitOutOfRange(uint16 bps);
    error ExitDelayOutOfRange(Duration delay, Duration most);
    error NotFrozen();
    error StateNotOpened();
    error StateAlreadyOpened();
    error UnevenLeaves(uint256 count, uint256 most);
    error UnalignedLeaves(uint64 first, uint256 count);
    error WrongStateProof(bytes32 expected, bytes32 actual);
    error ItemConsumed(uint64 index, uint64 queueEnd);
    error ItemUnknown(uint64 index, uint64 length);
    error WrongItem(uint64 index);
    error NotADeposit(uint8 kind);
    error AlreadyReclaimed(uint64 index);

    /// @notice Takes `amount` wei into custody and credits it on L2. What msg.value holds beyond it is the most that the caller
    /// pays for the place: what is above the price returns to the caller at once. To receive nothing, send exactly
    /// `amount + enqueuePrice()`.
    /// @dev The amount is explicit, so that a price that rises before inclusion cannot eat a deposit.
    function depositEth(address recipient, uint128 amount) external payable returns (uint64 index);
    /// @notice Takes `amount` of `token` into custody and credits it on L2; msg.value is the most that the place may cost.
    function depositToken(address token, address recipient, uint128 amount) external payable returns (uint64 index);
    /// @notice Enqueues a transfer or withdrawal from the caller's L2 balance; msg.value is the most that the place may cost.
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
    /// @return paid false: the exit limit has no room, and the same call pays from `payableFrom` on, or earlier if it then fits.
    /// The payment's name is keccak256(abi.encode(number, index)).
    function claim(
        uint64 number,
        uint64 index,
        Exit calldata exit,
        bytes32[2][] calldata path
    ) external returns (bool paid);
    /// @notice Pays fees to their recipient; anyone may call.
    /// @param amount at most `feesOf - feesPutOff`, or an amount that was put off. It is explicit so that a payment that waits
    /// keeps its name, keccak256(abi.encode("fees", recipient, amount)), while more fees accrue.
    /// @return paid as `claim`
    function claimFees(address recipient, uint128 amount) external returns (bool paid);

    /// @notice Opens the checkpoint of a frozen rollup's last final batch, once, for escapes. Independent of `openCheckpoint`.
    function openState(Batch calldata last, Checkpoint calldata checkpoint) external;
    /// @notice Credits the owners of one aligned subtree's leaves; anyone may call. Skips what escaped before and what is worth
    /// nothing. Pays nothing: `payEscapes` does.
    /// @param first index of the first leaf, a multiple of the number of leaves
    /// @param leaves all leaves of a subtree: 1, 3, 9, 27 or 81, in order
    /// @param path for each level above the subtree, from there up, the two other children in order
    function escape(uint64 first, Leaf[] calldata leaves, bytes32[2][] calldata path) external;
    /// @notice Pays credited escapes of one asset to their owners; accounts without credit are skipped; a payment that fails
    /// reverts all, so leave out whom it failed for.
    function payEscapes(address token, address[] calldata accounts) external;
    /// @notice Returns a deposit that no final batch of a frozen rollup consumed to its depositor, once. The price does not
    /// return: it was burned.
    function reclaim(uint64 index, QueueItem calldata item) external;

    function queueLength() external view returns (uint64);
    /// @notice Hash chain of the queue after `count` items.
    function queueHash(uint64 count) external view returns (bytes32);
    function enqueuedAt(uint64 index) external view returns (Timestamp);
    /// @notice Price of one queue place in wei, burned; doubles with every `maxForced` items not yet in a live batch.
    function enqueuePrice() external view returns (uint256);
    /// @notice Sum of all prices paid; this ether stays in the contract and no call can move it.
    function burned() external view returns (uint256);
    function custody(address token) external view returns (uint256);
    /// @notice Fees that were not paid yet, in wei.
    function feesOf(address recipient) external view returns (uint128);
    /// @notice How much of them is put off, in all payments that wait.
    function feesPutOff(address recipient) external view returns (uint128);
    /// @notice First second in which a payment that was put off is paid without any limit; 0: it was not put off, or is paid.
    function payableFrom(bytes32 payment) external view returns (Timestamp);
    /// @notice How much of an asset can leave now without a wait, in one payment or several.
    function exitRoom(address token) external view returns (uint256);
    /// @notice State root of a frozen rollup's last final batch; 0 until it is opened.
    function escapeRoot() external view returns (bytes32);
    /// @return unpaid what `payEscapes` would pay
    /// @return done the record escaped, whether it was paid or not
    function escapeOf(address token, address account) external view returns (uint128 unpaid, bool done);
    function isReclaimed(uint64 index) external view returns (bool);
    function isClaimed(uint64 number, uint64 index) external view returns (bool);
    function isOpened(uint64 number) external view returns (bool);
    function itemHash(QueueItem calldata item) external pure returns (bytes32);
    function baseEnqueuePrice() external view returns (uint128);
    function maxForced() external view returns (uint64);
    /// @notice Share of an asset that leaves without a wait in one window of `exitDelay`, in 1/10 000; all: no limit.
    function exitLimitBps() external view returns (uint16);
    /// @notice How long a payment beyond that share waits, and the length of a window: they begin at its multiples.
    function exitDelay() external view returns (Duration);
    function rollup() external view returns (IRollup);
}
