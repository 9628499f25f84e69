// The twelve invariants of the design, each recomputed from the ghost's whole history and held against the contracts.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallenges} from "../../../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../../../contracts/interfaces/IRollup.sol";
import {Timestamp} from "../../../../contracts/types/Time.sol";
import {BatchId, ChallengeRecord, Disputes, QueueItem} from "../../../../contracts/types/Types.sol";
import {Timing} from "./Timing.sol";

abstract contract Checks is Timing {
    /// @notice How a call ended that was only tried out.
    error TriedOut(bool done);

    uint256 private _mostFinal;
    uint40 private _latest;
    bool private _everFrozen;

    /// @notice Makes a call and undoes it. Always reverts.
    function tryOut(address target, bytes calldata data) external {
        vm.prank(stranger, stranger);
        (bool done, ) = target.call(data);
        revert TriedOut(done);
    }

    /// @notice No step did anything but what the ghost did: the state is the ghost's.
    function checkState() external {
        _resume();
        assertEq(rollup.head(), live.length - 1);
        assertEq(rollup.finalized(), finalNumber);
        assertEq(rollup.frozen(), isFrozen);
        assertEq(rollup.commitCounter(), batches.length - 1);
        assertEq(rollup.openChallenges(), openChallenges.length);
        assertEq(rollup.headQueueEnd(), batches[headBatch()].batch.header.queueEnd);
        assertEq(rollup.finalizedQueueEnd(), batches[live[finalNumber]].batch.header.queueEnd);
        assertEq(rollup.primarySlashed(), primarySlashed);
        assertEq(bridge.queueLength(), queued.length);
        assertEq(bridge.enqueuePrice(), placePrice());
        assertEq(challenges.challengeBond(), challengeBond());
        assertEq(moody.acceptances(), 0, "a call from within a payment is refused");
    }

    function check1() external view {
        for (uint256 i = 1; i <= finalNumber; ++i) {
            assertTrue(batches[live[i]].right && batches[live[i]].wrong == 0, "1: a wrong batch is final");
        }
    }

    function check2() external view {
        for (uint256 i = 1; i < batches.length; ++i) {
            GhostBatch storage its = batches[i];
            assertEq(rollup.isLive(its.batch.header.number, idAt(i)), isLiveBatch(i), "2: live");
            if (its.fate == Fate.Refuted) assertTrue(its.timedOut || its.wrong != 0, "2: rolled back without a reason");
            if (its.fate == Fate.Pruned) assertTrue(isFrozen || _hasRefutedAncestor(i), "2: pruned without a reason");
        }
    }

    function check3() external view {
        address[6] memory its = bonded();
        uint256 sum = 0;
        for (uint256 i = 0; i < its.length; ++i) {
            assertEq(bonds.available(its[i]), availableOf[its[i]], "3: available");
            assertEq(bonds.locked(its[i]), lockedOf[its[i]], "3: locked");
            assertEq(lockedOf[its[i]], _lockedByDefinition(its[i]), "3: locked by definition");
            sum += availableOf[its[i]] + lockedOf[its[i]];
        }
        assertEq(bonds.burned(), burnedBonds, "3: burned");
        assertEq(sum + burnedBonds + withdrawnBonds, depositedBonds, "3: conserved");
        assertEq(address(bonds).balance, sum + burnedBonds, "3: covered");
    }

    function check4() external view {
        for (uint256 asset = 0; asset < 2; ++asset) {
            address its = assetOf(asset);
            assertEq(bridge.custody(its), custodyOf(its), "4: custody");
            assertEq(custodyOf(its), _owed(asset), "4: owed");
        }
        assertEq(bridge.burned(), burnedPrices, "4: burned");
        assertEq(address(bridge).balance, custodyOf(ETHER) + burnedPrices, "4: ether");
        assertEq(token.balanceOf(address(bridge)), custodyOf(address(token)), "4: tokens");
    }

    function check5() external {
        assertGe(finalNumber, _mostFinal, "5: finality is monotone");
        assertTrue(isFrozen || !_everFrozen, "5: frozen for ever");
        (_mostFinal, _everFrozen) = (finalNumber, isFrozen);
        for (uint64 i = 0; i < live.length; ++i) {
            assertEq(rollup.isFinal(i, idAt(live[i])), i <= finalNumber, "5: final");
            if (i == 0) continue;
            uint8 open_ = rollup.info(idAt(live[i])).openChallenges;
            assertEq(open_, batches[live[i]].open, "5: open challenges");
            if (allProven(live[i])) assertEq(open_, 0, "5: all proven, yet one is open");
        }
        for (uint256 i = 1; i < batches.length; ++i) {
            if (isLiveBatch(i)) continue;
            assertFalse(rollup.isFinal(batches[i].batch.header.number, idAt(i)), "5: a dead batch is final");
        }
    }

    /// @notice Who plays both sides pays the share that every split burns; `splitBond` compares wealth each time.
    function check6() external view {
        uint256 burned = 0;
        for (uint256 i = 1; i < batches.length; ++i) {
            if (batches[i].fate == Fate.Refuted) burned += BATCH_BOND - rewardOf(BATCH_BOND);
            for (uint8 j = 0; j < batches[i].count; ++j) {
                if (_wasAnswered(i, j)) burned += challengeAt[i][j].bond - rewardOf(challengeAt[i][j].bond);
            }
        }
        assertEq(bonds.burned(), burned, "6: a split that burned less than its share");
    }

    function check7() external view {
        address[6] memory its = bonded();
        for (uint256 k = 0; k < its.length; ++k) {
            uint256 lost = 0;
            for (uint256 i = 1; i < batches.length; ++i) {
                if (batches[i].committer == its[k] && batches[i].fate == Fate.Refuted) lost += BATCH_BOND;
                for (uint8 j = 0; j < batches[i].count; ++j) {
                    if (challengeAt[i][j].challenger == its[k] && _wasAnswered(i, j)) lost += challengeAt[i][j].bond;
                }
            }
            assertEq(lostBy[its[k]], lost, "7: lost without a fault");
        }
    }

    function check8() external {
        _resume();
        (Timestamp now_, bool paused, ) = protocolClock.look();
        assertEq(Timestamp.unwrap(now_), nowIs(), "8: time");
        assertEq(paused, isPaused(), "8: paused");
        assertGe(nowIs(), _latest, "8: time never runs back");
        _latest = nowIs();
        for (uint256 i = 0; i < openChallenges.length; ++i) {
            Place memory place = openChallenges[i];
            GhostChallenge memory its = challengeAt[place.batch][place.segment];
            ChallengeRecord memory kept = challenges.challengeOf(idAt(place.batch), place.segment);
            assertEq(kept.challenger, its.challenger, "8: a challenge is gone");
            assertEq(Timestamp.unwrap(kept.deadline), its.deadline, "8: deadline");
            assertEq(uint256(kept.bondGwei) * 1 gwei, its.bond, "8: bond");
        }
    }

    function check9() external view {
        uint256 received = 0;
        for (uint256 i = 0; i < RECORDS; ++i) {
            (uint128 unpaid, bool done) = bridge.escapeOf(assetOf(i), people[i / 2]);
            assertEq(unpaid, unpaidOf[i], "9: unpaid");
            assertEq(done, escapedOf[i], "9: escaped");
            if (i % 2 == 1) received += token.balanceOf(people[i / 2]);
        }
        assertEq(received, paidOut[address(token)], "9: tokens paid");
        assertEq(bridge.feesOf(feeRecipient), feesOf[feeRecipient], "9: fees");
        assertEq(bridge.feesPutOff(feeRecipient), feesPutOff[feeRecipient], "9: fees that wait");
        for (uint64 i = 1; i <= finalNumber; ++i) {
            assertEq(bridge.isOpened(i), batches[live[i]].opened, "9: opened");
            for (uint64 j = 0; j < batches[live[i]].exits.length; ++j) {
                assertEq(bridge.isClaimed(i, j), (batches[live[i]].claimedExits >> j) & 1 == 1, "9: claimed");
            }
        }
        for (uint64 i = 0; i < queued.length; ++i) assertEq(bridge.isReclaimed(i), reclaimed[i], "9: reclaimed");
    }

    function check10() external view {
        for (uint256 i = 1; i < live.length; ++i) {
            GhostBatch storage its = batches[live[i]];
            assertEq(its.parent, live[i - 1], "10: parent");
            uint64 start = batches[its.parent].batch.header.queueEnd;
            uint64 end = its.batch.header.queueEnd;
            assertLe(start, end, "10: order");
            assertEq(its.batch.header.queueHash, bridge.queueHash(end), "10: items");
            if (end == queued.length || end - start >= MAX_FORCED) continue;
            assertLt(its.since, enqueuedAt[end] + FORCE_DELAY, "10: a due item was left behind");
        }
        for (uint64 i = 0; i < queued.length; ++i) {
            assertEq(Timestamp.unwrap(bridge.enqueuedAt(i)), enqueuedAt[i], "10: when it came");
        }
    }

    function check11() external view {
        for (uint256 i = 1; i < batches.length; ++i) {
            Disputes memory its = challenges.disputes(idAt(i));
            assertEq(its.proven, batches[i].proven, "11: proven");
            assertEq(its.recorded, batches[i].recorded, "11: recorded");
            assertEq((its.proven | its.recorded) & batches[i].wrong, 0, "11: a wrong segment is proven");
            assertEq(its.refuted, batches[i].fate == Fate.Refuted, "11: refuted");
            assertEq(its.refunded, batches[i].refunded, "11: refunded");
        }
        uint256 sum = burnedBonds;
        address[6] memory all = bonded();
        for (uint256 i = 0; i < all.length; ++i) sum += wonBy[all[i]];
        for (uint256 i = 0; i < all.length; ++i) sum -= lostBy[all[i]];
        assertEq(sum, 0, "11: rewards and burns are what was lost");
    }

    /// @notice Whatever somebody has won, a stranger can close now.
    function check12() external {
        _resume();
        if (isPaused()) return;
        for (uint256 i = 0; i < openChallenges.length; ++i) {
            Place memory place = openChallenges[i];
            BatchId id = idAt(place.batch);
            uint64 number = batches[place.batch].batch.header.number;
            bytes memory data = abi.encodeCall(
                IChallenges.refundChallenge,
                (batches[place.batch].batch, place.segment)
            );
            if (isLiveBatch(place.batch)) {
                if (nowIs() < challengeAt[place.batch][place.segment].deadline) continue;
                data = abi.encodeCall(IChallenges.timeout, (number, id, place.segment));
            }
            _assertWorks(address(challenges), data);
        }
        if (_isFinalizable()) {
            _assertWorks(address(rollup), abi.encodeCall(IRollup.finalize, (idAt(live[finalNumber + 1]))));
        }
        for (uint256 i = 1; i < batches.length; ++i) {
            if (batches[i].fate != Fate.Pruned || batches[i].refunded) continue;
            _assertWorks(address(challenges), abi.encodeCall(IChallenges.refundBatch, (batches[i].batch)));
        }
    }

    /// @notice Without a wait no more than its share of an asset leaves in a window. `_limited` holds each wait to the fixed delay.
    function checkLimit() external view {
        if (!world.withLimit || isFrozen) return;
        for (uint256 i = 0; i < 2; ++i) {
            Window storage its = windowOf[assetOf(i)];
            uint256 most = its.before + takenIn[assetOf(i)] - its.inflowBefore;
            if (its.number == windowNow())
                assertLe(its.left, (most * LIMIT_BPS) / 10_000, "limit: too much left at once");
        }
    }

    function checkFreeze() external view {
        assertTrue(!isFrozen || frozenWithCause, "freeze: neither an old item nor a contradiction");
    }

    function checkPriority() external view {
        uint40 until = Timestamp.unwrap(rollup.primaryLiveUntil());
        assertEq(nowIs() < until, nowIs() < primaryUntil(), "priority: not what its definition says");
    }

    function _resume() private {
        warpTo(clock);
        vm.fee(baseFee);
    }

    function _assertWorks(address target, bytes memory data) private {
        try this.tryOut(target, data) {
            assertTrue(false, "unreachable");
        } catch (bytes memory result) {
            assertEq(result, abi.encodeWithSelector(TriedOut.selector, true), "12: a win that cannot be closed");
        }
    }

    function _hasRefutedAncestor(uint256 which) private view returns (bool) {
        while (which != 0) {
            which = batches[which].parent;
            if (batches[which].fate == Fate.Refuted) return true;
        }
        return false;
    }

    /// @dev Closed by a proof: neither open, nor timed out, nor refunded, which only happens to what was never proven.
    function _wasAnswered(uint256 which, uint8 segment) private view returns (bool) {
        GhostChallenge storage its = challengeAt[which][segment];
        return its.deadline != 0 && !its.open && (batches[which].proven >> segment) & 1 == 1;
    }

    function _lockedByDefinition(address account) private view returns (uint256 sum) {
        for (uint256 i = 1; i < batches.length; ++i) {
            Fate fate = batches[i].fate;
            bool stands = fate == Fate.Pending || (fate == Fate.Pruned && !batches[i].refunded);
            if (stands && batches[i].committer == account) sum += BATCH_BOND;
        }
        for (uint256 i = 0; i < openChallenges.length; ++i) {
            GhostChallenge storage its = challengeAt[openChallenges[i].batch][openChallenges[i].segment];
            if (its.challenger == account) sum += its.bond;
        }
    }

    /// @dev Balances of the last final state that did not escape, escapes that were not paid, exits that were not claimed, fees that
    /// were not paid or credited, and deposits that no final batch took and nobody got back.
    function _owed(uint256 asset) private view returns (uint256 sum) {
        GhostBatch storage last = batches[live[finalNumber]];
        for (uint256 i = asset; i < RECORDS; i += 2) sum += escapedOf[i] ? unpaidOf[i] : last.balances[i];
        for (uint256 i = 1; i <= finalNumber; ++i) {
            GhostBatch storage its = batches[live[i]];
            for (uint256 j = 0; j < its.exits.length; ++j) {
                bool open_ = (its.claimedExits >> j) & 1 == 0 && its.exits[j].token == assetOf(asset);
                if (open_) sum += its.exits[j].amount;
            }
            if (asset == 0 && !its.opened) sum += its.last.fees;
        }
        if (asset == 0) sum += feesOf[feeRecipient];
        for (uint256 i = last.batch.header.queueEnd; i < queued.length; ++i) {
            QueueItem storage item = queued[i];
            if (item.kind == 4 + asset && !reclaimed[i]) sum += item.amount;
        }
    }
}
