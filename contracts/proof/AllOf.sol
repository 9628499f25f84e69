// SPDX-License-Identifier: MIT
// Several verifiers of the segment statement, all of which must accept.
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";
import {Claim} from "../types/Types.sol";

/// @title All of several proof systems
/// @notice A proof is `abi.encode(bytes[])`: one part for each verifier, in their order, each what that verifier takes.
///
/// What it buys is safety. A false statement passes only if every verifier is unsound, and for the same statement: a
/// forged proof needs a bug in each circuit, proving library and setup behind them. It is worth as much as they are
/// independent; two adapters of one generated verifier are two addresses and one proof system.
///
/// What it pays is liveness. One incomplete circuit, or one prover that nobody can run, and a segment cannot be proven
/// at all: neither refuted nor answered for. A sequencer runs every circuit over a segment before it commits it.
///
/// Nothing here can be changed: no owner, no vote, no upgrade. When one verifier turns out to be broken:
///
/// - It accepts too much (unsound). Nothing changes: the others still stop every false statement, by fraud and by
///   validity proofs alike. Nobody can freeze the rollup by it either: a contradiction needs every verifier to accept
///   both results. The deployment is as safe as the rest of its verifiers, and should be left for a new one.
/// - It accepts nothing, or not some segments (incomplete). Those segments have no fraud proofs and no answers. A
///   challenge still opens, runs out unanswered and rolls the batch back, so a wrong batch is stopped by whoever pays
///   a bond for the time; but so is a right one, and its sequencer loses its bond. Unchallenged batches still become
///   final with their window. Users withdraw through those, and leave for a new deployment.
contract AllOf is ISegmentVerifier {
    /// @dev One is no more than that verifier itself.
    uint256 private constant LEAST = 2;
    /// @dev Far more than there are proof systems, and few enough for a dispute's gas.
    uint256 private constant MOST = 8;

    /// @inheritdoc ISegmentVerifier
    uint8 public immutable recordsPerSegment;
    /// @inheritdoc ISegmentVerifier
    uint8 public immutable stateDepth;

    /// @dev Written by the constructor alone.
    ISegmentVerifier[] private _verifiers;

    error VerifierCountOutOfRange(uint256 actual, uint256 least, uint256 most);
    error VerifierWithoutCode(address verifier);
    error SameVerifier(address verifier);
    error SizesDiffer(address verifier, uint8 expected, uint8 actual);
    error WrongPartCount(uint256 actual, uint256 expected);

    /// @param verifiers_ between 2 and 8 of them, all for the same sizes of the circuit
    constructor(ISegmentVerifier[] memory verifiers_) {
        uint256 count = verifiers_.length;
        if (count < LEAST || count > MOST) revert VerifierCountOutOfRange(count, LEAST, MOST);
        for (uint256 i = 0; i < count; ++i) {
            ISegmentVerifier verifier = verifiers_[i];
            // An address computed ahead and then not deployed would make every dispute fail.
            if (address(verifier).code.length == 0) revert VerifierWithoutCode(address(verifier));
            // The same one twice looks like two opinions and is one.
            for (uint256 j = 0; j < i; ++j) {
                if (address(verifier) == address(verifiers_[j])) revert SameVerifier(address(verifier));
            }
            _requireSame(verifier, verifiers_[0].recordsPerSegment(), verifier.recordsPerSegment());
            _requireSame(verifier, verifiers_[0].stateDepth(), verifier.stateDepth());
        }
        recordsPerSegment = verifiers_[0].recordsPerSegment();
        stateDepth = verifiers_[0].stateDepth();
        _verifiers = verifiers_;
    }

    /// @inheritdoc ISegmentVerifier
    /// @dev A verifier that reverts makes the whole revert, with its reason, so that one learns which of them refused.
    /// To the protocol a revert and `false` are the same: a failed proof decides nothing.
    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        bytes[] memory parts = abi.decode(proof, (bytes[]));
        uint256 count = _verifiers.length;
        // INVARIANT: every verifier is asked, each about a part of its own.
        if (parts.length != count) revert WrongPartCount(parts.length, count);
        for (uint256 i = 0; i < count; ++i) {
            // INVARIANT: one refusal refuses the whole.
            if (!_verifiers[i].verify(claim, parts[i])) return false;
        }
        return true;
    }

    /// @notice The verifiers, in the order of a proof's parts.
    function verifiers() external view returns (ISegmentVerifier[] memory) {
        return _verifiers;
    }

    function _requireSame(ISegmentVerifier verifier, uint8 expected, uint8 actual) private pure {
        if (expected != actual) revert SizesDiffer(address(verifier), expected, actual);
    }
}
