// Exits and fees: paid out of final batches only, once each, to their recipients only.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {Payment} from "../../contracts/libraries/Payment.sol";
import {Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Protocol} from "./support/Protocol.sol";
import {BombRecipient, Reenterer, RevertingRecipient} from "./support/Recipients.sol";
import {RevertingToken, Token} from "./support/Tokens.sol";

contract ExitsTest is Protocol {
    ILibraryHarness private libraries;
    address private recipient = makeAddr("recipient");

    function setUp() public override {
        super.setUp();
        libraries = ILibraryHarness(create("LibraryHarness", ""));
        vm.prank(user);
        bridge.depositEth{value: 100 ether + PRICE}(user, 100 ether);
    }

    function pathOf(uint256 seed) private pure returns (bytes32[2][] memory path) {
        path = new bytes32[2][](7);
        for (uint256 i = 0; i < 7; ++i) path[i] = [checkpoint(seed + 2 * i), checkpoint(seed + 2 * i + 1)];
    }

    function ethExit(address to) private pure returns (Exit memory) {
        return Exit({token: address(0), recipient: to, amount: 1 ether});
    }

    /// @notice Commits a batch whose exit tree has `exit` at `index`, below `count` exits.
    function commitExit(
        Exit memory exit,
        uint64 index,
        uint64 count
    ) private returns (Built memory built, Checkpoint memory last) {
        last = Checkpoint({
            stateRoot: checkpoint(1),
            leafCount: 5,
            exitRoot: libraries.exitRoot(exit, index, pathOf(1)),
            exitCount: count,
            fees: 3 ether
        });
        built = build(rollup.genesis(), 0, 1);
        built.checkpoints[0] = libraries.checkpointOf(last);
        built.batch.header.lastCheckpoint = built.checkpoints[0];
        seal(built);
        commitAs(sequencer, built);
    }

    function openExit(Exit memory exit, uint64 index, uint64 count) private {
        (Built memory built, Checkpoint memory last) = commitExit(exit, index, count);
        finalizeAfterWindow(built);
        bridge.openCheckpoint(built.batch, last);
    }

    function test_claim_pays_the_recipient_whoever_calls() public {
        openExit(ethExit(recipient), 5, 6);
        vm.expectEmit(address(bridge));
        emit IBridge.Claimed(1, 5, recipient, address(0), 1 ether);
        vm.prank(prover);
        assertTrue(bridge.claim(1, 5, ethExit(recipient), pathOf(1)));
        assertEq(recipient.balance, 1 ether);
        assertEq(bridge.custody(address(0)), 99 ether);
        assertTrue(bridge.isClaimed(1, 5));
        assertFalse(bridge.isClaimed(1, 4));
    }

    function test_claim_works_at_every_digit_and_at_the_last_index() public {
        for (uint64 index = 0; index < 2187; index += 243) {
            openExit(ethExit(recipient), index + index / 243, 2187);
            bridge.claim(1, index + index / 243, ethExit(recipient), pathOf(1));
            deploy(parameters());
            fund(sequencer, 10 ether);
            vm.prank(user);
            bridge.depositEth{value: 100 ether + PRICE}(user, 100 ether);
        }
        openExit(ethExit(recipient), 2186, 2187);
        bridge.claim(1, 2186, ethExit(recipient), pathOf(1));
    }

    function test_claim_twice_reverts() public {
        openExit(ethExit(recipient), 5, 6);
        bridge.claim(1, 5, ethExit(recipient), pathOf(1));
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyClaimed.selector, uint64(1), uint64(5)));
        bridge.claim(1, 5, ethExit(recipient), pathOf(1));
    }

    function test_claim_at_an_index_with_the_same_digits_reverts() public {
        openExit(ethExit(recipient), 5, 6);
        vm.expectRevert(abi.encodeWithSelector(IBridge.IndexOutOfRange.selector, uint64(5 + 2187), uint64(6)));
        bridge.claim(1, 5 + 2187, ethExit(recipient), pathOf(1));
    }

    function test_claim_at_the_exit_count_reverts() public {
        openExit(ethExit(recipient), 5, 5);
        vm.expectRevert(abi.encodeWithSelector(IBridge.IndexOutOfRange.selector, uint64(5), uint64(5)));
        bridge.claim(1, 5, ethExit(recipient), pathOf(1));
    }

    function test_claim_of_another_amount_recipient_token_index_or_path_reverts() public {
        openExit(ethExit(recipient), 5, 9);
        for (uint256 i = 0; i < 5; ++i) {
            Exit memory exit = ethExit(recipient);
            bytes32[2][] memory path = pathOf(1);
            uint64 index = 5;
            if (i == 0) exit.amount += 1;
            if (i == 1) exit.recipient = user;
            if (i == 2) exit.token = user;
            if (i == 3) index = 4;
            if (i == 4) path[6][1] = bytes32(0);
            vm.expectPartialRevert(IBridge.WrongExitProof.selector);
            bridge.claim(1, index, exit, path);
        }
    }

    function test_claim_with_a_shorter_or_longer_path_reverts() public {
        openExit(ethExit(recipient), 5, 9);
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongPathLength.selector, 7, 6));
        bridge.claim(1, 5, ethExit(recipient), new bytes32[2][](6));
        vm.expectRevert(abi.encodeWithSelector(IBridge.WrongPathLength.selector, 7, 8));
        bridge.claim(1, 5, ethExit(recipient), new bytes32[2][](8));
    }

    function test_claim_before_the_checkpoint_is_open_reverts() public {
        (Built memory built, ) = commitExit(ethExit(recipient), 0, 1);
        finalizeAfterWindow(built);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotOpened.selector, uint64(1)));
        bridge.claim(1, 0, ethExit(recipient), pathOf(1));
    }

    function test_claim_by_a_reverting_recipient_stays_open() public {
        RevertingRecipient refusing = new RevertingRecipient();
        openExit(ethExit(address(refusing)), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, address(refusing), 1 ether));
        bridge.claim(1, 0, ethExit(address(refusing)), pathOf(1));
        assertFalse(bridge.isClaimed(1, 0));
        assertEq(bridge.custody(address(0)), 100 ether);
        vm.etch(address(refusing), "");
        bridge.claim(1, 0, ethExit(address(refusing)), pathOf(1));
    }

    function test_claim_copies_no_return_data() public {
        BombRecipient bomb = new BombRecipient();
        openExit(ethExit(address(bomb)), 0, 1);
        bridge.claim{gas: 1_500_000}(1, 0, ethExit(address(bomb)), pathOf(1));
        assertEq(address(bomb).balance, 1 ether);
    }

    function test_claim_from_within_a_claim_is_refused() public {
        Reenterer thief = new Reenterer(address(bridge));
        Exit memory exit = ethExit(address(thief));
        openExit(exit, 0, 1);
        bytes memory data = abi.encodeCall(IBridge.claim, (1, 0, exit, pathOf(1)));
        thief.prepare(0, data);
        thief.call(0, data);
        assertTrue(thief.reentered());
        assertEq(thief.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertEq(address(thief).balance, 1 ether);
    }

    function test_claim_of_a_token_pays_from_that_tokens_custody_only() public {
        Token token = new Token();
        token.mint(user, 10);
        vm.startPrank(user);
        token.approve(address(bridge), 10);
        bridge.depositToken{value: PRICE}(address(token), user, 10);
        vm.stopPrank();
        token.mint(address(bridge), 90);

        openExit(Exit(address(token), recipient, 10), 0, 1);
        bridge.claim(1, 0, Exit(address(token), recipient, 10), pathOf(1));
        assertEq(token.balanceOf(recipient), 10);
        assertEq(bridge.custody(address(token)), 0);
    }

    function test_claim_beyond_custody_reverts_even_if_the_bridge_holds_more() public {
        Token token = new Token();
        token.mint(address(bridge), 100);
        openExit(Exit(address(token), recipient, 10), 0, 1);
        vm.expectRevert();
        bridge.claim(1, 0, Exit(address(token), recipient, 10), pathOf(1));

        deploy(parameters());
        fund(sequencer, 10 ether);
        forceItems(2000 / 1000);
        vm.deal(address(bridge), 100 ether);
        openExit(ethExit(recipient), 0, 1);
        vm.expectRevert();
        bridge.claim(1, 0, ethExit(recipient), pathOf(1));
    }

    function test_claim_of_a_token_that_refuses_stays_open() public {
        RevertingToken token = new RevertingToken();
        openExit(Exit(address(token), recipient, 0), 0, 1);
        vm.expectRevert(RevertingToken.Refused.selector);
        bridge.claim(1, 0, Exit(address(token), recipient, 0), pathOf(1));
        assertFalse(bridge.isClaimed(1, 0));
    }

    function test_open_before_finality_reverts() public {
        (Built memory built, Checkpoint memory last) = commitExit(ethExit(recipient), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(1)));
        bridge.openCheckpoint(built.batch, last);
    }

    function test_open_of_another_batch_at_a_final_number_reverts() public {
        (Built memory built, Checkpoint memory last) = commitExit(ethExit(recipient), 0, 1);
        proveFraud(built, 0, prover);
        Built memory good = commitFirst(1);
        finalizeAfterWindow(good);
        vm.expectRevert(abi.encodeWithSelector(IBridge.BatchNotFinal.selector, uint64(1)));
        bridge.openCheckpoint(built.batch, last);
    }

    function test_open_twice_reverts_and_credits_fees_once() public {
        (Built memory built, Checkpoint memory last) = commitExit(ethExit(recipient), 0, 1);
        finalizeAfterWindow(built);
        vm.expectEmit(address(bridge));
        emit IBridge.CheckpointOpened(1, last.exitRoot, 1, 3 ether, feeRecipient);
        bridge.openCheckpoint(built.batch, last);
        assertEq(bridge.feesOf(feeRecipient), 3 ether);
        assertTrue(bridge.isOpened(1));
        vm.expectRevert(abi.encodeWithSelector(IBridge.AlreadyOpened.selector, uint64(1)));
        bridge.openCheckpoint(built.batch, last);
    }

    function test_open_with_another_field_reverts() public {
        (Built memory built, Checkpoint memory last) = commitExit(ethExit(recipient), 0, 1);
        finalizeAfterWindow(built);
        for (uint256 i = 0; i < 5; ++i) {
            Checkpoint memory forged = Checkpoint({
                stateRoot: last.stateRoot,
                leafCount: last.leafCount,
                exitRoot: last.exitRoot,
                exitCount: last.exitCount,
                fees: last.fees
            });
            if (i == 0) forged.stateRoot = checkpoint(2);
            if (i == 1) forged.leafCount += 1;
            if (i == 2) forged.exitRoot = checkpoint(2);
            if (i == 3) forged.exitCount += 1;
            if (i == 4) forged.fees += 1;
            vm.expectPartialRevert(IBridge.WrongCheckpoint.selector);
            bridge.openCheckpoint(built.batch, forged);
        }
    }

    function test_open_with_a_root_in_another_encoding_reverts() public {
        (Built memory built, Checkpoint memory last) = commitExit(ethExit(recipient), 0, 1);
        finalizeAfterWindow(built);
        bytes32 root = last.exitRoot;
        last.exitRoot = bytes32(uint256(root) + Field.ORDER);
        vm.expectPartialRevert(IBridge.NonCanonicalCheckpoint.selector);
        bridge.openCheckpoint(built.batch, last);
        last.exitRoot = root;
        last.stateRoot = bytes32(uint256(last.stateRoot) + Field.ORDER);
        vm.expectPartialRevert(IBridge.NonCanonicalCheckpoint.selector);
        bridge.openCheckpoint(built.batch, last);
    }

    function test_fees_are_paid_once_out_of_custody() public {
        openExit(ethExit(recipient), 0, 1);
        vm.expectEmit(address(bridge));
        emit IBridge.FeesClaimed(feeRecipient, 3 ether);
        assertTrue(bridge.claimFees(feeRecipient, 3 ether));
        assertEq(feeRecipient.balance, 3 ether);
        assertEq(bridge.custody(address(0)), 97 ether);
        assertEq(bridge.feesOf(feeRecipient), 0);
        vm.expectRevert(
            abi.encodeWithSelector(IBridge.FeesOutOfRange.selector, feeRecipient, uint128(3 ether), uint128(0))
        );
        bridge.claimFees(feeRecipient, 3 ether);
    }

    function test_fees_are_paid_in_parts_up_to_what_there_is() public {
        openExit(ethExit(recipient), 0, 1);
        bridge.claimFees(feeRecipient, 1 ether);
        assertEq(bridge.feesOf(feeRecipient), 2 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                IBridge.FeesOutOfRange.selector,
                feeRecipient,
                uint128(2 ether + 1),
                uint128(2 ether)
            )
        );
        bridge.claimFees(feeRecipient, 2 ether + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IBridge.FeesOutOfRange.selector, feeRecipient, uint128(0), uint128(2 ether))
        );
        bridge.claimFees(feeRecipient, 0);
        bridge.claimFees(feeRecipient, 2 ether);
        assertEq(feeRecipient.balance, 3 ether);
    }

    function test_fees_claimed_from_within_their_payment_are_refused() public {
        feeRecipient = address(new Reenterer(address(bridge)));
        openExit(ethExit(recipient), 0, 1);
        Reenterer(payable(feeRecipient)).prepare(0, abi.encodeCall(IBridge.claimFees, (feeRecipient, 1 ether)));
        bridge.claimFees(feeRecipient, 1 ether);
        assertTrue(Reenterer(payable(feeRecipient)).reentered());
        assertEq(bridge.feesOf(feeRecipient), 2 ether);
        assertEq(feeRecipient.balance, 1 ether);
    }

    function test_fees_of_a_reverting_recipient_stay_claimable() public {
        openExit(ethExit(recipient), 0, 1);
        vm.etch(feeRecipient, type(RevertingRecipient).runtimeCode);
        vm.expectRevert(abi.encodeWithSelector(Payment.PaymentFailed.selector, feeRecipient, 3 ether));
        bridge.claimFees(feeRecipient, 3 ether);
        assertEq(bridge.feesOf(feeRecipient), 3 ether);
    }
}
