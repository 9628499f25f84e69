// SPDX-License-Identifier: MIT
// Custody of ETH and ERC-20: takes deposits into the queue, pays exits and fees of final batches, and escapes of a frozen state.
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Custody} from "./Custody.sol";
import {Escape} from "./Escape.sol";
import {Queue} from "./Queue.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IClock} from "./interfaces/IClock.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {ExitTree} from "./libraries/ExitTree.sol";
import {BridgeParameters} from "./types/Parameters.sol";
import {Timestamp} from "./types/Time.sol";
import {Batch, Checkpoint, Exit, QueueItem} from "./types/Types.sol";

contract Bridge is Escape {
    using BatchIds for Batch;
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    /// @dev The exits of a batch whose last checkpoint was opened.
    struct Exits {
        bytes32 root;
        uint64 count;
        bool opened;
    }

    /// @inheritdoc IBridge
    mapping(address recipient => uint128 amount) public feesOf;
    /// @inheritdoc IBridge
    mapping(address recipient => uint128 amount) public feesPutOff;
    mapping(uint64 number => Exits exits) private _exits;
    mapping(uint64 number => BitMaps.BitMap indices) private _claimed;

    constructor(
        IRollup rollup_,
        IClock clock_,
        BridgeParameters memory parameters
    ) Custody(rollup_, clock_, parameters) Queue(parameters) {}

    /// @inheritdoc IBridge
    function depositEth(address recipient, uint128 amount) external payable nonReentrant returns (uint64 index) {
        // Also what makes the subtraction below safe.
        if (msg.value < amount) revert PriceAbovePayment(amount + enqueuePrice(), msg.value);
        _takeIntoCustody(ETH, amount);
        return _enqueue(QueueItem(DEPOSIT_ETH, msg.sender, recipient, ETH, amount), msg.value - amount);
    }

    /// @inheritdoc IBridge
    function depositToken(
        address token,
        address recipient,
        uint128 amount
    ) external payable nonReentrant returns (uint64 index) {
        // INVARIANT: an address without code is not a token, though a call to it "succeeds".
        if (token.code.length == 0) revert TokenWithoutCode(token);
        _takeIntoCustody(token, amount);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        // INVARIANT: L2 credits exactly what L1 received.
        if (received != amount) revert UnexactTransfer(amount, received);
        return _enqueue(QueueItem(DEPOSIT_TOKEN, msg.sender, recipient, token, amount), msg.value);
    }

    /// @inheritdoc IBridge
    function openCheckpoint(Batch calldata batch, Checkpoint calldata checkpoint) external whileRunning {
        uint64 number = batch.header.number;
        // INVARIANT: nothing is paid out of a batch that can still be rolled back.
        if (!rollup.isFinal(number, batch.idOf())) revert BatchNotFinal(number);
        // INVARIANT: a batch's fees are credited once.
        if (_exits[number].opened) revert AlreadyOpened(number);
        _checkPreimage(batch, checkpoint);

        _exits[number] = Exits({root: checkpoint.exitRoot, count: checkpoint.exitCount, opened: true});
        feesOf[batch.header.feeRecipient] += checkpoint.fees;
        emit CheckpointOpened(
            number,
            checkpoint.exitRoot,
            checkpoint.exitCount,
            checkpoint.fees,
            batch.header.feeRecipient
        );
    }

    /// @inheritdoc IBridge
    function claim(
        uint64 number,
        uint64 index,
        Exit calldata exit,
        bytes32[2][] calldata path
    ) external nonReentrant returns (bool paid) {
        Exits memory exits = _exits[number];
        if (!exits.opened) revert NotOpened(number);
        // INVARIANT: an exit has one index. A larger number with the same digits names nothing.
        if (index >= exits.count) revert IndexOutOfRange(index, exits.count);
        // INVARIANT: an exit is paid once.
        if (_claimed[number].get(index)) revert AlreadyClaimed(number, index);
        if (path.length != ExitTree.DEPTH) revert WrongPathLength(ExitTree.DEPTH, path.length);
        bytes32 root = ExitTree.rootOf(exit, index, path);
        // INVARIANT: only what the final state paid out leaves custody.
        if (root != exits.root) revert WrongExitProof(exits.root, root);
        if (!_mayPay(keccak256(abi.encode(number, index)), exit.token, exit.amount)) return false;

        _claimed[number].set(index);
        emit Claimed(number, index, exit.recipient, exit.token, exit.amount);
        _pay(exit.token, exit.recipient, exit.amount);
        return true;
    }

    /// @inheritdoc IBridge
    function claimFees(address recipient, uint128 amount) external nonReentrant returns (bool paid) {
        bytes32 payment = keccak256(abi.encode("fees", recipient, amount));
        bool putOff = Timestamp.unwrap(payableFrom[payment]) != 0;
        uint128 most = putOff ? amount : feesOf[recipient] - feesPutOff[recipient];
        // INVARIANT: a fee is paid once, and waits for one payment at a time. Who could wait with the same fee under several
        // amounts would have served the delay for fees that it does not have yet.
        if (amount == 0 || amount > most) revert FeesOutOfRange(recipient, amount, most);
        if (!_mayPay(payment, ETH, amount)) {
            feesPutOff[recipient] += amount;
            return false;
        }

        if (putOff) feesPutOff[recipient] -= amount;
        feesOf[recipient] -= amount;
        emit FeesClaimed(recipient, amount);
        _pay(ETH, recipient, amount);
        return true;
    }

    /// @inheritdoc IBridge
    function isClaimed(uint64 number, uint64 index) external view returns (bool) {
        return _claimed[number].get(index);
    }

    /// @inheritdoc IBridge
    function isOpened(uint64 number) external view returns (bool) {
        return _exits[number].opened;
    }
}
