// Time, pauses by the guardian and by whoever is none, and the honest party that acts before its time is over.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClock} from "../../../../contracts/interfaces/IClock.sol";
import {Duration} from "../../../../contracts/types/Time.sol";
import {Leaving} from "./Leaving.sol";

abstract contract Timing is Leaving {
    /// @notice Lets some time go by, up to one and a half challenge windows.
    function wait(uint256 seed) public {
        uint256 draw = begin(seed);
        _goTo(draw, clock + 1 + uint40(pick(draw, 1, (3 * CHALLENGE_WINDOW) / 2)));
    }

    /// @notice Goes to a second in which something begins or ends, to the one before it or to the one after it.
    function leap(uint256 seed) public {
        uint256 draw = begin(seed);
        uint40 time = _boundary(draw);
        uint40 nowTime = nowIs();
        uint40 start = isPaused() ? pauses[pauses.length - 1].until : clock;
        if (time > nowTime + 1) {
            _goTo(draw, start + time - nowTime - 1 + uint40(pick(draw, 3, 3)));
            note("leap", DONE);
        } else if (isPaused()) {
            _goTo(draw, start - 1 > clock ? start - 1 + uint40(pick(draw, 4, 2)) : start);
            note("leap to the end of a pause", DONE);
        } else {
            _goTo(draw, clock + 1);
        }
    }

    function pause(uint256 seed) public {
        uint256 draw = begin(seed);
        uint40 length = uint40(1 + pick(draw, 1, LONGEST_PAUSE));
        uint256 flaw = pick(draw, 2, 10);
        if (flaw == 0) length = 0;
        if (flaw == 1) length = LONGEST_PAUSE + 1;
        address caller = flaw == 2 ? griefer : guardian;
        bytes4 expected = DONE;
        if (caller != guardian) expected = IClock.OnlyGuardian.selector;
        else if (flaw < 2) expected = IClock.PauseLengthOutOfRange.selector;
        else if (pauses.length > 0 && clock < pauses[pauses.length - 1].until + COOLDOWN) {
            expected = IClock.PauseTooSoon.selector;
        }
        bytes memory data = abi.encodeCall(IClock.pause, (Duration.wrap(length)));
        (bool done, ) = attempt("pause", caller, address(protocolClock), 0, data, expected);
        if (done) pauses.push(Pause(clock, clock + length));
    }

    function resume(uint256 seed) public {
        uint256 draw = begin(seed);
        address caller = pick(draw, 1, 6) == 0 ? griefer : guardian;
        bytes4 expected = DONE;
        if (caller != guardian) expected = IClock.OnlyGuardian.selector;
        else if (!isPaused()) expected = IClock.NotPaused.selector;
        (bool done, ) = attempt(
            "resume",
            caller,
            address(protocolClock),
            0,
            abi.encodeCall(IClock.resume, ()),
            expected
        );
        if (done) pauses[pauses.length - 1].until = clock;
    }

    /// @notice What an L1 base fee does to the price of a challenge.
    function changeBaseFee(uint256 seed) public {
        uint256 draw = begin(seed);
        baseFee = uint128(pick(draw, 1, 3) == 0 ? 1 gwei + pick(draw, 2, 200 gwei) : 1 gwei);
        vm.fee(baseFee);
    }

    function passTo(uint256 draw, uint40 time) internal override {
        if (time <= nowIs()) return;
        uint40 start = isPaused() ? pauses[pauses.length - 1].until : clock;
        _goTo(draw, start + time - nowIs());
    }

    /// @dev Invariant 1 supposes one honest party: in the last second in which it can, it opposes what is wrong, and mostly answers
    /// challenges of what is right. Nobody can do anything during a pause, so time stops once at its end.
    function _goTo(uint256 draw, uint40 wall) private {
        if (isPaused()) {
            uint40 until = pauses[pauses.length - 1].until;
            if (wall <= until) {
                warpTo(wall);
                return;
            }
            warpTo(until);
        }
        _actBefore(draw, timeAt(wall));
        warpTo(wall);
    }

    function _actBefore(uint256 draw, uint40 time) private {
        for (uint256 number = finalNumber + 1; number < live.length; ++number) {
            uint256 which = live[number];
            bool unopposed = batches[which].wrong != 0 && batches[which].since + CHALLENGE_WINDOW <= time;
            if (unopposed) _oppose(draw, which);
        }
        for (uint256 i = openChallenges.length; i > 0; --i) {
            if (i > openChallenges.length) continue;
            Place memory place = openChallenges[i - 1];
            bool answerable = batches[place.batch].fate == Fate.Pending && !isWrong(place.batch, place.segment);
            if (!answerable || challengeAt[place.batch][place.segment].deadline > time) continue;
            if (pick(draw, 200 + i, 4) != 0) answerHonestly(place.batch, place.segment);
        }
    }

    function _oppose(uint256 draw, uint256 which) private {
        uint8 first = 0;
        for (uint8 i = batches[which].count; i > 0; --i) {
            if (!isWrong(which, i - 1)) continue;
            if (challengeAt[which][i - 1].open) return;
            first = i - 1;
        }
        note("an honest party acts", DONE);
        opposeHonestly(draw, which, first);
    }

    /// @dev A second of protocol time in which something becomes possible or impossible.
    function _boundary(uint256 draw) private view returns (uint40) {
        uint256 kind = pick(draw, 2, 9);
        if (kind == 0 && openChallenges.length > 0) {
            Place memory place = openChallenges[pick(draw, 5, openChallenges.length)];
            return challengeAt[place.batch][place.segment].deadline;
        }
        uint64 firstLeft = batches[headBatch()].batch.header.queueEnd;
        if (kind == 1 && firstLeft < queued.length) return enqueuedAt[firstLeft] + FORCE_DELAY;
        firstLeft = batches[live[finalNumber]].batch.header.queueEnd;
        // Rarely: a rollup that serves nobody is soon a frozen one.
        if (kind == 2 && firstLeft < queued.length && pick(draw, 6, batches.length > 8 ? 1 : 8) == 0)
            return enqueuedAt[firstLeft] + ESCAPE_DELAY;
        if (kind == 3) return primaryUntil();
        if (kind > 6 && lastPayableFrom > nowIs()) return lastPayableFrom;
        if (kind == 4) return (windowNow() + 1) * EXIT_DELAY;
        uint256 which = pendingBatch(draw);
        return batches[which].since + (kind == 5 ? world.earliest : CHALLENGE_WINDOW);
    }
}
