// Fraud and validity proofs: what is bound, what is refused, who is paid.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {BatchId, Claim, QueueItem, SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ProofsTest is Protocol {
    bytes32 private constant OTHER = bytes32(uint256(4242));

    function test_fraud_proof_rolls_back_and_pays_its_beneficiary() public {
        Built memory built = commitFirst(3);
        commitOn(built.batch, 1);
        SegmentOpening memory opening = open(built, 1);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        vm.expectEmit(address(rollup));
        emit IRollup.RolledBack(1, idOf(built), 2);
        vm.expectEmit(address(challenges));
        emit IChallenges.FraudProven(idOf(built), 1, prover, OTHER, 0.4 ether);
        vm.prank(user);
        challenges.proveFraud(built.batch, opening, OTHER, proof);

        assertEq(rollup.head(), 0);
        assertFalse(rollup.isLive(1, idOf(built)));
        assertTrue(challenges.disputes(idOf(built)).refuted);
        assertEq(bonds.available(prover), 0.4 ether);
        assertEq(bonds.burned(), 0.6 ether);
        assertEq(bonds.locked(sequencer), BATCH_BOND);
    }

    function test_fraud_proof_of_the_claimed_result_reverts() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, opening.claimed, prover);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SameResult.selector, opening.claimed));
        challenges.proveFraud(built.batch, opening, opening.claimed, proof);
    }

    function test_a_forged_validity_proof_cannot_silence_a_fraud_proof() public {
        Built memory built = commitFirst(2);
        proveValid(built, 0, user);
        proveValid(built, 1, user);
        proveFraud(built, 1, prover);
        assertEq(rollup.head(), 0);
        assertTrue(challenges.disputes(idOf(built)).refuted);
    }

    function test_fraud_proof_that_the_verifier_refuses_decides_nothing() public {
        Built memory built = commitFirst(1);
        SegmentProof memory proof = SegmentProof({beneficiary: prover, proof: ""});
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, open(built, 0), OTHER, proof);
        assertTrue(rollup.isLive(1, idOf(built)));
    }

    function test_validity_proof_that_the_verifier_refuses_decides_nothing() public {
        Built memory built = commitFirst(1);
        SegmentProof memory proof = SegmentProof({beneficiary: prover, proof: ""});
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveValid(built.batch, open(built, 0), proof);
        assertEq(challenges.disputes(idOf(built)).proven, 0);
    }

    function test_a_stolen_proof_cannot_pay_the_thief() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        proof.beneficiary = user;
        vm.prank(user);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_the_proofs_bytes_reach_the_verifier_as_they_are() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        proof.proof = abi.encodePacked(proof.proof, bytes1(0));
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_a_proof_for_another_batch_segment_chain_or_result_is_refused() public {
        Built memory built = commitFirst(2);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        SegmentOpening memory next = open(built, 1);

        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, next, OTHER, proof);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, bytes32(uint256(OTHER) + 1), proof);
        vm.chainId(1);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_a_proof_for_another_commit_of_the_same_header_is_refused() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
        commitAs(sequencer, built);
        built.batch.counter = 2;
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_a_proof_for_another_deployment_is_refused() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        deploy(parameters());
        fund(sequencer, 1 ether);
        commitAs(sequencer, built);
        assertTrue(rollup.isLive(1, idOf(built)));
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_a_malleated_proof_gains_nothing() public {
        Built memory built = commitFirst(2);
        SegmentOpening memory opening = open(built, 0);
        challengeAs(challenger, built, 0);
        SegmentProof memory proof = accept(built, opening, opening.claimed, prover);
        SegmentProof memory malleated = SegmentProof({beneficiary: prover, proof: "same proof, other bytes"});
        verifier.register(challenges.claim(built.batch, opening, opening.claimed, prover), malleated.proof);
        // The beneficiary is bound: whoever sends another encoding works for the prover.
        vm.prank(user);
        challenges.proveValid(built.batch, opening, malleated);
        assertEq(bonds.available(prover), 0.04 ether);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SegmentAlreadyProven.selector, idOf(built), uint8(0)));
        challenges.proveValid(built.batch, opening, proof);
    }

    function test_somebody_elses_proof_never_blocks_a_fraud_proof() public {
        Built memory built = commitFirst(2);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory mine = accept(built, opening, OTHER, prover);
        proveValid(built, 0, user);
        SegmentProof memory recorded = accept(built, opening, opening.claimed, user);
        challenges.recordValid(built.batch, opening, recorded);
        challenges.proveFraud(built.batch, opening, OTHER, mine);
        assertEq(bonds.available(prover), 0.4 ether);
    }

    function test_the_last_wei_of_a_bond_is_slashable() public {
        address poor = makeAddr("poor sequencer");
        fund(poor, BATCH_BOND);
        Built memory built = build(rollup.genesis(), 0, 1);
        commitAs(poor, built);
        vm.prank(poor);
        vm.expectPartialRevert(IBondManager.InsufficientBond.selector);
        bonds.withdraw(poor, 1);
        proveFraud(built, 0, prover);
        assertEq(bonds.available(poor) + bonds.locked(poor), 0);
    }

    function test_a_non_canonical_result_is_refused() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        bytes32 alias_ = bytes32(uint256(OTHER) + Field.ORDER);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NonCanonicalInput.selector, alias_));
        challenges.proveFraud(built.batch, opening, alias_, SegmentProof(prover, ""));
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NonCanonicalInput.selector, alias_));
        challenges.claim(built.batch, opening, alias_, prover);
    }

    function test_the_claimed_result_in_another_encoding_is_no_other_result() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        bytes32 alias_ = bytes32(uint256(opening.claimed) + Field.ORDER);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.NonCanonicalInput.selector, alias_));
        challenges.proveFraud(built.batch, opening, alias_, SegmentProof(prover, ""));
    }

    function test_a_proof_that_pays_nobody_is_refused() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, address(0));
        vm.expectRevert(IBondManager.ZeroAccount.selector);
        challenges.proveFraud(built.batch, opening, OTHER, proof);
    }

    function test_an_opening_with_other_data_claim_place_or_predecessor_is_refused() public {
        Built memory built = commitFirst(3);
        for (uint256 i = 0; i < 5; ++i) {
            SegmentOpening memory opening = open(built, 1);
            if (i == 0) opening.data = "other";
            if (i == 1) opening.claimed = OTHER;
            if (i == 2) opening.previous = OTHER;
            if (i == 3) opening.segment = 0;
            if (i == 4) opening.path[0] = OTHER;
            vm.expectRevert(abi.encodeWithSelector(IChallenges.InvalidOpening.selector, opening.segment));
            challenges.proveFraud(built.batch, opening, bytes32(uint256(1)), SegmentProof(prover, ""));
        }
    }

    function test_an_opening_beyond_the_segment_count_is_refused() public {
        Built memory built = commitFirst(3);
        SegmentOpening memory opening = open(built, 2);
        opening.segment = 3;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.InvalidOpening.selector, uint8(3)));
        challenges.proveFraud(built.batch, opening, OTHER, SegmentProof(prover, ""));
    }

    function test_a_data_segment_cannot_bring_queue_items() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        opening.items = new QueueItem[](1);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.WrongItemCount.selector, 0, 1));
        challenges.proveFraud(built.batch, opening, OTHER, SegmentProof(prover, ""));
    }

    function test_a_queue_segment_has_exactly_its_items() public {
        forceItems(6);
        Built memory built = build(rollup.genesis(), 6, 1);
        commitAs(sequencer, built);
        assertEq(challenges.words(built.batch, open(built, 0)).length, 1 + 7 * 4);
        assertEq(challenges.words(built.batch, open(built, 1)).length, 1 + 7 * 2);

        SegmentOpening memory opening = open(built, 1);
        QueueItem[] memory items = opening.items;
        opening.items = new QueueItem[](1);
        opening.items[0] = items[0];
        vm.expectRevert(abi.encodeWithSelector(IChallenges.WrongItemCount.selector, 2, 1));
        challenges.words(built.batch, opening);

        opening.items = new QueueItem[](2);
        (opening.items[0], opening.items[1]) = (items[1], items[0]);
        vm.expectPartialRevert(IChallenges.WrongQueueItems.selector);
        challenges.words(built.batch, opening);
    }

    function test_queue_items_of_a_later_batch_start_where_the_parent_ended() public {
        forceItems(7);
        Built memory first = build(rollup.genesis(), 3, 1);
        commitAs(sequencer, first);
        Built memory second = build(first.batch, 7, 0);
        commitAs(sequencer, second);
        uint256[] memory words = challenges.words(second.batch, open(second, 0));
        assertEq(words[0], 1);
        assertEq(words[1], 2);
        assertEq(words[2], uint160(user));
        assertEq(words[5], 4);
    }

    function test_items_enqueued_after_the_commit_change_no_words() public {
        forceItems(2);
        Built memory built = build(rollup.genesis(), 2, 1);
        commitAs(sequencer, built);
        uint256[] memory before = challenges.words(built.batch, open(built, 0));
        forceItems(3);
        uint256[] memory later = challenges.words(built.batch, open(built, 0));
        assertEq(keccak256(abi.encode(before)), keccak256(abi.encode(later)));
    }

    function test_the_claim_is_the_segments_words_between_its_checkpoints() public {
        Built memory built = commitFirst(2);
        SegmentOpening memory opening = open(built, 1);
        Claim memory claim = challenges.claim(built.batch, opening, OTHER, prover);
        assertEq(claim.a, built.checkpoints[0]);
        assertEq(claim.b, OTHER);
        bytes32 context = keccak256(abi.encode(block.chainid, rollup, idOf(built), uint256(1), prover));
        assertEq(claim.context, Field.reduce(context));
        assertEq(abi.encode(claim.words), abi.encode(challenges.words(built.batch, opening)));
    }

    function test_only_the_first_segment_is_marked_as_first() public {
        Built memory built = commitFirst(2);
        assertEq(challenges.words(built.batch, open(built, 0))[0], 1);
        assertEq(challenges.words(built.batch, open(built, 1))[0], 0);
    }

    function test_proofs_about_an_unknown_batch_revert() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        BatchId id = idOf(built);
        SegmentOpening memory opening = open(built, 0);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.UnknownBatch.selector, id));
        challenges.claim(built.batch, opening, OTHER, prover);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), id));
        challenges.proveFraud(built.batch, opening, OTHER, SegmentProof(prover, ""));
    }

    function test_proofs_about_a_final_batch_revert() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, OTHER, prover);
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(1), idOf(built)));
        challenges.proveFraud(built.batch, opening, OTHER, proof);
        proof = accept(built, opening, opening.claimed, prover);
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(1), idOf(built)));
        challenges.proveValid(built.batch, opening, proof);
    }

    function test_a_fraud_proof_has_no_deadline_while_the_batch_is_not_final() public {
        Built memory built = commitFirst(1);
        warpTo(START + 100 * CHALLENGE_WINDOW);
        proveFraud(built, 0, prover);
        assertEq(rollup.head(), 0);
    }

    function test_a_second_validity_proof_reverts() public {
        Built memory built = commitFirst(1);
        proveValid(built, 0, prover);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, opening.claimed, user);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SegmentAlreadyProven.selector, idOf(built), uint8(0)));
        challenges.proveValid(built.batch, opening, proof);
    }

    function test_refuting_oneself_strictly_loses() public {
        Built memory built = commitFirst(1);
        proveFraud(built, 0, sequencer);
        assertEq(bonds.available(sequencer) + bonds.locked(sequencer), 10 ether - 0.6 ether);
    }
}
