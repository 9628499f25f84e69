// Refunds: whoever did nothing wrong gets its bond back, once, and never while the bond stands behind something.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {Protocol} from "./support/Protocol.sol";

contract RefundsTest is Protocol {
    address private other = makeAddr("other sequencer");

    function rolledBackChild() private returns (Built memory parent, Built memory child) {
        fund(other, 5 ether);
        parent = commitFirst(1);
        child = build(parent.batch, 0, 2);
        commitAs(other, child);
        challengeAs(challenger, child, 1);
        proveFraud(parent, 0, prover);
    }

    function test_the_child_of_a_refuted_batch_gets_its_bond_back() public {
        (, Built memory child) = rolledBackChild();
        vm.expectEmit(address(challenges));
        emit IChallenges.BatchRefunded(idOf(child), other, BATCH_BOND);
        vm.prank(user);
        challenges.refundBatch(child.batch);
        assertEq(bonds.available(other), 5 ether);
        assertEq(bonds.locked(other), 0);
    }

    function test_a_batch_is_refunded_once() public {
        (, Built memory child) = rolledBackChild();
        Built memory spare = build(rollup.genesis(), 0, 1);
        commitAs(other, spare);
        challenges.refundBatch(child.batch);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.AlreadyRefunded.selector, idOf(child)));
        challenges.refundBatch(child.batch);
        assertEq(bonds.locked(other), BATCH_BOND);
    }

    function test_a_refuted_batch_is_not_refunded() public {
        (Built memory parent, ) = rolledBackChild();
        vm.expectRevert(abi.encodeWithSelector(IChallenges.AlreadyRefuted.selector, idOf(parent)));
        challenges.refundBatch(parent.batch);
    }

    function test_a_live_batch_is_not_refunded() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.BatchLive.selector, idOf(built)));
        challenges.refundBatch(built.batch);
    }

    function test_a_live_batch_is_not_refunded_under_another_number() public {
        Built memory built = commitFirst(1);
        built.batch.header.number = 7;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.UnknownBatch.selector, idOf(built)));
        challenges.refundBatch(built.batch);
    }

    function test_a_final_batch_is_not_refunded() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        commitOn(built.batch, 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.BatchLive.selector, idOf(built)));
        challenges.refundBatch(built.batch);
    }

    function test_a_batch_that_nobody_committed_is_not_refunded() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.UnknownBatch.selector, idOf(built)));
        challenges.refundBatch(built.batch);
    }

    function test_genesis_is_not_refunded() public {
        vm.expectPartialRevert(IChallenges.UnknownBatch.selector);
        this.refundGenesis();
    }

    function refundGenesis() external {
        challenges.refundBatch(rollup.genesis());
    }

    function test_a_child_stays_refundable_after_its_place_is_taken_again() public {
        (, Built memory child) = rolledBackChild();
        Built memory again = commitFirst(1);
        commitOn(again.batch, 1);
        challenges.refundBatch(child.batch);
        assertEq(bonds.available(other), 5 ether);
    }

    function test_the_challenger_of_a_pruned_batch_gets_its_bond_back() public {
        (, Built memory child) = rolledBackChild();
        assertEq(bonds.locked(challenger), CHALLENGE_BOND);
        vm.expectEmit(address(challenges));
        emit IChallenges.ChallengeRefunded(idOf(child), 1, challenger, CHALLENGE_BOND);
        challenges.refundChallenge(child.batch, 1);
        assertEq(bonds.available(challenger), 10 ether);
        assertEq(rollup.info(idOf(child)).openChallenges, 0);
    }

    function test_the_challenger_of_a_batch_that_a_proof_refutes_gets_its_bond_back() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        challengeAs(challenger, built, 1);
        proveFraud(built, 0, prover);
        challenges.refundChallenge(built.batch, 0);
        challenges.refundChallenge(built.batch, 1);
        assertEq(bonds.available(challenger), 10 ether);
    }

    function test_a_challenge_is_refunded_once() public {
        (, Built memory child) = rolledBackChild();
        challenges.refundChallenge(child.batch, 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(child), uint8(1)));
        challenges.refundChallenge(child.batch, 1);
    }

    function test_a_challenge_of_a_live_batch_is_not_refunded() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.BatchLive.selector, idOf(built)));
        challenges.refundChallenge(built.batch, 0);
    }

    function test_a_challenge_of_a_live_batch_is_not_refunded_under_another_number() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        built.batch.header.number = 7;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(built), uint8(0)));
        challenges.refundChallenge(built.batch, 0);
    }

    function test_an_answered_or_timed_out_challenge_is_not_refunded() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        challengeAs(challenger, built, 1);
        proveValid(built, 0, prover);
        warpTo(START + 2 * SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(built), 1);
        for (uint8 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(built), i));
            challenges.refundChallenge(built.batch, i);
        }
    }

    function test_an_unchallenged_segment_of_a_dead_batch_is_not_refunded() public {
        (, Built memory child) = rolledBackChild();
        for (uint8 i = 0; i < 128; i += 64) {
            vm.expectRevert(abi.encodeWithSelector(IChallenges.NoOpenChallenge.selector, idOf(child), i));
            challenges.refundChallenge(child.batch, i);
        }
    }

    function test_every_wei_is_accounted_for_after_refunds() public {
        (, Built memory child) = rolledBackChild();
        challenges.refundBatch(child.batch);
        challenges.refundChallenge(child.batch, 1);
        uint256 owned =
            uint256(bonds.available(sequencer)) +
                bonds.available(challenger) +
                bonds.available(other) +
                bonds.available(prover);
        assertEq(owned + bonds.burned(), address(bonds).balance);
    }
}
