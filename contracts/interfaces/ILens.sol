// SPDX-License-Identifier: MIT
// Dashboards: what each call would do now, what waits for what, and what it pays. Views only.
pragma solidity ^0.8.28;

import {Timestamp} from "../types/Time.sol";
import {BatchId} from "../types/Types.sol";

/// @notice Nobody's calls rest on these views, and none of them reverts for a paused clock. Times are protocol times; to one
/// that is still to come add `skew` for its wall time. While time stands still no flag says that a call passes.
interface ILens {
    /// @param pausedUntil wall time of the latest pause's end; 0 when there was none
    /// @param skew seconds from a protocol time to come to its wall time
    /// @param fallbackFrom first second in which anyone bonded may commit; 0, or in the past: already now
    /// @param oldestDueAt when the oldest item that no live batch took is due; 0 when there is none
    /// @param freezableFrom when the oldest item that no final batch took is as old as `escapeDelay`; 0 when there is none
    /// @param freezable `freezeUnserved` passes now
    struct RollupStatus {
        uint64 head;
        uint64 finalized;
        bool frozen;
        bool paused;
        uint40 pausedUntil;
        Timestamp now_;
        uint40 skew;
        address primary;
        Timestamp fallbackFrom;
        uint64 queueLength;
        uint64 headQueueEnd;
        uint64 finalQueueEnd;
        Timestamp oldestDueAt;
        Timestamp freezableFrom;
        bool freezable;
        uint256 enqueuePrice;
        uint128 challengeBond;
        uint128 batchBond;
        uint256 openChallenges;
    }

    enum Life {
        Unknown,
        Pending,
        Final,
        RolledBack
    }

    /// @param challengeableUntil first second in which no challenge opens any more
    /// @param proven bit `i` stands for segment `i`
    /// @param open challenges without an answer
    /// @param finalizable `finalize` passes now
    /// @param finalizableFrom earliest second for it as things stand, once the parent is final; 0 unless pending
    /// @param bond what is locked for the batch now
    /// @param fraudReward what a fraud proof pays its beneficiary; 0 unless pending
    struct BatchStatus {
        uint64 number;
        BatchId id;
        Life life;
        address committer;
        Timestamp committedAt;
        Timestamp challengeableUntil;
        uint8 segments;
        uint64 proven;
        uint8 open;
        bool finalizable;
        Timestamp finalizableFrom;
        bool refuted;
        bool refunded;
        uint128 bond;
        uint128 fraudReward;
    }

    /// @param overdue `timeout` passes now
    /// @param refundable `refundChallenge` passes now
    /// @param answerPays what a validity proof pays its beneficiary while the batch is pending
    /// @param timeoutPays what a timeout leaves the challenger with, its own bond included
    struct ChallengeStatus {
        uint8 segment;
        address challenger;
        Timestamp deadline;
        bool overdue;
        bool refundable;
        uint128 bond;
        uint128 answerPays;
        uint128 timeoutPays;
    }

    /// @param payableFrom when a claim that was put off is paid without any limit; 0: it was not put off, or is paid
    /// @param room how much of the asset leaves without a wait now
    struct ExitStatus {
        bool opened;
        bool claimed;
        Timestamp payableFrom;
        uint256 room;
    }

    /// @param commitsLeft how many batches the available bond pays for
    /// @param challengesLeft how many challenges it pays for at this block's base fee
    struct BondStatus {
        uint128 available;
        uint128 locked;
        uint256 commitsLeft;
        uint256 challengesLeft;
    }

    function rollupStatus() external view returns (RollupStatus memory);
    /// @param number the number in the batch's header; under another one, its id is unknown or rolled back
    function batchStatus(uint64 number, BatchId id) external view returns (BatchStatus memory);
    /// @notice The live batches with numbers from `from` on, at most `count`.
    function batches(uint64 from, uint64 count) external view returns (BatchStatus[] memory);
    /// @notice The open challenges of one batch, by segment.
    function challengesOf(uint64 number, BatchId id) external view returns (ChallengeStatus[] memory);
    function exitStatus(uint64 number, uint64 index, address token) external view returns (ExitStatus memory);
    /// @return unpaid what `payEscapes` would pay
    /// @return done the record escaped
    /// @return opened the last final state is open, so that records can escape
    function escapeStatus(
        address token,
        address account
    ) external view returns (uint128 unpaid, bool done, bool opened);
    function bondStatus(address account) external view returns (BondStatus memory);
    /// @notice Whether the account may commit now: a right batch would pass.
    /// @return may never true for an account with code: it cannot commit
    /// @return from first second of its turn; 0, or in the past: already now
    /// @return missingBond what it has to deposit first, in wei
    function mayCommit(address account) external view returns (bool may, Timestamp from, uint128 missingBond);
}
