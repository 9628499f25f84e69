// The exit limit: a share of each asset leaves at once, the rest after a fixed time, and nobody can make it longer.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IClock} from "../../contracts/interfaces/IClock.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {Batch, Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {RevertingRecipient} from "./support/Recipients.sol";
import {StateTree} from "./support/StateTree.sol";
import {Token} from "./support/Tokens.sol";

contract ExitLimitTest is FrozenProtocol {
    uint40 private constant DELAY = 3600;
    uint16 private constant QUARTER = 2500;

    Exit[] private exits;
    Batch private last;
    Token private token;

    function setUp() public override {
        super.setUp();
        deployWith(QUARTER);
    }

    function deployWith(uint16 bps) private {
        Parameters memory chosen = parameters();
        chosen.bridge.exitLimitBps = bps;
        chosen.bridge.exitDelay = Duration.wrap(DELAY);
        (chosen.clock.guardian, chosen.clock.longestPause) = (prover, Duration.wrap(600));
        chosen.clock.pauseCooldown = Duration.wrap(2400);
        deploy(chosen);
        fund(sequencer, 10 ether);
        token = new Token();
        depositEth(alice, 100 ether);
        depositToken(alice, token, 1000);
        last = rollup.genesis();
    }

    /// @notice Opens a batch that pays these amounts of ether to bob, one exit each, and 500 tokens to carol as the last.
    function openExits(uint128[4] memory amounts, uint128 fees) private {
        delete exits;
        for (uint256 i = 0; i < 4; ++i) exits.push(Exit(ETH, bob, amounts[i]));
        exits.push(Exit(address(token), carol, 500));
        openBatch(fees);
    }

    function openBatch(uint128 fees) private {
        Checkpoint memory ends = ending(checkpoint(1), exits, fees);
        Built memory built = commitEnding(last, 2, ends);
        finalizeAfterWindow(built);
        bridge.openCheckpoint(built.batch, ends);
        last = built.batch;
    }

    function pathOf(uint64 index) private view returns (bytes32[2][] memory) {
        return StateTree.pathOf(StateTree.ofExits(exits, EXIT_DEPTH), index, 0);
    }

    function claim(uint64 index) private returns (bool) {
        bytes32[2][] memory path = pathOf(index);
        vm.prank(prover);
        return bridge.claim(last.header.number, index, exits[index], path);
    }

    function expectWait(bytes32 payment) private {
        Timestamp from = bridge.payableFrom(payment);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PaymentWaits.selector, payment, from));
    }

    function exitPayment(uint64 index) private view returns (bytes32) {
        return keccak256(abi.encode(last.header.number, index));
    }

    function feePayment(uint128 amount) private view returns (bytes32) {
        return keccak256(abi.encode("fees", feeRecipient, amount));
    }

    function fromOf(bytes32 payment) private view returns (uint40) {
        return Timestamp.unwrap(bridge.payableFrom(payment));
    }

    function nextWindow() private {
        warpTo((clock / DELAY + 1) * DELAY);
    }

    function test_exits_within_the_share_are_paid_at_once() public {
        openExits([uint128(10 ether), 15 ether, 1, 1], 0);
        assertEq(bridge.exitRoom(ETH), 25 ether);
        assertTrue(claim(0));
        assertEq(bridge.exitRoom(ETH), 15 ether);
        assertTrue(claim(1));
        assertEq(bob.balance, 25 ether);
        assertEq(bridge.exitRoom(ETH), 0);
        assertFalse(claim(2));
        assertEq(fromOf(exitPayment(0)), 0);
    }

    function test_an_exit_one_wei_beyond_the_share_is_delayed() public {
        openExits([uint128(25 ether + 1), 25 ether, 1, 1], 0);
        assertFalse(claim(0));
        assertTrue(claim(1));
    }

    function test_an_exit_beyond_the_share_is_delayed_not_refused() public {
        openExits([uint128(40 ether), 1, 1, 1], 0);
        bytes32 payment = exitPayment(0);
        vm.expectEmit(address(bridge));
        emit IBridge.PaymentDelayed(payment, ETH, 40 ether, Timestamp.wrap(clock + DELAY));
        assertFalse(claim(0));
        assertEq(fromOf(payment), clock + DELAY);
        assertFalse(bridge.isClaimed(1, 0));
        assertEq(bob.balance, 0);
        assertEq(bridge.custody(ETH), 100 ether);
        assertEq(bridge.exitRoom(ETH), 25 ether);
        bytes32[2][] memory path = pathOf(0);
        expectWait(payment);
        bridge.claim(1, 0, exits[0], path);
    }

    function test_a_delayed_exit_is_paid_in_its_exact_second_however_full_the_limit() public {
        openExits([uint128(40 ether), 25 ether, 18 ether, 1 ether], 0);
        assertFalse(claim(0));
        uint40 from = fromOf(exitPayment(0));
        warpTo(from - 1);
        assertTrue(claim(1));
        assertEq(bridge.exitRoom(ETH), 0);
        bytes32[2][] memory path = pathOf(0);
        expectWait(exitPayment(0));
        bridge.claim(1, 0, exits[0], path);
        warpTo(from);
        assertTrue(claim(0));
        assertEq(bob.balance, 65 ether);
        assertEq(fromOf(exitPayment(0)), 0);
        assertTrue(bridge.isClaimed(1, 0));
        path = pathOf(0);
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, uint64(1), uint64(0)));
        bridge.claim(1, 0, exits[0], path);
    }

    function test_a_delayed_exit_is_paid_earlier_when_a_later_window_has_room() public {
        openExits([uint128(20 ether), 18 ether, 1, 1], 0);
        assertTrue(claim(0));
        assertFalse(claim(1));
        uint40 from = fromOf(exitPayment(1));
        nextWindow();
        assertLt(clock, from);
        assertEq(bridge.exitRoom(ETH), 20 ether);
        assertTrue(claim(1));
        assertEq(fromOf(exitPayment(1)), 0);
        assertEq(bridge.exitRoom(ETH), 2 ether);
    }

    function test_windows_begin_at_multiples_of_the_delay() public {
        openExits([uint128(25 ether), 1 ether, 1, 1], 0);
        warpTo(START + DELAY - 1);
        assertTrue(claim(0));
        assertEq(bridge.exitRoom(ETH), 0);
        warpTo(START + DELAY);
        assertEq(bridge.exitRoom(ETH), 18.75 ether);
        assertTrue(claim(1));
    }

    function test_filling_the_limit_delays_others_by_the_fixed_time_only() public {
        openExits([uint128(25 ether), 5 ether, 18.75 ether, 1 ether], 0);
        assertTrue(claim(0));
        assertFalse(claim(1));
        uint40 from = fromOf(exitPayment(1));
        nextWindow();
        assertTrue(claim(2));
        assertEq(bridge.exitRoom(ETH), 0);
        warpTo(from);
        assertEq(bridge.exitRoom(ETH), 0);
        assertTrue(claim(1));
    }

    function test_a_payment_that_waited_takes_nothing_of_the_limit() public {
        openExits([uint128(40 ether), 14 ether, 1 ether, 1], 0);
        assertFalse(claim(0));
        warpTo(fromOf(exitPayment(0)));
        assertEq(bridge.exitRoom(ETH), 25 ether);
        assertTrue(claim(0));
        assertEq(bridge.exitRoom(ETH), 15 ether);
        assertTrue(claim(1));
        assertTrue(claim(2));
    }

    function test_marking_anothers_exit_costs_it_nothing() public {
        openExits([uint128(24 ether), 18 ether, 18 ether, 1 ether], 0);
        assertTrue(claim(0));
        uint256 unmarked = vm.snapshotState();
        nextWindow();
        assertTrue(claim(1));
        vm.revertToState(unmarked);
        warpTo(START + 600);
        assertFalse(claim(1));
        assertTrue(claim(3));
        nextWindow();
        assertTrue(claim(1));
        // Room or not, it is paid no later than a delay after the mark.
        assertFalse(claim(2));
        assertEq(fromOf(exitPayment(2)), clock + DELAY);
    }

    function test_a_delayed_exit_whose_recipient_refuses_keeps_its_place() public {
        openExits([uint128(40 ether), 10 ether, 1, 1], 0);
        assertFalse(claim(0));
        uint40 from = fromOf(exitPayment(0));
        warpTo(from);
        vm.etch(bob, type(RevertingRecipient).runtimeCode);
        for (uint64 i = 0; i < 2; ++i) {
            bytes32[2][] memory path = pathOf(i);
            vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, bob, exits[i].amount));
            bridge.claim(1, i, exits[i], path);
        }
        assertEq(fromOf(exitPayment(0)), from);
        assertEq(bridge.exitRoom(ETH), 25 ether);
        vm.etch(bob, "");
        assertTrue(claim(0));
    }

    function test_a_deposit_raises_the_limit_by_its_share_only() public {
        openExits([uint128(25 ether), 10 ether, 1, 1], 0);
        assertTrue(claim(0));
        depositEth(alice, 40 ether);
        assertEq(bridge.exitRoom(ETH), 10 ether);
        assertTrue(claim(1));
        assertFalse(claim(2));
    }

    function test_fees_count_towards_the_limit_and_keep_their_place_while_more_accrue() public {
        openExits([uint128(20 ether), 6 ether, 1, 1], 8 ether);
        assertTrue(bridge.claimFees(feeRecipient, 5 ether));
        assertTrue(claim(0));
        assertFalse(bridge.claimFees(feeRecipient, 3 ether));
        uint40 from = fromOf(feePayment(3 ether));
        assertEq(from, clock + DELAY);
        assertEq(bridge.feesOf(feeRecipient), 3 ether);
        assertEq(bridge.feesPutOff(feeRecipient), 3 ether);

        openBatch(4 ether);
        assertEq(bridge.feesOf(feeRecipient), 7 ether);
        assertEq(fromOf(feePayment(3 ether)), from);
        warpTo(from);
        assertTrue(bridge.claimFees(feeRecipient, 3 ether));
        assertEq(feeRecipient.balance, 8 ether);
        assertEq(bridge.feesOf(feeRecipient), 4 ether);
        assertEq(bridge.feesPutOff(feeRecipient), 0);
        assertTrue(bridge.claimFees(feeRecipient, 4 ether));
        assertEq(bridge.feesOf(feeRecipient), 0);
    }

    function test_fees_put_off_are_paid_earlier_when_a_later_window_has_room() public {
        openExits([uint128(20 ether), 6 ether, 1, 1], 8 ether);
        assertTrue(claim(0));
        assertFalse(bridge.claimFees(feeRecipient, 8 ether));
        nextWindow();
        assertTrue(bridge.claimFees(feeRecipient, 8 ether));
        assertEq(bridge.feesPutOff(feeRecipient), 0);
        assertEq(bridge.feesOf(feeRecipient), 0);
        assertEq(bridge.exitRoom(ETH), 12 ether);
    }

    function test_one_wait_frees_one_payment() public {
        openExits([uint128(25 ether), 1, 1, 1], 6 ether);
        assertTrue(claim(0));
        assertFalse(bridge.claimFees(feeRecipient, 3 ether));
        warpTo(fromOf(feePayment(3 ether)));
        // The limit is full again.
        openExits([uint128(18.75 ether), 1, 1, 1], 0);
        nextWindow();
        assertTrue(claim(0));
        assertTrue(bridge.claimFees(feeRecipient, 3 ether));
        assertFalse(bridge.claimFees(feeRecipient, 3 ether));
        assertEq(fromOf(feePayment(3 ether)), clock + DELAY);
        assertEq(bridge.feesOf(feeRecipient), 3 ether);
    }

    function test_the_same_fee_waits_under_one_amount_only() public {
        openExits([uint128(25 ether), 1, 1, 1], 6 ether);
        assertTrue(claim(0));
        assertFalse(bridge.claimFees(feeRecipient, 4 ether));
        for (uint128 amount = 5 ether; amount > 2 ether; amount -= 1 ether) {
            if (amount == 4 ether) continue;
            vm.expectRevert(
                abi.encodeWithSelector(IBridge.FeesOutOfRange.selector, feeRecipient, amount, uint128(2 ether))
            );
            bridge.claimFees(feeRecipient, amount);
        }
        expectWait(feePayment(4 ether));
        bridge.claimFees(feeRecipient, 4 ether);
        assertFalse(bridge.claimFees(feeRecipient, 2 ether));
        warpTo(clock + DELAY);
        assertTrue(bridge.claimFees(feeRecipient, 2 ether));
        assertTrue(bridge.claimFees(feeRecipient, 4 ether));
        assertEq(feeRecipient.balance, 6 ether);
    }

    function test_the_limit_of_one_token_leaves_others_alone() public {
        openExits([uint128(25 ether), 1, 1, 1], 0);
        assertEq(bridge.exitRoom(address(token)), 250);
        assertTrue(claim(0));
        assertEq(bridge.exitRoom(address(token)), 250);
        assertFalse(claim(4));
        assertEq(bridge.exitRoom(address(token)), 250);
        warpTo(fromOf(exitPayment(4)));
        assertTrue(claim(4));
        assertEq(token.balanceOf(carol), 500);
    }

    function test_no_limit_after_a_freeze() public {
        openExits([uint128(40 ether), 30 ether, 1, 1], 20 ether);
        assertFalse(claim(0));
        freeze();
        assertEq(bridge.exitRoom(ETH), 100 ether);
        assertTrue(claim(1));
        assertTrue(claim(0));
        assertEq(fromOf(exitPayment(0)), 0);
        assertTrue(bridge.claimFees(feeRecipient, 20 ether));
        assertTrue(claim(4));
    }

    function test_a_limit_of_everything_is_off() public {
        deployWith(10_000);
        openExits([uint128(60 ether), 30 ether, 10 ether, 1], 0);
        for (uint64 i = 0; i < 3; ++i) assertTrue(claim(i));
        assertEq(bridge.custody(ETH), 0);
    }

    function test_a_limit_of_nothing_delays_everything() public {
        deployWith(0);
        openExits([uint128(1), 1, 1, 1], 0);
        assertEq(bridge.exitRoom(ETH), 0);
        assertFalse(claim(0));
        warpTo(fromOf(exitPayment(0)));
        assertTrue(claim(0));
    }

    function test_a_pause_delays_a_delayed_exit_by_exactly_its_seconds() public {
        openExits([uint128(40 ether), 1, 1, 1], 1 ether);
        assertFalse(claim(0));
        uint40 from = fromOf(exitPayment(0));
        uint40 until = clock + 600;
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(600));
        assertEq(bridge.exitRoom(ETH), 25 ether);
        bytes32[2][] memory path = pathOf(0);
        vm.expectRevert(abi.encodeWithSelector(IClock.ClockPaused.selector, until));
        bridge.claim(1, 0, exits[0], path);
        vm.expectRevert(abi.encodeWithSelector(IClock.ClockPaused.selector, until));
        bridge.claimFees(feeRecipient, 1 ether);
        warpTo(from + 599);
        expectWait(exitPayment(0));
        bridge.claim(1, 0, exits[0], path);
        warpTo(from + 600);
        assertTrue(claim(0));
    }

    function test_constructor_refuses_a_limit_above_all_and_a_delay_out_of_range() public {
        Parameters memory chosen = parameters();
        chosen.bridge.exitLimitBps = 10_001;
        vm.expectRevert(abi.encodeWithSelector(IBridge.ExitLimitOutOfRange.selector, uint16(10_001)));
        this.deployAny(chosen);
        chosen.bridge.exitLimitBps = 10_000;
        for (uint40 i = 0; i < 2; ++i) {
            uint40 delay = i == 0 ? 0 : 30 days + 1;
            chosen.bridge.exitDelay = Duration.wrap(delay);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IBridge.ExitDelayOutOfRange.selector,
                    Duration.wrap(delay),
                    Duration.wrap(30 days)
                )
            );
            this.deployAny(chosen);
        }
        for (uint40 i = 0; i < 2; ++i) {
            chosen.bridge.exitDelay = Duration.wrap(i == 0 ? 1 : 30 days);
            this.deployAny(chosen);
        }
    }

    function deployAny(Parameters calldata chosen) external {
        create("Bridge", abi.encode(rollup, protocolClock, chosen.bridge));
    }

    /// @notice Whatever is asked for when: without a wait no window lets out more than its share, and nobody waits longer.
    /// forge-config: default.fuzz.runs = 24
    /// forge-config: deep.fuzz.runs = 500
    function testFuzz_a_window_lets_out_no_more_than_its_share(uint256 seed, uint16 bps) public {
        deployWith(uint16(bound(bps, 0, 9999)));
        for (uint256 i = 0; i < 4; ++i) {
            delete exits;
            for (uint256 j = 0; j < 4; ++j) {
                seed = uint256(keccak256(abi.encode(seed)));
                exits.push(Exit(ETH, bob, uint128(seed % 6 ether)));
            }
            openBatch(0);
            uint256 began = bridge.custody(ETH);
            uint256 paid = 0;
            for (uint64 j = 0; j < 4; ++j) {
                uint40 from = clock + DELAY;
                if (claim(j)) paid += exits[j].amount;
                else assertEq(fromOf(exitPayment(j)), from);
            }
            assertLe(paid * 10_000, began * bridge.exitLimitBps());
            nextWindow();
            for (uint64 j = 0; j < 4; ++j) {
                uint40 from = fromOf(exitPayment(j));
                if (from == 0) continue;
                if (from > clock) warpTo(from);
                assertTrue(claim(j));
            }
            warpTo((clock / DELAY + 1) * DELAY);
        }
    }
}
