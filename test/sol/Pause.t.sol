// The guardian's pause: what stops, for how long, and that time goes on exactly where it stood.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IClock} from "../../contracts/interfaces/IClock.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {BatchId, SegmentOpening, SegmentProof} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract PauseTest is Protocol {
    uint40 private constant LONGEST = 1 days;
    uint40 private constant COOLDOWN = 4 days;
    uint40 private constant TIMEOUT = 500;

    address private guardian = makeAddr("guardian");
    address private primary = makeAddr("primary");

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian;
        chosen.clock.longestPause = Duration.wrap(LONGEST);
        chosen.clock.pauseCooldown = Duration.wrap(COOLDOWN);
        chosen.rollup.primary = primary;
        chosen.rollup.primaryTimeout = Duration.wrap(TIMEOUT);
        chosen.rollup.earliestFinality = Duration.wrap(100);
        deploy(chosen);
        fund(sequencer, 10 ether);
        fund(primary, 10 ether);
        fund(challenger, 10 ether);
    }

    function pauseFor(uint40 length) private {
        vm.prank(guardian);
        protocolClock.pause(Duration.wrap(length));
    }

    function resume() private {
        vm.prank(guardian);
        protocolClock.resume();
    }

    function time() private view returns (uint40) {
        return Timestamp.unwrap(protocolClock.time());
    }

    function expectLook(uint40 now_, bool paused, uint40 until) private view {
        (Timestamp actual, bool isPaused, uint40 actualUntil) = protocolClock.look();
        assertEq(Timestamp.unwrap(actual), now_);
        assertEq(isPaused, paused);
        assertEq(actualUntil, until);
    }

    function expectPaused(uint40 until) private {
        vm.expectRevert(abi.encodeWithSelector(IClock.ClockPaused.selector, until));
    }

    function test_time_is_wall_time_until_the_first_pause() public view {
        assertEq(time(), START);
        expectLook(START, false, 0);
        assertEq(protocolClock.skew(), 0);
        assertEq(protocolClock.guardian(), guardian);
        assertEq(Duration.unwrap(protocolClock.longestPause()), LONGEST);
        assertEq(Duration.unwrap(protocolClock.pauseCooldown()), COOLDOWN);
        assertEq(address(rollup.clock()), address(protocolClock));
    }

    function test_a_pause_ends_by_itself_in_its_exact_second() public {
        warpTo(START + 10);
        vm.expectEmit(address(protocolClock));
        emit IClock.Paused(START + 10, START + 110);
        pauseFor(100);
        expectPaused(START + 110);
        protocolClock.time();
        assertEq(protocolClock.skew(), 100);
        warpTo(START + 109);
        expectPaused(START + 110);
        protocolClock.time();
        expectLook(START + 10, true, START + 110);
        warpTo(START + 110);
        assertEq(time(), START + 10);
        expectLook(START + 10, false, START + 110);
        warpTo(START + 111);
        assertEq(time(), START + 11);
    }

    function test_an_early_resume_is_exact() public {
        pauseFor(1000);
        warpTo(START + 400);
        vm.expectEmit(address(protocolClock));
        emit IClock.Resumed(START + 400);
        resume();
        assertEq(time(), START);
        assertEq(protocolClock.skew(), 400);
        warpTo(START + 401);
        assertEq(time(), START + 1);
        vm.prank(guardian);
        vm.expectRevert(IClock.NotPaused.selector);
        protocolClock.resume();
        assertEq(time(), START + 1);
    }

    function test_a_resume_in_the_pauses_first_second_leaves_no_trace() public {
        pauseFor(1000);
        resume();
        assertEq(time(), START);
        assertEq(protocolClock.skew(), 0);
    }

    function test_a_resume_in_the_second_in_which_the_pause_ends_reverts() public {
        pauseFor(1000);
        warpTo(START + 1000);
        vm.prank(guardian);
        vm.expectRevert(IClock.NotPaused.selector);
        protocolClock.resume();
    }

    function test_a_second_pause_before_the_cooldown_reverts_and_at_it_passes() public {
        pauseFor(1000);
        for (uint256 i = 0; i < 2; ++i) {
            if (i == 1) warpTo(START + 1000 + COOLDOWN - 1);
            vm.prank(guardian);
            vm.expectRevert(abi.encodeWithSelector(IClock.PauseTooSoon.selector, START + 1000 + COOLDOWN));
            protocolClock.pause(Duration.wrap(1));
        }
        warpTo(START + 1000 + COOLDOWN);
        pauseFor(50);
        expectLook(START + COOLDOWN, true, START + 1050 + COOLDOWN);
        warpTo(START + 1050 + COOLDOWN);
        assertEq(time(), START + COOLDOWN);
        assertEq(protocolClock.skew(), 1050);
    }

    function test_the_cooldown_after_an_early_resume_is_no_shorter() public {
        pauseFor(1000);
        warpTo(START + 400);
        resume();
        warpTo(START + 400 + COOLDOWN - 1);
        vm.prank(guardian);
        vm.expectRevert(abi.encodeWithSelector(IClock.PauseTooSoon.selector, START + 400 + COOLDOWN));
        protocolClock.pause(Duration.wrap(1));
        warpTo(START + 400 + COOLDOWN);
        pauseFor(1);
    }

    function test_a_pause_longer_than_allowed_reverts() public {
        for (uint256 i = 0; i < 2; ++i) {
            Duration length = Duration.wrap(i == 0 ? LONGEST + 1 : 0);
            vm.prank(guardian);
            vm.expectRevert(
                abi.encodeWithSelector(IClock.PauseLengthOutOfRange.selector, length, Duration.wrap(LONGEST))
            );
            protocolClock.pause(length);
        }
        pauseFor(LONGEST);
    }

    function test_only_the_guardian_pauses_and_resumes() public {
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IClock.OnlyGuardian.selector, user));
        protocolClock.pause(Duration.wrap(1));
        pauseFor(10);
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IClock.OnlyGuardian.selector, user));
        protocolClock.resume();
    }

    function test_without_a_guardian_nobody_pauses() public {
        deploy(parameters());
        vm.expectRevert(abi.encodeWithSelector(IClock.OnlyGuardian.selector, address(this)));
        protocolClock.pause(Duration.wrap(1));
        // No call comes from address 0; if one did, there is no length that it could choose.
        for (uint40 length = 0; length < 2; ++length) {
            vm.prank(address(0));
            vm.expectPartialRevert(IClock.PauseLengthOutOfRange.selector);
            protocolClock.pause(Duration.wrap(length));
        }
    }

    function expectClockRefused(bytes memory refusal, address guardian_, uint40 longest, uint40 cooldown) private {
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian_;
        chosen.clock.longestPause = Duration.wrap(longest);
        chosen.clock.pauseCooldown = Duration.wrap(cooldown);
        if (refusal.length != 0) vm.expectRevert(refusal);
        this.deployAny(chosen);
    }

    function deployAny(Parameters calldata chosen) external {
        deploy(chosen);
    }

    function test_constructor_refuses_a_cooldown_below_four_pauses() public {
        expectClockRefused("", guardian, 100, 400);
        expectClockRefused(
            abi.encodeWithSelector(IClock.CooldownTooShort.selector, Duration.wrap(399), Duration.wrap(400)),
            guardian,
            100,
            399
        );
        expectClockRefused("", guardian, 100, 365 days);
        expectClockRefused(
            abi.encodeWithSelector(
                IClock.CooldownTooLong.selector,
                Duration.wrap(365 days + 1),
                Duration.wrap(365 days)
            ),
            guardian,
            100,
            365 days + 1
        );
    }

    function test_constructor_refuses_a_longest_pause_out_of_range() public {
        bytes4 selector = IClock.PauseLengthOutOfRange.selector;
        expectClockRefused("", guardian, 30 days, 120 days);
        expectClockRefused(
            abi.encodeWithSelector(selector, Duration.wrap(30 days + 1), Duration.wrap(30 days)),
            guardian,
            30 days + 1,
            200 days
        );
        expectClockRefused(abi.encodeWithSelector(selector, Duration.wrap(0), Duration.wrap(30 days)), guardian, 0, 0);
        expectClockRefused(abi.encodeWithSelector(selector, Duration.wrap(1), Duration.wrap(0)), address(0), 1, 4);
    }

    /// @notice Against its definition: each second counts unless a pause covers it.
    function testFuzz_time_neither_jumps_nor_runs_back_over_many_pauses(uint256 seed) public {
        uint40 expected = START;
        for (uint256 i = 0; i < 8; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint40 length = uint40(bound(seed & 0xffffffff, 1, LONGEST));
            uint40 running = COOLDOWN + uint40((seed >> 32) % 10 days);
            pauseFor(length);
            uint40 resumedAfter = uint40((seed >> 64) % (2 * uint256(length)));
            if (resumedAfter < length) {
                warpTo(clock + resumedAfter);
                resume();
            } else {
                warpTo(clock + length);
            }
            assertEq(time(), expected);
            warpTo(clock + running);
            expected += running;
            assertEq(time(), expected);
            assertEq(protocolClock.skew(), clock - expected);
        }
        // However it pauses, time runs for four fifths of it.
        assertGe(uint256(expected - START) * 5, uint256(clock - START) * 4);
    }

    function test_deadlines_of_the_challenge_window_move_by_exactly_the_paused_seconds() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        commitAs(sequencer, built);
        pauseFor(1000);
        warpTo(START + 1000 + CHALLENGE_WINDOW - 1);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(idOf(built));
        uint256 before = vm.snapshotState();
        challengeAs(challenger, built, 0);
        vm.revertToState(before);
        warpTo(START + 1000 + CHALLENGE_WINDOW);
        vm.expectPartialRevert(IChallenges.ChallengeWindowClosed.selector);
        challengeAs(challenger, built, 0);
        rollup.finalize(idOf(built));
    }

    function test_deadlines_of_challenges_move_by_exactly_the_paused_seconds() public {
        Built memory built = commitFirst(1);
        challengeAs(challenger, built, 0);
        warpTo(START + 50);
        pauseFor(1000);
        warpTo(START + 1000 + SLOT + PROVING_WINDOW - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                IChallenges.DeadlineNotReached.selector,
                START + SLOT + PROVING_WINDOW,
                START + SLOT + PROVING_WINDOW - 1
            )
        );
        challenges.timeout(1, idOf(built), 0);
        warpTo(START + 1000 + SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(built), 0);
    }

    function test_deadlines_of_queue_items_move_by_exactly_the_paused_seconds() public {
        forceItem(1);
        pauseFor(1000);
        Built memory built = build(rollup.genesis(), 0, 1);
        warpTo(START + 1000 + FORCE_DELAY);
        vm.expectPartialRevert(IRollup.DueItemOmitted.selector);
        commitAs(sequencer, built);
        warpTo(START + 1000 + FORCE_DELAY - 1);
        commitAs(sequencer, built);
        proveFraud(built, 0, prover);

        BatchId genesis = rollup.idAt(0);
        warpTo(START + 1000 + ESCAPE_DELAY - 1);
        vm.expectPartialRevert(IRollup.StillInTime.selector);
        rollup.freezeUnserved(genesis);
        warpTo(START + 1000 + ESCAPE_DELAY);
        rollup.freezeUnserved(genesis);
    }

    function test_priority_and_earliest_finality_move_by_exactly_the_paused_seconds() public {
        Built memory built = build(rollup.genesis(), 0, 1);
        commitAs(primary, built);
        proveValid(built, 0, prover);
        pauseFor(1000);
        warpTo(START + 1099);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(idOf(built));
        warpTo(START + 1100);
        rollup.finalize(idOf(built));

        Built memory next = build(built.batch, 0, 1);
        warpTo(START + 1000 + TIMEOUT - 1);
        vm.expectPartialRevert(IRollup.PrimaryHasPriority.selector);
        commitAs(sequencer, next);
        warpTo(START + 1000 + TIMEOUT);
        commitAs(sequencer, next);
    }

    function test_a_pause_keeps_every_live_challenge() public {
        Built memory built = commitFirst(3);
        challengeAs(challenger, built, 0);
        challengeAs(challenger, built, 2);
        pauseFor(LONGEST);
        warpTo(START + LONGEST);
        assertEq(rollup.openChallenges(), 2);
        assertEq(challenges.challengeOf(idOf(built), 0).challenger, challenger);
        assertEq(bonds.locked(challenger), 2 * CHALLENGE_BOND);
        proveValid(built, 0, prover);
        warpTo(START + LONGEST + 2 * SLOT + PROVING_WINDOW);
        challenges.timeout(1, idOf(built), 2);
        assertEq(bonds.locked(challenger), 0);
    }

    function test_a_contradiction_freezes_during_a_pause() public {
        Built memory built = commitFirst(1);
        pauseFor(LONGEST);
        SegmentOpening memory opening = open(built, 0);
        SegmentProof[2] memory proofs = [
            accept(built, opening, checkpoint(7), prover),
            accept(built, opening, checkpoint(8), prover)
        ];
        challenges.contradict(built.batch, opening, [checkpoint(7), checkpoint(8)], proofs);
        assertTrue(rollup.frozen());
        expectPaused(START + LONGEST);
        challenges.refundBatch(built.batch);
        warpTo(START + LONGEST);
        challenges.refundBatch(built.batch);
    }

    function test_a_fully_proven_batch_is_not_final_during_a_pause() public {
        Built memory built = commitFirst(1);
        proveValid(built, 0, user);
        warpTo(START + 100);
        (bool may, ) = rollup.finality(1, idOf(built));
        assertTrue(may);
        pauseFor(LONGEST);
        expectPaused(START + 100 + LONGEST);
        rollup.finalize(idOf(built));
        (may, ) = rollup.finality(1, idOf(built));
        assertFalse(may);
        warpTo(START + 100 + LONGEST);
        rollup.finalize(idOf(built));
    }

    function test_the_guardian_can_call_nothing_but_pause_and_resume() public {
        Built memory built = commitFirst(1);
        BatchId id = idOf(built);
        vm.startPrank(guardian);
        bytes memory refusal = abi.encodeWithSelector(IRollup.OnlyChallenges.selector, guardian);
        vm.expectRevert(refusal);
        rollup.freeze();
        vm.expectRevert(refusal);
        rollup.rollback(1);
        vm.expectRevert(refusal);
        rollup.openChallenge(1, id);
        vm.expectRevert(refusal);
        rollup.closeChallenge(id);
        refusal = abi.encodeWithSelector(IBondManager.OnlyProtocol.selector, guardian);
        vm.expectRevert(refusal);
        bonds.lock(sequencer, 1);
        vm.expectRevert(refusal);
        bonds.release(sequencer, 1);
        vm.expectRevert(refusal);
        bonds.split(sequencer, guardian, 1);
        vm.expectPartialRevert(IRollup.NotFinalizable.selector);
        rollup.finalize(id);
    }

    /// @notice Walks the ABIs as compiled, so that a call that nobody thought of fails this test.
    function test_every_state_changing_call_reverts_while_paused() public {
        Built memory built = commitFirst(2);
        stopEverything(built);
        pauseFor(LONGEST);
        uint256 seen = 0;
        string[4] memory contracts = ["Clock", "BondManager", "Challenges", "Rollup"];
        for (uint256 i = 0; i < contracts.length; ++i) {
            string memory json = vm.readFile(
                string.concat("artifacts/contracts/", contracts[i], ".sol/", contracts[i], ".json")
            );
            seen += walk(contracts[i], json);
        }
        // What is listed here exists: none of these names is a misspelling that exempts nothing.
        assertEq(seen, _stopped.length + exempt().length);
    }

    struct Stopped {
        string name;
        address target;
        bytes data;
    }

    Stopped[] private _stopped;

    /// @return calls how many of the contract's functions change state
    function walk(string memory contractName, string memory json) private returns (uint256 calls) {
        for (uint256 i = 0; ; ++i) {
            string memory entry = string.concat("$.abi[", vm.toString(i), "]");
            if (!vm.keyExistsJson(json, entry)) return calls;
            if (!isStateChanging(json, entry)) continue;
            string memory name = string.concat(
                contractName,
                ".",
                vm.parseJsonString(json, string.concat(entry, ".name"))
            );
            if (!isExempt(name)) expectStopped(name);
            ++calls;
        }
    }

    function isStateChanging(string memory json, string memory entry) private pure returns (bool) {
        if (!same(vm.parseJsonString(json, string.concat(entry, ".type")), "function")) return false;
        string memory mutability = vm.parseJsonString(json, string.concat(entry, ".stateMutability"));
        return !same(mutability, "view") && !same(mutability, "pure");
    }

    function same(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }

    function expectStopped(string memory name) private {
        for (uint256 i = 0; i < _stopped.length; ++i) {
            if (!same(_stopped[i].name, name)) continue;
            vm.prank(user, user);
            (bool passed, bytes memory refusal) = _stopped[i].target.call(_stopped[i].data);
            assertFalse(passed, name);
            assertEq(refusal, abi.encodeWithSelector(IClock.ClockPaused.selector, START + LONGEST));
            return;
        }
        assertTrue(false, string.concat("not listed: ", name));
    }

    function isExempt(string memory name) private pure returns (bool) {
        string[11] memory names = exempt();
        for (uint256 i = 0; i < names.length; ++i) {
            if (same(names[i], name)) return true;
        }
        return false;
    }

    /// @dev Calls that a pause does not stop: the two that show a broken verifier, the guardian's own, and those that only
    /// other contracts of the protocol may make.
    function exempt() private pure returns (string[11] memory) {
        return
            [
                "Challenges.contradict",
                "Challenges.recordValid",
                "Clock.pause",
                "Clock.resume",
                "BondManager.lock",
                "BondManager.release",
                "BondManager.split",
                "Rollup.rollback",
                "Rollup.openChallenge",
                "Rollup.closeChallenge",
                "Rollup.freeze"
            ];
    }

    function stop(string memory name, address target, bytes memory data) private {
        _stopped.push(Stopped(name, target, data));
    }

    function stopEverything(Built memory built) private {
        SegmentOpening memory opening = open(built, 0);
        SegmentProof memory proof = SegmentProof(prover, PROOF);
        Built memory next = build(built.batch, 0, 1);
        BatchId id = idOf(built);
        stop("BondManager.deposit", address(bonds), abi.encodeCall(IBondManager.deposit, (user)));
        stop("BondManager.withdraw", address(bonds), abi.encodeCall(IBondManager.withdraw, (user, 0)));
        address target = address(challenges);
        stop("Challenges.challenge", target, abi.encodeCall(IChallenges.challenge, (1, id, 0, type(uint128).max)));
        stop("Challenges.proveValid", target, abi.encodeCall(IChallenges.proveValid, (built.batch, opening, proof)));
        stop(
            "Challenges.proveFraud",
            target,
            abi.encodeCall(IChallenges.proveFraud, (built.batch, opening, checkpoint(7), proof))
        );
        stop("Challenges.timeout", target, abi.encodeCall(IChallenges.timeout, (1, id, 0)));
        stop("Challenges.refundBatch", target, abi.encodeCall(IChallenges.refundBatch, (built.batch)));
        stop("Challenges.refundChallenge", target, abi.encodeCall(IChallenges.refundChallenge, (built.batch, 0)));
        target = address(rollup);
        stop(
            "Rollup.commit",
            target,
            abi.encodeCall(IRollup.commit, (next.parent, next.batch.header, next.checkpoints, next.segments))
        );
        stop("Rollup.finalize", target, abi.encodeCall(IRollup.finalize, (id)));
        stop("Rollup.freezeUnserved", target, abi.encodeCall(IRollup.freezeUnserved, (rollup.idAt(0))));
    }
}
