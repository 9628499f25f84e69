// SPDX-License-Identifier: MIT
// Disputes about single segments. Every record is kept under a batch id, which no other commit ever has.
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "./Clock.sol";
import {IAvailability} from "./interfaces/IAvailability.sol";
import {IBondManager} from "./interfaces/IBondManager.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {ISegmentVerifier} from "./interfaces/ISegmentVerifier.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {Field} from "./libraries/Field.sol";
import {QueueChain} from "./libraries/QueueChain.sol";
import {RecordDecoder} from "./libraries/RecordDecoder.sol";
import {Statement} from "./libraries/Statement.sol";
import {ChallengesAddresses, ChallengesParameters} from "./types/Parameters.sol";
import {Duration, Timestamp} from "./types/Time.sol";
import {Batch, BatchId, BatchInfo, ChallengeRecord, Disputes, SegmentOpening, SegmentProof} from "./types/Types.sol";

contract Challenges is IChallenges, Clock {
    using BatchIds for Batch;
    using SafeCast for uint256;
    using Field for bytes32;

    uint256 private constant BPS = 10_000;
    /// @dev A tenth of L1's 60M gas in 12 seconds.
    uint256 private constant ANSWER_GAS_PER_SECOND = 500_000;
    Duration private constant LONGEST_WINDOW = Duration.wrap(365 days);
    /// @dev 40 bits of seconds hold more than ten million slots of this length.
    Duration private constant LONGEST_SLOT = Duration.wrap(1 days);

    /// @inheritdoc IChallenges
    IRollup public immutable rollup;
    /// @inheritdoc IChallenges
    IBondManager public immutable bonds;
    /// @inheritdoc IChallenges
    IBridge public immutable bridge;
    /// @inheritdoc IChallenges
    IAvailability public immutable availability;
    /// @inheritdoc IChallenges
    ISegmentVerifier public immutable verifier;

    /// @inheritdoc IChallenges
    Duration public immutable provingWindow;
    /// @inheritdoc IChallenges
    Duration public immutable slot;
    uint256 private immutable answerGas;
    uint256 private immutable minChallengeBond;
    uint256 private immutable burnShareBps;
    uint256 private immutable recordsPerSegment;
    uint128 private immutable batchBond;

    /// @inheritdoc IChallenges
    Timestamp public tail;
    mapping(BatchId id => Disputes batchDisputes) private _disputes;
    mapping(BatchId id => mapping(uint8 segment => ChallengeRecord record)) private _challenges;

    constructor(ChallengesAddresses memory peers, ChallengesParameters memory parameters) {
        rollup = peers.rollup;
        bonds = peers.bonds;
        bridge = peers.bridge;
        availability = peers.availability;
        verifier = peers.verifier;
        recordsPerSegment = peers.verifier.recordsPerSegment();
        batchBond = peers.bonds.batchBond();
        burnShareBps = peers.bonds.burnShareBps();

        _checkTimes(parameters);
        _checkBonds(peers.bonds, parameters);
        provingWindow = parameters.provingWindow;
        slot = parameters.slot;
        answerGas = parameters.answerGas;
        minChallengeBond = parameters.minChallengeBond;
    }

    /// @inheritdoc IChallenges
    function challenge(uint64 number, BatchId id, uint8 segment) external {
        (BatchInfo memory info, Timestamp windowEnd) = rollup.pending(number, id);
        // INVARIANT: the window is open in its last second and closed in the next.
        if (_now() >= windowEnd) revert ChallengeWindowClosed(id, windowEnd);
        // INVARIANT: what does not exist cannot be left unproven.
        if (segment >= info.segments) revert SegmentOutOfRange(segment, info.segments);
        Disputes memory state = _disputes[id];
        uint64 bit = _bit(segment);
        // INVARIANT: a proven segment is settled.
        if (state.proven & bit != 0) revert SegmentAlreadyProven(id, segment);
        // INVARIANT: a segment is challenged once, so challenges cannot be chained to hold a batch back.
        if (state.challenged & bit != 0) revert AlreadyChallenged(id, segment);

        // Challenges are never refused for their number: they queue, a slot apart, so that each can be answered.
        Timestamp turn = tail.later(_now()).plus(slot);
        Timestamp deadline = turn.plus(provingWindow);
        uint128 bond = challengeBond();
        tail = turn;
        state.open |= bit;
        state.challenged |= bit;
        _disputes[id] = state;
        _challenges[id][segment] = ChallengeRecord({
            challenger: msg.sender,
            deadline: deadline,
            bondGwei: uint256(bond / 1 gwei).toUint56()
        });
        emit Challenged(id, segment, msg.sender, deadline, bond);
        bonds.lock(msg.sender, bond);
    }

    /// @inheritdoc IChallenges
    function proveValid(Batch calldata batch, SegmentOpening calldata opening, SegmentProof calldata proof) external {
        BatchId id = batch.idOf();
        (BatchInfo memory info, ) = rollup.pending(batch.header.number, id);
        uint8 segment = opening.segment;
        uint64 bit = _bit(segment);
        Disputes memory state = _disputes[id];
        if (state.proven & bit != 0) revert SegmentAlreadyProven(id, segment);
        uint256[] memory segmentWords = _words(id, batch, info, opening);
        _verify(id, opening, segmentWords, opening.claimed, proof);

        bool answers = state.open & bit != 0;
        state.proven |= bit;
        state.open &= ~bit;
        _disputes[id] = state;
        emit SegmentProven(id, segment, proof.beneficiary);
        if (answers) {
            ChallengeRecord memory record = _close(id, segment);
            uint128 reward = bonds.split(record.challenger, proof.beneficiary, _bondOf(record));
            emit ChallengeAnswered(id, segment, record.challenger, proof.beneficiary, reward);
        }
    }

    /// @inheritdoc IChallenges
    function proveFraud(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32 computed,
        SegmentProof calldata proof
    ) external {
        BatchId id = batch.idOf();
        (BatchInfo memory info, ) = rollup.pending(batch.header.number, id);
        // INVARIANT: a batch is refuted only by a result other than its claim.
        if (computed == opening.claimed) revert SameResult(computed);
        // INVARIANT: two results of one segment accuse the verifier, not the sequencer.
        if (_disputes[id].proven & _bit(opening.segment) != 0) revert SegmentAlreadyProven(id, opening.segment);
        uint256[] memory segmentWords = _words(id, batch, info, opening);
        _verify(id, opening, segmentWords, computed, proof);

        uint128 reward = _refute(batch.header.number, id, info.committer, proof.beneficiary);
        emit FraudProven(id, opening.segment, proof.beneficiary, computed, reward);
    }

    /// @inheritdoc IChallenges
    function timeout(uint64 number, BatchId id, uint8 segment) external {
        (BatchInfo memory info, ) = rollup.pending(number, id);
        uint64 bit = _bit(segment);
        if (_disputes[id].open & bit == 0) revert NoOpenChallenge(id, segment);
        ChallengeRecord memory record = _challenges[id][segment];
        // INVARIANT: an answer has all of its window.
        if (_now() < record.deadline) revert DeadlineNotReached(record.deadline, _now());

        _disputes[id].open &= ~bit;
        _close(id, segment);
        uint128 reward = _refute(number, id, info.committer, record.challenger);
        emit ChallengeTimedOut(id, segment, record.challenger, reward);
        bonds.release(record.challenger, _bondOf(record));
    }

    /// @inheritdoc IChallenges
    function refundBatch(Batch calldata batch) external {
        BatchId id = batch.idOf();
        BatchInfo memory info = _knownInfo(id);
        // INVARIANT: a bond stands behind its batch while the batch can be refuted.
        if (rollup.isLive(batch.header.number, id)) revert BatchLive(id);
        Disputes memory state = _disputes[id];
        // INVARIANT: a bond is released or split, and only once.
        if (state.refuted) revert AlreadyRefuted(id);
        if (state.refunded) revert AlreadyRefunded(id);

        _disputes[id].refunded = true;
        emit BatchRefunded(id, info.committer, batchBond);
        bonds.release(info.committer, batchBond);
    }

    /// @inheritdoc IChallenges
    function refundChallenge(Batch calldata batch, uint8 segment) external {
        BatchId id = batch.idOf();
        uint64 bit = _bit(segment);
        if (_disputes[id].open & bit == 0) revert NoOpenChallenge(id, segment);
        // INVARIANT: no open challenge of a live batch is ever dropped.
        if (rollup.isLive(batch.header.number, id)) revert BatchLive(id);

        _disputes[id].open &= ~bit;
        ChallengeRecord memory record = _close(id, segment);
        emit ChallengeRefunded(id, segment, record.challenger, _bondOf(record));
        bonds.release(record.challenger, _bondOf(record));
    }

    /// @inheritdoc IChallenges
    function contradict(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32[2] calldata computed,
        SegmentProof[2] calldata proofs
    ) external {
        BatchId id = batch.idOf();
        BatchInfo memory info = _knownInfo(id);
        if (computed[0] == computed[1]) revert SameResult(computed[0]);
        // INVARIANT: the segment starts from a proven state. A state that is merely claimed may be malformed, and two
        // results can honestly be proven from a malformed state.
        if (!rollup.isFinal(batch.header.number - 1, batch.header.parent)) revert ParentNotFinal(batch.header.parent);
        uint64 before = _bit(opening.segment) - 1;
        if (_disputes[id].proven & before != before) revert PredecessorNotProven(id, opening.segment);

        uint256[] memory segmentWords = _words(id, batch, info, opening);
        _verify(id, opening, segmentWords, computed[0], proofs[0]);
        _verify(id, opening, segmentWords, computed[1], proofs[1]);
        emit Contradiction(id, opening.segment, computed[0], computed[1]);
        rollup.freeze();
    }

    /// @inheritdoc IChallenges
    function statement(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32 computed,
        bytes32 h,
        address beneficiary
    ) external view returns (bytes32[6] memory) {
        BatchId id = batch.idOf();
        uint256[] memory segmentWords = _words(id, batch, _knownInfo(id), opening);
        return _statement(id, opening, segmentWords, computed, h, beneficiary);
    }

    /// @inheritdoc IChallenges
    function words(Batch calldata batch, SegmentOpening calldata opening) external view returns (uint256[] memory) {
        BatchId id = batch.idOf();
        return _words(id, batch, _knownInfo(id), opening);
    }

    /// @inheritdoc IChallenges
    function decode(bytes calldata data, bool first, uint64 baseFee) external view returns (uint256[] memory result) {
        result = RecordDecoder.decode(data, rollup.l2ChainId(), baseFee, recordsPerSegment);
        if (first) result[0] = 1;
    }

    /// @inheritdoc IChallenges
    function disputes(BatchId id) external view returns (Disputes memory) {
        return _disputes[id];
    }

    /// @inheritdoc IChallenges
    function challengeOf(BatchId id, uint8 segment) external view returns (ChallengeRecord memory) {
        return _challenges[id][segment];
    }

    /// @inheritdoc IChallenges
    function challengeBond() public view returns (uint128) {
        return challengeBondAt(block.basefee);
    }

    /// @inheritdoc IChallenges
    function challengeBondAt(uint256 baseFee) public view returns (uint128) {
        // INVARIANT: what is left of a forfeited bond after the burn pays for the answer's gas.
        uint256 needed = (answerGas * baseFee * BPS) / (BPS - burnShareBps) + 1;
        if (needed < minChallengeBond) needed = minChallengeBond;
        // Whole gwei, rounded up, so that the bond fits into its record.
        return (((needed + 1 gwei - 1) / 1 gwei) * 1 gwei).toUint128();
    }

    function _words(
        BatchId id,
        Batch calldata batch,
        BatchInfo memory info,
        SegmentOpening calldata opening
    ) private view returns (uint256[] memory result) {
        uint8 segment = opening.segment;
        // INVARIANT: a dispute is about what the sequencer committed, at its committed place.
        if (!availability.isOpening(batch.header.dataCommitment, info.segments, opening))
            revert InvalidOpening(segment);
        if (segment < info.queueSegments) {
            result = _queueWords(id, batch, info, opening);
        } else {
            if (opening.items.length != 0) revert WrongItemCount(0, opening.items.length);
            result = RecordDecoder.decode(opening.data, rollup.l2ChainId(), batch.header.baseFee, recordsPerSegment);
        }
        if (segment == 0) result[0] = 1;
    }

    function _queueWords(
        BatchId,
        Batch calldata batch,
        BatchInfo memory info,
        SegmentOpening calldata opening
    ) private view returns (uint256[] memory) {
        uint256 start = rollup.info(batch.header.parent).queueEnd + opening.segment * recordsPerSegment;
        uint256 end = start + recordsPerSegment;
        if (end > info.queueEnd) end = info.queueEnd;
        if (opening.items.length != end - start) revert WrongItemCount(end - start, opening.items.length);
        bytes32 expected = bridge.queueHash(uint64(end));
        bytes32 actual = QueueChain.appendAll(bridge.queueHash(uint64(start)), opening.items);
        // INVARIANT: a queue segment's words are the items at its place in the queue.
        if (actual != expected) revert WrongQueueItems(expected, actual);
        return QueueChain.wordsOf(opening.items);
    }

    function _statement(
        BatchId id,
        SegmentOpening calldata opening,
        uint256[] memory segmentWords,
        bytes32 computed,
        bytes32 h,
        address beneficiary
    ) private view returns (bytes32[6] memory) {
        // INVARIANT: every public input has one encoding. L1 reduced or checked the others.
        if (!computed.isCanonical()) revert NonCanonicalInput(computed);
        if (!h.isCanonical()) revert NonCanonicalInput(h);
        bytes32 context = Statement.contextOf(address(rollup), id, opening.segment, beneficiary);
        return Statement.publicInputs(opening.previous, computed, h, segmentWords, context);
    }

    function _verify(
        BatchId id,
        SegmentOpening calldata opening,
        uint256[] memory segmentWords,
        bytes32 computed,
        SegmentProof calldata proof
    ) private view {
        bytes32[6] memory inputs = _statement(id, opening, segmentWords, computed, proof.h, proof.beneficiary);
        // INVARIANT: a failed proof decides nothing.
        if (!verifier.verify(proof.proof, inputs)) revert InvalidProof();
    }

    function _refute(
        uint64 number,
        BatchId id,
        address committer,
        address beneficiary
    ) private returns (uint128 reward) {
        _disputes[id].refuted = true;
        rollup.rollback(number);
        return bonds.split(committer, beneficiary, batchBond);
    }

    function _close(BatchId id, uint8 segment) private returns (ChallengeRecord memory record) {
        record = _challenges[id][segment];
        delete _challenges[id][segment];
    }

    function _knownInfo(BatchId id) private view returns (BatchInfo memory info) {
        info = rollup.info(id);
        if (info.committer == address(0)) revert UnknownBatch(id);
    }

    function _bondOf(ChallengeRecord memory record) private pure returns (uint128) {
        return uint128(record.bondGwei) * 1 gwei;
    }

    function _bit(uint8 segment) private pure returns (uint64) {
        return uint64(1) << segment;
    }

    function _checkTimes(ChallengesParameters memory parameters) private pure {
        if (parameters.proofTime.seconds_() == 0 || parameters.answerGas == 0) revert UnmeasuredCost();
    }

    function _checkBonds(IBondManager bonds_, ChallengesParameters memory parameters) private view {
        if (parameters.provingCost == 0) revert UnmeasuredCost();
        uint128 reward = bonds_.rewardOf(bonds_.batchBond());
        if (reward < parameters.provingCost) revert RewardBelowCost(reward, parameters.provingCost);
    }
}
