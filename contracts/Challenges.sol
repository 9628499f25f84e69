// SPDX-License-Identifier: MIT
// Disputes about single segments. Every record is kept under a batch id, which no other commit ever has.
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clocked} from "./Clocked.sol";
import {SegmentReader} from "./SegmentReader.sol";
import {IBondManager} from "./interfaces/IBondManager.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {BatchIds} from "./libraries/BatchIds.sol";
import {Economics} from "./libraries/Economics.sol";
import {ChallengesAddresses, ChallengesParameters} from "./types/Parameters.sol";
import {Duration, Timestamp} from "./types/Time.sol";
import {Batch, BatchId, BatchInfo, ChallengeRecord, Disputes, SegmentOpening, SegmentProof} from "./types/Types.sol";

contract Challenges is SegmentReader, Clocked {
    using BatchIds for Batch;
    using SafeCast for uint256;

    Duration private constant LONGEST_WINDOW = Duration.wrap(365 days);
    /// @dev 40 bits of seconds hold more than ten million slots of this length.
    Duration private constant LONGEST_SLOT = Duration.wrap(1 days);

    /// @inheritdoc IChallenges
    IBondManager public immutable bonds;

    /// @inheritdoc IChallenges
    Duration public immutable provingWindow;
    /// @inheritdoc IChallenges
    Duration public immutable slot;
    /// @inheritdoc IChallenges
    Duration public immutable leastWindow;
    uint256 private immutable provingCost;
    uint256 private immutable answerGas;
    uint256 private immutable minChallengeBond;
    uint256 private immutable burnShareBps;
    uint128 private immutable batchBond;

    mapping(BatchId id => Disputes batchDisputes) private _disputes;
    mapping(BatchId id => mapping(uint8 segment => ChallengeRecord record)) private _challenges;

    constructor(
        ChallengesAddresses memory peers,
        ChallengesParameters memory parameters
    ) SegmentReader(peers) Clocked(peers.clock) {
        leastWindow = _checkTimes(parameters);
        _checkBonds(peers.bonds, parameters);
        bonds = peers.bonds;
        batchBond = peers.bonds.batchBond();
        burnShareBps = peers.bonds.burnShareBps();
        provingWindow = parameters.provingWindow;
        slot = parameters.slot;
        provingCost = parameters.provingCost;
        answerGas = parameters.answerGas;
        minChallengeBond = parameters.minChallengeBond;
    }

    /// @inheritdoc IChallenges
    function challenge(uint64 number, BatchId id, uint8 segment, uint128 maxBond) external {
        Timestamp now_ = _now();
        (BatchInfo memory info, Timestamp windowEnd, uint256 ahead) = rollup.openChallenge(number, id);
        // INVARIANT: the window is open in its last second and closed in the next.
        if (now_ >= windowEnd) revert ChallengeWindowClosed(id, windowEnd);
        // INVARIANT: what does not exist cannot be left unproven.
        if (segment >= info.segments) revert SegmentOutOfRange(segment, info.segments);
        // INVARIANT: a proven segment is settled.
        if (_disputes[id].proven & _bit(segment) != 0) revert SegmentAlreadyProven(id, segment);
        // INVARIANT: a segment is challenged once, so challenges cannot be chained to hold a batch back.
        if (Timestamp.unwrap(_challenges[id][segment].deadline) != 0) revert AlreadyChallenged(id, segment);

        // Challenges are never refused for their number. One prover that makes a proof a slot, the most urgent first,
        // answers all in time: of those due before this one, no more than `ahead` are still to be made.
        Timestamp deadline = now_.plus(Duration.wrap(((ahead + 1) * slot.seconds_()).toUint40())).plus(provingWindow);
        uint128 bond = challengeBond();
        // INVARIANT: a base fee that rises before inclusion locks no more than the challenger agreed to.
        if (bond > maxBond) revert BondAboveMost(bond, maxBond);
        _challenges[id][segment] = ChallengeRecord({
            challenger: msg.sender,
            deadline: deadline,
            bondGwei: uint256(bond / 1 gwei).toUint56()
        });
        emit Challenged(id, segment, msg.sender, deadline, bond);
        bonds.lock(msg.sender, bond);
    }

    /// @inheritdoc IChallenges
    function proveValid(
        Batch calldata batch,
        SegmentOpening calldata opening,
        SegmentProof calldata proof
    ) external whileRunning {
        BatchId id = batch.idOf();
        (BatchInfo memory info, ) = rollup.pending(batch.header.number, id);
        uint8 segment = opening.segment;
        uint64 bit = _bit(segment);
        if (_disputes[id].proven & bit != 0) revert SegmentAlreadyProven(id, segment);
        _checkProof(batch, id, info, opening, opening.claimed, proof);

        _disputes[id].proven |= bit;
        emit SegmentProven(id, segment, proof.beneficiary);
        ChallengeRecord memory record = _challenges[id][segment];
        if (record.challenger != address(0)) {
            _close(id, segment, record);
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
    ) external whileRunning {
        BatchId id = batch.idOf();
        (BatchInfo memory info, ) = rollup.pending(batch.header.number, id);
        // INVARIANT: a batch is refuted only by a result other than its claim.
        if (computed == opening.claimed) revert SameResult(computed);
        _checkProof(batch, id, info, opening, computed, proof);

        uint128 reward = _refute(batch.header.number, id, info.committer, proof.beneficiary);
        emit FraudProven(id, opening.segment, proof.beneficiary, computed, reward);
    }

    /// @inheritdoc IChallenges
    function timeout(uint64 number, BatchId id, uint8 segment) external {
        Timestamp now_ = _now();
        (BatchInfo memory info, ) = rollup.pending(number, id);
        ChallengeRecord memory record = _openRecord(id, segment);
        // INVARIANT: an answer has all of its window.
        if (now_ < record.deadline) revert DeadlineNotReached(record.deadline, now_);

        _close(id, segment, record);
        uint128 reward = _refute(number, id, info.committer, record.challenger);
        emit ChallengeTimedOut(id, segment, record.challenger, reward);
        bonds.release(record.challenger, _bondOf(record));
    }

    /// @inheritdoc IChallenges
    function refundBatch(Batch calldata batch) external whileRunning {
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
    function refundChallenge(Batch calldata batch, uint8 segment) external whileRunning {
        BatchId id = batch.idOf();
        ChallengeRecord memory record = _openRecord(id, segment);
        // INVARIANT: no open challenge of a live batch is ever dropped.
        if (rollup.isLive(batch.header.number, id)) revert BatchLive(id);

        _close(id, segment, record);
        emit ChallengeRefunded(id, segment, record.challenger, _bondOf(record));
        bonds.release(record.challenger, _bondOf(record));
    }

    /// @inheritdoc IChallenges
    function recordValid(Batch calldata batch, SegmentOpening calldata opening, SegmentProof calldata proof) external {
        BatchId id = batch.idOf();
        _checkProof(batch, id, _knownInfo(id), opening, opening.claimed, proof);
        // INVARIANT: a bitmap of its own. A proof that ends no challenge must make no batch final.
        _disputes[id].recorded |= _bit(opening.segment);
        emit SegmentRecorded(id, opening.segment);
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
        // results can honestly be proven from a malformed state. A forged fraud proof kills a batch, a pause stops `proveValid`:
        // so predecessors count, too, that were recorded for this alone.
        if (!rollup.isFinal(batch.header.number - 1, batch.header.parent)) revert ParentNotFinal(batch.header.parent);
        uint64 before = _bit(opening.segment) - 1;
        Disputes memory state = _disputes[id];
        if ((state.proven | state.recorded) & before != before) revert PredecessorNotProven(id, opening.segment);

        uint256[] memory segmentWords = _words(batch, info, opening);
        _verify(id, opening, segmentWords, computed[0], proofs[0]);
        _verify(id, opening, segmentWords, computed[1], proofs[1]);
        emit Contradiction(id, opening.segment, computed[0], computed[1]);
        rollup.freeze();
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
        // INVARIANT: what is left of a forfeited bond after the burn pays for the answer, its proof and its gas together.
        return Economics.challengeBond(minChallengeBond, provingCost, answerGas, baseFee, burnShareBps).toUint128();
    }

    /// @dev Reverts unless the segment is the batch's and the proof is accepted for it and for this result.
    function _checkProof(
        Batch calldata batch,
        BatchId id,
        BatchInfo memory info,
        SegmentOpening calldata opening,
        bytes32 computed,
        SegmentProof calldata proof
    ) private view {
        _verify(id, opening, _words(batch, info, opening), computed, proof);
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

    function _openRecord(BatchId id, uint8 segment) private view returns (ChallengeRecord memory record) {
        record = _challenges[id][segment];
        if (record.challenger == address(0)) revert NoOpenChallenge(id, segment);
    }

    /// @dev The deadline stays: a segment is not challenged twice.
    function _close(BatchId id, uint8 segment, ChallengeRecord memory record) private {
        _challenges[id][segment] = ChallengeRecord({challenger: address(0), deadline: record.deadline, bondGwei: 0});
        rollup.closeChallenge(id);
    }

    function _bondOf(ChallengeRecord memory record) private pure returns (uint128) {
        return uint128(record.bondGwei) * 1 gwei;
    }

    function _bit(uint8 segment) private pure returns (uint64) {
        return uint64(1) << segment;
    }

    function _checkTimes(ChallengesParameters memory parameters) private pure returns (Duration) {
        // The bounds below rest on measurements; a zero is a forgotten one.
        if (parameters.proofTime.seconds_() == 0 || parameters.answerGas == 0) revert UnmeasuredCost();
        uint256 leastWindow_ = Economics.leastWindow(parameters.proofTime, parameters.inclusionTime);
        if (parameters.provingWindow.seconds_() < leastWindow_) {
            revert ProvingWindowTooShort(parameters.provingWindow.seconds_(), leastWindow_);
        }
        uint256 leastSlot = Economics.leastSlot(parameters.proofTime, parameters.answerGas);
        if (parameters.slot.seconds_() < leastSlot) revert SlotTooShort(parameters.slot.seconds_(), leastSlot);
        // Deadlines stay far below 40 bits.
        if (parameters.provingWindow > LONGEST_WINDOW) revert DurationTooLong(parameters.provingWindow, LONGEST_WINDOW);
        if (parameters.slot > LONGEST_SLOT) revert DurationTooLong(parameters.slot, LONGEST_SLOT);
        // Not above the proving window, so it fits.
        return Duration.wrap(uint40(leastWindow_));
    }

    /// @dev A winner never pays for having been right.
    function _checkBonds(IBondManager bonds_, ChallengesParameters memory parameters) private view {
        uint256 cost = parameters.provingCost;
        if (cost == 0 || parameters.highBaseFee == 0) revert UnmeasuredCost();
        uint256 burnShare = bonds_.burnShareBps();
        uint256 least = Economics.leastBatchBond(cost, parameters.answerGas, parameters.highBaseFee, burnShare);
        if (bonds_.batchBond() < least) revert BatchBondTooSmall(bonds_.batchBond(), least);
        least = Economics.beforeBurn(cost, burnShare);
        if (parameters.minChallengeBond < least) revert ChallengeBondTooSmall(parameters.minChallengeBond, least);
        // A record holds 56 bits of gwei: above that, every challenge would revert.
        uint256 most = uint256(type(uint56).max) * 1 gwei;
        if (parameters.minChallengeBond > most) revert ChallengeBondTooLarge(parameters.minChallengeBond, most);
    }
}
