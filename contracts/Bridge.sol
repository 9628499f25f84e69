// SPDX-License-Identifier: MIT
// Custody of ETH and ERC-20: takes deposits into the queue, pays exits and fees of final batches.
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Queue} from "./Queue.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IClock} from "./interfaces/IClock.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {ExitTree} from "./libraries/ExitTree.sol";
import {Field} from "./libraries/Field.sol";
import {Payment} from "./libraries/Payment.sol";
import {BridgeParameters} from "./types/Parameters.sol";
import {Batch, Checkpoint, Exit, QueueItem} from "./types/Types.sol";

contract Bridge is Queue, ReentrancyGuardTransient {
    using BatchIds for Batch;
    using BitMaps for BitMaps.BitMap;
    using Field for bytes32;
    using SafeERC20 for IERC20;

    /// @dev The exits of a batch whose last checkpoint was opened.
    struct Exits {
        bytes32 root;
        uint64 count;
        bool opened;
    }

    uint8 private constant DEPOSIT_ETH = 4;
    uint8 private constant DEPOSIT_TOKEN = 5;
    address private constant ETH = address(0);

    /// @inheritdoc IBridge
    mapping(address token => uint256 amount) public custody;
    /// @inheritdoc IBridge
    mapping(address recipient => uint128 amount) public feesOf;
    mapping(uint64 number => Exits exits) private _exits;
    mapping(uint64 number => BitMaps.BitMap indices) private _claimed;

    constructor(
        IRollup rollup_,
        IClock clock_,
        BridgeParameters memory parameters
    ) Queue(rollup_, clock_, parameters) {}

    /// @inheritdoc IBridge
    function depositEth(address recipient, uint128 amount) external payable nonReentrant returns (uint64 index) {
        // Also what makes the subtraction below safe.
        if (msg.value < amount) revert WrongPayment(amount + enqueuePrice(), msg.value);
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
        index = _enqueue(QueueItem(DEPOSIT_TOKEN, msg.sender, recipient, token, amount), msg.value);

        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        // INVARIANT: L2 credits exactly what L1 received.
        if (received != amount) revert UnexactTransfer(amount, received);
    }

    /// @inheritdoc IBridge
    function openCheckpoint(Batch calldata batch, Checkpoint calldata checkpoint) external {
        uint64 number = batch.header.number;
        // INVARIANT: nothing is paid out of a batch that can still be rolled back.
        if (!rollup.isFinal(number, batch.idOf())) revert BatchNotFinal(number);
        // INVARIANT: a batch's fees are credited once.
        if (_exits[number].opened) revert AlreadyOpened(number);
        // INVARIANT: a checkpoint has one preimage. Field elements have no second encoding.
        if (!checkpoint.stateRoot.isCanonical() || !checkpoint.exitRoot.isCanonical()) {
            revert NonCanonicalCheckpoint(checkpoint.stateRoot, checkpoint.exitRoot);
        }
        bytes32 hash = ExitTree.checkpointOf(checkpoint);
        if (hash != batch.header.lastCheckpoint) revert WrongCheckpoint(batch.header.lastCheckpoint, hash);

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
    function claim(uint64 number, uint64 index, Exit calldata exit, bytes32[2][] calldata path) external nonReentrant {
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

        _claimed[number].set(index);
        emit Claimed(number, index, exit.recipient, exit.token, exit.amount);
        _pay(exit.token, exit.recipient, exit.amount);
    }

    /// @inheritdoc IBridge
    function claimFees(address recipient) external nonReentrant {
        uint128 amount = feesOf[recipient];
        // INVARIANT: a fee is paid once.
        if (amount == 0) revert NothingToClaim(recipient);
        feesOf[recipient] = 0;
        emit FeesClaimed(recipient, amount);
        _pay(ETH, recipient, amount);
    }

    /// @inheritdoc IBridge
    function isClaimed(uint64 number, uint64 index) external view returns (bool) {
        return _claimed[number].get(index);
    }

    /// @inheritdoc IBridge
    function isOpened(uint64 number) external view returns (bool) {
        return _exits[number].opened;
    }

    function _takeIntoCustody(address token, uint128 amount) private {
        uint256 total = custody[token] + amount;
        // INVARIANT: no sum of L2 balances overflows its limb.
        if (total > type(uint128).max) revert CustodyLimit(token, total);
        custody[token] = total;
    }

    /// @dev A payment that fails reverts, and so leaves its claim open.
    function _pay(address token, address recipient, uint128 amount) private {
        // INVARIANT: custody of one asset never pays another's exits, whatever was proven.
        custody[token] -= amount;
        if (token == ETH) Payment.pay(recipient, amount);
        else IERC20(token).safeTransfer(recipient, amount);
    }
}
