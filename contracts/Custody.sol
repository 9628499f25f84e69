// SPDX-License-Identifier: MIT
// What the bridge holds of each asset, and the only door through which it leaves: the exit limit, and payments.
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Clocked} from "./Clocked.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IClock} from "./interfaces/IClock.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {Payment} from "./libraries/Payment.sol";
import {BridgeParameters} from "./types/Parameters.sol";
import {Duration, Timestamp} from "./types/Time.sol";

abstract contract Custody is IBridge, Clocked, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev What an asset's exits and fees took without a wait in one window: one word. `paid` stays below the share of
    /// custody and itself, that is below 10 000 times what custody can be.
    struct Flow {
        uint216 paid;
        uint40 window;
    }

    address internal constant ETH = address(0);
    uint16 private constant BPS = 10_000;
    Duration private constant LONGEST_DELAY = Duration.wrap(30 days);

    /// @inheritdoc IBridge
    IRollup public immutable rollup;
    /// @inheritdoc IBridge
    uint16 public immutable exitLimitBps;
    /// @inheritdoc IBridge
    Duration public immutable exitDelay;

    /// @inheritdoc IBridge
    mapping(address token => uint256 amount) public custody;
    mapping(address token => Flow flow) private _flows;
    /// @inheritdoc IBridge
    mapping(bytes32 payment => Timestamp from) public payableFrom;

    constructor(IRollup rollup_, IClock clock_, BridgeParameters memory parameters) Clocked(clock_) {
        // A share above all of it is a mistake; all of it turns the limit off.
        if (parameters.exitLimitBps > BPS) revert ExitLimitOutOfRange(parameters.exitLimitBps);
        // Windows of no length do not exist. A delay is meant to give time to look, not to take money away.
        if (parameters.exitDelay.seconds_() == 0 || parameters.exitDelay > LONGEST_DELAY) {
            revert ExitDelayOutOfRange(parameters.exitDelay, LONGEST_DELAY);
        }
        rollup = rollup_;
        exitLimitBps = parameters.exitLimitBps;
        exitDelay = parameters.exitDelay;
    }

    /// @inheritdoc IBridge
    function exitRoom(address token) external view returns (uint256) {
        (Timestamp now_, , ) = clock.look();
        return _isLimited() ? _room(token, _flowAt(token, now_)) : custody[token];
    }

    function _takeIntoCustody(address token, uint128 amount) internal {
        uint256 total = custody[token] + amount;
        // INVARIANT: no sum of L2 balances overflows its limb.
        if (total > type(uint128).max) revert CustodyLimit(token, total);
        custody[token] = total;
    }

    /// @param payment names the payment: the same call, made again, names the same
    /// @return whether to pay now; if not, the payment was put off by exactly `exitDelay`
    function _mayPay(bytes32 payment, address token, uint128 amount) internal returns (bool) {
        Timestamp now_ = _now();
        Timestamp from = payableFrom[payment];
        bool putOff = Timestamp.unwrap(from) != 0;
        bool waited = putOff && now_ >= from;
        // INVARIANT: a delay is served once and for a fixed time, whatever others take out meanwhile.
        if (!waited && _isLimited()) {
            Flow memory flow = _flowAt(token, now_);
            // INVARIANT: without a wait, no more than its share of an asset leaves in one window.
            if (amount > _room(token, flow)) {
                if (putOff) revert PaymentWaits(payment, from);
                from = now_.plus(exitDelay);
                payableFrom[payment] = from;
                emit PaymentDelayed(payment, token, amount, from);
                return false;
            }
            flow.paid += amount;
            _flows[token] = flow;
        }
        // INVARIANT: one wait frees one payment.
        if (putOff) payableFrom[payment] = Timestamp.wrap(0);
        return true;
    }

    /// @dev A payment that fails reverts, and so leaves its claim open.
    function _pay(address token, address recipient, uint128 amount) internal {
        // INVARIANT: custody of one asset never pays another's exits, whatever was proven.
        custody[token] -= amount;
        if (token == ETH) Payment.pay(recipient, amount);
        else IERC20(token).safeTransfer(recipient, amount);
    }

    /// @dev After a freeze nothing is left to be found out about the last final batch.
    function _isLimited() private view returns (bool) {
        return exitLimitBps != BPS && !rollup.frozen();
    }

    function _flowAt(address token, Timestamp now_) private view returns (Flow memory flow) {
        uint40 window = Timestamp.unwrap(now_) / Duration.unwrap(exitDelay);
        flow = _flows[token];
        if (flow.window != window) flow = Flow({paid: 0, window: window});
    }

    /// @dev What still fits: the share is one of all that the window began with, or that came in since.
    function _room(address token, Flow memory flow) private view returns (uint256) {
        uint256 share = ((custody[token] + flow.paid) * exitLimitBps) / BPS;
        // Payments that had waited lower the share and not what is paid.
        return share > flow.paid ? share - flow.paid : 0;
    }
}
