// What a challenge costs and how long its answer may take, at the exact bounds.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {ChallengeRecord} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ChallengeCostsTest is Protocol {
    function deployAny(Parameters calldata chosen) external {
        deploy(chosen);
    }

    function withSlot(uint40 proofTime, uint32 answerGas, uint40 slot) private pure returns (Parameters memory chosen) {
        chosen = parameters();
        chosen.challenges.proofTime = Duration.wrap(proofTime);
        chosen.challenges.answerGas = answerGas;
        chosen.challenges.slot = Duration.wrap(slot);
        // So that the bond of a batch pays for that much gas.
        chosen.challenges.highBaseFee = 1 gwei;
        // And so that a slot of any length is part of it.
        chosen.rollup.escapeDelay = Duration.wrap(30 days);
    }

    function expectSlotTooShort(Parameters memory chosen, uint256 least) private {
        uint256 slot = Duration.unwrap(chosen.challenges.slot);
        vm.expectRevert(abi.encodeWithSelector(IChallenges.SlotTooShort.selector, slot, least));
        this.deployAny(chosen);
    }

    function test_a_bond_is_in_whole_gwei_above_the_answers_cost() public view {
        // Twice 1.4M gas at 40 gwei and 0.01 ether for the machine, as the 40 % that are left after the burn: 0.305 ether exactly.
        assertEq(challenges.challengeBondAt(40 gwei), 0.305 ether);
        assertEq(challenges.challengeBondAt(40 gwei + 1), 0.305 ether + 1 gwei);
    }

    function test_a_bond_beyond_128_bits_reverts_and_is_not_cut_off() public {
        vm.expectPartialRevert(SafeCast.SafeCastOverflowedUintDowncast.selector);
        challenges.challengeBondAt(1 << 128);
    }

    function test_a_slot_that_takes_exactly_a_tenth_of_l1s_gas_will_do() public {
        this.deployAny(withSlot(10, 10_000_000, 20));
    }

    function test_a_slot_is_the_longer_of_the_proof_and_the_gas() public {
        // A proof of 11 s may take 14; 6.5M gas take 13, 7.5M take 15.
        expectSlotTooShort(withSlot(11, 6_500_000, 13), 14);
        this.deployAny(withSlot(11, 6_500_000, 14));
        expectSlotTooShort(withSlot(11, 7_500_000, 14), 15);
        this.deployAny(withSlot(11, 7_500_000, 15));
    }

    function test_a_slot_may_take_a_whole_day() public {
        this.deployAny(withSlot(10, 1_400_000, 1 days));
    }

    function test_a_batch_bond_whose_reward_is_exactly_the_cost_of_a_fraud_proof_will_do() public {
        Parameters memory chosen = parameters();
        chosen.bonds.batchBond = 0.375 ether;
        this.deployAny(chosen);
        uint256 gas = 2 * uint256(chosen.challenges.answerGas) * chosen.challenges.highBaseFee;
        assertEq(bonds.rewardOf(bonds.batchBond()), chosen.challenges.provingCost + gas);
    }

    function test_an_answered_challenge_keeps_its_deadline_and_no_bond() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        proveValid(built, 0, prover);
        ChallengeRecord memory record = challenges.challengeOf(idOf(built), 0);
        assertEq(record.challenger, address(0));
        assertEq(record.bondGwei, 0);
        assertEq(Timestamp.unwrap(record.deadline), START + SLOT + PROVING_WINDOW);
    }
}
