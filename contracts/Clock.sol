// SPDX-License-Identifier: MIT
// The one clock that every clocked step reads. Its guardian can stop it, for a bounded time, and nothing else.
pragma solidity ^0.8.28;

import {IClock} from "./interfaces/IClock.sol";
import {Economics} from "./libraries/Economics.sol";
import {ClockParameters} from "./types/Parameters.sol";
import {Duration, Timestamp} from "./types/Time.sol";

contract Clock is IClock {
    /// @dev One word: from 40 | until 40 | skipped 40. The latest pause is [from, until) in wall time; `skipped` are the
    /// seconds of all pauses before it. No transaction is needed for time to run again.
    struct Pauses {
        uint40 from;
        uint40 until;
        uint40 skipped;
    }

    Duration private constant LONGEST_PAUSE = Duration.wrap(30 days);
    /// @dev Far above any use, far below what could overflow 40 bits of seconds.
    Duration private constant LONGEST_COOLDOWN = Duration.wrap(365 days);

    /// @inheritdoc IClock
    address public immutable guardian;
    /// @inheritdoc IClock
    Duration public immutable longestPause;
    /// @inheritdoc IClock
    Duration public immutable pauseCooldown;

    Pauses private _pauses;

    modifier onlyGuardian() {
        // INVARIANT: nobody else stops time. Without a guardian nobody does: no call comes from address 0.
        if (msg.sender != guardian) revert OnlyGuardian(msg.sender);
        _;
    }

    constructor(ClockParameters memory parameters) {
        Duration longest = parameters.longestPause;
        // A guardian that cannot pause, and a pause that nobody can start, are mistakes.
        Duration most = parameters.guardian == address(0) ? Duration.wrap(0) : LONGEST_PAUSE;
        if (longest > most || (most.seconds_() != 0 && longest.seconds_() == 0)) {
            revert PauseLengthOutOfRange(longest, most);
        }
        // Whatever the guardian does, time runs for four fifths of it.
        Duration least = Economics.leastCooldown(longest);
        if (parameters.pauseCooldown < least) revert CooldownTooShort(parameters.pauseCooldown, least);
        if (parameters.pauseCooldown > LONGEST_COOLDOWN) {
            revert CooldownTooLong(parameters.pauseCooldown, LONGEST_COOLDOWN);
        }
        guardian = parameters.guardian;
        longestPause = longest;
        pauseCooldown = parameters.pauseCooldown;
    }

    /// @inheritdoc IClock
    function pause(Duration length) external onlyGuardian {
        // INVARIANT: a pause is bounded.
        if (length.seconds_() == 0 || length > longestPause) revert PauseLengthOutOfRange(length, longestPause);
        Pauses memory last = _pauses;
        uint40 wall = _wall();
        uint40 earliest = last.until + Duration.unwrap(pauseCooldown);
        // INVARIANT: pauses cannot be chained.
        if (wall < earliest) revert PauseTooSoon(earliest);
        uint40 until = wall + Duration.unwrap(length);
        _pauses = Pauses({from: wall, until: until, skipped: _skew(last)});
        emit Paused(wall, until);
    }

    /// @inheritdoc IClock
    function resume() external onlyGuardian {
        uint40 wall = _wall();
        // INVARIANT: time never runs back. What has ended is not prolonged.
        if (wall >= _pauses.until) revert NotPaused();
        _pauses.until = wall;
        emit Resumed(wall);
    }

    /// @inheritdoc IClock
    function time() external view returns (Timestamp) {
        Pauses memory last = _pauses;
        uint40 wall = _wall();
        // INVARIANT: the pause ends by itself, in its exact second.
        if (wall < last.until) revert ClockPaused(last.until);
        return Timestamp.wrap(wall - _skew(last));
    }

    /// @inheritdoc IClock
    function look() external view returns (Timestamp now_, bool paused, uint40 until) {
        Pauses memory last = _pauses;
        uint40 wall = _wall();
        until = last.until;
        paused = wall < until;
        now_ = Timestamp.wrap(paused ? last.from - last.skipped : wall - _skew(last));
    }

    /// @inheritdoc IClock
    function skew() external view returns (uint40) {
        return _skew(_pauses);
    }

    /// @dev All seconds of pauses, those of a running pause that are still to come included.
    function _skew(Pauses memory pauses) private pure returns (uint40) {
        return pauses.skipped + (pauses.until - pauses.from);
    }

    /// @dev What stops time for one step stops it for all: no other line of the protocol reads block.timestamp.
    function _wall() private view returns (uint40) {
        return uint40(block.timestamp);
    }
}
