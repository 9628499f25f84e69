// SPDX-License-Identifier: MIT
// The bridge's half towards L2: the L1 queue of deposits and forced transactions, fixed when they enter.
pragma solidity ^0.8.28;

import {Custody} from "./Custody.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {Payment} from "./libraries/Payment.sol";
import {QueueChain} from "./libraries/QueueChain.sol";
import {BridgeParameters} from "./types/Parameters.sol";
import {Timestamp} from "./types/Time.sol";
import {QueueItem} from "./types/Types.sol";

abstract contract Queue is Custody {
    /// @dev What L1 keeps of the queue after one more item.
    struct Place {
        bytes32 chain;
        Timestamp enqueuedAt;
    }

    uint8 private constant FORCED_WITHDRAW_ETH = 2;
    uint8 private constant FORCED_WITHDRAW_TOKEN = 3;
    uint8 private constant FORCED_TRANSFER_ETH = 6;
    uint8 private constant FORCED_TRANSFER_TOKEN = 7;
    /// @dev A place then costs a million times the base price; the queue never closes altogether.
    uint256 private constant MOST_DOUBLINGS = 20;
    /// @dev Far above any preset; a place at the highest price still costs less than all ether.
    uint128 private constant HIGHEST_BASE_PRICE = 10 ether;

    /// @inheritdoc IBridge
    uint128 public immutable baseEnqueuePrice;
    /// @inheritdoc IBridge
    uint64 public immutable maxForced;

    /// @inheritdoc IBridge
    uint256 public burned;
    Place[] private _places;

    constructor(BridgeParameters memory parameters) {
        // A free place could be taken for ever; an enormous price would overflow or close the queue.
        if (parameters.baseEnqueuePrice == 0 || parameters.baseEnqueuePrice > HIGHEST_BASE_PRICE) {
            revert QueuePriceOutOfRange(parameters.baseEnqueuePrice, HIGHEST_BASE_PRICE);
        }
        baseEnqueuePrice = parameters.baseEnqueuePrice;
        maxForced = parameters.maxForced;
    }

    /// @inheritdoc IBridge
    function force(
        uint8 kind,
        address recipient,
        address token,
        uint128 amount
    ) external payable nonReentrant returns (uint64 index) {
        bool ofToken = kind == FORCED_WITHDRAW_TOKEN || kind == FORCED_TRANSFER_TOKEN;
        // INVARIANT: no caller makes a deposit out of nothing, nor any kind that the circuit does not know.
        if (!ofToken && kind != FORCED_WITHDRAW_ETH && kind != FORCED_TRANSFER_ETH) revert UnknownKind(kind);
        if (!ofToken && token != ETH) revert TokenForEthKind(token);
        return _enqueue(QueueItem(kind, msg.sender, recipient, token, amount), msg.value);
    }

    /// @inheritdoc IBridge
    function queueLength() public view returns (uint64) {
        return uint64(_places.length);
    }

    /// @inheritdoc IBridge
    function queueHash(uint64 count) public view returns (bytes32) {
        return count == 0 ? bytes32(0) : _places[count - 1].chain;
    }

    /// @inheritdoc IBridge
    function enqueuedAt(uint64 index) external view returns (Timestamp) {
        return _places[index].enqueuedAt;
    }

    /// @inheritdoc IBridge
    function enqueuePrice() public view returns (uint256) {
        uint256 doublings = (_places.length - rollup.headQueueEnd()) / maxForced;
        if (doublings > MOST_DOUBLINGS) doublings = MOST_DOUBLINGS;
        return uint256(baseEnqueuePrice) << doublings;
    }

    /// @inheritdoc IBridge
    function itemHash(QueueItem calldata item) external pure returns (bytes32) {
        return QueueChain.itemHash(item);
    }

    /// @dev The last step of its callers: what is above the price returns to the caller, who may be a contract.
    /// @param most the most that the caller pays for the place, of what it sent
    function _enqueue(QueueItem memory item, uint256 most) internal returns (uint64 index) {
        Timestamp now_ = _now();
        // INVARIANT: nothing enters a queue that no batch will ever read.
        if (rollup.frozen()) revert RollupIsFrozen();
        if (item.amount == 0) revert ZeroAmount();
        uint256 price = enqueuePrice();
        // INVARIANT: nobody pays more for a place than it offered, and nothing of a deposit.
        if (most < price) revert PriceAbovePayment(price, most);

        index = queueLength();
        bytes32 chain = QueueChain.append(queueHash(index), item);
        _places.push(Place({chain: chain, enqueuedAt: now_}));
        burned += price;
        emit Enqueued(index, item.kind, item.sender, item.recipient, item.token, item.amount, chain);
        // To the caller itself: if it refuses, nobody else is hurt.
        if (most > price) Payment.pay(msg.sender, most - price);
    }
}
