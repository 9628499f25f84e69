// Bonds and windows: each bound at its last refused and its first accepted value, and what a dispute is worth to whom.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Economics} from "../../contracts/libraries/Economics.sol";
import {Duration} from "../../contracts/types/Time.sol";
import {Protocol} from "./support/Protocol.sol";

contract EconomicsTest is Protocol {
    uint256 private constant GAS = 1_400_000;
    uint256 private constant MACHINE = 0.01 ether;

    function deployAny(Parameters calldata chosen) external {
        deploy(chosen);
    }

    function challengeFor(Built calldata built, uint128 most) external {
        challenges.challenge(numberOf(built), idOf(built), 0, most);
    }

    function test_challenge_bond_pays_gas_and_machine_together() public {
        assertEq(challenges.challengeBond(), CHALLENGE_BOND);
        vm.fee(100 gwei);
        uint128 bond = challenges.challengeBond();
        // (0.01 + 2 · 0.14) / 0.4
        assertEq(bond, 0.725 ether);
        assertEq(bonds.rewardOf(bond), MACHINE + 2 * GAS * 100 gwei);
        assertEq(challenges.challengeBondAt(100 gwei), bond);
        assertEq(challenges.challengeBondAt(1 gwei), CHALLENGE_BOND);

        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        assertEq(bonds.locked(challenger), bond);
    }

    function test_challenge_bond_is_in_whole_gwei() public view {
        uint128 bond = challenges.challengeBondAt(100 gwei + 1);
        assertEq(bond % 1 gwei, 0);
        assertGe(bonds.rewardOf(bond), MACHINE + 2 * GAS * (100 gwei + 1));
        assertLt(bond, 0.725 ether + 7_000_000 + 1 gwei);
    }

    function testFuzz_answer_reward_covers_twice_the_gas_plus_machine_at_every_base_fee(uint64 baseFee) public view {
        uint128 bond = challenges.challengeBondAt(baseFee);
        assertGe(bonds.rewardOf(bond), MACHINE + 2 * GAS * uint256(baseFee));
        assertGe(bond, CHALLENGE_BOND);
    }

    function testFuzz_the_bond_before_the_burn_is_the_least_that_leaves_the_reward(uint96 reward) public view {
        reward = uint96(bound(reward, 1, type(uint96).max));
        uint256 bond = Economics.beforeBurn(reward, 6000);
        assertGe(bonds.rewardOf(uint128(bond)), reward);
        assertLt(bonds.rewardOf(uint128(bond - 1)), reward);
    }

    function test_challenge_bond_beyond_its_record_reverts() public {
        Parameters memory chosen = parameters();
        chosen.challenges.answerGas = type(uint32).max;
        chosen.challenges.highBaseFee = 1;
        chosen.challenges.slot = Duration.wrap(8590);
        chosen.rollup.escapeDelay = Duration.wrap(30 days);
        deploy(chosen);
        fund(sequencer, 1 ether);
        Built memory built = commitFirst(1);
        vm.fee(1e16);
        vm.expectPartialRevert(SafeCast.SafeCastOverflowedUintDowncast.selector);
        challengeAs(challenger, built, 0);
    }

    function test_challenge_above_the_callers_most_reverts() public {
        Built memory built = commitFirst(1);
        fund(address(this), 10 ether);
        vm.fee(100 gwei);
        vm.expectRevert(
            abi.encodeWithSelector(IChallenges.BondAboveMost.selector, uint128(0.725 ether), 0.725 ether - 1)
        );
        this.challengeFor(built, 0.725 ether - 1);
        assertEq(bonds.locked(address(this)), 0);
        this.challengeFor(built, 0.725 ether);
        assertEq(bonds.locked(address(this)), 0.725 ether);
    }

    function test_batch_bond_below_a_fraud_proof_at_the_high_base_fee_is_refused() public {
        // (0.01 + 2 · 0.07) / 0.4
        Parameters memory chosen = parameters();
        chosen.bonds.batchBond = 0.375 ether;
        this.deployAny(chosen);
        chosen.bonds.batchBond = 0.375 ether - 1;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.BatchBondTooSmall.selector, 0.375 ether - 1, 0.375 ether));
        this.deployAny(chosen);
        chosen.bonds.batchBond = 0.375 ether;
        chosen.challenges.highBaseFee += 1;
        vm.expectRevert(
            abi.encodeWithSelector(IChallenges.BatchBondTooSmall.selector, 0.375 ether, 0.375 ether + 7_000_000)
        );
        this.deployAny(chosen);
    }

    function test_challenge_bond_below_the_cost_of_a_proof_is_refused() public {
        Parameters memory chosen = parameters();
        chosen.challenges.minChallengeBond = 0.025 ether;
        this.deployAny(chosen);
        chosen.challenges.minChallengeBond = 0.025 ether - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IChallenges.ChallengeBondTooSmall.selector, 0.025 ether - 1, 0.025 ether)
        );
        this.deployAny(chosen);
    }

    function test_challenge_window_below_a_proof_and_its_inclusion_is_refused() public {
        Parameters memory chosen = parameters();
        chosen.rollup.challengeWindow = Duration.wrap(312);
        this.deployAny(chosen);
        assertEq(Duration.unwrap(challenges.leastWindow()), 312);
        chosen.rollup.challengeWindow = Duration.wrap(311);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ChallengeWindowTooShort.selector, 311, 312));
        this.deployAny(chosen);
        chosen.challenges.proofTime = Duration.wrap(11);
        chosen.rollup.challengeWindow = Duration.wrap(313);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ChallengeWindowTooShort.selector, 313, 314));
        this.deployAny(chosen);
    }

    function test_a_challenge_bond_that_no_record_holds_is_refused() public {
        Parameters memory chosen = parameters();
        uint256 most = uint256(type(uint56).max) * 1 gwei;
        chosen.challenges.minChallengeBond = uint128(most);
        this.deployAny(chosen);
        chosen.challenges.minChallengeBond = uint128(most) + 1;
        vm.expectRevert(abi.encodeWithSelector(IChallenges.ChallengeBondTooLarge.selector, most + 1, most));
        this.deployAny(chosen);
    }

    function test_escape_delay_below_two_rounds_is_refused_and_at_it_passes() public {
        Parameters memory chosen = parameters();
        chosen.rollup.primary = makeAddr("primary");
        chosen.rollup.primaryTimeout = Duration.wrap(500);
        uint40 least = 2 * (FORCE_DELAY + 500 + CHALLENGE_WINDOW + SLOT + PROVING_WINDOW);
        chosen.rollup.escapeDelay = Duration.wrap(least);
        this.deployAny(chosen);
        chosen.rollup.escapeDelay = Duration.wrap(least - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.EscapeDelayTooShort.selector, uint256(least) - 1, uint256(least))
        );
        this.deployAny(chosen);
    }

    function test_earliest_finality_later_than_the_window_is_refused() public {
        Parameters memory chosen = parameters();
        chosen.rollup.earliestFinality = Duration.wrap(CHALLENGE_WINDOW);
        this.deployAny(chosen);
        assertEq(Duration.unwrap(rollup.earliestFinality()), CHALLENGE_WINDOW);
        chosen.rollup.earliestFinality = Duration.wrap(CHALLENGE_WINDOW + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IRollup.DurationOutOfRange.selector,
                Duration.wrap(CHALLENGE_WINDOW + 1),
                Duration.wrap(CHALLENGE_WINDOW)
            )
        );
        this.deployAny(chosen);
    }

    function test_bounds_round_up() public pure {
        assertEq(Economics.slowProof(Duration.wrap(10)), 12);
        assertEq(Economics.slowProof(Duration.wrap(11)), 14);
        assertEq(Economics.leastSlot(Duration.wrap(1), 500_000), 2);
        assertEq(Economics.leastSlot(Duration.wrap(1), 1_000_000), 2);
        assertEq(Economics.leastSlot(Duration.wrap(1), 1_000_001), 3);
        assertEq(Economics.beforeBurn(1, 6000), 3);
        assertEq(Economics.beforeBurn(2, 6000), 5);
    }

    /// @notice The mainnet preset's numbers as the specification works them out.
    function test_worked_numbers_of_mainnet() public pure {
        assertEq(Economics.leastBatchBond(0.002 ether, 1_600_000, 200 gwei, 5000), 1.284 ether);
        assertEq(Economics.challengeBond(0.5 ether, 0.002 ether, 1_600_000, 1 gwei, 5000), 0.5 ether);
        assertEq(Economics.challengeBond(0, 0.002 ether, 1_600_000, 1 gwei, 5000), 0.0104 ether);
        assertEq(Economics.challengeBond(0.5 ether, 0.002 ether, 1_600_000, 30 gwei, 5000), 0.5 ether);
        assertEq(Economics.challengeBond(0.5 ether, 0.002 ether, 1_600_000, 100 gwei, 5000), 0.644 ether);
    }
}
