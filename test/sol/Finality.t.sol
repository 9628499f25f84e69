// Finality: by proofs or by time, in order, for ever; and who may roll back or freeze.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
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

    function test_final_queue_end_follows_finality() public {
        forceItems(3);
        Built memory built = build(rollup.genesis(), 2, 0);
        commitAs(sequencer, built);
        assertEq(rollup.finalizedQueueEnd(), 0);
        finalizeAfterWindow(built);
        assertEq(rollup.finalizedQueueEnd(), 2);
    }
}
