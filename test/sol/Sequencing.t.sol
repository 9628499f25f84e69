// Who may commit: the primary alone while it is live, anyone bonded in every other second.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {BatchIds} from "../../contracts/libraries/BatchIds.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {Batch} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract SequencingTest is Protocol {
    uint40 private constant TIMEOUT = 500;

    address private primary = makeAddr("primary");
    address private other = makeAddr("other sequencer");
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian;
        chosen.clock.longestPause = Duration.wrap(1 days);
        chosen.clock.pauseCooldown = Duration.wrap(4 days);
        chosen.rollup.primary = primary;
        chosen.rollup.primaryTimeout = Duration.wrap(TIMEOUT);
        deploy(chosen);
        fundAll();
    }

    function fundAll() private {
        fund(primary, 10 ether);
        fund(other, 10 ether);
        fund(challenger, 10 ether);
    }

    function commitBy(address account, Batch memory parent) private returns (Built memory built) {
        built = build(parent, parent.header.queueEnd, 1);
        commitAs(account, built);
    }

    function expectPriority(uint40 until) private {
        vm.expectRevert(abi.encodeWithSelector(IRollup.PrimaryHasPriority.selector, primary, Timestamp.wrap(until)));
    }

    function expectPrimaryLiveUntil(uint40 until) private view {
        assertEq(Timestamp.unwrap(rollup.primaryLiveUntil()), until);
    }

    function test_commit_by_another_while_the_primary_is_live_reverts() public {
        Built memory first = commitBy(primary, rollup.genesis());
        expectPrimaryLiveUntil(START + TIMEOUT);
        Built memory next = build(first.batch, 0, 1);
        warpTo(START + TIMEOUT - 1);
        expectPriority(START + TIMEOUT);
        commitAs(other, next);
        commitAs(primary, next);
        expectPrimaryLiveUntil(START + 2 * TIMEOUT - 1);
    }

    function test_commit_by_anyone_bonded_in_the_second_the_primary_times_out() public {
        Built memory first = commitBy(primary, rollup.genesis());
        warpTo(START + TIMEOUT);
        commitBy(other, first.batch);
        expectPrimaryLiveUntil(0);
    }

    function test_commit_by_anyone_before_the_primarys_first_batch() public {
        expectPrimaryLiveUntil(0);
        Built memory first = commitBy(other, rollup.genesis());
        commitBy(sequencerWithBond(), first.batch);
    }

    function test_a_slashed_primary_has_no_priority_ever_again() public {
        Built memory wrong = commitBy(primary, rollup.genesis());
        assertFalse(rollup.primarySlashed());
        vm.expectEmit(address(rollup));
        emit IRollup.PrimarySlashed(idOf(wrong));
        this.refute(wrong);
        assertTrue(rollup.primarySlashed());

        Built memory next = commitBy(primary, rollup.genesis());
        expectPrimaryLiveUntil(0);
        commitBy(other, next.batch);
    }

    function test_a_timed_out_primary_is_slashed_too() public {
        Built memory unanswered = commitBy(primary, rollup.genesis());
        challengeAs(challenger, unanswered, 0);
        warpTo(START + SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(unanswered), 0);
        assertTrue(rollup.primarySlashed());
    }

    function test_a_pruned_batch_of_the_primary_does_not_renew_its_priority() public {
        Built memory garbage = commitBy(other, rollup.genesis());
        commitBy(primary, garbage.batch);
        expectPrimaryLiveUntil(START + TIMEOUT);
        proveFraud(garbage, 0, prover);
        expectPrimaryLiveUntil(0);
        commitBy(other, rollup.genesis());
    }

    function test_a_pruned_batch_of_the_primary_does_not_renew_that_of_an_older_one() public {
        Built memory old = commitBy(primary, rollup.genesis());
        warpTo(START + TIMEOUT);
        Built memory garbage = commitBy(other, old.batch);
        commitBy(primary, garbage.batch);
        expectPrimaryLiveUntil(START + 2 * TIMEOUT);
        proveFraud(garbage, 0, prover);
        expectPrimaryLiveUntil(START + TIMEOUT);
        commitBy(other, old.batch);
    }

    function test_the_primary_regains_priority_with_one_commit() public {
        Built memory fallback_ = commitBy(other, rollup.genesis());
        Built memory back = commitBy(primary, fallback_.batch);
        Built memory next = build(back.batch, 0, 1);
        expectPriority(START + TIMEOUT);
        commitAs(other, next);
    }

    function test_a_rollback_of_the_fallbacks_batch_leaves_the_primary_unslashed() public {
        Built memory garbage = commitBy(other, rollup.genesis());
        commitBy(primary, garbage.batch);
        proveFraud(garbage, 0, prover);
        assertFalse(rollup.primarySlashed());
        Built memory again = commitBy(primary, rollup.genesis());
        Built memory next = build(again.batch, 0, 1);
        expectPriority(START + TIMEOUT);
        commitAs(other, next);
    }

    function test_a_copied_commit_locks_the_copiers_own_bond() public {
        Built memory original = build(rollup.genesis(), 0, 1);
        Built memory copied = build(rollup.genesis(), 0, 1);
        copied.batch.header.feeRecipient = other;
        commitAs(other, copied);
        assertEq(bonds.locked(other), BATCH_BOND);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.WrongParent.selector, idOf(copied), BatchIds.idOf(rollup.genesis()))
        );
        commitAs(primary, original);
        assertEq(bonds.locked(primary), 0);
    }

    function test_a_fallback_batch_becomes_final_under_a_live_primary() public {
        Built memory fallback_ = commitBy(other, rollup.genesis());
        commitBy(primary, fallback_.batch);
        proveValid(fallback_, 0, prover);
        expectPrimaryLiveUntil(START + TIMEOUT);
        vm.prank(user);
        rollup.finalize(idOf(fallback_));
        assertEq(bonds.available(other), 10 ether);
    }

    function test_a_primary_without_a_bond_cannot_commit() public {
        vm.prank(primary);
        bonds.withdraw(primary, 10 ether);
        Built memory built = build(rollup.genesis(), 0, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IBondManager.InsufficientBond.selector, primary, BATCH_BOND, uint128(0))
        );
        commitAs(primary, built);
    }

    function test_no_primary_means_anyone_bonded() public {
        deploy(parameters());
        fundAll();
        Built memory first = commitBy(other, rollup.genesis());
        expectPrimaryLiveUntil(0);
        proveFraud(first, 0, prover);
        assertFalse(rollup.primarySlashed());
        Built memory second = commitBy(primary, rollup.genesis());
        commitBy(other, second.batch);
    }

    function test_a_pause_costs_the_primary_no_priority() public {
        Built memory first = commitBy(primary, rollup.genesis());
        warpTo(START + TIMEOUT - 1);
        vm.prank(guardian);
        protocolClock.pause(Duration.wrap(1 days));
        warpTo(START + TIMEOUT - 1 + 1 days);
        Built memory next = build(first.batch, 0, 1);
        expectPriority(START + TIMEOUT);
        commitAs(other, next);
        warpTo(START + TIMEOUT + 1 days);
        commitAs(other, next);
    }

    function test_a_live_primary_cannot_leave_a_due_item_behind() public {
        forceItem(1);
        warpTo(START + FORCE_DELAY - 1);
        Built memory first = commitBy(primary, rollup.genesis());
        warpTo(START + FORCE_DELAY);
        Built memory next = build(first.batch, 0, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DueItemOmitted.selector, uint64(0), Timestamp.wrap(START + FORCE_DELAY))
        );
        commitAs(primary, next);
        commitAs(primary, build(first.batch, 1, 1));
    }

    function test_each_round_of_garbage_burns_the_share_and_items_stay_due() public {
        forceItem(1);
        warpTo(START + FORCE_DELAY);
        for (uint256 round = 1; round <= 3; ++round) {
            Built memory omitting = build(rollup.genesis(), 0, 1);
            vm.expectPartialRevert(IRollup.DueItemOmitted.selector);
            commitAs(other, omitting);
            Built memory garbage = build(rollup.genesis(), 1, 0);
            commitAs(other, garbage);
            proveFraud(garbage, 0, prover);
            assertEq(bonds.burned(), round * 0.6 ether);
        }
        assertEq(bonds.available(other), 7 ether);
    }

    function test_constructor_refuses_a_primary_with_code() public {
        Parameters memory chosen = parameters();
        chosen.rollup.primary = address(this);
        chosen.rollup.primaryTimeout = Duration.wrap(TIMEOUT);
        vm.expectRevert(abi.encodeWithSelector(IRollup.PrimaryHasCode.selector, address(this)));
        this.deployAny(chosen);
    }

    function test_constructor_refuses_a_timeout_without_a_primary_and_a_primary_without_one() public {
        Duration year = Duration.wrap(365 days);
        Parameters memory chosen = parameters();
        chosen.rollup.primaryTimeout = Duration.wrap(1);
        expectTimeoutRefused(chosen, Duration.wrap(0));
        chosen.rollup.primary = primary;
        this.deployAny(chosen);
        chosen.rollup.primaryTimeout = Duration.wrap(0);
        expectTimeoutRefused(chosen, year);
        chosen.rollup.primaryTimeout = Duration.wrap(365 days + 1);
        expectTimeoutRefused(chosen, year);
    }

    function test_the_primary_and_its_timeout_are_readable() public view {
        assertEq(rollup.primary(), primary);
        assertEq(Duration.unwrap(rollup.primaryTimeout()), TIMEOUT);
    }

    function refute(Built calldata built) external {
        proveFraud(built, 0, prover);
    }

    function deployAny(Parameters calldata chosen) external {
        deploy(chosen);
    }

    function expectTimeoutRefused(Parameters memory chosen, Duration most) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.DurationOutOfRange.selector, chosen.rollup.primaryTimeout, most)
        );
        this.deployAny(chosen);
    }

    function sequencerWithBond() private returns (address) {
        fund(sequencer, 1 ether);
        return sequencer;
    }
}
