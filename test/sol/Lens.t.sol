// The lens: each flag says what the call then does, over random histories; and it never reverts for a pause.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILens} from "../../contracts/interfaces/ILens.sol";
import {BatchIds} from "../../contracts/libraries/BatchIds.sol";
import {Duration, Timestamp} from "../../contracts/types/Time.sol";
import {Batch, BatchId, ChallengeRecord} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract LensTest is Protocol {
    uint40 private constant PRIMARY_TIMEOUT = 600;
    uint256 private constant SEGMENTS = 2;

    ILens private lens;
    uint256 private dice;
    BatchId[] private ids;
    mapping(BatchId id => Batch batch) private batchOf;
    /// @dev How often each flag was up: freezable, finalizable, overdue, refundable, refund of a batch, may commit.
    uint256[6] private seen;

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        (chosen.rollup.primary, chosen.rollup.primaryTimeout) = (sequencer, Duration.wrap(PRIMARY_TIMEOUT));
        (chosen.clock.guardian, chosen.clock.longestPause) = (prover, Duration.wrap(600));
        chosen.clock.pauseCooldown = Duration.wrap(2400);
        deploy(chosen);
        fund(sequencer, 4 ether);
        fund(challenger, 4 ether);
        lens = ILens(create("Lens", abi.encode(rollup)));
        batchOf[rollup.idAt(0)] = rollup.genesis();
    }

    function roll(uint256 sides) private returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice)));
        return dice % sides;
    }

    function nextBatch() private view returns (Built memory) {
        Batch memory parent = batchOf[rollup.idAt(rollup.head())];
        return build(parent, bridge.queueLength(), SEGMENTS);
    }

    function rebuilt(BatchId id) private view returns (Built memory built) {
        Batch memory batch = batchOf[id];
        Batch memory parent = batchOf[batch.header.parent];
        built = build(parent, batch.header.queueEnd, SEGMENTS);
        built.batch = batch;
    }

    function tryCommit(address account) private returns (bool passed) {
        Built memory built = nextBatch();
        vm.prank(account, account);
        try rollup.commit(built.parent, built.batch.header, built.checkpoints, built.segments) returns (BatchId id) {
            ids.push(id);
            batchOf[id] = built.batch;
            return true;
        } catch {
            return false;
        }
    }

    function tryFinalize(BatchId id) private returns (bool) {
        try rollup.finalize(id) {
            return true;
        } catch {
            return false;
        }
    }

    function tryFreeze() private returns (bool) {
        try rollup.freezeUnserved(rollup.idAt(rollup.finalized())) {
            return true;
        } catch {
            return false;
        }
    }

    function tryTimeout(BatchId id, uint8 segment) private returns (bool) {
        try challenges.timeout(batchOf[id].header.number, id, segment) {
            return true;
        } catch {
            return false;
        }
    }

    function tryRefundChallenge(BatchId id, uint8 segment) private returns (bool) {
        try challenges.refundChallenge(batchOf[id], segment) {
            return true;
        } catch {
            return false;
        }
    }

    function tryRefundBatch(BatchId id) private returns (bool) {
        try challenges.refundBatch(batchOf[id]) {
            return true;
        } catch {
            return false;
        }
    }

    /// @dev One random step; one that the protocol refuses changes nothing.
    function step() private {
        uint256 kind = roll(10);
        BatchId id = ids.length == 0 ? rollup.idAt(0) : ids[ids.length - 1 - roll(ids.length < 4 ? ids.length : 4)];
        uint8 segment = uint8(roll(SEGMENTS));
        if (kind == 0) tryCommit(sequencer);
        if (kind == 1) tryCommit(challenger);
        if (kind == 2) this.challengeAny(id, segment);
        if (kind == 3) this.proveAny(id, segment, roll(4) == 0);
        if (kind == 4) tryTimeout(id, segment);
        if (kind == 5) tryFinalize(rollup.idAt(rollup.finalized() + 1));
        if (kind == 6 && roll(3) == 0) this.pauseAny();
        if (kind == 7 && roll(2) == 0) this.forceAny();
        if (kind == 8 && roll(4) == 0) tryFreeze();
        uint40[5] memory waits = [uint40(1), 300, 600, 1860, ESCAPE_DELAY];
        warpTo(clock + waits[roll(kind == 9 ? 5 : 3)]);
    }

    function challengeAny(BatchId id, uint8 segment) external {
        vm.prank(challenger);
        try challenges.challenge(batchOf[id].header.number, id, segment, type(uint128).max) {
            return;
        } catch {
            return;
        }
    }

    function proveAny(BatchId id, uint8 segment, bool fraud) external {
        if (batchOf[id].header.number == 0) return;
        try this.prove(id, segment, fraud) {
            return;
        } catch {
            return;
        }
    }

    function prove(BatchId id, uint8 segment, bool fraud) external {
        Built memory built = rebuilt(id);
        if (fraud) proveFraud(built, segment, prover);
        else proveValid(built, segment, prover);
    }

    function pauseAny() external {
        vm.prank(prover);
        try protocolClock.pause(Duration.wrap(450)) {
            return;
        } catch {
            return;
        }
    }

    function forceAny() external {
        uint256 price = bridge.enqueuePrice();
        vm.prank(user);
        try bridge.force{value: price}(2, user, address(0), 1) {
            return;
        } catch {
            return;
        }
    }

    /// @dev Performs the call that a flag speaks of and takes it back.
    function expect(
        uint256 kind,
        bool flag,
        function(BatchId, uint8) returns (bool) act,
        BatchId id,
        uint8 segment
    ) private {
        uint256 before = vm.snapshotState();
        bool passed = act(id, segment);
        vm.revertToState(before);
        assertEq(passed, flag);
        if (flag) ++seen[kind];
    }

    function actFreeze(BatchId, uint8) private returns (bool) {
        return tryFreeze();
    }

    function actFinalize(BatchId id, uint8) private returns (bool) {
        return tryFinalize(id);
    }

    function actRefundBatch(BatchId id, uint8) private returns (bool) {
        return tryRefundBatch(id);
    }

    function actCommitSequencer(BatchId, uint8) private returns (bool) {
        return tryCommit(sequencer);
    }

    function actCommitChallenger(BatchId, uint8) private returns (bool) {
        return tryCommit(challenger);
    }

    function actCommitUser(BatchId, uint8) private returns (bool) {
        return tryCommit(user);
    }

    function check() private {
        BatchId none;
        ILens.RollupStatus memory status = lens.rollupStatus();
        expect(0, status.freezable, actFreeze, none, 0);
        assertEq(status.head, rollup.head());
        assertEq(lens.batches(0, type(uint64).max).length, uint256(status.head) + 1);
        (bool may, , ) = lens.mayCommit(sequencer);
        expect(5, may, actCommitSequencer, none, 0);
        (may, , ) = lens.mayCommit(challenger);
        expect(5, may, actCommitChallenger, none, 0);
        (may, , ) = lens.mayCommit(user);
        expect(5, may, actCommitUser, none, 0);
        for (uint256 i = ids.length; i > 0 && i + 5 > ids.length; --i) checkBatch(ids[i - 1], status.paused);
    }

    function checkBatch(BatchId id, bool paused) private {
        uint64 number = batchOf[id].header.number;
        ILens.BatchStatus memory status = lens.batchStatus(number, id);
        expect(1, status.finalizable, actFinalize, id, 0);
        bool pruned = status.life == ILens.Life.RolledBack && status.bond > 0 && !paused;
        expect(4, pruned, actRefundBatch, id, 0);
        assertEq(status.life == ILens.Life.Final, rollup.isFinal(number, id));
        ILens.ChallengeStatus[] memory open = lens.challengesOf(number, id);
        assertEq(open.length, status.open);
        for (uint256 i = 0; i < open.length; ++i) {
            ChallengeRecord memory record = challenges.challengeOf(id, open[i].segment);
            assertEq(open[i].challenger, record.challenger);
            expect(2, open[i].overdue, tryTimeout, id, open[i].segment);
            expect(3, open[i].refundable, tryRefundChallenge, id, open[i].segment);
        }
    }

    /// @notice Performs each call that a flag speaks of: it passes exactly when the flag is up.
    function test_lens_agrees_with_what_each_call_then_does() public {
        uint256[6] memory total;
        for (uint256 run = 0; run < 12; ++run) {
            uint256 before = vm.snapshotState();
            dice = uint256(keccak256(abi.encode("lens", run)));
            for (uint256 i = 0; i < 40; ++i) {
                step();
                check();
            }
            for (uint256 kind = 0; kind < 6; ++kind) total[kind] += seen[kind];
            vm.revertToState(before);
            warpTo(START);
        }
        // Each flag was up at least once, or nothing was tested about it.
        for (uint256 kind = 0; kind < 6; ++kind) assertGt(total[kind], 0);
    }

    function test_amounts_are_what_the_calls_then_pay() public {
        tryCommit(sequencer);
        BatchId id = ids[0];
        Built memory built = rebuilt(id);
        challengeAs(challenger, built, 0);
        ILens.ChallengeStatus memory open = lens.challengesOf(1, id)[0];
        assertEq(open.bond, challenges.challengeBond());
        uint256 before = vm.snapshotState();

        proveValid(built, 0, prover);
        assertEq(bonds.available(prover), open.answerPays);
        vm.revertToState(before);
        before = vm.snapshotState();

        uint128 fraudReward = lens.batchStatus(1, id).fraudReward;
        proveFraud(built, 1, prover);
        assertEq(bonds.available(prover), fraudReward);
        vm.revertToState(before);

        uint128 had = bonds.available(challenger);
        warpTo(Timestamp.unwrap(open.deadline));
        challenges.timeout(1, id, 0);
        assertEq(bonds.available(challenger), had + open.timeoutPays);
    }

    function test_rollup_status_tells_what_is_due_and_who_is_next() public {
        ILens.RollupStatus memory status = lens.rollupStatus();
        assertEq(Timestamp.unwrap(status.oldestDueAt), 0);
        assertEq(Timestamp.unwrap(status.freezableFrom), 0);
        assertEq(status.primary, sequencer);
        forceItem(1);
        forceItem(2);
        status = lens.rollupStatus();
        assertEq(Timestamp.unwrap(status.oldestDueAt), START + FORCE_DELAY);
        assertEq(Timestamp.unwrap(status.freezableFrom), START + ESCAPE_DELAY);
        assertEq(status.queueLength, 2);
        assertEq(status.enqueuePrice, bridge.enqueuePrice());
        tryCommit(sequencer);
        status = lens.rollupStatus();
        assertEq(status.headQueueEnd, 2);
        assertEq(status.finalQueueEnd, 0);
        assertEq(Timestamp.unwrap(status.oldestDueAt), 0);
        assertEq(Timestamp.unwrap(status.fallbackFrom), START + PRIMARY_TIMEOUT);
        (bool may, Timestamp from, uint128 missing) = lens.mayCommit(user);
        assertFalse(may);
        assertEq(Timestamp.unwrap(from), START + PRIMARY_TIMEOUT);
        assertEq(missing, BATCH_BOND);
        (may, from, ) = lens.mayCommit(sequencer);
        assertTrue(may);
        assertEq(Timestamp.unwrap(from), 0);
        vm.etch(sequencer, hex"00");
        (may, , ) = lens.mayCommit(sequencer);
        assertFalse(may);
    }

    function test_no_view_reverts_for_a_paused_clock() public {
        tryCommit(sequencer);
        challengeAs(challenger, rebuilt(ids[0]), 0);
        warpTo(START + 100);
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(600));
        warpTo(START + 150);
        ILens.RollupStatus memory status = lens.rollupStatus();
        assertTrue(status.paused);
        assertEq(status.pausedUntil, START + 700);
        assertEq(Timestamp.unwrap(status.now_), START + 100);
        assertEq(status.skew, 600);
        assertFalse(status.freezable);
        lens.batches(0, 10);
        assertFalse(lens.batchStatus(1, ids[0]).finalizable);
        ILens.ChallengeStatus memory open = lens.challengesOf(1, ids[0])[0];
        assertFalse(open.overdue || open.refundable);
        lens.exitStatus(1, 0, address(0));
        lens.escapeStatus(address(0), user);
        lens.bondStatus(sequencer);
        (bool may, , ) = lens.mayCommit(sequencer);
        assertFalse(may);
    }

    function test_bond_status_counts_what_the_bond_pays_for() public view {
        ILens.BondStatus memory status = lens.bondStatus(challenger);
        assertEq(status.available, 4 ether);
        assertEq(status.locked, 0);
        assertEq(status.commitsLeft, 4 ether / BATCH_BOND);
        assertEq(status.challengesLeft, 4 ether / challenges.challengeBond());
    }

    function test_an_unknown_batch_has_no_life() public view {
        ILens.BatchStatus memory status = lens.batchStatus(3, BatchId.wrap(keccak256("nobody's")));
        assertTrue(status.life == ILens.Life.Unknown);
        assertEq(status.bond, 0);
        assertTrue(lens.batchStatus(0, BatchIds.idOf(rollup.genesis())).life == ILens.Life.Final);
        assertEq(lens.batches(1, 5).length, 0);
        assertEq(lens.batches(0, 5).length, 1);
    }
}
