// Bonds: who may move them, and that no wei is made or lost.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {BondParameters, ClockParameters} from "../../contracts/types/Parameters.sol";
import {Duration} from "../../contracts/types/Time.sol";
import {BombRecipient, ReenteringWithdrawer, RevertingRecipient} from "./support/Recipients.sol";
import {Test} from "./support/Test.sol";

contract BondsTest is Test {
    IBondManager private bonds;
    address private challenges = makeAddr("challenges");
    address private alice = makeAddr("alice");
    address private bob = makeAddr("bob");

    address private timeKeeper;

    function setUp() public {
        timeKeeper = create("Clock", abi.encode(ClockParameters(address(0), Duration.wrap(0), Duration.wrap(0))));
        bonds = deploy(6000);
        vm.deal(address(this), 1000 ether);
    }

    function deploy(uint16 burnShareBps) private returns (IBondManager) {
        return
            IBondManager(
                create(
                    "BondManager",
                    abi.encode(address(this), challenges, timeKeeper, BondParameters(1 ether, burnShareBps))
                )
            );
    }

    function test_deposit_credits_the_named_account() public {
        bonds.deposit{value: 3 ether}(alice);
        assertEq(bonds.available(alice), 3 ether);
        assertEq(bonds.available(address(this)), 0);
    }

    function test_deposit_for_the_zero_account_reverts() public {
        vm.expectRevert(IBondManager.ZeroAccount.selector);
        bonds.deposit{value: 1}(address(0));
    }

    function test_withdraw_pays_the_unlocked_part() public {
        bonds.deposit{value: 3 ether}(alice);
        vm.prank(alice);
        bonds.withdraw(bob, 1 ether);
        assertEq(bob.balance, 1 ether);
        assertEq(bonds.available(alice), 2 ether);
    }

    function test_withdraw_of_more_than_available_reverts() public {
        bonds.deposit{value: 3 ether}(alice);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IBondManager.InsufficientBond.selector, alice, 3 ether + 1, uint128(3 ether))
        );
        bonds.withdraw(alice, 3 ether + 1);
    }

    function test_withdraw_of_a_locked_bond_reverts() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 2 ether);
        vm.prank(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IBondManager.InsufficientBond.selector, alice, 1 ether + 1, uint128(1 ether))
        );
        bonds.withdraw(alice, 1 ether + 1);
    }

    function test_withdraw_to_a_reverting_recipient_reverts_and_keeps_the_bond() public {
        RevertingRecipient recipient = new RevertingRecipient();
        bonds.deposit{value: 3 ether}(alice);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(recipient), 1 ether));
        bonds.withdraw(address(recipient), 1 ether);
        assertEq(bonds.available(alice), 3 ether);
    }

    function test_withdraw_copies_no_return_data() public {
        BombRecipient recipient = new BombRecipient();
        bonds.deposit{value: 3 ether}(alice);
        vm.prank(alice);
        bonds.withdraw{gas: 1_000_000}(address(recipient), 1 ether);
        assertEq(address(recipient).balance, 1 ether);
    }

    function test_withdraw_again_from_within_a_withdrawal_gains_nothing() public {
        ReenteringWithdrawer thief = new ReenteringWithdrawer(bonds);
        bonds.deposit{value: 1 ether}(address(thief));
        bonds.deposit{value: 9 ether}(alice);
        thief.start(1 ether);
        assertTrue(thief.reentered());
        assertEq(address(thief).balance, 1 ether);
        assertEq(address(bonds).balance, 9 ether);
    }

    function test_lock_moves_available_to_locked() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 1 ether);
        bonds.lock(alice, 1 ether);
        assertEq(bonds.available(alice), 1 ether);
        assertEq(bonds.locked(alice), 2 ether);
    }

    function test_lock_of_more_than_available_reverts() public {
        bonds.deposit{value: 1 ether}(alice);
        vm.expectRevert(
            abi.encodeWithSelector(IBondManager.InsufficientBond.selector, alice, uint128(2 ether), uint128(1 ether))
        );
        bonds.lock(alice, 2 ether);
    }

    function test_release_of_more_than_locked_reverts() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 1 ether);
        vm.expectRevert();
        bonds.release(alice, 1 ether + 1);
    }

    function test_split_of_more_than_locked_reverts() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 1 ether);
        vm.expectRevert();
        bonds.split(alice, bob, 1 ether + 1);
    }

    function test_split_to_the_zero_account_reverts() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 1 ether);
        vm.expectRevert(IBondManager.ZeroAccount.selector);
        bonds.split(alice, address(0), 1 ether);
    }

    function testFuzz_split_conserves_every_wei_and_rounds_against_the_payee(uint128 amount, uint16 bps) public {
        amount = uint128(bound(amount, 0, 900 ether));
        bps = uint16(bound(bps, 5000, 9999));
        bonds = deploy(bps);
        bonds.deposit{value: amount}(alice);
        bonds.lock(alice, amount);
        uint128 reward = bonds.split(alice, bob, amount);
        assertEq(bonds.available(bob), reward);
        assertEq(uint256(reward) + bonds.burned(), amount);
        assertLe(uint256(reward) * 10_000, uint256(amount) * (10_000 - bps));
        assertEq(bonds.locked(alice), 0);
        assertEq(address(bonds).balance, amount);
    }

    function test_split_with_oneself_strictly_loses() public {
        bonds.deposit{value: 1 ether}(alice);
        bonds.lock(alice, 1 ether);
        bonds.split(alice, alice, 1 ether);
        assertEq(bonds.available(alice), 0.4 ether);
        assertEq(bonds.burned(), 0.6 ether);
    }

    function test_only_the_protocol_moves_bonds() public {
        bonds.deposit{value: 3 ether}(alice);
        bonds.lock(alice, 1 ether);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IBondManager.OnlyProtocol.selector, alice));
        bonds.lock(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondManager.OnlyProtocol.selector, alice));
        bonds.release(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(IBondManager.OnlyProtocol.selector, alice));
        bonds.split(alice, bob, 1);
        vm.stopPrank();

        vm.prank(challenges);
        bonds.release(alice, 1 ether);
        assertEq(bonds.available(alice), 3 ether);
    }

    function test_constructor_refuses_a_burn_share_below_half_or_of_all() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondManager.BurnShareOutOfRange.selector,
                uint16(4999),
                uint16(5000),
                uint16(10_000)
            )
        );
        this.deployAny(4999);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBondManager.BurnShareOutOfRange.selector,
                uint16(10_000),
                uint16(5000),
                uint16(10_000)
            )
        );
        this.deployAny(10_000);
        this.deployAny(5000);
        this.deployAny(9999);
    }

    function deployAny(uint16 burnShareBps) external {
        deploy(burnShareBps);
    }
}
