// SPDX-License-Identifier: MIT
// Disputes about single segments: fraud and validity proofs, challenges, timeouts, the contradiction freeze.
pragma solidity ^0.8.28;

import {Duration, Timestamp} from "../types/Time.sol";
import {Batch, BatchId, ChallengeRecord, Claim, Disputes, SegmentOpening, SegmentProof} from "../types/Types.sol";
import {IAvailability} from "./IAvailability.sol";
import {IBondManager} from "./IBondManager.sol";
import {IBridge} from "./IBridge.sol";
import {IClocked} from "./IClocked.sol";
import {IRollup} from "./IRollup.sol";
import {ISegmentVerifier} from "./ISegmentVerifier.sol";

interface IChallenges is IClocked {
    event Challenged(
        BatchId indexed id,
        uint8 indexed segment,
        address indexed challenger,
        Timestamp deadline,
        uint128 bond
    );
    event SegmentProven(BatchId indexed id, uint8 indexed segment, address indexed beneficiary);
    event ChallengeAnswered(
        BatchId indexed id,
        uint8 indexed segment,
        address indexed challenger,
        address beneficiary,
        uint128 reward
    );
    /// @notice The batch is refuted by a proof that segment `segment` ends in `computed`.
    event FraudProven(
        BatchId indexed id,
        uint8 indexed segment,
        address indexed beneficiary,
        bytes32 computed,
        uint128 reward
    );
    event ChallengeTimedOut(BatchId indexed id, uint8 indexed segment, address indexed challenger, uint128 reward);
    event BatchRefunded(BatchId indexed id, address indexed committer, uint128 bond);
    event ChallengeRefunded(BatchId indexed id, uint8 indexed segment, address indexed challenger, uint128 bond);
    /// @notice A segment of a batch, dead or final ones included, has a valid proof that counts for `contradict` alone.
    event SegmentRecorded(BatchId indexed id, uint8 indexed segment);
    event Contradiction(BatchId indexed id, uint8 indexed segment, bytes32 first, bytes32 second);

    error UnknownBatch(BatchId id);
    error BatchLive(BatchId id);
    error AlreadyRefuted(BatchId id);
    error AlreadyRefunded(BatchId id);
    error SegmentOutOfRange(uint8 segment, uint8 segments);
    error SegmentAlreadyProven(BatchId id, uint8 segment);
    error AlreadyChallenged(BatchId id, uint8 segment);
    error ChallengeWindowClosed(BatchId id, Timestamp closedAt);
    error BondAboveMost(uint128 bond, uint128 most);
    error NoOpenChallenge(BatchId id, uint8 segment);
    error DeadlineNotReached(Timestamp deadline, Timestamp now_);
    error SameResult(bytes32 checkpoint);
    error PredecessorNotProven(BatchId id, uint8 segment);
    error ParentNotFinal(BatchId parent);
    error WrongQueueItems(bytes32 expected, bytes32 actual);
    error WrongItemCount(uint256 expected, uint256 actual);
    error NonCanonicalInput(bytes32 value);
    error InvalidOpening(uint8 segment);
    error InvalidProof();

    error ProvingWindowTooShort(uint256 actual, uint256 least);
    error SlotTooShort(uint256 actual, uint256 least);
    error DurationTooLong(Duration actual, Duration longest);
    error BatchBondTooSmall(uint256 actual, uint256 least);
    error ChallengeBondTooSmall(uint256 actual, uint256 least);
    error ChallengeBondTooLarge(uint256 actual, uint256 most);
    error UnmeasuredCost();

    /// @notice Posts a bond and demands a proof of one segment within the proving window.
    /// @param maxBond the call reverts if the bond at its block's base fee is higher
    function challenge(uint64 number, BatchId id, uint8 segment, uint128 maxBond) external;

    /// @notice Proves that the segment leads from `previous` to `claimed`; answers an open challenge.
    function proveValid(Batch calldata batch, SegmentOpening calldata opening, SegmentProof calldata proof) external;

    /// @notice Proves that the segment leads from `previous` to `computed`, which is not what was claimed.
    /// @dev Counts against a segment that was proven valid, too. With a sound verifier both proofs exist only above a state
    /// that is not well-formed, hence in a wrong batch; with a broken one, a forged validity proof must not silence this one.
    function proveFraud(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32 computed,
        SegmentProof calldata proof
    ) external;

    /// @notice Rolls back a batch whose challenged segment was not proven in time; pays the challenger.
    function timeout(uint64 number, BatchId id, uint8 segment) external;

    /// @notice Gives back the bond of a batch that is neither live nor refuted.
    /// @dev Takes the preimage, not a number: only the id says at which number a batch would be live.
    function refundBatch(Batch calldata batch) external;

    /// @notice Gives back the bond of an open challenge whose batch is no longer live.
    function refundChallenge(Batch calldata batch, uint8 segment) external;

    /// @notice Records a valid proof of any batch ever committed, dead or final ones included, for `contradict` alone: it ends no
    /// challenge, pays nobody and makes nothing final. Works during a pause.
    function recordValid(Batch calldata batch, SegmentOpening calldata opening, SegmentProof calldata proof) external;

    /// @notice Freezes the rollup: two accepted proofs of one segment with different results. Works during a pause.
    /// @dev The segments before it are proven, by `proveValid` or `recordValid`, and the batch's parent is final.
    function contradict(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32[2] calldata computed,
        SegmentProof[2] calldata proofs
    ) external;

    /// @notice What a proof has to prove that the segment leads to `computed` and that pays `beneficiary` (protocol §7).
    function claim(
        Batch calldata batch,
        SegmentOpening calldata opening,
        bytes32 computed,
        address beneficiary
    ) external view returns (Claim memory);

    /// @notice The words that L1 decodes from the opened segment.
    function words(Batch calldata batch, SegmentOpening calldata opening) external view returns (uint256[] memory);

    /// @notice The words that data would have in a batch; for a sequencer, before it commits.
    function decode(bytes calldata data, bool first, uint64 baseFee) external view returns (uint256[] memory);

    function disputes(BatchId id) external view returns (Disputes memory);
    /// @notice A segment's challenge: without a challenger it is closed, without a deadline there never was one.
    function challengeOf(BatchId id, uint8 segment) external view returns (ChallengeRecord memory);
    /// @notice What a challenge costs at this block's base fee, in wei.
    function challengeBond() external view returns (uint128);
    /// @notice What a challenge costs at a given base fee, in wei.
    function challengeBondAt(uint256 baseFee) external view returns (uint128);
    function provingWindow() external view returns (Duration);
    function slot() external view returns (Duration);
    /// @notice Time in which a proof is made and included: the least challenge window and proving window.
    function leastWindow() external view returns (Duration);
    function rollup() external view returns (IRollup);
    function bonds() external view returns (IBondManager);
    function bridge() external view returns (IBridge);
    function availability() external view returns (IAvailability);
    function verifier() external view returns (ISegmentVerifier);
}
