// SPDX-License-Identifier: MIT
// The batch chain: sequences commits, finality and rollbacks. Keeps one id a number and one word a batch.
//
// Order of deployment, from one account, so that each address is known from the account's nonce:
//   Clock, CalldataAvailability, for each proof system its generated verifier and its adapter, with several of them AllOf, then
//   BondManager, Bridge, Challenges, Rollup.
// The Rollup comes last and refuses a set whose members do not name one another. A Lens may follow.
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clocked} from "./Clocked.sol";
import {IAvailability} from "./interfaces/IAvailability.sol";
import {IBondManager} from "./interfaces/IBondManager.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {Deployment} from "./libraries/Deployment.sol";
import {Field} from "./libraries/Field.sol";
import {Genesis} from "./libraries/Genesis.sol";
import {RecordDecoder} from "./libraries/RecordDecoder.sol";
import {RollupAddresses, RollupParameters} from "./types/Parameters.sol";
import {Duration, Timestamp} from "./types/Time.sol";
import {Batch, BatchId, BatchInfo, Header} from "./types/Types.sol";

contract Rollup is IRollup, Clocked {
    using BatchIds for Batch;
    using SafeCast for uint256;
    using Field for bytes32;

    /// @dev One word: head 64 | finalized 64 | counter 64 | openChallenges 48 | primarySlashed 8 | frozen 8.
    struct State {
        uint64 head;
        uint64 finalized;
        uint64 counter;
        uint48 openChallenges;
        bool primarySlashed;
        bool frozen;
    }

    IChallenges public immutable challenges;
    IBondManager public immutable bonds;
    IBridge public immutable bridge;
    IAvailability public immutable availability;

    /// @inheritdoc IRollup
    bytes32 public immutable genesisCheckpoint;
    /// @inheritdoc IRollup
    uint64 public immutable l2ChainId;
    /// @inheritdoc IRollup
    uint64 public immutable maxForced;
    /// @inheritdoc IRollup
    uint8 public immutable recordsPerSegment;
    /// @inheritdoc IRollup
    uint8 public immutable stateDepth;
    /// @inheritdoc IRollup
    uint8 public immutable maxSegments;
    /// @inheritdoc IRollup
    Duration public immutable challengeWindow;
    /// @inheritdoc IRollup
    Duration public immutable forceInclusionDelay;
    /// @inheritdoc IRollup
    address public immutable primary;
    /// @inheritdoc IRollup
    Duration public immutable primaryTimeout;
    /// @inheritdoc IRollup
    Duration public immutable escapeDelay;
    /// @inheritdoc IRollup
    Duration public immutable earliestFinality;
    uint128 private immutable batchBond;

    State private _state;
    /// @inheritdoc IRollup
    mapping(uint64 number => BatchId id) public idAt;
    mapping(BatchId id => BatchInfo batchInfo) private _infos;

    modifier onlyChallenges() {
        // INVARIANT: nothing but a decided dispute takes a batch off the chain.
        if (msg.sender != address(challenges)) revert OnlyChallenges(msg.sender);
        _;
    }

    constructor(RollupAddresses memory peers, RollupParameters memory parameters) Clocked(peers.clock) {
        Deployment.checkPeers(peers);
        Deployment.checkParameters(peers, parameters);

        challenges = peers.challenges;
        bonds = peers.bonds;
        bridge = peers.bridge;
        availability = peers.availability;
        l2ChainId = parameters.l2ChainId;
        recordsPerSegment = parameters.recordsPerSegment;
        stateDepth = parameters.stateDepth;
        maxSegments = parameters.maxSegments;
        challengeWindow = parameters.challengeWindow;
        forceInclusionDelay = parameters.forceInclusionDelay;
        primary = parameters.primary;
        primaryTimeout = parameters.primaryTimeout;
        escapeDelay = parameters.escapeDelay;
        earliestFinality = parameters.earliestFinality;
        maxForced = peers.bridge.maxForced();
        batchBond = peers.bonds.batchBond();
        genesisCheckpoint = Genesis.checkpoint(parameters.stateDepth);
        idAt[0] = Genesis.batch(genesisCheckpoint).idOf();
    }

    /// @inheritdoc IRollup
    function commit(
        Batch calldata parent,
        Header calldata header,
        bytes32[] calldata checkpoints,
        bytes[] calldata segments
    ) external returns (BatchId id) {
        // INVARIANT: a batch's data stands in the input of its transaction, where every watchtower reads it.
        if (msg.sender != tx.origin || msg.sender.code.length != 0) revert CommitThroughContract(msg.sender, tx.origin);

        State memory state = _state;
        // INVARIANT: a frozen rollup stays at its last final batch.
        if (state.frozen) revert RollupFrozen();
        Timestamp now_ = _now();
        _checkTurn(state, now_);
        _checkPlace(state.head, parent, header);
        uint8 queueSegments = _checkQueue(parent.header.queueEnd, header, now_);
        _checkSegments(queueSegments, header, checkpoints, segments);
        bytes32 root = availability.commitment(parent.header.lastCheckpoint, checkpoints, segments);
        // INVARIANT: the id pins exactly the data that this transaction carries.
        if (header.dataCommitment != root) revert WrongDataCommitment(root, header.dataCommitment);

        state.head += 1;
        state.counter += 1;
        _state = state;
        id = BatchIds.compute(header, state.counter);
        idAt[state.head] = id;
        _infos[id] = BatchInfo({
            committer: msg.sender,
            committedAt: now_,
            queueEnd: uint256(header.queueEnd).toUint32(),
            openChallenges: 0,
            segments: uint8(checkpoints.length),
            queueSegments: queueSegments
        });
        emit BatchCommitted(state.head, id, msg.sender, state.counter, uint8(checkpoints.length));
        // INVARIANT: every pending batch has a bond of its own behind it.
        bonds.lock(msg.sender, batchBond);
    }

    /// @inheritdoc IRollup
    function finalize(BatchId id) external {
        Timestamp now_ = _now();
        State memory state = _state;
        uint64 number = state.finalized + 1;
        // INVARIANT: a batch is final only after its parent.
        if (!_isLive(state, number, id)) revert NotLive(number, id);

        BatchInfo memory batchInfo = _infos[id];
        (bool may, Timestamp from) = _finality(id, batchInfo, now_);
        if (!may) revert NotFinalizable(id, from, batchInfo.openChallenges);

        _state.finalized = number;
        emit BatchFinalized(number, id);
        bonds.release(batchInfo.committer, batchBond);
    }

    /// @inheritdoc IRollup
    function freezeUnserved(BatchId lastFinal) external {
        Timestamp now_ = _now();
        State memory state = _state;
        // INVARIANT: what a caller decided about one history does not happen to another.
        if (idAt[state.finalized] != lastFinal) revert NotLastFinal(idAt[state.finalized], lastFinal);
        uint64 index = _infos[lastFinal].queueEnd;
        // INVARIANT: a rollup of which nobody wants anything is not frozen, however long it is quiet.
        if (index >= bridge.queueLength()) revert NothingUnserved(index);
        Timestamp enqueuedAt = bridge.enqueuedAt(index);
        Timestamp freezableFrom = enqueuedAt.plus(escapeDelay);
        // INVARIANT: whoever serves its queue has all of its time.
        if (now_ < freezableFrom) revert StillInTime(index, freezableFrom);
        if (state.finalized < state.head) {
            BatchId next = idAt[state.finalized + 1];
            (bool may, ) = _finality(next, _infos[next], now_);
            // INVARIANT: what lacks nothing but the call that makes it final is not pruned.
            if (may) revert FinalizeFirst(next);
        }
        emit Unserved(index, enqueuedAt);
        _freeze(state);
    }

    /// @inheritdoc IRollup
    function rollback(uint64 number) external onlyChallenges {
        State memory state = _state;
        BatchId id = idAt[number];
        // INVARIANT: finality is monotone.
        if (number <= state.finalized) revert AlreadyFinal(number, id);
        _state.head = number - 1;
        emit RolledBack(number, id, state.head);
        // INVARIANT: a primary that was wrong once never again keeps others out.
        if (_infos[id].committer == primary) {
            _state.primarySlashed = true;
            emit PrimarySlashed(id);
        }
    }

    /// @inheritdoc IRollup
    function openChallenge(
        uint64 number,
        BatchId id
    ) external onlyChallenges returns (BatchInfo memory batchInfo, Timestamp windowEnd, uint256 ahead) {
        (batchInfo, windowEnd) = _pending(number, id);
        ahead = _state.openChallenges;
        _state.openChallenges += 1;
        _infos[id].openChallenges = batchInfo.openChallenges + 1;
    }

    /// @inheritdoc IRollup
    function closeChallenge(BatchId id) external onlyChallenges {
        _state.openChallenges -= 1;
        _infos[id].openChallenges -= 1;
    }

    /// @inheritdoc IRollup
    function freeze() external onlyChallenges {
        _freeze(_state);
    }

    /// @inheritdoc IRollup
    function pending(
        uint64 number,
        BatchId id
    ) external view returns (BatchInfo memory batchInfo, Timestamp windowEnd) {
        return _pending(number, id);
    }

    /// @inheritdoc IRollup
    function finality(uint64 number, BatchId id) external view returns (bool may, Timestamp from) {
        (BatchInfo memory batchInfo, ) = _pending(number, id);
        (Timestamp now_, bool paused, ) = clock.look();
        (may, from) = _finality(id, batchInfo, now_);
        may = may && !paused;
    }

    /// @inheritdoc IRollup
    function primaryLiveUntil() external view returns (Timestamp) {
        return _primaryLiveUntil(_state);
    }

    /// @inheritdoc IRollup
    function primarySlashed() external view returns (bool) {
        return _state.primarySlashed;
    }

    /// @inheritdoc IRollup
    function info(BatchId id) external view returns (BatchInfo memory) {
        return _infos[id];
    }

    /// @inheritdoc IRollup
    function isLive(uint64 number, BatchId id) external view returns (bool) {
        return _isLive(_state, number, id);
    }

    /// @inheritdoc IRollup
    function isFinal(uint64 number, BatchId id) external view returns (bool) {
        return number <= _state.finalized && idAt[number] == id;
    }

    /// @inheritdoc IRollup
    function head() external view returns (uint64) {
        return _state.head;
    }

    /// @inheritdoc IRollup
    function finalized() external view returns (uint64) {
        return _state.finalized;
    }

    /// @inheritdoc IRollup
    function commitCounter() external view returns (uint64) {
        return _state.counter;
    }

    /// @inheritdoc IRollup
    function frozen() external view returns (bool) {
        return _state.frozen;
    }

    /// @inheritdoc IRollup
    function openChallenges() external view returns (uint256) {
        return _state.openChallenges;
    }

    /// @inheritdoc IRollup
    function headQueueEnd() external view returns (uint64) {
        return _infos[idAt[_state.head]].queueEnd;
    }

    /// @inheritdoc IRollup
    function finalizedQueueEnd() external view returns (uint64) {
        return _infos[idAt[_state.finalized]].queueEnd;
    }

    /// @inheritdoc IRollup
    function genesis() external view returns (Batch memory) {
        return Genesis.batch(genesisCheckpoint);
    }

    function _freeze(State memory state) private {
        if (state.frozen) revert RollupFrozen();
        _state.frozen = true;
        _state.head = state.finalized;
        emit Frozen(state.finalized, state.head);
    }

    /// @dev Whether time and disputes let the batch be final, and since when time does.
    function _finality(
        BatchId id,
        BatchInfo memory batchInfo,
        Timestamp now_
    ) private view returns (bool may, Timestamp from) {
        bool proven = challenges.disputes(id).proven == type(uint64).max >> (64 - batchInfo.segments);
        from = batchInfo.committedAt.plus(proven ? earliestFinality : challengeWindow);
        // INVARIANT: nothing is final while it can still be or is disputed, unless every segment is proven, and even then a
        // fraud proof has its time. A proof ends its segment's challenge, so that all proven implies none open.
        may = now_ >= from && batchInfo.openChallenges == 0;
    }

    function _pending(
        uint64 number,
        BatchId id
    ) private view returns (BatchInfo memory batchInfo, Timestamp windowEnd) {
        State memory state = _state;
        // INVARIANT: a batch that was rolled back is never disputed again.
        if (!_isLive(state, number, id)) revert NotLive(number, id);
        // INVARIANT: nothing un-resolves what is final.
        if (number <= state.finalized) revert AlreadyFinal(number, id);
        batchInfo = _infos[id];
        windowEnd = batchInfo.committedAt.plus(challengeWindow);
    }

    /// @dev The head's own stamp, not that of the primary's last commit: with an accomplice's wrong batch below it, a primary's
    /// batch would be pruned and still keep others out. While the primary is live only it commits, so its batch is the head.
    function _primaryLiveUntil(State memory state) private view returns (Timestamp) {
        BatchInfo memory headInfo = _infos[idAt[state.head]];
        if (state.primarySlashed || headInfo.committer != primary) return Timestamp.wrap(0);
        return headInfo.committedAt.plus(primaryTimeout);
    }

    function _checkTurn(State memory state, Timestamp now_) private view {
        if (msg.sender == primary) return;
        Timestamp until = _primaryLiveUntil(state);
        // INVARIANT: a live primary commits alone, and in the second in which its time is over anyone bonded may.
        if (now_ < until) revert PrimaryHasPriority(primary, until);
    }

    function _checkPlace(uint64 head_, Batch calldata parent, Header calldata header) private view {
        BatchId headId = idAt[head_];
        BatchId parentId = parent.idOf();
        // INVARIANT: the parent's fields, from which this batch goes on, are those that L1 accepted.
        if (parentId != headId) revert WrongParent(headId, parentId);
        if (header.parent != headId) revert WrongParent(headId, header.parent);
        if (header.number != head_ + 1) revert WrongNumber(head_ + 1, header.number);
    }

    /// @return queueSegments how many segments the consumed items fill
    function _checkQueue(
        uint64 start,
        Header calldata header,
        Timestamp now_
    ) private view returns (uint8 queueSegments) {
        uint64 end = header.queueEnd;
        uint64 length = bridge.queueLength();
        // INVARIANT: queue items are consumed once, in order, and only after they exist.
        if (end < start || end > length) revert QueueEndOutOfRange(end, start, length);
        bytes32 chain = bridge.queueHash(end);
        if (header.queueHash != chain) revert WrongQueueHash(chain, header.queueHash);

        // INVARIANT: no live batch leaves a due item behind, unless it takes its fill.
        if (end < length && end - start < maxForced) {
            Timestamp dueAt = bridge.enqueuedAt(end).plus(forceInclusionDelay);
            if (now_ >= dueAt) revert DueItemOmitted(end, dueAt);
        }

        uint256 count = (uint256(end - start) + recordsPerSegment - 1) / recordsPerSegment;
        if (count > maxSegments) revert TooManySegments(count, maxSegments);
        return uint8(count);
    }

    function _checkSegments(
        uint256 queueSegments,
        Header calldata header,
        bytes32[] calldata checkpoints,
        bytes[] calldata segments
    ) private view {
        uint256 count = checkpoints.length;
        // INVARIANT: L1 counts the segments itself; each has one checkpoint, one bit and one exit range.
        if (count == 0) revert NoSegments();
        if (count > maxSegments) revert TooManySegments(count, maxSegments);
        if (count != queueSegments + segments.length) revert WrongSegmentCount(queueSegments + segments.length, count);
        uint256 most = recordsPerSegment * RecordDecoder.LONGEST_RECORD;
        for (uint256 i = 0; i < segments.length; ++i) {
            if (segments[i].length == 0) revert EmptyDataSegment(queueSegments + i);
            // INVARIANT: each segment fits into a dispute. Its opening carries all its bytes, needed or not.
            if (segments[i].length > most) revert DataSegmentTooLong(queueSegments + i, segments[i].length, most);
        }
        for (uint256 i = 0; i < count; ++i) {
            // INVARIANT: a checkpoint has one encoding.
            if (!checkpoints[i].isCanonical()) revert NonCanonicalCheckpoint(i, checkpoints[i]);
        }
        if (header.lastCheckpoint != checkpoints[count - 1]) {
            revert WrongLastCheckpoint(checkpoints[count - 1], header.lastCheckpoint);
        }
    }

    function _isLive(State memory state, uint64 number, BatchId id) private view returns (bool) {
        return number <= state.head && idAt[number] == id;
    }
}
