// The contradiction freeze: two results of one segment, from a state that is itself proven.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Duration} from "../../contracts/types/Time.sol";
import {Disputes, SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ContradictionTest is Protocol {
    bytes32 private constant ONE = bytes32(uint256(101));
    bytes32 private constant TWO = bytes32(uint256(202));

    address private guardian = makeAddr("guardian");

    function contradict(Built memory built, uint8 segment, bytes32 one, bytes32 two) private {
        SegmentOpening memory opening = open(built, segment);
        SegmentProof[2] memory proofs = [accept(built, opening, one, prover), accept(built, opening, two, user)];
        challenges.contradict(built.batch, opening, [one, two], proofs);
    }

    function contradictAny(Built calldata built, uint8 segment, bytes32 one, bytes32 two) external {
        contradict(built, segment, one, two);
    }

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian;
        chosen.clock.longestPause = Duration.wrap(1 days);
        chosen.clock.pauseCooldown = Duration.wrap(4 days);
        deploy(chosen);
        fund(sequencer, 10 ether);
        fund(challenger, 10 ether);
    }

    function record(Built memory built, uint8 segment) private {
        SegmentOpening memory opening = open(built, segment);
        challenges.recordValid(built.batch, opening, accept(built, opening, opening.claimed, prover));
    }

    function expectPredecessorMissing(Built memory built, uint8 segment) private {
        vm.expectRevert(abi.encodeWithSelector(IChallenges.PredecessorNotProven.selector, idOf(built), segment));
        this.contradictAny(built, segment, ONE, TWO);
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

    /// @notice Accepted, not defended (docs/security.md §7): from a malformed claim both results are provable, so whoever
    /// builds on it unchecked loses its bond to the claim's author, who loses one, too. Nobody freezes anything by it.
    function test_a_child_on_an_unchecked_wrong_parent_can_be_refuted_and_freezes_nothing() public {
        address careless = makeAddr("careless");
        fund(careless, BATCH_BOND);
        Built memory wrong = commitFirst(1);
        Built memory child = build(wrong.batch, 0, 1);
        commitAs(careless, child);
        proveValid(child, 0, prover);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.ParentNotFinal.selector, idOf(wrong)));
        this.contradictAny(child, 0, ONE, TWO);

        proveFraud(child, 0, sequencer);
        assertEq(bonds.locked(careless), 0);
        assertEq(bonds.available(sequencer), 10 ether - BATCH_BOND + 0.4 ether);
        proveFraud(wrong, 0, prover);
        assertEq(uint256(bonds.available(sequencer)) + bonds.locked(sequencer), 10 ether - BATCH_BOND + 0.4 ether);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.ParentNotFinal.selector, idOf(wrong)));
        this.contradictAny(child, 0, ONE, TWO);
        assertFalse(rollup.frozen());
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

    function test_a_forged_fraud_proof_of_a_later_segment_can_be_contradicted() public {
        Built memory built = commitFirst(3);
        proveFraud(built, 1, user);
        expectPredecessorMissing(built, 1);
        vm.expectEmit(address(challenges));
        emit IChallenges.SegmentRecorded(idOf(built), 0);
        this.recordAny(built, 0);
        contradict(built, 1, ONE, TWO);
        assertTrue(rollup.frozen());
    }

    function recordAny(Built calldata built, uint8 segment) external {
        record(built, segment);
    }

    function test_predecessors_may_be_proven_or_recorded_but_all_of_them() public {
        Built memory built = commitFirst(4);
        proveValid(built, 0, prover);
        record(built, 2);
        expectPredecessorMissing(built, 3);
        record(built, 1);
        contradict(built, 3, ONE, TWO);
        assertTrue(rollup.frozen());
    }

    function test_a_recorded_proof_ends_no_challenge_and_makes_nothing_final() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        record(built, 0);
        Disputes memory state = challenges.disputes(idOf(built));
        assertEq(state.proven, 0);
        assertEq(state.recorded, 1);
        assertEq(challenges.challengeOf(idOf(built), 0).challenger, challenger);
        assertEq(bonds.locked(challenger), CHALLENGE_BOND);
        assertEq(bonds.available(prover), 0);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(idOf(built));
        warpTo(START + SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(built), 0);
        assertEq(rollup.head(), 0);
    }

    function test_a_recorded_segment_can_still_be_challenged_proven_and_refuted() public {
        Built memory built = commitFirst(2);
        record(built, 0);
        record(built, 1);
        challengeAs(challenger, built, 0);
        proveValid(built, 0, prover);
        proveFraud(built, 1, prover);
        assertEq(rollup.head(), 0);
    }

    function test_a_contradiction_in_a_later_segment_of_a_final_batch() public {
        Built memory built = commitFirst(3);
        finalizeAfterWindow(built);
        Built memory next = commitOn(built.batch, 1);
        record(built, 0);
        expectPredecessorMissing(built, 2);
        record(built, 1);
        contradict(built, 2, ONE, TWO);
        assertTrue(rollup.isFinal(1, idOf(built)));
        assertFalse(rollup.isLive(2, idOf(next)));
    }

    function test_recording_works_during_a_pause() public {
        Built memory built = commitFirst(2);
        vm.prank(guardian);
        protocolClock.pause(Duration.wrap(1 days));
        record(built, 0);
        contradict(built, 1, ONE, TWO);
        assertTrue(rollup.frozen());
    }

    function test_record_of_an_unknown_batch_reverts() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.UnknownBatch.selector, idOf(built)));
        challenges.recordValid(built.batch, open(built, 0), SegmentProof({beneficiary: prover, proof: ""}));
    }

    function test_record_of_a_refused_proof_or_another_result_reverts() public {
        Built memory built = commitFirst(2);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, ONE, prover);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.recordValid(built.batch, opening, proof);
        opening.segment = 2;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.InvalidOpening.selector, uint8(2)));
        challenges.recordValid(built.batch, opening, proof);
        assertEq(challenges.disputes(idOf(built)).recorded, 0);
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
