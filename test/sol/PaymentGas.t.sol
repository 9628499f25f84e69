// Recipients that spend the gas of whoever pays them, and payers that send too little: a payment is made or stays open.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Payment} from "../../contracts/libraries/Payment.sol";
import {Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {BombRecipient, GuzzlingRecipient} from "./support/Recipients.sol";
import {StateTree} from "./support/StateTree.sol";

contract PaymentGasTest is FrozenProtocol {
    Exit[] private exits;

    function openExits(address first, address second) private {
        depositEth(alice, 10 ether);
        exits.push(Exit(ETH, first, 1 ether));
        exits.push(Exit(ETH, second, 2 ether));
        Checkpoint memory last = ending(checkpoint(1), exits, 3 ether);
        Built memory built = commitEnding(rollup.genesis(), 1, last);
        finalizeAfterWindow(built);
        bridge.openCheckpoint(built.batch, last);
    }

    function pathOf(uint64 index) private view returns (bytes32[2][] memory) {
        return StateTree.pathOf(StateTree.ofExits(exits, EXIT_DEPTH), index, 0);
    }

    function test_a_claim_by_a_recipient_that_spends_all_gas_stays_open() public {
        address guzzler = address(new GuzzlingRecipient());
        openExits(guzzler, bob);
        bytes32[2][] memory path = pathOf(0);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, guzzler, 1 ether));
        bridge.claim{gas: 5_000_000}(1, 0, exits[0], path);
        assertFalse(bridge.isClaimed(1, 0));
        assertEq(bridge.custody(ETH), 10 ether);
        path = pathOf(1);
        assertTrue(bridge.claim(1, 1, exits[1], path));
        assertEq(bob.balance, 2 ether);
    }

    function test_fees_of_a_recipient_that_spends_all_gas_stay_claimable() public {
        vm.etch(feeRecipient, type(GuzzlingRecipient).runtimeCode);
        openExits(bob, bob);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, feeRecipient, 3 ether));
        bridge.claimFees{gas: 1_000_000}(feeRecipient, 3 ether);
        assertEq(bridge.feesOf(feeRecipient), 3 ether);
        vm.etch(feeRecipient, "");
        assertTrue(bridge.claimFees(feeRecipient, 3 ether));
    }

    function test_starved_of_gas_a_claim_is_paid_or_stays_open() public {
        // Its answer takes gas, so that there is an amount of it that does for the claim and not for the payment.
        address wasteful = address(new BombRecipient());
        openExits(wasteful, bob);
        bytes32[2][] memory path = pathOf(0);
        uint256 failures = 0;
        bool paid = false;
        for (uint256 gas = 30_000; !paid; gas += 1_009) {
            try bridge.claim{gas: gas}(1, 0, exits[0], path) returns (bool its) {
                assertTrue(its);
                paid = true;
            } catch (bytes memory reason) {
                // The payment itself failed, with enough left to say so.
                if (bytes4(reason) == Payment.PaymentFailed.selector) ++failures;
                assertFalse(bridge.isClaimed(1, 0));
                assertEq(bridge.custody(ETH), 10 ether);
                assertEq(wasteful.balance, 0);
            }
        }
        assertTrue(bridge.isClaimed(1, 0));
        assertEq(bridge.custody(ETH), 9 ether);
        assertEq(wasteful.balance, 1 ether);
        assertGt(failures, 0);
    }

    function test_a_withdrawal_that_spends_all_gas_keeps_the_bond() public {
        address guzzler = address(new GuzzlingRecipient());
        vm.prank(challenger);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, guzzler, 1 ether));
        bonds.withdraw{gas: 1_000_000}(guzzler, 1 ether);
        assertEq(bonds.available(challenger), 10 ether);
        assertEq(address(bonds).balance, 20 ether);
    }

    function test_starved_of_gas_a_withdrawal_is_paid_or_leaves_the_bond() public {
        address wasteful = address(new BombRecipient());
        bool paid = false;
        for (uint256 gas = 5_000; !paid; gas += 509) {
            vm.prank(challenger);
            try bonds.withdraw{gas: gas}(wasteful, 1 ether) {
                paid = true;
            } catch {
                assertEq(bonds.available(challenger), 10 ether);
                assertEq(wasteful.balance, 0);
            }
        }
        assertEq(bonds.available(challenger), 9 ether);
        assertEq(wasteful.balance, 1 ether);
    }
}
