// Disputes on a rollup whose proofs two systems must accept, when one of the two is broken.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {ISegmentVerifier} from "../../contracts/interfaces/ISegmentVerifier.sol";
import {AllOf} from "../../contracts/proof/AllOf.sol";
import {SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {CredulousVerifier, DeafVerifier, RevertingVerifier} from "./support/BrokenVerifiers.sol";
import {Protocol} from "./support/Protocol.sol";

/// @dev `verifier` of the base is the sound one, and accepts what is registered with it.
abstract contract AllOfDisputes is Protocol {
    bytes32 internal constant RESULT = bytes32(uint256(4242));
    bytes32 internal constant OTHER = bytes32(uint256(4343));

    function broken() internal virtual returns (ISegmentVerifier);

    function segmentVerifier() internal override returns (ISegmentVerifier) {
        ISegmentVerifier[] memory both = new ISegmentVerifier[](2);
        (both[0], both[1]) = (verifier, broken());
        return new AllOf(both);
    }

    function inDeploymentsFormat(bytes memory proof) internal pure override returns (bytes memory) {
        bytes[] memory parts = new bytes[](2);
        (parts[0], parts[1]) = (proof, "whatever");
        return abi.encode(parts);
    }

    /// @dev What the broken verifier may like and the sound one has never seen.
    function forged(address beneficiary) internal pure returns (SegmentProof memory) {
        return SegmentProof({beneficiary: beneficiary, proof: inDeploymentsFormat("forged")});
    }
}

contract AllOfWithAnUnsoundVerifierTest is AllOfDisputes {
    function broken() internal override returns (ISegmentVerifier) {
        return new CredulousVerifier(N, 20);
    }

    function test_a_right_batch_cannot_be_refuted_through_it() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveFraud(built.batch, open(built, 0), RESULT, forged(prover));
        assertTrue(rollup.isLive(1, idOf(built)));
    }

    function test_a_wrong_batch_cannot_be_proven_valid_through_it() public {
        Built memory built = commitFirst(1);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.proveValid(built.batch, open(built, 0), forged(prover));
        proveFraud(built, 0, prover);
        assertEq(rollup.head(), 0);
    }

    function test_nobody_can_freeze_through_it() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory honest = accept(built, opening, RESULT, prover);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.contradict(built.batch, opening, [RESULT, OTHER], [honest, forged(user)]);
        vm.expectRevert(IChallenges.InvalidProof.selector);
        challenges.contradict(built.batch, opening, [OTHER, RESULT], [forged(user), honest]);
        assertFalse(rollup.frozen());
    }

    function test_only_when_every_verifier_accepts_both_results_is_it_a_contradiction() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof[2] memory both = [accept(built, opening, RESULT, prover), accept(built, opening, OTHER, prover)];
        challenges.contradict(built.batch, opening, [RESULT, OTHER], both);
        assertTrue(rollup.frozen());
    }

    function test_disputes_go_on_as_ever() public {
        Built memory first = commitFirst(1);
        challengeAs(challenger, first, 0);
        proveValid(first, 0, prover);
        rollup.finalize(idOf(first));
        Built memory second = commitOn(first.batch, 1);
        proveFraud(second, 0, prover);
        assertEq(rollup.head(), 1);
        // Of the challenger's bond and of the sequencer's.
        assertEq(bonds.available(prover), 0.04 ether + 0.4 ether);
    }
}

abstract contract AllOfWithAnIncompleteVerifier is AllOfDisputes {
    function expectRefusal() internal virtual;

    function test_neither_refutes_nor_answers_with_good_proofs_of_the_other() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory fraud = accept(built, opening, RESULT, prover);
        expectRefusal();
        challenges.proveFraud(built.batch, opening, RESULT, fraud);

        challengeAs(challenger, built, 0);
        SegmentProof memory answer = accept(built, opening, opening.claimed, prover);
        expectRefusal();
        challenges.proveValid(built.batch, opening, answer);
        assertEq(challenges.disputes(idOf(built)).proven, 0);
    }

    function test_a_challenge_rolls_the_batch_back_all_the_same() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(START + SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(built), 0);
        assertEq(rollup.head(), 0);
        // The reward, and its own bond back.
        assertEq(bonds.available(challenger), 10 ether + 0.4 ether);
        assertEq(bonds.locked(challenger), 0);
    }

    function test_an_unchallenged_batch_becomes_final_with_its_window() public {
        Built memory built = commitFirst(2);
        finalizeAfterWindow(built);
        assertTrue(rollup.isFinal(1, idOf(built)));
    }

    function test_nobody_can_freeze_through_it() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof[2] memory both = [accept(built, opening, RESULT, prover), accept(built, opening, OTHER, prover)];
        expectRefusal();
        challenges.contradict(built.batch, opening, [RESULT, OTHER], both);
        assertFalse(rollup.frozen());
    }
}

contract AllOfWithADeafVerifierTest is AllOfWithAnIncompleteVerifier {
    function broken() internal override returns (ISegmentVerifier) {
        return new DeafVerifier(N, 20);
    }

    function expectRefusal() internal override {
        vm.expectRevert(IChallenges.InvalidProof.selector);
    }
}

contract AllOfWithARevertingVerifierTest is AllOfWithAnIncompleteVerifier {
    function broken() internal override returns (ISegmentVerifier) {
        return new RevertingVerifier(N, 20);
    }

    function expectRefusal() internal override {
        vm.expectRevert(RevertingVerifier.Broken.selector);
    }
}
