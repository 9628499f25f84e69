// The L1 queue: what may enter, what it costs, and what stays written down.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {QueueItem} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

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

    function test_force_for_any_other_payment_than_the_price_reverts() public {
        vm.startPrank(user);
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongPayment.selector, uint256(PRICE), uint256(PRICE) - 1));
        bridge.force{value: PRICE - 1}(2, user, address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongPayment.selector, uint256(PRICE), uint256(PRICE) + 1));
        bridge.force{value: PRICE + 1}(2, user, address(0), 1);
    }

    function test_the_price_doubles_with_each_fill_of_backlog_and_falls_when_items_are_final() public {
        forceItems(MAX_FORCED - 1);
        assertEq(bridge.enqueuePrice(), PRICE);
        forceItem(1);
        assertEq(bridge.enqueuePrice(), 2 * PRICE);
        forceItems(MAX_FORCED);
        assertEq(bridge.enqueuePrice(), 4 * PRICE);

        Built memory built = build(rollup.genesis(), MAX_FORCED + 1, 0);
        commitAs(sequencer, built);
        assertEq(bridge.enqueuePrice(), 4 * PRICE);
        finalizeAfterWindow(built);
        assertEq(bridge.enqueuePrice(), PRICE);
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
