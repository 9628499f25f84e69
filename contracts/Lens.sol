// SPDX-License-Identifier: MIT
// Dashboards. Last of the deployment; holds nothing, and nobody trusts it.
pragma solidity ^0.8.28;

import {Rollup} from "./Rollup.sol";
import {IBondManager} from "./interfaces/IBondManager.sol";
import {IBridge} from "./interfaces/IBridge.sol";
import {IChallenges} from "./interfaces/IChallenges.sol";
import {IClock} from "./interfaces/IClock.sol";
import {ILens} from "./interfaces/ILens.sol";
import {Timestamp} from "./types/Time.sol";
import {BatchId, BatchInfo, ChallengeRecord, Disputes} from "./types/Types.sol";

contract Lens is ILens {
    Rollup public immutable rollup;
    IClock private immutable clock;
    IChallenges private immutable challenges;
    IBondManager private immutable bonds;
    IBridge private immutable bridge;

    constructor(Rollup rollup_) {
        rollup = rollup_;
        clock = rollup_.clock();
        challenges = rollup_.challenges();
        bonds = rollup_.bonds();
        bridge = rollup_.bridge();
    }

    /// @inheritdoc ILens
    function rollupStatus() external view returns (RollupStatus memory status) {
        status.head = rollup.head();
        status.finalized = rollup.finalized();
        status.frozen = rollup.frozen();
        (status.now_, status.paused, status.pausedUntil) = clock.look();
        status.skew = clock.skew();
        status.primary = rollup.primary();
        status.fallbackFrom = rollup.primaryLiveUntil();
        status.queueLength = bridge.queueLength();
        status.headQueueEnd = rollup.headQueueEnd();
        status.finalQueueEnd = rollup.finalizedQueueEnd();
        if (status.headQueueEnd < status.queueLength) {
            status.oldestDueAt = bridge.enqueuedAt(status.headQueueEnd).plus(rollup.forceInclusionDelay());
        }
        if (status.finalQueueEnd < status.queueLength) {
            status.freezableFrom = bridge.enqueuedAt(status.finalQueueEnd).plus(rollup.escapeDelay());
            status.freezable = _isFreezable(status);
        }
        status.enqueuePrice = bridge.enqueuePrice();
        status.challengeBond = challenges.challengeBond();
        status.batchBond = bonds.batchBond();
        status.openChallenges = rollup.openChallenges();
    }

    /// @inheritdoc ILens
    function batchStatus(uint64 number, BatchId id) external view returns (BatchStatus memory) {
        return _batch(number, id);
    }

    /// @inheritdoc ILens
    function batches(uint64 from, uint64 count) external view returns (BatchStatus[] memory list) {
        uint256 end = uint256(rollup.head()) + 1;
        uint256 found = from < end ? end - from : 0;
        list = new BatchStatus[](found < count ? found : count);
        for (uint64 i = 0; i < list.length; ++i) list[i] = _batch(from + i, rollup.idAt(from + i));
    }

    /// @inheritdoc ILens
    function challengesOf(uint64 number, BatchId id) external view returns (ChallengeStatus[] memory list) {
        uint8 segments = rollup.info(id).segments;
        ChallengeStatus[] memory found = new ChallengeStatus[](segments);
        uint256 count = 0;
        for (uint8 segment = 0; segment < segments; ++segment) {
            ChallengeRecord memory record = challenges.challengeOf(id, segment);
            if (record.challenger != address(0)) found[count++] = _challenge(number, id, segment, record);
        }
        list = new ChallengeStatus[](count);
        for (uint256 i = 0; i < count; ++i) list[i] = found[i];
    }

    /// @inheritdoc ILens
    function exitStatus(uint64 number, uint64 index, address token) external view returns (ExitStatus memory) {
        return
            ExitStatus({
                opened: bridge.isOpened(number),
                claimed: bridge.isClaimed(number, index),
                payableFrom: bridge.payableFrom(keccak256(abi.encode(number, index))),
                room: bridge.exitRoom(token)
            });
    }

    /// @inheritdoc ILens
    function escapeStatus(
        address token,
        address account
    ) external view returns (uint128 unpaid, bool done, bool opened) {
        (unpaid, done) = bridge.escapeOf(token, account);
        opened = bridge.escapeRoot() != 0;
    }

    /// @inheritdoc ILens
    function bondStatus(address account) external view returns (BondStatus memory status) {
        status.available = bonds.available(account);
        status.locked = bonds.locked(account);
        status.commitsLeft = status.available / bonds.batchBond();
        status.challengesLeft = status.available / challenges.challengeBond();
    }

    /// @inheritdoc ILens
    function mayCommit(address account) external view returns (bool may, Timestamp from, uint128 missingBond) {
        (uint128 bond, uint128 available) = (bonds.batchBond(), bonds.available(account));
        if (available < bond) missingBond = bond - available;
        if (account != rollup.primary()) from = rollup.primaryLiveUntil();
        (Timestamp now_, bool paused, ) = clock.look();
        may = !paused && !rollup.frozen() && now_ >= from && missingBond == 0 && account.code.length == 0;
    }

    function _isFreezable(RollupStatus memory status) private view returns (bool) {
        if (status.frozen || status.paused || status.now_ < status.freezableFrom) return false;
        if (status.finalized == status.head) return true;
        uint64 next = status.finalized + 1;
        (bool mayBeFinal, ) = rollup.finality(next, rollup.idAt(next));
        return !mayBeFinal;
    }

    function _batch(uint64 number, BatchId id) private view returns (BatchStatus memory status) {
        BatchInfo memory info = rollup.info(id);
        Disputes memory disputes = challenges.disputes(id);
        status.number = number;
        status.id = id;
        status.life = _lifeOf(number, id, info);
        status.committer = info.committer;
        status.segments = info.segments;
        status.proven = disputes.proven;
        status.open = info.openChallenges;
        status.refuted = disputes.refuted;
        status.refunded = disputes.refunded;
        if (info.committer == address(0)) return status;
        status.committedAt = info.committedAt;
        status.challengeableUntil = info.committedAt.plus(rollup.challengeWindow());

        uint128 bond = bonds.batchBond();
        bool pruned = status.life == Life.RolledBack && !disputes.refuted && !disputes.refunded;
        if (status.life == Life.Pending || pruned) status.bond = bond;
        if (status.life == Life.Pending) {
            bool may;
            (may, status.finalizableFrom) = rollup.finality(number, id);
            status.finalizable = may && number == rollup.finalized() + 1;
            status.fraudReward = bonds.rewardOf(bond);
        }
    }

    function _lifeOf(uint64 number, BatchId id, BatchInfo memory info) private view returns (Life) {
        if (rollup.isFinal(number, id)) return Life.Final;
        if (rollup.isLive(number, id)) return Life.Pending;
        return info.committer == address(0) ? Life.Unknown : Life.RolledBack;
    }

    function _challenge(
        uint64 number,
        BatchId id,
        uint8 segment,
        ChallengeRecord memory record
    ) private view returns (ChallengeStatus memory) {
        (Timestamp now_, bool paused, ) = clock.look();
        // An open challenge's batch is not final.
        bool live = rollup.isLive(number, id);
        uint128 bond = uint128(record.bondGwei) * 1 gwei;
        return
            ChallengeStatus({
                segment: segment,
                challenger: record.challenger,
                deadline: record.deadline,
                overdue: live && !paused && now_ >= record.deadline,
                refundable: !live && !paused,
                bond: bond,
                answerPays: bonds.rewardOf(bond),
                timeoutPays: bonds.rewardOf(bonds.batchBond()) + bond
            });
    }
}
