// SPDX-License-Identifier: MIT
// The protocol's time: wall time less all pauses.
pragma solidity ^0.8.28;

import {Duration, Timestamp} from "../types/Time.sol";

interface IClock {
    /// @notice Time stands still in [from, until), wall time.
    event Paused(uint40 from, uint40 until);
    /// @notice The running pause ends at `until`, wall time, and not later.
    event Resumed(uint40 until);

    error OnlyGuardian(address caller);
    /// @param until wall time of the first second in which time runs again
    error ClockPaused(uint40 until);
    error PauseLengthOutOfRange(Duration length, Duration longest);
    /// @param earliest wall time of the first second in which the next pause may begin
    error PauseTooSoon(uint40 earliest);
    error NotPaused();
    error CooldownTooShort(Duration cooldown, Duration least);
    error CooldownTooLong(Duration cooldown, Duration longest);

    /// @notice Stops the protocol's time for `length` seconds, or until `resume`. Guardian only.
    function pause(Duration length) external;
    /// @notice Ends a running pause early. Guardian only; nobody has to call it.
    function resume() external;

    /// @notice Protocol time; reverts while paused.
    function time() external view returns (Timestamp);
    /// @notice Protocol time and whether it stands still; never reverts. For views.
    /// @return now_ protocol time, of the pause's first second while paused
    /// @return paused whether time stands still
    /// @return until wall time of the latest pause's end; 0 when there was none
    function look() external view returns (Timestamp now_, bool paused, uint40 until);
    /// @notice Seconds to add to a protocol time that is still to come to get its wall time, if no other pause comes.
    function skew() external view returns (uint40);
    /// @notice Who may pause; 0: nobody.
    function guardian() external view returns (address);
    function longestPause() external view returns (Duration);
    /// @notice Time from the end of a pause to the earliest start of the next, in wall time.
    function pauseCooldown() external view returns (Duration);
}
