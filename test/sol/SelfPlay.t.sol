// One party in every part: it loses the burnt share of each bond that is split, in whatever order, and nothing else.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Timestamp} from "../../contracts/types/Time.sol";
import {Batch, ChallengeRecord, Disputes} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract SelfPlayTest is Protocol {
    enum Step {
        Commit,
        Challenge,
        Answer,
        Refute,
        TimeOut,
        RefundBatch,
        RefundChallenge,
        Finalize
    }

    uint8 private constant SEGMENTS = 2;
    uint256 private constant KINDS = 8;
    uint256 private constant MOVES = 40;
    uint128 private constant WEALTH = 100 ether;

    /// @dev Batches by order of commit, and their parents.
    Batch[] private parents;
    Batch[] private batches;
    uint256[KINDS] private taken;
    uint256 private splits;

    function setUp() public override {
        super.setUp();
        fund(sequencer, WEALTH - 10 ether);
    }

    function builtOf(uint256 index) private view returns (Built memory built) {
        built = build(parents[index], 0, SEGMENTS);
        built.batch = batches[index];
    }

    function headBatch() private view returns (Batch memory) {
        for (uint256 i = batches.length; i > 0; --i) {
            bool isHead = batches[i - 1].header.number == rollup.head() && isLive(i - 1);
            if (isHead) return batches[i - 1];
        }
        return rollup.genesis();
    }

    function isLive(uint256 index) private view returns (bool) {
        Built memory built = builtOf(index);
        return rollup.isLive(numberOf(built), idOf(built));
    }

    /// @dev Reverts where the protocol refuses.
    function take(Step kind, uint256 index, uint8 segment) external {
        if (kind == Step.Commit) {
            commitMore();
            return;
        }
        Built memory built = builtOf(index);
        if (kind == Step.Challenge) challengeAs(sequencer, built, segment);
        else if (kind == Step.Answer) proveValid(built, segment, sequencer);
        else if (kind == Step.Refute) proveFraud(built, segment, sequencer);
        else if (kind == Step.TimeOut) challenges.timeout(numberOf(built), idOf(built), segment);
        else if (kind == Step.RefundBatch) challenges.refundBatch(built.batch);
        else if (kind == Step.RefundChallenge) challenges.refundChallenge(built.batch, segment);
        else rollup.finalize(idOf(built));
    }

    function commitMore() private {
        Batch memory parent = headBatch();
        Built memory built = commitOn(parent, SEGMENTS);
        parents.push(parent);
        batches.push(built.batch);
    }

    function recordOf(uint256 index, uint8 segment) private view returns (ChallengeRecord memory) {
        return challenges.challengeOf(idOf(builtOf(index)), segment);
    }

    /// @return lost what the move must cost
    function move(uint256 seed) private returns (uint256 lost) {
        Step kind = Step(seed % KINDS);
        uint256 index = batches.length == 0 ? 0 : (seed >> 8) % batches.length;
        uint8 segment = uint8((seed >> 40) % SEGMENTS);
        bool isOpen = batches.length > 0 && recordOf(index, segment).challenger != address(0);
        if (kind == Step.TimeOut && isOpen) {
            uint40 deadline = Timestamp.unwrap(recordOf(index, segment).deadline);
            if (deadline > clock) warpTo(deadline);
        }
        if (kind == Step.Finalize && (seed >> 48) % 2 == 0) warpTo(clock + CHALLENGE_WINDOW);
        // A move that is not possible now is refused and changes nothing.
        (bool passed, ) = address(this).call(abi.encodeCall(this.take, (kind, index, segment)));
        if (!passed) return 0;
        ++taken[uint256(kind)];
        if (kind == Step.Answer && isOpen) lost = 0.06 ether;
        if (kind == Step.Refute || kind == Step.TimeOut) lost = 0.6 ether;
        if (lost != 0) ++splits;
    }

    /// @dev Ends all that is open without a split: dead bonds are refunded, live batches wait for their windows, and what
    /// holds them up is answered, which costs its share.
    function settle() private returns (uint256 lost) {
        warpTo(clock + CHALLENGE_WINDOW);
        for (uint256 i = 0; i < batches.length; ++i) {
            Built memory built = builtOf(i);
            bool live = rollup.isLive(numberOf(built), idOf(built));
            for (uint8 segment = 0; segment < SEGMENTS; ++segment) {
                if (recordOf(i, segment).challenger == address(0)) continue;
                if (!live) challenges.refundChallenge(built.batch, segment);
                else proveValid(built, segment, sequencer);
                if (!live) continue;
                lost += 0.06 ether;
                ++splits;
            }
            Disputes memory state = challenges.disputes(idOf(built));
            if (!live && !state.refuted && !state.refunded) challenges.refundBatch(built.batch);
        }
        while (rollup.finalized() < rollup.head()) rollup.finalize(rollup.idAt(rollup.finalized() + 1));
    }

    function play(uint256 seed) private {
        uint256 lost = 0;
        for (uint256 i = 0; i < MOVES; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            lost += move(seed);
            assertEq(uint256(bonds.available(sequencer)) + bonds.locked(sequencer), WEALTH - lost);
        }
        lost += settle();
        assertEq(bonds.locked(sequencer), 0);
        uint128 left = bonds.available(sequencer);
        vm.prank(sequencer);
        bonds.withdraw(sequencer, left);
        assertEq(sequencer.balance, WEALTH - lost);
        assertEq(bonds.burned(), lost);
        // Strictly less whenever any bond was split, and else all of it.
        assertEq(sequencer.balance < WEALTH, splits > 0);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: deep.fuzz.runs = 1000
    function testFuzz_self_play_strictly_loses_in_every_order(uint256 seed) public {
        play(seed);
    }

    /// @notice The moves really happen: a game in which all are refused would prove nothing.
    function test_every_move_of_self_play_is_reachable() public {
        uint256 before = vm.snapshotState();
        uint256[KINDS] memory all;
        for (uint256 seed = 0; seed < 12; ++seed) {
            play(seed);
            for (uint256 kind = 0; kind < KINDS; ++kind) all[kind] += taken[kind];
            vm.revertToState(before);
            before = vm.snapshotState();
        }
        for (uint256 kind = 0; kind < KINDS; ++kind) assertGt(all[kind], 0);
    }

    function test_playing_every_part_without_a_split_costs_nothing() public {
        this.take(Step.Commit, 0, 0);
        warpTo(clock + CHALLENGE_WINDOW);
        this.take(Step.Finalize, 0, 0);
        this.take(Step.Commit, 0, 0);
        this.take(Step.Challenge, 1, 1);
        vm.prank(address(challenges));
        rollup.freeze();
        this.take(Step.RefundChallenge, 1, 1);
        this.take(Step.RefundBatch, 1, 0);
        assertEq(bonds.available(sequencer), WEALTH);
        assertEq(bonds.burned(), 0);
    }
}
