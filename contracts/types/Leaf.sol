// SPDX-License-Identifier: MIT
// A leaf of the state tree as an escape shows it.
pragma solidity ^0.8.28;

/// @notice A leaf of the state tree (protocol §3), or the hash of one that is not escaped.
/// @dev account 0: `next` is the leaf's hash as it stands (0 for an unused leaf), the other fields mean nothing. Else the
/// preimage: token 0 is the account record (lo = wei, hi = nonce), another token its balance (hi = 0).
struct Leaf {
    address token;
    address account;
    uint128 lo;
    uint64 hi;
    bytes32 next;
}
