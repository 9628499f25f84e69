// Finality: by proofs or by time, in order, for ever; and who may roll back or freeze.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {BatchId} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract FinalityTest is Protocol {
    function expectNotFinalizable(Built memory built, uint8 open_) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IRollup.NotFinalizable.selector,
                idOf(built),
                Timestamp.wrap(START + CHALLENGE_WINDOW),
                open_
            )
        );
    }

    function test_finalize_in_the_last_second_of_the_window_reverts_and_after_it_passes() public {
        Built memory built = commitFirst(1);
        warpTo(START + CHALLENGE_WINDOW - 1);
        expectNotFinalizable(built, 0);
        rollup.finalize(idOf(built));

        warpTo(START + CHALLENGE_WINDOW);
        vm.expectEmit(address(rollup));
        emit IRollup.BatchFinalized(1, idOf(built));
        vm.prank(user);
        rollup.finalize(idOf(built));
        assertEq(rollup.finalized(), 1);
        assertTrue(rollup.isFinal(1, idOf(built)));
        assertEq(bonds.locked(sequencer), 0);
        assertEq(bonds.available(sequencer), 10 ether);
    }

    function test_finalize_with_an_open_challenge_reverts_until_it_is_answered() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 1);
        warpTo(START + CHALLENGE_WINDOW);
        expectNotFinalizable(built, 1);
        rollup.finalize(idOf(built));
        proveValid(built, 1, prover);
        rollup.finalize(idOf(built));
    }

    function test_finalize_with_an_overdue_challenge_still_reverts() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(START + SLOT + PROVING_WINDOW + 1 days);
        expectNotFinalizable(built, 1);
        rollup.finalize(idOf(built));
    }

    function test_finalize_at_once_when_every_segment_is_proven() public {
        Built memory built = commitFirst(3);
        proveValid(built, 0, prover);
        proveValid(built, 2, prover);
        expectNotFinalizable(built, 0);
        rollup.finalize(idOf(built));
        proveValid(built, 1, prover);
        rollup.finalize(idOf(built));
        assertEq(rollup.finalized(), 1);
    }

    function test_finalize_at_once_works_for_64_segments() public {
        Built memory built = commitFirst(64);
        for (uint8 i = 0; i < 63; ++i) proveValid(built, i, prover);
        expectNotFinalizable(built, 0);
        rollup.finalize(idOf(built));
        proveValid(built, 63, prover);
        rollup.finalize(idOf(built));
    }

    function test_finalize_of_a_fully_proven_child_before_its_parent_reverts() public {
        Built memory first = commitFirst(1);
        Built memory second = commitOn(first.batch, 1);
        proveValid(second, 0, prover);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(second)));
        rollup.finalize(idOf(second));
        assertEq(rollup.finalized(), 0);

        proveValid(first, 0, prover);
        rollup.finalize(idOf(first));
        rollup.finalize(idOf(second));
        assertEq(rollup.finalized(), 2);
    }

    function test_finalize_twice_reverts() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(2), idOf(built)));
        rollup.finalize(idOf(built));
    }

    function test_finalize_of_a_rolled_back_batch_reverts() public {
        Built memory built = commitFirst(1);
        proveFraud(built, 0, prover);
        warpTo(START + CHALLENGE_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(built)));
        rollup.finalize(idOf(built));
    }

    function test_finalize_of_the_replaced_commit_reverts() public {
        Built memory built = commitFirst(1);
        BatchId old = idOf(built);
        proveFraud(built, 0, prover);
        commitAs(sequencer, built);
        warpTo(START + CHALLENGE_WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), old));
        rollup.finalize(old);
    }

    function test_a_recommitted_batch_has_a_window_and_proofs_of_its_own() public {
        Built memory built = commitFirst(2);
        proveValid(built, 0, prover);
        proveFraud(built, 1, prover);
        warpTo(START + CHALLENGE_WINDOW);
        BatchId id = commitAs(sequencer, built);
        assertEq(challenges.disputes(id).proven, 0);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(id);
    }

    function test_rollback_and_freeze_are_for_challenges_only() public {
        commitFirst(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.OnlyChallenges.selector, address(this)));
        rollup.rollback(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.OnlyChallenges.selector, address(this)));
        rollup.freeze();
    }

    function test_rollback_of_a_final_batch_reverts_even_for_challenges() public {
        Built memory built = commitFirst(1);
        finalizeAfterWindow(built);
        vm.prank(address(challenges));
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(1), idOf(built)));
        rollup.rollback(1);
    }

    function deployWithEarliestFinality(uint40 earliest) private {
        Parameters memory chosen = parameters();
        chosen.rollup.earliestFinality = Duration.wrap(earliest);
        deploy(chosen);
        fund(sequencer, 10 ether);
        fund(challenger, 10 ether);
    }

    function expectFinality(Built memory built, bool may, uint40 from) private view {
        (bool may_, Timestamp from_) = rollup.finality(numberOf(built), idOf(built));
        assertEq(may_, may);
        assertEq(Timestamp.unwrap(from_), from);
    }

    function test_a_proven_batch_is_final_in_the_second_of_the_earliest_finality_and_not_before() public {
        deployWithEarliestFinality(100);
        Built memory built = commitFirst(2);
        proveValid(built, 0, prover);
        expectFinality(built, false, START + CHALLENGE_WINDOW);
        proveValid(built, 1, prover);
        warpTo(START + 99);
        expectFinality(built, false, START + 100);
        vm.expectRevert(
            abi.encodeWithSelector(IRollup.NotFinalizable.selector, idOf(built), Timestamp.wrap(START + 100), uint8(0))
        );
        rollup.finalize(idOf(built));
        warpTo(START + 100);
        expectFinality(built, true, START + 100);
        rollup.finalize(idOf(built));
    }

    function test_a_forged_early_finality_is_refuted_within_the_earliest_finality() public {
        deployWithEarliestFinality(100);
        Built memory built = commitFirst(2);
        proveValid(built, 0, user);
        proveValid(built, 1, user);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(idOf(built));
        warpTo(START + 99);
        proveFraud(built, 1, prover);
        warpTo(START + 100);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(1), idOf(built)));
        rollup.finalize(idOf(built));
    }

    function test_the_view_of_finality_says_what_finalize_does() public {
        Built memory first = commitFirst(2);
        Built memory second = commitOn(first.batch, 1);
        expectFinality(first, false, START + CHALLENGE_WINDOW);
        challengeAs(challenger, first, 0);
        warpTo(START + CHALLENGE_WINDOW);
        expectFinality(first, false, START + CHALLENGE_WINDOW);
        // As far as it alone is concerned.
        expectFinality(second, true, START + CHALLENGE_WINDOW);
        proveValid(first, 0, prover);
        expectFinality(first, true, START + CHALLENGE_WINDOW);
        rollup.finalize(idOf(first));
        vm.expectRevert(abi.encodeWithSelector(IRollup.AlreadyFinal.selector, uint64(1), idOf(first)));
        rollup.finality(1, idOf(first));
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotLive.selector, uint64(2), idOf(first)));
        rollup.finality(2, idOf(first));
    }

    function testFuzz_all_proven_implies_no_open_challenge(uint256 seed) public {
        Built memory built = commitFirst(3);
        for (uint256 i = 0; i < 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes memory step = abi.encodeCall(this.challengeOrProve, (built, uint8((seed >> 1) % 3), seed & 1 == 0));
            // Many steps are refused sooner or later: a segment is challenged once and proven once.
            (bool taken, ) = address(this).call(step);
            if (taken && challenges.disputes(idOf(built)).proven == 7) {
                assertEq(rollup.info(idOf(built)).openChallenges, 0);
                assertEq(rollup.openChallenges(), 0);
            }
        }
    }

    function challengeOrProve(Built calldata built, uint8 segment, bool prove) external {
        if (prove) proveValid(built, segment, prover);
        else challengeAs(challenger, built, segment);
    }

    function test_final_queue_end_follows_finality() public {
        forceItems(3);
        Built memory built = build(rollup.genesis(), 2, 0);
        commitAs(sequencer, built);
        assertEq(rollup.finalizedQueueEnd(), 0);
        finalizeAfterWindow(built);
        assertEq(rollup.finalizedQueueEnd(), 2);
    }
}
