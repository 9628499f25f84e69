// Commits, right and wrong, in turn and out of turn; finality, rollbacks and the freeze of a rollup that serves nobody.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../../../contracts/interfaces/IBondManager.sol";
import {IRollup} from "../../../../contracts/interfaces/IRollup.sol";
import {BatchIds} from "../../../../contracts/libraries/BatchIds.sol";
import {BatchId} from "../../../../contracts/types/Types.sol";
import {Bonds} from "./Bonds.sol";

abstract contract Sequencing is Bonds {
    /// @notice What is wrong with a commit, besides what it claims.
    enum Flaw {
        None,
        ThroughContract,
        StaleParent,
        WrongNumber,
        QueueEndTooHigh,
        WrongQueueHash,
        WrongCommitment,
        Unbonded
    }

    struct Commit {
        address committer;
        uint256 parent;
        uint64 end;
        Flaw flaw;
        Draft draft;
    }

    uint40[] internal enqueuedAt;
    bool internal isFrozen;
    bool internal primarySlashed;
    /// @notice Why the rollup froze: by the age of an item, or by a contradiction.
    bool internal frozenWithCause;

    function commit(uint256 seed) public {
        uint256 draw = begin(seed);
        Commit memory it = _commitOf(draw);
        bytes4 expected = _refusalOf(it);
        bytes memory data = abi.encodeCall(
            IRollup.commit,
            (it.draft.built.parent, it.draft.built.batch.header, it.draft.built.checkpoints, it.draft.built.segments)
        );
        string memory what = it.draft.wrong == 0 ? "commit" : "commit a lie";
        vm.prank(it.committer, it.flaw == Flaw.ThroughContract ? stranger : it.committer);
        (bool done, bytes memory result) = address(rollup).call(data);
        settle(what, expected, done ? DONE : bytes4(result));
        if (!done) return;
        if (!batches[it.parent].right) note("commit on a lie", DONE);
        assertEq(BatchId.unwrap(abi.decode(result, (BatchId))), BatchId.unwrap(idOf(it.draft.built)));
        _store(it);
    }

    function finalize(uint256 seed) public {
        uint256 draw = begin(seed);
        bool next = finalNumber + 1 < live.length && pick(draw, 1, 8) != 0;
        uint256 which = next ? live[finalNumber + 1] : anyBatch(draw);
        // Whoever wants a batch to be final waits for it.
        if (next && pick(draw, 2, 2) == 0)
            passTo(draw, batches[which].since + (allProven(which) ? world.earliest : CHALLENGE_WINDOW));
        // What was wrong may be gone by now.
        bytes4 expected = unlessPaused(_refusalOfFinality(which));
        bytes memory data = abi.encodeCall(IRollup.finalize, (idAt(which)));
        (bool done, ) = attempt("finalize", stranger, address(rollup), 0, data, expected);
        if (!done) return;
        if (allProven(which) && nowIs() < batches[which].since + CHALLENGE_WINDOW) note("finalize by proofs", DONE);
        ++finalNumber;
        batches[which].fate = Fate.Final;
        releaseBond(batches[which].committer, BATCH_BOND);
    }

    function freezeUnserved(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 last = live[finalNumber];
        bool other = pick(draw, 1, 6) == 0 && batches.length > 1;
        uint256 named = other ? anyBatch(draw) : last;
        bytes4 expected = DONE;
        uint64 index = batches[last].batch.header.queueEnd;
        // Whoever waits for that long ends most histories.
        bool patient = batches.length > 7 && index < queued.length && pick(draw, 2, 3) == 0;
        if (patient) passTo(draw, enqueuedAt[index] + ESCAPE_DELAY - uint40(pick(draw, 3, 2)));
        // An honest party may have rolled back what stood above it, but finality does not go back.
        assertEq(last, live[finalNumber]);
        if (named != last) expected = IRollup.NotLastFinal.selector;
        else if (index >= queued.length) expected = IRollup.NothingUnserved.selector;
        else if (nowIs() < enqueuedAt[index] + ESCAPE_DELAY) expected = IRollup.StillInTime.selector;
        else if (_isFinalizable()) expected = IRollup.FinalizeFirst.selector;
        else if (isFrozen) expected = IRollup.RollupFrozen.selector;
        bytes memory data = abi.encodeCall(IRollup.freezeUnserved, (idAt(named)));
        (bool done, ) = attempt("freeze unserved", stranger, address(rollup), 0, data, unlessPaused(expected));
        if (!done) return;
        frozenWithCause = nowIs() - enqueuedAt[index] >= ESCAPE_DELAY;
        freezeGhost();
    }

    /// @notice Lets time go by up to a second of protocol time, if that is still to come.
    function passTo(uint256 draw, uint40 time) internal virtual;

    function freezeGhost() internal {
        isFrozen = true;
        _prune(finalNumber + 1);
    }

    /// @notice The batch is refuted, its descendants die without a fault.
    function rollBack(uint256 which) internal {
        uint64 number = batches[which].batch.header.number;
        _prune(number + 1);
        live.pop();
        batches[which].fate = Fate.Refuted;
        if (world.withPrimary && batches[which].committer == sequencer) primarySlashed = true;
    }

    /// @notice Queue items that a commit on this batch must take, now.
    function dueEnd(uint256 parent) internal view returns (uint64 end) {
        end = batches[parent].batch.header.queueEnd;
        uint64 most = end + MAX_FORCED;
        while (end < queued.length && end < most && nowIs() >= enqueuedAt[end] + FORCE_DELAY) ++end;
    }

    function _isFinalizable() internal view returns (bool) {
        return finalNumber + 1 < live.length && _refusalOfFinality(live[finalNumber + 1]) == DONE;
    }

    function _commitOf(uint256 draw) private view returns (Commit memory it) {
        uint256 one = pick(draw, 1, 8);
        it.committer =
            one < 5
                ? sequencer
                : one < 7
                    ? second
                    : liar;
        it.flaw = pick(draw, 2, 5) == 0 ? Flaw(pick(draw, 3, 8)) : Flaw.None;
        if (it.flaw == Flaw.Unbonded) it.committer = stranger;
        it.parent = headBatch();
        if (it.flaw == Flaw.StaleParent && batches.length > 1) {
            it.parent =
                batches[it.parent].batch.header.number > 0 && pick(draw, 4, 2) == 0
                    ? batches[it.parent].parent
                    : 1 + pick(draw, 5, batches.length - 1);
        }
        uint64 start = batches[it.parent].batch.header.queueEnd;
        uint256 left = queued.length - start;
        it.end = start + uint64(pick(draw, 6, (left < 9 ? left : 9) + 1));
        if (pick(draw, 7, 4) != 0 && it.end < dueEnd(it.parent)) it.end = dueEnd(it.parent);
        bytes memory data = new bytes(pick(draw, 8, 5) + (it.end == start && pick(draw, 9, 8) != 0 ? 1 : 0));
        for (uint256 i = 0; i < data.length; ++i) data[i] = bytes1(uint8(pick(draw, 10 + i, 256)));
        uint256 lie = it.committer == liar ? pick(draw, 20, 4) : pick(draw, 20, 100);
        it.draft = draftOn(it.parent, it.end, data, lie);
        _flaw(it);
    }

    function _flaw(Commit memory it) private pure {
        Flaw flaw = it.flaw;
        Built memory built = it.draft.built;
        if (flaw == Flaw.WrongNumber) ++built.batch.header.number;
        if (flaw == Flaw.QueueEndTooHigh) built.batch.header.queueEnd += 1000;
        if (flaw == Flaw.WrongQueueHash) built.batch.header.queueHash ^= bytes32(uint256(1));
        if (flaw == Flaw.WrongCommitment) built.batch.header.dataCommitment ^= bytes32(uint256(1));
    }

    /// @dev In the order in which the rollup checks.
    function _refusalOf(Commit memory it) private view returns (bytes4) {
        if (it.flaw == Flaw.ThroughContract) return IRollup.CommitThroughContract.selector;
        if (isFrozen) return IRollup.RollupFrozen.selector;
        if (isPaused()) return unlessPaused(DONE);
        bool hasPriority = world.withPrimary && it.committer != sequencer && nowIs() < primaryUntil();
        if (hasPriority) return IRollup.PrimaryHasPriority.selector;
        if (it.parent != headBatch()) return IRollup.WrongParent.selector;
        if (it.flaw == Flaw.WrongNumber) return IRollup.WrongNumber.selector;
        if (it.flaw == Flaw.QueueEndTooHigh) return IRollup.QueueEndOutOfRange.selector;
        if (it.flaw == Flaw.WrongQueueHash) return IRollup.WrongQueueHash.selector;
        if (it.end < dueEnd(it.parent)) return IRollup.DueItemOmitted.selector;
        if (it.draft.built.checkpoints.length == 0) return IRollup.NoSegments.selector;
        if (it.flaw == Flaw.WrongCommitment) return IRollup.WrongDataCommitment.selector;
        if (availableOf[it.committer] < BATCH_BOND) return IBondManager.InsufficientBond.selector;
        return DONE;
    }

    function _refusalOfFinality(uint256 which) private view returns (bytes4) {
        GhostBatch storage its = batches[which];
        if (its.fate != Fate.Pending || its.batch.header.number != finalNumber + 1) return IRollup.NotLive.selector;
        uint40 from = its.since + (allProven(which) ? world.earliest : CHALLENGE_WINDOW);
        return nowIs() < from || its.open != 0 ? IRollup.NotFinalizable.selector : DONE;
    }

    function _prune(uint64 from) private {
        while (live.length > from) {
            batches[headBatch()].fate = Fate.Pruned;
            live.pop();
        }
    }

    function _store(Commit memory it) private {
        uint256 which = batches.length;
        batches.push();
        GhostBatch storage its = batches[which];
        its.batch = it.draft.built.batch;
        its.parent = it.parent;
        its.committer = it.committer;
        its.since = nowIs();
        its.count = uint8(it.draft.truths.length);
        its.wrong = it.draft.wrong;
        its.right = batches[it.parent].right && it.draft.wrong == 0;
        its.data = it.draft.data;
        its.claims = it.draft.built.checkpoints;
        its.truths = it.draft.truths;
        its.balances = it.draft.balances;
        its.last = it.draft.last;
        for (uint256 i = 0; i < it.draft.exits.length; ++i) its.exits.push(it.draft.exits[i]);
        live.push(which);
        lockBond(it.committer, BATCH_BOND);
        assertEq(BatchId.unwrap(BatchIds.idOf(its.batch)), BatchId.unwrap(idOf(it.draft.built)));
    }
}
