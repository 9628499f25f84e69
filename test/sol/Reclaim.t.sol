// Reclaiming: each deposit that no final batch consumed returns to its depositor, once, and nothing else does.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Batch, Exit, QueueItem} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {Reenterer} from "./support/Recipients.sol";
import {Token, TurningToken} from "./support/Tokens.sol";

contract ReclaimTest is FrozenProtocol {
    TurningToken private token;

    function setUp() public override {
        super.setUp();
        token = new TurningToken();
        depositEth(alice, 1 ether);
        depositEth(bob, 2 ether);
        depositToken(carol, token, 300);
        forceItem(5);
        depositEth(alice, 4 ether);
    }

    /// @dev Frozen with `count` items in the last final batch, and all the others in a pending one.
    function freezeAt(uint64 count) private {
        Batch memory last = rollup.genesis();
        if (count > 0) {
            Built memory built = commitEnding(last, count, ending(checkpoint(1), new Exit[](0), 0));
            finalizeAfterWindow(built);
            last = built.batch;
        }
        if (count < bridge.queueLength()) {
            commitEnding(last, bridge.queueLength(), ending(checkpoint(2), new Exit[](0), 0));
        }
        freeze();
    }

    function test_reclaim_before_a_freeze_reverts() public {
        vm.expectRevert(IBridge.NotFrozen.selector);
        bridge.reclaim(0, queued[0]);
    }

    function test_reclaim_starts_exactly_at_the_final_queue_end() public {
        freezeAt(2);
        vm.expectRevert(abi.encodeWithSelector(IBridge.ItemConsumed.selector, uint64(1), uint64(2)));
        bridge.reclaim(1, queued[1]);
        vm.expectEmit(address(bridge));
        emit IBridge.Reclaimed(2, carol, address(token), 300);
        bridge.reclaim(2, queued[2]);
        assertEq(token.balanceOf(carol), 300);
        assertEq(bridge.custody(address(token)), 0);
        bridge.reclaim(4, queued[4]);
        assertEq(alice.balance, 4 ether);
        assertEq(bridge.custody(ETH), 3 ether);
        assertTrue(bridge.isReclaimed(4));
        assertFalse(bridge.isReclaimed(3));
    }

    function test_every_deposit_returns_when_no_batch_ever_became_final() public {
        freezeAt(0);
        for (uint64 i = 0; i < 5; ++i) {
            if (i != 3) bridge.reclaim(i, queued[i]);
        }
        assertEq(alice.balance, 5 ether);
        assertEq(bob.balance, 2 ether);
        assertEq(token.balanceOf(carol), 300);
        assertEq(bridge.custody(ETH), 0);
        assertEq(bridge.custody(address(token)), 0);
        assertEq(address(bridge).balance, bridge.burned());
    }

    function test_reclaim_twice_reverts() public {
        freezeAt(0);
        bridge.reclaim(0, queued[0]);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyReclaimed.selector, uint64(0)));
        bridge.reclaim(0, queued[0]);
    }

    function test_reclaim_of_a_forced_transaction_reverts() public {
        freezeAt(0);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotADeposit.selector, uint8(2)));
        bridge.reclaim(3, queued[3]);
    }

    function test_reclaim_of_another_item_reverts() public {
        freezeAt(0);
        for (uint256 i = 0; i < 6; ++i) {
            QueueItem memory item = queued[1];
            if (i == 0) item.kind = 5;
            if (i == 1) item.sender = prover;
            if (i == 2) item.recipient = prover;
            if (i == 3) item.token = address(token);
            if (i == 4) item.amount += 1;
            if (i == 5) item = queued[0];
            vm.expectRevert(abi.encodeWithSelector(IBridge.WrongItem.selector, uint64(1)));
            bridge.reclaim(1, item);
        }
    }

    function test_reclaim_beyond_the_queue_reverts() public {
        freezeAt(5);
        vm.expectRevert(abi.encodeWithSelector(IBridge.ItemConsumed.selector, uint64(4), uint64(5)));
        bridge.reclaim(4, queued[4]);
        vm.expectRevert(abi.encodeWithSelector(IBridge.ItemUnknown.selector, uint64(5), uint64(5)));
        bridge.reclaim(5, queued[4]);
        vm.expectRevert(abi.encodeWithSelector(IBridge.ItemUnknown.selector, type(uint64).max, uint64(5)));
        bridge.reclaim(type(uint64).max, queued[4]);
    }

    function test_reclaim_goes_to_the_depositor_not_the_recipient() public {
        uint256 price = bridge.enqueuePrice();
        vm.deal(bob, 1 ether + price);
        vm.prank(bob);
        bridge.depositEth{value: 1 ether + price}(carol, 1 ether);
        freezeAt(0);
        vm.prank(prover);
        bridge.reclaim(5, QueueItem(4, bob, carol, ETH, 1 ether));
        assertEq(bob.balance, 1 ether);
        assertEq(carol.balance, 0);
        assertEq(prover.balance, 0);
    }

    function test_reclaim_from_within_a_reclaim_is_refused() public {
        Reenterer thief = new Reenterer(address(bridge));
        depositEth(address(thief), 1 ether);
        freezeAt(0);
        thief.prepare(0, abi.encodeCall(IBridge.reclaim, (5, queued[5])));
        bridge.reclaim(5, queued[5]);
        assertTrue(thief.reentered());
        assertEq(thief.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertEq(address(thief).balance, 1 ether);
        assertEq(bridge.custody(ETH), 7 ether);
    }

    function test_reclaim_by_a_depositor_that_refuses_stays_open() public {
        freezeAt(0);
        vm.etch(alice, hex"fe");
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, alice, 1 ether));
        bridge.reclaim(0, queued[0]);
        assertFalse(bridge.isReclaimed(0));
        vm.etch(alice, "");
        bridge.reclaim(0, queued[0]);
        assertEq(alice.balance, 1 ether);
    }

    function test_reclaim_of_a_token_that_refuses_stays_open() public {
        freezeAt(0);
        for (uint256 way = 2; way < 5; ++way) {
            token.turn(TurningToken.Way(way));
            vm.expectRevert();
            bridge.reclaim(2, queued[2]);
            assertFalse(bridge.isReclaimed(2));
        }
        token.turn(TurningToken.Way.Honest);
        bridge.reclaim(2, queued[2]);
        assertEq(token.balanceOf(carol), 300);
    }

    function test_reclaim_pays_from_that_assets_custody_only() public {
        Token fresh = new Token();
        depositToken(bob, fresh, 10);
        freezeAt(0);
        fresh.mint(address(bridge), 90);
        bridge.reclaim(5, queued[5]);
        assertEq(fresh.balanceOf(bob), 10);
        assertEq(fresh.balanceOf(address(bridge)), 90);
    }
}
