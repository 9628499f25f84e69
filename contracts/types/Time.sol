// SPDX-License-Identifier: MIT
// Points in time and lengths of time as types of their own, so that nobody adds two deadlines.
pragma solidity ^0.8.28;

/// @dev Seconds since the epoch, as the protocol's clock shows them.
type Timestamp is uint40;

/// @dev A number of seconds.
type Duration is uint40;

function sameTimestamp(Timestamp a, Timestamp b) pure returns (bool) {
    return Timestamp.unwrap(a) == Timestamp.unwrap(b);
}

function isEarlier(Timestamp a, Timestamp b) pure returns (bool) {
    return Timestamp.unwrap(a) < Timestamp.unwrap(b);
}

function isLaterOrSame(Timestamp a, Timestamp b) pure returns (bool) {
    return Timestamp.unwrap(a) >= Timestamp.unwrap(b);
}

function plus(Timestamp start, Duration length) pure returns (Timestamp) {
    return Timestamp.wrap(Timestamp.unwrap(start) + Duration.unwrap(length));
}

function later(Timestamp a, Timestamp b) pure returns (Timestamp) {
    return a < b ? b : a;
}

function isShorter(Duration a, Duration b) pure returns (bool) {
    return Duration.unwrap(a) < Duration.unwrap(b);
}

function isLonger(Duration a, Duration b) pure returns (bool) {
    return Duration.unwrap(a) > Duration.unwrap(b);
}

function seconds_(Duration length) pure returns (uint256) {
    return Duration.unwrap(length);
}

using {sameTimestamp as ==, isEarlier as <, isLaterOrSame as >=, plus, later} for Timestamp global;
using {isShorter as <, isLonger as >, seconds_} for Duration global;
