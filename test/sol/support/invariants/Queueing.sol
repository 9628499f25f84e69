// Deposits and forced transactions, offered at every price, and what the ghost knows of custody.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IBridge} from "../../../../contracts/interfaces/IBridge.sol";
import {Payment} from "../../../../contracts/libraries/Payment.sol";
import {QueueItem} from "../../../../contracts/types/Types.sol";
import {TurningToken} from "../Tokens.sol";
import {Disputing} from "./Disputing.sol";

abstract contract Queueing is Disputing {
    struct Offer {
        address sender;
        uint256 value;
        uint256 most;
        uint256 price;
        QueueItem item;
    }

    /// @dev By asset: what came in, and what was paid out.
    mapping(address asset => uint256 amount) internal takenIn;
    mapping(address asset => uint256 amount) internal paidOut;
    uint256 internal burnedPrices;
    bool internal tokenRefuses;

    function enqueue(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 what = pick(draw, 1, 8);
        if (what < 3) _depositEth(draw);
        else if (what < 5) _depositToken(draw);
        else _force(draw);
    }

    /// @notice Doubles with every fill of items that no live batch has taken.
    function placePrice() internal view returns (uint256) {
        uint256 doublings = (queued.length - batches[headBatch()].batch.header.queueEnd) / MAX_FORCED;
        return uint256(PRICE) * 2 ** (doublings < 20 ? doublings : 20);
    }

    function custodyOf(address asset) internal view returns (uint256) {
        return takenIn[asset] - paidOut[asset];
    }

    function _offer(uint256 draw, uint8 kind, address asset) private view returns (Offer memory it) {
        it.sender = people[pick(draw, 10, ACCOUNTS)];
        if (moody.refuses() && pick(draw, 23, 2) == 0) it.sender = address(moody);
        it.price = placePrice();
        uint256 how = pick(draw, 11, 8);
        it.most =
            how == 0
                ? it.price - 1
                : how < 3
                    ? it.price * 3
                    : it.price;
        uint128 amount = uint128(pick(draw, 12, 16) == 0 ? 0 : 1 + pick(draw, 13, 100 ether));
        it.item = QueueItem(kind, it.sender, people[pick(draw, 14, ACCOUNTS)], asset, amount);
        it.value = it.most;
    }

    function _depositEth(uint256 draw) private {
        Offer memory it = _offer(draw, 4, ETHER);
        if (custodyOf(ETHER) > 0 && pick(draw, 15, 12) == 0) it.item.amount = type(uint128).max;
        it.value += it.item.amount;
        if (it.item.amount > 0 && pick(draw, 22, 12) == 0) it.value = it.item.amount / 2;
        bytes4 expected = _refusalOf(it);
        if (it.value < it.item.amount) expected = IBridge.PriceAbovePayment.selector;
        else if (custodyOf(ETHER) + it.item.amount > type(uint128).max) expected = IBridge.CustodyLimit.selector;
        bytes memory data = abi.encodeCall(IBridge.depositEth, (it.item.recipient, it.item.amount));
        _enqueue("deposit ether", it, data, expected);
    }

    function _depositToken(uint256 draw) private {
        address asset = pick(draw, 16, 10) == 0 ? stranger : address(token);
        Offer memory it = _offer(draw, 5, asset);
        token.mint(it.sender, it.item.amount);
        vm.prank(it.sender);
        token.approve(address(bridge), it.item.amount);
        bytes4 expected = _refusalOf(it);
        if (asset == stranger) expected = IBridge.TokenWithoutCode.selector;
        else if (tokenRefuses) expected = TurningToken.Refused.selector;
        bytes memory data = abi.encodeCall(IBridge.depositToken, (asset, it.item.recipient, it.item.amount));
        bool done = _enqueue("deposit token", it, data, expected);
        if (!done) token.burn(it.sender, it.item.amount);
    }

    function _force(uint256 draw) private {
        uint8 kind = [2, 3, 6, 7][pick(draw, 17, 4)];
        Offer memory it = _offer(draw, kind, kind % 2 == 1 ? address(token) : ETHER);
        // Mostly so little that the second layer can do it.
        if (it.item.amount != 0 && pick(draw, 18, 4) != 0) it.item.amount = uint128(1 + pick(draw, 19, 1 ether));
        bytes4 expected = _refusalOf(it);
        uint256 flaw = pick(draw, 20, 12);
        if (flaw == 0) (it.item.kind, expected) = (flaw == pick(draw, 21, 2) ? 1 : 4, IBridge.UnknownKind.selector);
        else if (flaw == 1 && kind % 2 == 0) {
            (it.item.token, expected) = (address(token), IBridge.TokenForEthKind.selector);
        }
        bytes memory data = abi.encodeCall(
            IBridge.force,
            (it.item.kind, it.item.recipient, it.item.token, it.item.amount)
        );
        _enqueue("force", it, data, expected);
    }

    /// @dev In the order in which the queue checks.
    function _refusalOf(Offer memory it) private view returns (bytes4) {
        if (isPaused()) return unlessPaused(DONE);
        if (isFrozen) return IBridge.RollupIsFrozen.selector;
        if (it.item.amount == 0) return IBridge.ZeroAmount.selector;
        if (it.most < it.price) return IBridge.PriceAbovePayment.selector;
        bool refusesChange = it.sender == address(moody) && moody.refuses() && it.most > it.price;
        return refusesChange ? Payment.PaymentFailed.selector : DONE;
    }

    function _enqueue(
        string memory what,
        Offer memory it,
        bytes memory data,
        bytes4 expected
    ) private returns (bool done) {
        moody.prepare(address(bridge), data);
        uint256 before = it.sender.balance;
        (done, ) = attempt(what, it.sender, address(bridge), it.value, data, expected);
        moody.prepare(address(bridge), "");
        if (!done) return false;
        assertEq(it.sender.balance, before + it.most - it.price, "what is above the price returns");
        queued.push(it.item);
        enqueuedAt.push(nowIs());
        burnedPrices += it.price;
        if (it.item.kind == 4 || it.item.kind == 5) takenIn[it.item.token] += it.item.amount;
        if (it.item.kind == 5) assertEq(IERC20(it.item.token).balanceOf(address(bridge)), custodyOf(it.item.token));
    }
}
