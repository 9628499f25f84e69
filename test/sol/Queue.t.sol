// The L1 queue: what may enter, what it costs, and what stays written down.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {Batch, QueueItem} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";
import {GuzzlingRecipient, Reenterer, Spender} from "./support/Recipients.sol";

contract QueueTest is Protocol {
    function test_force_enqueues_under_the_callers_name() public {
        address token = makeAddr("token");
        QueueItem memory item = QueueItem(7, user, prover, token, 5);
        bytes32 chain = keccak256(abi.encode(bytes32(0), keccak256(abi.encode(item))));
        vm.expectEmit(address(bridge));
        emit IBridge.Enqueued(0, 7, user, prover, token, 5, chain);
        vm.prank(user);
        assertEq(bridge.force{value: PRICE}(7, prover, token, 5), 0);

        assertEq(bridge.queueLength(), 1);
        assertEq(bridge.queueHash(0), bytes32(0));
        assertEq(bridge.queueHash(1), chain);
        assertEq(Timestamp.unwrap(bridge.enqueuedAt(0)), START);
        assertEq(bridge.itemHash(item), keccak256(abi.encode(item)));
    }

    function test_force_takes_the_four_forced_kinds_only() public {
        vm.startPrank(user);
        for (uint256 kind = 0; kind < 256; ++kind) {
            bool known = kind == 2 || kind == 3 || kind == 6 || kind == 7;
            if (!known) vm.expectRevert(abi.encodeWithSelector(IBridge.UnknownKind.selector, uint8(kind)));
            bridge.force{value: PRICE}(uint8(kind), user, address(0), 1);
        }
        assertEq(bridge.queueLength(), 4);
    }

    function test_force_of_eth_with_a_token_reverts() public {
        vm.startPrank(user);
        for (uint8 kind = 2; kind <= 6; kind += 4) {
            vm.expectRevert(abi.encodeWithSelector(IBridge.TokenForEthKind.selector, prover));
            bridge.force{value: PRICE}(kind, user, prover, 1);
        }
    }

    function test_force_of_nothing_reverts() public {
        vm.prank(user);
        vm.expectRevert(IBridge.ZeroAmount.selector);
        bridge.force{value: PRICE}(2, user, address(0), 0);
    }

    function test_a_price_above_the_payment_reverts_and_takes_nothing() public {
        forceItems(MAX_FORCED);
        uint256 before = user.balance;
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, 2 * PRICE, 2 * PRICE - 1));
        bridge.force{value: 2 * PRICE - 1}(2, user, address(0), 1);
        assertEq(user.balance, before);
        assertEq(bridge.queueLength(), MAX_FORCED);
        assertEq(bridge.burned(), MAX_FORCED * PRICE);
    }

    function test_surplus_returns_to_the_caller() public {
        uint256 before = user.balance;
        vm.prank(user);
        bridge.force{value: 5 ether}(2, prover, address(0), 1);
        assertEq(user.balance, before - PRICE);
        assertEq(address(bridge).balance, PRICE);
        assertEq(bridge.burned(), PRICE);
        assertEq(prover.balance, 0);
    }

    function test_surplus_to_a_caller_without_receive_reverts_and_exact_payment_passes() public {
        Spender spender = new Spender(address(bridge));
        vm.deal(address(spender), 1 ether);
        bytes memory data = abi.encodeCall(IBridge.force, (2, user, address(0), 1));
        vm.expectRevert(
            abi.encodeWithSelector(Payment.PaymentFailed.selector, address(spender), 1 ether - uint256(PRICE))
        );
        spender.call(1 ether, data);
        assertEq(bridge.queueLength(), 0);
        spender.call(bridge.enqueuePrice(), data);
        assertEq(bridge.queueLength(), 1);
    }

    function test_a_caller_that_takes_its_surplus_and_spends_all_gas_hurts_only_itself() public {
        GuzzlingRecipient guzzler = new GuzzlingRecipient();
        vm.deal(address(guzzler), 1 ether);
        vm.prank(address(guzzler));
        vm.expectPartialRevert(Payment.PaymentFailed.selector);
        bridge.force{value: 1 ether, gas: 1_000_000}(2, user, address(0), 1);
        assertEq(forceItem(1), 0);
    }

    function test_force_from_within_a_surplus_payment_is_refused() public {
        Reenterer thief = new Reenterer(address(bridge));
        vm.deal(address(thief), 2 ether);
        bytes memory data = abi.encodeCall(IBridge.force, (2, user, address(0), 1));
        thief.prepare(PRICE, data);
        thief.call(1 ether, data);
        assertTrue(thief.reentered());
        assertEq(thief.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertEq(bridge.queueLength(), 1);
        assertEq(address(thief).balance, 2 ether - PRICE);
    }

    function test_the_price_counts_what_the_head_has_not_taken() public {
        forceItems(MAX_FORCED - 1);
        assertEq(bridge.enqueuePrice(), PRICE);
        forceItem(1);
        assertEq(bridge.enqueuePrice(), 2 * PRICE);
        forceItems(MAX_FORCED);
        assertEq(bridge.enqueuePrice(), 4 * PRICE);

        Built memory built = build(rollup.genesis(), MAX_FORCED, 0);
        commitAs(sequencer, built);
        assertEq(rollup.finalizedQueueEnd(), 0);
        assertEq(bridge.enqueuePrice(), 2 * PRICE);
        built = build(built.batch, MAX_FORCED + 1, 0);
        commitAs(sequencer, built);
        assertEq(bridge.enqueuePrice(), PRICE);
    }

    function test_the_price_rises_again_after_a_rollback() public {
        forceItems(2 * MAX_FORCED);
        Built memory built = build(rollup.genesis(), 2 * MAX_FORCED, 0);
        commitAs(sequencer, built);
        assertEq(bridge.enqueuePrice(), PRICE);
        proveFraud(built, 0, prover);
        assertEq(bridge.enqueuePrice(), 4 * PRICE);
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, 4 * PRICE, uint256(PRICE)));
        bridge.force{value: PRICE}(2, user, address(0), 1);
    }

    function test_rollback_keeps_queue_order_and_makes_items_due_at_once() public {
        forceItems(2);
        Built memory built = build(rollup.genesis(), 2, 0);
        commitAs(sequencer, built);
        bytes32 chain = bridge.queueHash(2);
        warpTo(START + FORCE_DELAY);
        proveFraud(built, 0, prover);
        assertEq(bridge.queueLength(), 2);
        assertEq(bridge.queueHash(2), chain);

        Built memory late = build(rollup.genesis(), 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DueItemOmitted.selector, uint64(1), Timestamp.wrap(START + FORCE_DELAY))
        );
        commitAs(sequencer, late);
        commitAs(sequencer, build(rollup.genesis(), 2, 0));
        assertEq(rollup.headQueueEnd(), 2);
    }

    /// @notice Who pays for a hundred places in front of it delays an item by that many batches and no longer: each batch that
    /// leaves a due item behind takes its fill.
    function test_spam_delays_a_forced_item_by_a_bounded_number_of_batches() public {
        forceItems(5 * MAX_FORCED);
        uint64 mine = forceItem(77);
        uint256 paid = bridge.burned();
        assertEq(paid, PRICE * (MAX_FORCED * (1 + 2 + 4 + 8 + 16) + 32));
        warpTo(START + FORCE_DELAY);
        Batch memory parent = rollup.genesis();
        for (uint64 batches = 1; batches <= 5; ++batches) {
            Built memory short = build(parent, batches * MAX_FORCED - 1, 1);
            vm.expectPartialRevert(IRollup.DueItemOmitted.selector);
            commitAs(sequencer, short);
            Built memory built = build(parent, batches * MAX_FORCED, 0);
            commitAs(sequencer, built);
            parent = built.batch;
        }
        Built memory without = build(parent, mine, 1);
        vm.expectPartialRevert(IRollup.DueItemOmitted.selector);
        commitAs(sequencer, without);
    }

    function test_the_price_stops_at_a_million_times_the_base_price() public {
        forceItems(20 * MAX_FORCED);
        assertEq(bridge.enqueuePrice(), uint256(PRICE) << 20);
        forceItems(MAX_FORCED);
        assertEq(bridge.enqueuePrice(), uint256(PRICE) << 20);
    }

    function test_prices_are_burned_and_counted() public {
        forceItems(3);
        assertEq(bridge.burned(), 3 * PRICE);
        assertEq(address(bridge).balance, 3 * PRICE);
        assertEq(bridge.custody(address(0)), 0);
    }

    function test_the_queue_hash_beyond_the_queue_reverts() public {
        forceItem(1);
        vm.expectRevert();
        bridge.queueHash(2);
    }
}
