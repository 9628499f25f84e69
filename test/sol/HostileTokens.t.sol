// Tokens that turn on the bridge, in deposits and in claims: each hurts its own holders, and nobody else.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Batch, Checkpoint, Exit, QueueItem} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {StateTree} from "./support/StateTree.sol";
import {PretendingToken, RedenominatedToken, Token, TurningToken} from "./support/Tokens.sol";

contract HostileTokensTest is FrozenProtocol {
    uint256 private constant GAS = 1_500_000;

    TurningToken private token;
    Token private other;
    Exit[] private exits;

    function setUp() public override {
        super.setUp();
        token = new TurningToken();
        other = new Token();
        vm.deal(alice, 100 ether);
    }

    /// @notice Deposits of every asset, and a final batch that pays bob 10 of each.
    function openExits(Token its) private {
        depositEth(alice, 10 ether);
        depositToken(alice, its, 100);
        depositToken(alice, other, 100);
        exits.push(Exit(address(its), bob, 10));
        exits.push(Exit(address(other), bob, 10));
        exits.push(Exit(ETH, bob, 1 ether));
        openThese();
    }

    function openThese() private {
        Batch memory parent = rollup.genesis();
        Checkpoint memory last = ending(checkpoint(1), exits, 0);
        Built memory built = commitEnding(parent, bridge.queueLength(), last);
        finalizeAfterWindow(built);
        bridge.openCheckpoint(built.batch, last);
    }

    function pathOf(uint64 index) private view returns (bytes32[2][] memory) {
        return StateTree.pathOf(StateTree.ofExits(exits, EXIT_DEPTH), index, 0);
    }

    function claim(uint64 index) private returns (bool passed) {
        bytes memory data = abi.encodeCall(IBridge.claim, (1, index, exits[index], pathOf(index)));
        (passed, ) = address(bridge).call{gas: GAS}(data);
    }

    function deposit(Token its, uint128 amount) private returns (bool passed) {
        its.mint(alice, amount);
        vm.prank(alice);
        its.approve(address(bridge), amount);
        uint256 price = bridge.enqueuePrice();
        vm.prank(alice);
        bytes memory data = abi.encodeCall(IBridge.depositToken, (address(its), alice, amount));
        (passed, ) = address(bridge).call{gas: GAS, value: price}(data);
    }

    function test_a_token_that_turns_hurts_nobodys_deposit_but_its_own() public {
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 7; ++i) {
            TurningToken.Way way = TurningToken.Way(i);
            token.turn(way);
            bool takes = way == TurningToken.Way.Honest || way == TurningToken.Way.ReturnsMuch;
            assertEq(deposit(token, 100), takes);
            assertEq(bridge.custody(address(token)), takes ? 100 : 0);
            assertEq(bridge.queueLength(), takes ? 1 : 0);
            assertTrue(deposit(other, 100));
            assertEq(bridge.custody(address(other)), 100);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_a_token_that_turns_hurts_nobodys_claim_but_its_own() public {
        openExits(token);
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 7; ++i) {
            TurningToken.Way way = TurningToken.Way(i);
            token.turn(way);
            // What a token keeps of its own transfers is between it and its holders.
            bool pays = i < 2 || way == TurningToken.Way.ReturnsMuch;
            assertEq(claim(0), pays);
            assertEq(bridge.isClaimed(1, 0), pays);
            assertEq(bridge.custody(address(token)), pays ? 90 : 100);
            assertEq(token.balanceOf(bob), pays ? (way == TurningToken.Way.KeepsAFee ? 5 : 10) : 0);
            assertTrue(claim(1));
            assertTrue(claim(2));
            assertEq(other.balanceOf(bob), 10);
            assertEq(bob.balance, 1 ether);
            // Once it behaves again, whoever was not paid is.
            token.turn(TurningToken.Way.Honest);
            assertEq(claim(0), !pays);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    /// @dev Every call of the bridge that moves money, as the token itself would make it.
    function callsBack() private view returns (bytes[7] memory) {
        return
            [
                abi.encodeCall(IBridge.depositToken, (address(token), bob, 100)),
                abi.encodeCall(IBridge.depositEth, (bob, 1)),
                abi.encodeCall(IBridge.force, (3, bob, address(token), 100)),
                abi.encodeCall(IBridge.claimFees, (bob, 1)),
                abi.encodeCall(IBridge.payEscapes, (address(token), only(bob))),
                abi.encodeCall(IBridge.reclaim, (0, QueueItem(5, alice, alice, address(token), 100))),
                exits.length == 0 ? bytes("") : abi.encodeCall(IBridge.claim, (1, 0, exits[0], pathOf(0)))
            ];
    }

    function test_a_token_that_calls_back_while_it_is_deposited_gains_nothing() public {
        bytes[7] memory calls = callsBack();
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 6; ++i) {
            token.callBack(address(bridge), calls[i]);
            assertTrue(deposit(token, 100));
            assertTrue(token.called());
            assertEq(token.answer(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            assertEq(bridge.queueLength(), 1);
            assertEq(bridge.custody(address(token)), 100);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_a_token_that_calls_back_while_it_is_claimed_gains_nothing() public {
        openExits(token);
        bytes[7] memory calls = callsBack();
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 7; ++i) {
            token.callBack(address(bridge), calls[i]);
            assertTrue(claim(0));
            assertTrue(token.called());
            assertEq(token.answer(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
            assertEq(token.balanceOf(bob), 10);
            assertEq(bridge.custody(address(token)), 90);
            assertEq(bridge.queueLength(), 3);
            vm.revertToState(before);
            before = vm.snapshotState();
        }
    }

    function test_a_token_that_changes_its_decimals_changes_no_amount() public {
        RedenominatedToken its = new RedenominatedToken();
        openExits(its);
        its.redenominate(0);
        assertTrue(claim(0));
        assertEq(its.balanceOf(bob), 10);
        its.redenominate(36);
        assertTrue(deposit(its, 7));
        assertEq(bridge.custody(address(its)), 97);
        assertEq(its.balanceOf(address(bridge)), 97);
    }

    function test_a_token_that_loses_the_bridges_balance_fails_its_own_claims_alone() public {
        depositEth(alice, 10 ether);
        depositToken(alice, token, 12);
        exits.push(Exit(address(token), bob, 6));
        exits.push(Exit(address(token), carol, 6));
        exits.push(Exit(ETH, bob, 1 ether));
        openThese();
        token.burn(address(bridge), 2);
        assertTrue(claim(0));
        assertFalse(claim(1));
        assertFalse(bridge.isClaimed(1, 1));
        assertEq(bridge.custody(address(token)), 6);
        assertTrue(claim(2));
        assertEq(bridge.custody(ETH), 9 ether);
        // It stays open, for whenever the token has it again.
        token.mint(address(bridge), 2);
        assertTrue(claim(1));
        assertEq(token.balanceOf(carol), 6);
    }

    function test_a_token_that_lies_about_balances_credits_only_itself() public {
        PretendingToken its = new PretendingToken();
        openExits(its);
        assertEq(bridge.custody(address(its)), 100);
        assertEq(bridge.custody(address(other)), 100);
        assertEq(bridge.custody(ETH), 10 ether);
        assertFalse(claim(0));
        assertFalse(bridge.isClaimed(1, 0));
        assertTrue(claim(1));
        assertTrue(claim(2));
        assertEq(other.balanceOf(bob), 10);
        assertEq(bob.balance, 1 ether);
    }

    function test_an_exit_to_the_bridge_itself_is_lost_and_hurts_nobody() public {
        depositEth(alice, 10 ether);
        depositToken(alice, token, 12);
        exits.push(Exit(address(token), address(bridge), 6));
        exits.push(Exit(ETH, address(bridge), 1 ether));
        exits.push(Exit(address(token), bob, 6));
        openThese();
        assertTrue(claim(0));
        assertEq(bridge.custody(address(token)), 6);
        assertEq(token.balanceOf(address(bridge)), 12);
        bytes32[2][] memory path = pathOf(1);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(bridge), 1 ether));
        bridge.claim(1, 1, exits[1], path);
        assertFalse(bridge.isClaimed(1, 1));
        assertTrue(claim(2));
        assertEq(token.balanceOf(bob), 6);
        assertEq(bridge.custody(address(token)), 0);
    }
}
