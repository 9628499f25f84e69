// The contradiction freeze: two results of one segment, from a state that is itself proven.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ContradictionTest is Protocol {
    bytes32 private constant ONE = bytes32(uint256(101));
    bytes32 private constant TWO = bytes32(uint256(202));

    function contradict(Built memory built, uint8 segment, bytes32 one, bytes32 two) private {
        SegmentOpening memory opening = open(built, segment);
        SegmentProof[2] memory proofs = [accept(built, opening, one, prover), accept(built, opening, two, user)];
        challenges.contradict(built.batch, opening, [one, two], proofs);
    }

    function contradictAny(Built calldata built, uint8 segment, bytes32 one, bytes32 two) external {
        contradict(built, segment, one, two);
    }

    function test_two_results_freeze_the_rollup_at_its_last_final_batch() public {
        Built memory first = commitFirst(1);
        finalizeAfterWindow(first);
        Built memory second = commitOn(first.batch, 2);
        Built memory third = commitOn(second.batch, 1);
        challengeAs(challenger, third, 0);
        SegmentOpening memory opening = open(second, 0);
        SegmentProof[2] memory proofs = [accept(second, opening, ONE, prover), accept(second, opening, TWO, user)];
        vm.expectEmit(address(challenges));
        emit IChallenges.Contradiction(idOf(second), 0, ONE, TWO);
        vm.expectEmit(address(rollup));
        emit IRollup.Frozen(1, 3);
        challenges.contradict(second.batch, opening, [ONE, TWO], proofs);

        assertTrue(rollup.frozen());
        assertEq(rollup.head(), 1);
        challenges.refundBatch(second.batch);
        challenges.refundBatch(third.batch);
        challenges.refundChallenge(third.batch, 0);
        assertEq(bonds.available(sequencer), 10 ether);
        assertEq(bonds.available(challenger), 10 ether);
    }

    function test_a_frozen_rollup_commits_nothing_and_takes_nothing_into_its_queue() public {
        contradict(commitFirst(1), 0, ONE, TWO);
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectRevert(IRollup.RollupFrozen.selector);
        commitAs(sequencer, built);
        uint256 price = bridge.enqueuePrice();
        vm.deal(address(this), 10 ether);
        vm.expectRevert(IBridge.RollupIsFrozen.selector);
        bridge.depositEth{value: 1 ether + price}(user, 1 ether);
        vm.expectRevert(IBridge.RollupIsFrozen.selector);
        bridge.force{value: price}(2, user, address(0), 1);
    }

    function test_a_second_contradiction_reverts() public {
        Built memory built = commitFirst(1);
        contradict(built, 0, ONE, TWO);
        vm.expectRevert(IRollup.RollupFrozen.selector);
        this.contradictAny(built, 0, ONE, TWO);
    }

    function test_the_same_result_twice_is_no_contradiction() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SameResult.selector, ONE));
        this.contradictAny(built, 0, ONE, ONE);
    }

    function test_a_segment_after_an_unproven_one_is_refused() public {
        Built memory built = commitFirst(3);
        proveValid(built, 0, prover);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.PredecessorNotProven.selector, idOf(built), uint8(2)));
        this.contradictAny(built, 2, ONE, TWO);
        proveValid(built, 1, prover);
        contradict(built, 2, ONE, TWO);
        assertTrue(rollup.frozen());
    }

    function test_a_batch_whose_parent_is_not_final_is_refused() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.ParentNotFinal.selector, idOf(first)));
        this.contradictAny(second, 0, ONE, TWO);
        finalizeAfterWindow(first);
        contradict(second, 0, ONE, TWO);
        assertTrue(rollup.frozen());
    }

    function test_one_refused_proof_is_enough_to_refuse() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory good = accept(built, opening, ONE, prover);
        SegmentProof memory bad = SegmentProof({beneficiary: prover, proof: ""});
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.contradict(built.batch, opening, [ONE, TWO], [good, bad]);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.contradict(built.batch, opening, [TWO, ONE], [bad, good]);
        assertFalse(rollup.frozen());
    }

    function test_a_batch_that_nobody_committed_is_refused() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        SegmentProof memory proof = SegmentProof({beneficiary: prover, proof: ""});
        vm.expectRevert(abi.encodeWithSelector(IChallenges.UnknownBatch.selector, idOf(built)));
        challenges.contradict(built.batch, open(built, 0), [ONE, TWO], [proof, proof]);
    }

    function test_a_rolled_back_or_final_batch_still_shows_a_contradiction() public {
        Built memory built = commitFirst(1);
        proveFraud(built, 0, prover);
        contradict(built, 0, ONE, TWO);
        assertTrue(rollup.frozen());

        deploy(parameters());
        fund(sequencer, 10 ether);
        built = commitFirst(1);
        finalizeAfterWindow(built);
        contradict(built, 0, ONE, TWO);
        assertTrue(rollup.frozen());
        assertEq(rollup.head(), 1);
        assertTrue(rollup.isFinal(1, idOf(built)));
    }
}
