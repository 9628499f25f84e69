// SPDX-License-Identifier: MIT
// What L1 knows of a segment: its words, from committed data or from the queue, and what a proof of it has to prove.
pragma solidity ^0.8.28;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {IRollup} from "./interfaces/IRollup.sol";
import {ISegmentVerifier} from "./interfaces/ISegmentVerifier.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {Field} from "./libraries/Field.sol";
import {QueueChain} from "./libraries/QueueChain.sol";
import {RecordDecoder} from "./libraries/RecordDecoder.sol";
import {Statement} from "./libraries/Statement.sol";
import {ChallengesAddresses} from "./types/Parameters.sol";
import {Batch, BatchId, BatchInfo, Claim, SegmentOpening, SegmentProof} from "./types/Types.sol";

abstract contract SegmentReader is IChallenges {
    using BatchIds for Batch;
    using Field for bytes32;

    /// @inheritdoc IChallenges
    IRollup public immutable rollup;
    /// @inheritdoc IChallenges
    IBridge public immutable bridge;
    /// @inheritdoc IChallenges
    IAvailability public immutable availability;
    /// @inheritdoc IChallenges
    ISegmentVerifier public immutable verifier;
    uint256 private immutable recordsPerSegment;

    constructor(ChallengesAddresses memory peers) {
        rollup = peers.rollup;
        bridge = peers.bridge;
        availability = peers.availability;
        verifier = peers.verifier;
        recordsPerSegment = peers.verifier.recordsPerSegment();
    }

    /// @inheritdoc IChallenges
    function claim(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32 computed,
        address beneficiary
    ) external view returns (Claim memory) {
        BatchId id = batch.idOf();
        return _claim(id, opening, _words(batch, _knownInfo(id), opening), computed, beneficiary);
    }

    /// @inheritdoc IChallenges
    function words(Batch calldata batch, SegmentOpening calldata opening) external view returns (uint256[] memory) {
        return _words(batch, _knownInfo(batch.idOf()), opening);
    }

    /// @inheritdoc IChallenges
    function decode(bytes calldata data, bool first, uint64 baseFee) external view returns (uint256[] memory result) {
        result = RecordDecoder.decode(data, rollup.l2ChainId(), baseFee, recordsPerSegment);
        if (first) result[0] = 1;
    }

    function _words(
        Batch calldata batch,
        BatchInfo memory info,
        SegmentOpening calldata opening
    ) internal view returns (uint256[] memory result) {
        uint8 segment = opening.segment;
        // INVARIANT: a dispute is about what the sequencer committed, at its committed place.
        if (!availability.isOpening(batch.header.dataCommitment, info.segments, opening))
            revert InvalidOpening(segment);
        if (segment < info.queueSegments) {
            result = _queueWords(batch.header.parent, info.queueEnd, opening);
        } else {
            // INVARIANT: a data segment cannot touch the queue.
            if (opening.items.length != 0) revert WrongItemCount(0, opening.items.length);
            result = RecordDecoder.decode(opening.data, rollup.l2ChainId(), batch.header.baseFee, recordsPerSegment);
        }
        if (segment == 0) result[0] = 1;
    }

    /// @dev Reverts unless the proof is accepted for the segment's words and this result.
    function _verify(
        BatchId id,
        SegmentOpening calldata opening,
        uint256[] memory segmentWords,
        bytes32 computed,
        SegmentProof calldata proof
    ) internal view {
        Claim memory its = _claim(id, opening, segmentWords, computed, proof.beneficiary);
        // INVARIANT: a failed proof decides nothing.
        if (!verifier.verify(its, proof.proof)) revert InvalidProof();
    }

    function _knownInfo(BatchId id) internal view returns (BatchInfo memory info) {
        info = rollup.info(id);
        // INVARIANT: nothing is decided about a batch that nobody committed.
        if (info.committer == address(0)) revert UnknownBatch(id);
    }

    function _queueWords(
        BatchId parent,
        uint256 queueEnd,
        SegmentOpening calldata opening
    ) private view returns (uint256[] memory) {
        uint256 start = rollup.info(parent).queueEnd + opening.segment * recordsPerSegment;
        uint256 end = start + recordsPerSegment;
        if (end > queueEnd) end = queueEnd;
        // INVARIANT: a queue segment's words are the items at its place in the queue, all of them.
        if (opening.items.length != end - start) revert WrongItemCount(end - start, opening.items.length);
        bytes32 expected = bridge.queueHash(uint64(end));
        bytes32 actual = QueueChain.appendAll(bridge.queueHash(uint64(start)), opening.items);
        if (actual != expected) revert WrongQueueItems(expected, actual);
        return QueueChain.wordsOf(opening.items);
    }

    function _claim(
        BatchId id,
        SegmentOpening calldata opening,
        uint256[] memory segmentWords,
        bytes32 computed,
        address beneficiary
    ) private view returns (Claim memory) {
        // INVARIANT: a result has one encoding. `previous` was checked at the commit, the context is reduced by L1.
        if (!computed.isCanonical()) revert NonCanonicalInput(computed);
        bytes32 context = Statement.contextOf(address(rollup), id, opening.segment, beneficiary);
        return Claim({a: opening.previous, b: computed, context: context, words: segmentWords});
    }
}
