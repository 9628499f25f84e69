// SPDX-License-Identifier: MIT
// The batch chain: commit, finalize, roll back, freeze. Times are those of the protocol's clock.
pragma solidity ^0.8.28;

import {Duration, Timestamp} from "../types/Time.sol";
import {Batch, BatchId, BatchInfo, Header} from "../types/Types.sol";
import {IClocked} from "./IClocked.sol";

interface IRollup is IClocked {
    /// @notice A batch is pending. Its data is the input of this transaction.
    event BatchCommitted(
        uint64 indexed number,
        BatchId indexed id,
        address indexed committer,
        uint64 counter,
        uint8 segments
    );
    event BatchFinalized(uint64 indexed number, BatchId indexed id);
    /// @notice `number` and everything after it, up to `oldHead`, is no longer live.
    event RolledBack(uint64 indexed number, BatchId indexed id, uint64 oldHead);
    event Frozen(uint64 finalized, uint64 oldHead);
    /// @notice A batch of the primary's is refuted: it has no priority ever again.
    event PrimarySlashed(BatchId indexed id);
    /// @notice The rollup freezes because no final batch consumed item `index` in time.
    event Unserved(uint64 indexed index, Timestamp enqueuedAt);

    error CommitThroughContract(address sender, address origin);
    error PrimaryHasPriority(address primary, Timestamp until);
    error WrongParent(BatchId expected, BatchId actual);
    error WrongNumber(uint64 expected, uint64 actual);
    error QueueEndOutOfRange(uint64 queueEnd, uint64 parentQueueEnd, uint64 queueLength);
    error WrongQueueHash(bytes32 expected, bytes32 actual);
    error DueItemOmitted(uint64 index, Timestamp dueAt);
    error WrongSegmentCount(uint256 expected, uint256 actual);
    error NoSegments();
    error TooManySegments(uint256 count, uint256 most);
    error EmptyDataSegment(uint256 segment);
    error DataSegmentTooLong(uint256 segment, uint256 length, uint256 most);
    error NonCanonicalCheckpoint(uint256 segment, bytes32 checkpoint);
    error WrongLastCheckpoint(bytes32 expected, bytes32 actual);
    error WrongDataCommitment(bytes32 expected, bytes32 actual);
    error NotFinalizable(BatchId id, Timestamp from, uint8 openChallenges);
    error NotLive(uint64 number, BatchId id);
    error AlreadyFinal(uint64 number, BatchId id);
    error RollupFrozen();
    error NotLastFinal(BatchId expected, BatchId actual);
    error NothingUnserved(uint64 queueEnd);
    error StillInTime(uint64 index, Timestamp freezableFrom);
    error FinalizeFirst(BatchId id);
    error OnlyChallenges(address caller);

    error WrongPeer(address expected, address actual);
    error PeerWithoutCode(address peer);
    error ChainIdOutOfRange(uint64 l2ChainId);
    error CircuitMismatch(uint256 expected, uint256 actual);
    error SegmentLimitOutOfRange(uint256 maxSegments, uint256 most);
    error ExitTreeTooSmall(uint256 capacity, uint256 needed);
    error MaxForcedOutOfRange(uint256 maxForced, uint256 most);
    error DurationOutOfRange(Duration duration, Duration longest);
    error ChallengeWindowTooShort(uint256 actual, uint256 least);
    error EscapeDelayTooShort(uint256 actual, uint256 least);
    error PrimaryHasCode(address primary);

    /// @notice Appends a batch to the head. See protocol §6 for each check. While the primary is live, only it commits.
    /// @param parent the head batch, as committed
    /// @param header of the new batch; every field is checked
    /// @param checkpoints one for each segment, queue segments first
    /// @param segments bytes of the data segments
    function commit(
        Batch calldata parent,
        Header calldata header,
        bytes32[] calldata checkpoints,
        bytes[] calldata segments
    ) external returns (BatchId id);

    /// @notice Makes the batch after the last final one final, if it may be.
    function finalize(BatchId id) external;

    /// @notice Freezes the rollup because L1's demand is not served: the oldest item that no final batch consumed is at least
    /// `escapeDelay` old, and no batch can be made final now. Anyone may call.
    /// @param lastFinal the last final batch, so that a call cannot be about another history than its sender saw
    function freezeUnserved(BatchId lastFinal) external;

    /// @notice Drops batch `number`, which is refuted, and all after it. Only `Challenges`.
    function rollback(uint64 number) external;

    /// @notice Counts one more open challenge of a batch that is live and not final, else reverts. Only `Challenges`.
    /// @dev The counts live here because finality reads them, in words that it reads and writes anyway.
    /// @return batchInfo what was kept at the commit
    /// @return windowEnd first second in which no challenge opens any more
    /// @return ahead challenges that were open already, of all batches
    function openChallenge(
        uint64 number,
        BatchId id
    ) external returns (BatchInfo memory batchInfo, Timestamp windowEnd, uint256 ahead);

    /// @notice Counts one open challenge less. Only `Challenges`.
    function closeChallenge(BatchId id) external;

    /// @notice Stops the rollup for good at the last final batch. Only `Challenges`, on a contradiction.
    function freeze() external;

    /// @notice Id of the last batch committed at `number`; live only if `number <= head`.
    function idAt(uint64 number) external view returns (BatchId);
    function info(BatchId id) external view returns (BatchInfo memory);
    function head() external view returns (uint64);
    function finalized() external view returns (uint64);
    /// @notice Counter of the last commit; the next batch gets this plus one.
    function commitCounter() external view returns (uint64);
    function frozen() external view returns (bool);
    /// @notice Open challenges of all batches, those of dead batches included until they are refunded.
    function openChallenges() external view returns (uint256);
    function isLive(uint64 number, BatchId id) external view returns (bool);
    function isFinal(uint64 number, BatchId id) external view returns (bool);
    /// @notice Reverts unless the batch is live and not final.
    /// @return batchInfo what was kept at the commit
    /// @return windowEnd first second in which no challenge opens any more
    function pending(uint64 number, BatchId id) external view returns (BatchInfo memory batchInfo, Timestamp windowEnd);
    /// @notice Whether a pending batch could be made final now if its parent is final, and the earliest second for it as things
    /// stand. Reverts unless the batch is pending; while time stands still, nothing can be made final.
    function finality(uint64 number, BatchId id) external view returns (bool may, Timestamp from);
    /// @notice First second in which anyone bonded may commit; 0, or a second in the past: already now.
    function primaryLiveUntil() external view returns (Timestamp);
    function primarySlashed() external view returns (bool);
    /// @notice How many queue items the live batches have consumed.
    function headQueueEnd() external view returns (uint64);
    /// @notice How many queue items the final batches have consumed.
    function finalizedQueueEnd() external view returns (uint64);
    function genesisCheckpoint() external view returns (bytes32);
    /// @notice The batch at number 0: final from the start, parent of the first commit.
    function genesis() external view returns (Batch memory);
    function l2ChainId() external view returns (uint64);
    function recordsPerSegment() external view returns (uint8);
    function stateDepth() external view returns (uint8);
    function maxSegments() external view returns (uint8);
    function challengeWindow() external view returns (Duration);
    function forceInclusionDelay() external view returns (Duration);
    function maxForced() external view returns (uint64);
    /// @notice Commits alone while it is live: its batch is the head, younger than `primaryTimeout`, and none of its batches
    /// was ever refuted. 0: there is none.
    function primary() external view returns (address);
    function primaryTimeout() external view returns (Duration);
    function escapeDelay() external view returns (Duration);
    function earliestFinality() external view returns (Duration);
}
