// Payments of escapes: once each, and no owner or token can hurt another.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Leaf} from "../../contracts/types/Leaf.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {BombRecipient, GuzzlingRecipient, Reenterer, RevertingRecipient} from "./support/Recipients.sol";
import {StateTree} from "./support/StateTree.sol";
import {Token, TurningToken} from "./support/Tokens.sol";

contract EscapePaymentsTest is FrozenProtocol {
    TurningToken private token;
    Token private other;

    function setUp() public override {
        super.setUp();
        token = new TurningToken();
        other = new Token();
        depositEth(alice, 100 ether);
        depositToken(alice, token, 1000);
        depositToken(alice, other, 1000);
    }

    /// @dev The named account and alice hold 10 of each asset.
    function escapeWith(address account) private {
        Leaf[] memory leaves = new Leaf[](7);
        leaves[0] = sentinel();
        leaves[1] = record(ETH, account, 10 ether);
        leaves[2] = record(address(token), account, 10);
        leaves[3] = record(address(other), account, 10);
        leaves[4] = record(ETH, alice, 10 ether);
        leaves[5] = record(address(token), alice, 10);
        leaves[6] = record(address(other), alice, 10);
        openFrozen(leaves);
        escapeSubtree(leaves, 0, 2);
    }

    function unpaid(address asset, address account) private view returns (uint128 amount) {
        (amount, ) = bridge.escapeOf(asset, account);
    }

    function two(address first, address second) private pure returns (address[] memory accounts) {
        accounts = new address[](2);
        (accounts[0], accounts[1]) = (first, second);
    }

    function test_payments_skip_accounts_without_credit_and_pay_nobody_twice() public {
        escapeWith(bob);
        address[] memory accounts = new address[](5);
        (accounts[0], accounts[1], accounts[2], accounts[3]) = (bob, prover, bob, alice);
        bridge.payEscapes(ETH, accounts);
        assertEq(bob.balance, 10 ether);
        assertEq(alice.balance, 10 ether);
        assertEq(prover.balance, 0);
        assertEq(bridge.custody(ETH), 80 ether);
        bridge.payEscapes(ETH, accounts);
        bridge.payEscapes(ETH, new address[](0));
        assertEq(bridge.custody(ETH), 80 ether);
        assertEq(unpaid(address(token), bob), 10);
    }

    function test_payments_to_accounts_without_credit_call_nobody_and_block_nobody() public {
        address refusing = address(new RevertingRecipient());
        escapeWith(bob);
        bridge.payEscapes(ETH, two(refusing, bob));
        assertEq(bob.balance, 10 ether);
        // Paid once, it has no more credit than one who never had any.
        vm.etch(bob, refusing.code);
        bridge.payEscapes(ETH, two(bob, alice));
        assertEq(alice.balance, 10 ether);
    }

    function test_payments_of_one_asset_leave_the_others_alone() public {
        escapeWith(bob);
        bridge.payEscapes(address(token), two(alice, bob));
        assertEq(token.balanceOf(bob), 10);
        assertEq(bridge.custody(address(token)), 980);
        assertEq(bridge.custody(address(other)), 1000);
        assertEq(bridge.custody(ETH), 100 ether);
        assertEq(other.balanceOf(bob), 0);
    }

    function test_escape_of_a_token_never_touches_another_assets_custody() public {
        // A malformed state that holds more of each asset than was ever deposited.
        Leaf[] memory leaves = new Leaf[](3);
        leaves[0] = record(address(token), bob, 1001);
        leaves[1] = record(ETH, bob, 100 ether + 1);
        leaves[2] = record(ETH, carol, 100 ether);
        openFrozen(leaves);
        token.mint(address(bridge), 5000);
        vm.deal(address(bridge), 900 ether);
        escapeSubtree(leaves, 0, 1);
        vm.expectRevert();
        bridge.payEscapes(address(token), only(bob));
        vm.expectRevert();
        bridge.payEscapes(ETH, only(bob));
        bridge.payEscapes(ETH, only(carol));
        assertEq(bridge.custody(ETH), 0);
        assertEq(bridge.custody(address(token)), 1000);
    }

    function test_escape_to_a_reverting_recipient_stays_credited_and_blocks_nobody() public {
        address refusing = address(new RevertingRecipient());
        escapeWith(refusing);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, refusing, 10 ether));
        bridge.payEscapes(ETH, two(alice, refusing));
        assertEq(unpaid(ETH, alice), 10 ether);
        bridge.payEscapes(ETH, only(alice));
        assertEq(unpaid(ETH, refusing), 10 ether);
        assertEq(bridge.custody(ETH), 90 ether);
        bridge.payEscapes(address(token), only(refusing));
        assertEq(token.balanceOf(refusing), 10);
        vm.etch(refusing, "");
        bridge.payEscapes(ETH, only(refusing));
        assertEq(refusing.balance, 10 ether);
    }

    function test_a_recipient_that_answers_much_costs_the_payer_nothing() public {
        address bomb = address(new BombRecipient());
        escapeWith(bomb);
        bridge.payEscapes{gas: 700_000}(ETH, two(bomb, alice));
        assertEq(bomb.balance, 10 ether);
        assertEq(alice.balance, 10 ether);
    }

    function test_a_recipient_that_spends_all_gas_blocks_nobody_else() public {
        address guzzler = address(new GuzzlingRecipient());
        escapeWith(guzzler);
        vm.expectRevert();
        bridge.payEscapes{gas: 1_000_000}(ETH, two(guzzler, alice));
        bridge.payEscapes{gas: 1_000_000}(ETH, only(alice));
        assertEq(alice.balance, 10 ether);
        assertEq(unpaid(ETH, guzzler), 10 ether);
    }

    function test_starved_of_gas_a_payment_is_made_or_stays_open() public {
        address wasteful = address(new BombRecipient());
        escapeWith(wasteful);
        bool made = false;
        for (uint256 gas = 20_000; !made; gas += 5_000) {
            try bridge.payEscapes{gas: gas}(ETH, two(wasteful, alice)) {
                made = true;
            } catch {
                assertEq(unpaid(ETH, wasteful), 10 ether);
                assertEq(unpaid(ETH, alice), 10 ether);
                assertEq(bridge.custody(ETH), 100 ether);
            }
        }
        assertEq(wasteful.balance, 10 ether);
        assertEq(alice.balance, 10 ether);
        assertEq(bridge.custody(ETH), 80 ether);
    }

    function test_pay_escapes_from_within_a_payment_is_refused() public {
        Reenterer thief = new Reenterer(address(bridge));
        escapeWith(address(thief));
        bytes[3] memory calls = [
            abi.encodeCall(IBridge.payEscapes, (ETH, only(address(thief)))),
            abi.encodeCall(IBridge.reclaim, (0, queued[0])),
            abi.encodeCall(IBridge.claimFees, (address(thief), 1))
        ];
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 3; ++i) {
            thief.prepare(0, calls[i]);
            bridge.payEscapes(ETH, two(address(thief), alice));
            assertTrue(thief.reentered());
            assertEq(thief.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            assertEq(address(thief).balance, 10 ether);
            assertEq(alice.balance, 10 ether);
            assertEq(bridge.custody(ETH), 80 ether);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_an_escape_from_within_a_payment_gains_nothing() public {
        Reenterer thief = new Reenterer(address(bridge));
        escapeWith(address(thief));
        Leaf[] memory leaves = new Leaf[](7);
        leaves[0] = sentinel();
        leaves[1] = record(ETH, address(thief), 10 ether);
        leaves[2] = record(address(token), address(thief), 10);
        leaves[3] = record(address(other), address(thief), 10);
        leaves[4] = record(ETH, alice, 10 ether);
        leaves[5] = record(address(token), alice, 10);
        leaves[6] = record(address(other), alice, 10);
        StateTree.Tree memory tree = treeOf(leaves);
        thief.prepare(0, abi.encodeCall(IBridge.escape, (1, one(leaves[1]), StateTree.pathOf(tree, 1, 0))));
        bridge.payEscapes(ETH, only(address(thief)));
        assertTrue(thief.reentered());
        assertEq(thief.refusal(), "");
        assertEq(unpaid(ETH, address(thief)), 0);
        bridge.payEscapes(ETH, only(address(thief)));
        assertEq(address(thief).balance, 10 ether);
    }

    function test_a_token_that_turns_on_its_holders_hurts_no_other_asset() public {
        escapeWith(bob);
        uint256 before = vm.snapshotState();
        for (uint256 way = 0; way < 7; ++way) {
            token.turn(TurningToken.Way(way));
            // Honest, keeping a fee, and answering much: paid. The others: nothing happened.
            bool pays = way < 2 || TurningToken.Way(way) == TurningToken.Way.ReturnsMuch;
            try bridge.payEscapes{gas: 1_000_000}(address(token), two(bob, alice)) {
                assertTrue(pays);
                assertEq(bridge.custody(address(token)), 980);
                assertEq(token.balanceOf(bob), TurningToken.Way(way) == TurningToken.Way.KeepsAFee ? 5 : 10);
            } catch {
                assertFalse(pays);
                assertEq(bridge.custody(address(token)), 1000);
                assertEq(unpaid(address(token), bob), 10);
            }
            bridge.payEscapes(address(other), two(bob, alice));
            bridge.payEscapes(ETH, two(bob, alice));
            assertEq(other.balanceOf(bob), 10);
            assertEq(bob.balance, 10 ether);
            assertEq(bridge.custody(ETH), 80 ether);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_a_token_that_calls_back_is_refused() public {
        escapeWith(bob);
        bytes[3] memory calls = [
            abi.encodeCall(IBridge.payEscapes, (address(token), only(bob))),
            abi.encodeCall(IBridge.payEscapes, (ETH, only(bob))),
            abi.encodeCall(IBridge.reclaim, (1, queued[1]))
        ];
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 3; ++i) {
            token.callBack(address(bridge), calls[i]);
            bridge.payEscapes(address(token), only(bob));
            assertTrue(token.called());
            assertFalse(token.accepted());
            assertEq(token.balanceOf(bob), 10);
            assertEq(bob.balance, 0);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_a_token_that_lost_its_code_pays_nobody() public {
        escapeWith(bob);
        vm.etch(address(token), "");
        vm.expectRevert();
        bridge.payEscapes(address(token), only(bob));
        assertEq(unpaid(address(token), bob), 10);
    }
}
