// Deposits: L2 credits exactly what L1 holds, whatever the token does.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {QueueItem} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";
import {Reenterer} from "./support/Recipients.sol";
import {
    FalseToken,
    FeeToken,
    GenerousToken,
    HookToken,
    LyingToken,
    RevertingToken,
    SilentToken,
    Token
} from "./support/Tokens.sol";

contract DepositsTest is Protocol {
    function prepare(Token token, uint256 amount) private returns (Token) {
        token.mint(user, amount);
        vm.prank(user);
        token.approve(address(bridge), amount);
        return token;
    }

    function deposit(Token token, uint128 amount) private {
        vm.prank(user);
        bridge.depositToken{value: PRICE}(address(token), prover, amount);
    }

    function chainOf(QueueItem memory item) private pure returns (bytes32) {
        return keccak256(abi.encode(bytes32(0), keccak256(abi.encode(item))));
    }

    function test_deposit_of_eth_enqueues_its_amount_without_the_price() public {
        vm.prank(user);
        bridge.depositEth{value: 1 ether + PRICE}(prover, 1 ether);
        assertEq(bridge.queueHash(1), chainOf(QueueItem(4, user, prover, address(0), 1 ether)));
        assertEq(bridge.custody(address(0)), 1 ether);
        assertEq(bridge.burned(), PRICE);
        assertEq(address(bridge).balance, 1 ether + PRICE);
    }

    function test_deposit_of_eth_for_less_than_its_amount_and_the_price_reverts() public {
        vm.startPrank(user);
        uint256 exact = 1 ether + PRICE;
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, uint256(PRICE), uint256(PRICE) - 1));
        bridge.depositEth{value: exact - 1}(prover, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, exact, 0.5 ether));
        bridge.depositEth{value: 0.5 ether}(prover, 1 ether);
        vm.expectRevert(IBridge.ZeroAmount.selector);
        bridge.depositEth{value: PRICE}(prover, 0);
    }

    function test_a_price_that_rose_above_the_payment_eats_nothing_of_a_deposit() public {
        forceItems(MAX_FORCED);
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, 2 * PRICE, uint256(PRICE)));
        bridge.depositEth{value: 1 ether + PRICE}(prover, 1 ether);
        assertEq(bridge.custody(address(0)), 0);
    }

    function test_a_price_rise_within_the_payment_does_not_stop_a_deposit() public {
        Token token = prepare(new Token(), 100);
        forceItems(MAX_FORCED);
        uint256 before = user.balance;
        vm.startPrank(user);
        bridge.depositEth{value: 1 ether + 4 * PRICE}(prover, 1 ether);
        assertEq(user.balance, before - 1 ether - 2 * PRICE);
        bridge.depositToken{value: 3 * PRICE}(address(token), prover, 60);
        assertEq(user.balance, before - 1 ether - 4 * PRICE);
        assertEq(bridge.custody(address(0)), 1 ether);
        assertEq(bridge.burned(), (MAX_FORCED + 4) * PRICE);
        assertEq(address(bridge).balance, 1 ether + bridge.burned());
    }

    function test_a_deposit_of_a_token_below_the_price_reverts() public {
        Token token = prepare(new Token(), 100);
        vm.prank(user);
        vm.expectPartialRevert(IBridge.PriceAbovePayment.selector);
        bridge.depositToken{value: PRICE - 1}(address(token), prover, 60);
        assertEq(token.balanceOf(user), 100);
    }

    function test_a_token_is_in_custody_before_its_item_is_in_the_queue() public {
        vm.deal(address(this), 10 ether);
        Reenterer watcher = new Reenterer(address(bridge));
        Token token = new Token();
        token.mint(address(watcher), 100);
        vm.prank(address(watcher));
        token.approve(address(bridge), 100);
        vm.deal(address(watcher), 1 ether);
        bytes memory data = abi.encodeCall(IBridge.depositToken, (address(token), user, 60));
        watcher.prepare(0, abi.encodeCall(IBridge.force, (2, user, address(0), 1)));
        watcher.call(1 ether, data);
        assertTrue(watcher.reentered());
        assertEq(watcher.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertEq(bridge.queueLength(), 1);
        assertEq(token.balanceOf(address(bridge)), 60);
        assertEq(address(watcher).balance, 1 ether - PRICE);
    }

    function test_deposit_of_a_token_takes_it_into_custody() public {
        Token token = prepare(new Token(), 100);
        deposit(token, 60);
        assertEq(bridge.queueHash(1), chainOf(QueueItem(5, user, prover, address(token), 60)));
        assertEq(bridge.custody(address(token)), 60);
        assertEq(token.balanceOf(address(bridge)), 60);
    }

    function test_deposit_of_a_token_that_returns_nothing_works() public {
        Token token = Token(address(new SilentToken()));
        token.mint(user, 100);
        deposit(token, 100);
        assertEq(bridge.custody(address(token)), 100);
    }

    function test_deposit_of_a_codeless_token_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IBridge.TokenWithoutCode.selector, prover));
        deposit(Token(prover), 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.TokenWithoutCode.selector, address(0)));
        deposit(Token(address(0)), 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.TokenWithoutCode.selector, address(4)));
        deposit(Token(address(4)), 1);
    }

    function test_deposit_of_a_token_that_keeps_a_fee_reverts() public {
        Token token = prepare(new FeeToken(), 1000);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnexactTransfer.selector, 1000, 990));
        deposit(token, 1000);
    }

    function test_deposit_of_a_token_that_delivers_more_reverts() public {
        Token token = prepare(new GenerousToken(), 1000);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnexactTransfer.selector, 1000, 1001));
        deposit(token, 1000);
    }

    function test_deposit_of_a_token_that_only_says_it_paid_reverts() public {
        Token token = prepare(new LyingToken(), 1000);
        vm.expectRevert(abi.encodeWithSelector(IBridge.UnexactTransfer.selector, 1000, 0));
        deposit(token, 1000);
    }

    function test_deposit_of_a_token_that_returns_false_reverts() public {
        Token token = prepare(new FalseToken(), 1000);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        deposit(token, 1000);
    }

    function test_deposit_of_a_token_that_reverts_reverts() public {
        Token token = prepare(new RevertingToken(), 1000);
        vm.expectRevert(RevertingToken.Refused.selector);
        deposit(token, 1000);
        assertEq(bridge.queueLength(), 0);
    }

    function test_deposit_from_within_a_deposit_is_refused() public {
        vm.deal(address(this), 10 ether);
        HookToken token = new HookToken{value: 1 ether}(bridge);
        prepare(token, 1000);
        deposit(token, 1000);
        assertTrue(token.refused());
        assertEq(bridge.queueLength(), 1);
        assertEq(bridge.custody(address(token)), 1000);
    }

    function test_custody_of_a_token_stays_below_what_a_limb_holds() public {
        Token token = prepare(new Token(), type(uint256).max);
        deposit(token, type(uint128).max);
        vm.expectRevert(
            abi.encodeWithSelector(IBridge.CustodyLimit.selector, address(token), uint256(type(uint128).max) + 1)
        );
        deposit(token, 1);
    }

    function test_custody_of_eth_stays_below_what_a_limb_holds() public {
        vm.deal(user, type(uint256).max / 2);
        vm.startPrank(user);
        bridge.depositEth{value: uint256(type(uint128).max) + PRICE}(prover, type(uint128).max);
        vm.expectPartialRevert(IBridge.CustodyLimit.selector);
        bridge.depositEth{value: 1 + PRICE}(prover, 1);
    }

    function test_a_plain_transfer_of_eth_is_refused() public {
        vm.prank(user);
        (bool accepted, ) = address(bridge).call{value: 1 ether}("");
        assertFalse(accepted);
    }
}
