// Moves the protocol through random but permitted steps, and keeps count of what must come out.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BatchIds} from "../../../contracts/libraries/BatchIds.sol";
import {Timestamp} from "../../../contracts/types/Time.sol";
import {Batch, BatchId, ChallengeRecord, Disputes, QueueItem} from "../../../contracts/types/Types.sol";
import {Protocol} from "./Protocol.sol";

contract ProtocolHandler is Protocol {
    struct Stored {
        Batch parent;
        Batch batch;
        uint256 dataSegments;
    }

    Stored[] private _stored;
    mapping(BatchId id => uint256 indexPlusOne) private _indexOf;

    /// @notice Batches whose bond must still be locked.
    uint256 public bondedBatches;
    /// @notice Wei of challenge bonds that must still be locked.
    uint256 public bondedChallenges;
    uint256 public deposited;
    BatchId[] public finalIds;
    /// @notice How often each kind of step was taken: commits, challenges, answers, frauds, timeouts, finals, refunds.
    uint256[7] public steps;

    constructor() {
        setUp();
        finalIds.push(BatchIds.idOf(rollup.genesis()));
    }

    function commit(uint256 dataSegments) external {
        dataSegments = bound(dataSegments, 1, 4);
        Batch memory parent =
            rollup.head() == 0 ? rollup.genesis() : _stored[_indexOf[rollup.idAt(rollup.head())] - 1].batch;
        uint64 end = bridge.queueLength();
        if (end > parent.header.queueEnd + 8) end = parent.header.queueEnd + 8;
        if (bonds.available(sequencer) < BATCH_BOND) topUp(sequencer, 10 ether);
        Built memory built = build(parent, end, dataSegments);
        BatchId id = commitAs(sequencer, built);
        _stored.push(Stored(parent, built.batch, dataSegments));
        assertEq(_indexOf[id], 0);
        _indexOf[id] = _stored.length;
        ++bondedBatches;
        ++steps[0];
    }

    function challenge(uint256 seed) external {
        (bool found, Built memory built, uint8 segment) = pick(seed);
        if (!found || !isPending(built)) return;
        (, Timestamp windowEnd) = rollup.pending(numberOf(built), idOf(built));
        if (clock >= Timestamp.unwrap(windowEnd) || isProven(built, segment)) return;
        ChallengeRecord memory record = challenges.challengeOf(idOf(built), segment);
        if (Timestamp.unwrap(record.deadline) != 0) return;
        if (bonds.available(challenger) < CHALLENGE_BOND) topUp(challenger, 1 ether);
        challengeAs(challenger, built, segment);
        bondedChallenges += CHALLENGE_BOND;
        ++steps[1];
    }

    function answer(uint256 seed) external {
        (bool found, Built memory built, uint8 segment) = pick(seed);
        if (!found || !isPending(built)) return;
        if (isProven(built, segment)) return;
        if (isChallenged(built, segment)) bondedChallenges -= CHALLENGE_BOND;
        proveValid(built, segment, prover);
        ++steps[2];
    }

    function refute(uint256 seed) external {
        (bool found, Built memory built, uint8 segment) = pick(seed);
        if (!found || !isPending(built) || seed % 3 != 0) return;
        proveFraud(built, segment, prover);
        --bondedBatches;
        ++steps[3];
    }

    function timeOut(uint256 seed) external {
        (bool found, Built memory built, uint8 segment) = pick(seed);
        if (!found || !isPending(built) || !isChallenged(built, segment)) return;
        ChallengeRecord memory record = challenges.challengeOf(idOf(built), segment);
        if (Timestamp.unwrap(record.deadline) > clock) warpTo(Timestamp.unwrap(record.deadline));
        challenges.timeout(numberOf(built), idOf(built), segment);
        --bondedBatches;
        bondedChallenges -= CHALLENGE_BOND;
        ++steps[4];
    }

    function finalizeNext() external {
        uint64 number = rollup.finalized() + 1;
        if (number > rollup.head()) return;
        BatchId id = rollup.idAt(number);
        (, Timestamp windowEnd) = rollup.pending(number, id);
        if (rollup.info(id).openChallenges != 0) return;
        if (clock < Timestamp.unwrap(windowEnd)) warpTo(Timestamp.unwrap(windowEnd));
        rollup.finalize(id);
        finalIds.push(id);
        --bondedBatches;
        ++steps[5];
    }

    function refund(uint256 seed) external {
        (bool found, Built memory built, uint8 segment) = pick(seed);
        if (!found || rollup.isLive(numberOf(built), idOf(built))) return;
        Disputes memory state = challenges.disputes(idOf(built));
        if (!state.refuted && !state.refunded) {
            challenges.refundBatch(built.batch);
            --bondedBatches;
            ++steps[6];
        }
        if (isChallenged(built, segment)) {
            challenges.refundChallenge(built.batch, segment);
            bondedChallenges -= CHALLENGE_BOND;
            ++steps[6];
        }
    }

    function deposit(uint128 amount) external {
        amount = uint128(bound(amount, 1, 1000 ether));
        uint256 price = bridge.enqueuePrice();
        vm.prank(user);
        bridge.depositEth{value: amount + price}(user, amount);
        queued.push(QueueItem(4, user, user, address(0), amount));
        deposited += amount;
    }

    function force(uint128 amount) external {
        forceItem(uint128(bound(amount, 1, type(uint128).max)));
    }

    function wait(uint40 time) external {
        warpTo(clock + uint40(bound(time, 1, CHALLENGE_WINDOW / 2)));
    }

    function finalCount() external view returns (uint256) {
        return finalIds.length;
    }

    function assertInvariants() external view {
        uint256 available = uint256(bonds.available(sequencer)) + bonds.available(challenger) + bonds.available(prover);
        uint256 locked = uint256(bonds.locked(sequencer)) + bonds.locked(challenger);
        assertEq(available + locked + bonds.burned(), address(bonds).balance);
        assertEq(bonds.locked(sequencer), bondedBatches * BATCH_BOND);
        assertEq(bonds.locked(challenger), bondedChallenges);
        assertEq(bridge.custody(address(0)), deposited);
        assertEq(bridge.custody(address(0)) + bridge.burned(), address(bridge).balance);
        assertEq(rollup.finalized(), finalIds.length - 1);
        for (uint64 i = 0; i < finalIds.length; ++i) assertTrue(rollup.isFinal(i, finalIds[i]));
        assertLe(rollup.finalized(), rollup.head());
        assertEq(rollup.openChallenges() * CHALLENGE_BOND, bondedChallenges);
    }

    function topUp(address account, uint128 amount) private {
        vm.deal(address(this), amount);
        bonds.deposit{value: amount}(account);
    }

    function isPending(Built memory built) private view returns (bool) {
        return rollup.isLive(numberOf(built), idOf(built)) && numberOf(built) > rollup.finalized();
    }

    function isProven(Built memory built, uint8 segment) private view returns (bool) {
        return (challenges.disputes(idOf(built)).proven >> segment) & 1 == 1;
    }

    function isChallenged(Built memory built, uint8 segment) private view returns (bool) {
        return challenges.challengeOf(idOf(built), segment).challenger != address(0);
    }

    /// @dev One of the last sixteen batches, and one of its segments.
    function pick(uint256 seed) private view returns (bool found, Built memory built, uint8 segment) {
        uint256 count = _stored.length;
        if (count == 0) return (false, built, 0);
        uint256 back = seed % (count < 16 ? count : 16);
        Stored memory stored = _stored[count - 1 - back];
        built = build(stored.parent, stored.batch.header.queueEnd, stored.dataSegments);
        built.batch = stored.batch;
        segment = uint8((seed >> 8) % built.checkpoints.length);
        return (true, built, segment);
    }
}
