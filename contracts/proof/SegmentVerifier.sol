// SPDX-License-Identifier: MIT
// What the adapters of all proof systems share: from a claim and the prover's `h` to the six public inputs.
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";
import {Field} from "../libraries/Field.sol";
import {Statement} from "../libraries/Statement.sol";
import {Claim} from "../types/Types.sol";

/// @notice Takes `h ‖ proof`: the hash of the words as this system's circuit computes it, then the system's own proof.
abstract contract SegmentVerifier is ISegmentVerifier {
    using Field for bytes32;

    uint256 private constant HASH_BYTES = 32;

    /// @inheritdoc ISegmentVerifier
    uint8 public immutable recordsPerSegment;
    /// @inheritdoc ISegmentVerifier
    uint8 public immutable stateDepth;

    error VerifierWithoutCode(address generated);
    error ProofTooShort(uint256 actual, uint256 least);
    /// @notice The system's own proof, without `h`, has another length than every proof of this system.
    error WrongProofLength(uint256 actual, uint256 expected);
    error NonCanonicalInput(bytes32 value);

    constructor(address generated, uint8 recordsPerSegment_, uint8 stateDepth_) {
        // An address computed ahead and then not deployed would make every dispute fail.
        if (generated.code.length == 0) revert VerifierWithoutCode(generated);
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }

    /// @inheritdoc ISegmentVerifier
    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        // Without a whole `h` there is no statement; the missing bytes must not be read as zeros.
        if (proof.length < HASH_BYTES) revert ProofTooShort(proof.length, HASH_BYTES);
        bytes32[6] memory inputs = publicInputs(claim, bytes32(proof[:HASH_BYTES]));
        return _accepts(proof[HASH_BYTES:], inputs);
    }

    /// @notice a, b, h, r, y, context: what the circuit is asked about, for a prover's `h`.
    /// @dev The words are canonical by construction: L1 decodes none above 2^160, and they enter `r` as they stand and
    /// `y` reduced. `r` and `y` are computed below the order here.
    function publicInputs(Claim calldata claim, bytes32 h) public pure returns (bytes32[6] memory) {
        // INVARIANT: every public input has one encoding, whoever asks: a second one would be a second result.
        _requireCanonical(claim.a);
        _requireCanonical(claim.b);
        _requireCanonical(claim.context);
        _requireCanonical(h);
        return Statement.publicInputs(claim.a, claim.b, h, claim.words, claim.context);
    }

    /// @dev Asks the generated verifier about the system's own proof. May revert instead of returning false.
    function _accepts(bytes calldata proof, bytes32[6] memory inputs) internal view virtual returns (bool);

    /// @dev Reverts unless the system's own proof has the length of all its proofs: no bytes that nobody looks at.
    function _requireLength(bytes calldata proof, uint256 expected) internal pure {
        if (proof.length != expected) revert WrongProofLength(proof.length, expected);
    }

    /// @dev The public inputs as the generated verifiers of snarkjs take them.
    function _asNumbers(bytes32[6] memory inputs) internal pure returns (uint256[6] memory numbers) {
        for (uint256 i = 0; i < inputs.length; ++i) numbers[i] = uint256(inputs[i]);
    }

    function _requireCanonical(bytes32 value) private pure {
        if (!value.isCanonical()) revert NonCanonicalInput(value);
    }
}
