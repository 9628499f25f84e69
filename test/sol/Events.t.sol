// Events that readers of L1 follow and that no other test looks at: bonds, answers and proofs.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract EventsTest is Protocol {
    function test_deposit_and_withdrawal_of_a_bond_tell_whose_and_how_much() public {
        vm.deal(address(this), 3 ether);
        vm.expectEmit(address(bonds));
        emit IBondManager.Deposited(prover, 3 ether);
        bonds.deposit{value: 3 ether}(prover);
        vm.expectEmit(address(bonds));
        emit IBondManager.Withdrawn(prover, user, 2 ether);
        vm.prank(prover);
        bonds.withdraw(user, 2 ether);
    }

    function test_a_bond_tells_when_it_is_locked_and_released() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectEmit(address(bonds));
        emit IBondManager.Locked(sequencer, BATCH_BOND);
        commitAs(sequencer, built);
        warpTo(clock + CHALLENGE_WINDOW);
        vm.expectEmit(address(bonds));
        emit IBondManager.Released(sequencer, BATCH_BOND);
        rollup.finalize(idOf(built));
    }

    function test_a_split_tells_what_was_paid_and_what_was_burned() public {
        Built memory built = commitFirst(1);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = accept(built, opening, checkpoint(77), prover);
        vm.expectEmit(address(bonds));
        emit IBondManager.Split(sequencer, prover, 0.4 ether, 0.6 ether);
        challenges.proveFraud(built.batch, opening, checkpoint(77), proof);
    }

    function test_an_answer_tells_what_was_proven_and_who_was_paid() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 1);
        SegmentOpening memory opening = open(built, 1);
        SegmentProof memory proof = accept(built, opening, opening.claimed, prover);
        vm.expectEmit(address(challenges));
        emit IChallenges.SegmentProven(idOf(built), 1, prover);
        vm.expectEmit(address(challenges));
        emit IChallenges.ChallengeAnswered(idOf(built), 1, challenger, prover, (CHALLENGE_BOND * 4) / 10);
        challenges.proveValid(built.batch, opening, proof);
    }
}
