// SPDX-License-Identifier: MIT
// Puts a generated PLONK verifier behind the protocol's interface.
pragma solidity ^0.8.28;

import {IPlonkVerifier} from "../interfaces/IPlonkVerifier.sol";
import {SegmentVerifier} from "./SegmentVerifier.sol";

contract PlonkSegmentVerifier is SegmentVerifier {
    /// @dev Nine points of two words and six evaluations.
    uint256 private constant PROOF_BYTES = 24 * 32;

    IPlonkVerifier public immutable generated;

    constructor(
        IPlonkVerifier generated_,
        uint8 recordsPerSegment_,
        uint8 stateDepth_
    ) SegmentVerifier(address(generated_), recordsPerSegment_, stateDepth_) {
        generated = generated_;
    }

    /// @inheritdoc SegmentVerifier
    function _accepts(bytes calldata proof, bytes32[6] memory inputs) internal view override returns (bool) {
        _requireLength(proof, PROOF_BYTES);
        return generated.verifyProof(abi.decode(proof, (uint256[24])), _asNumbers(inputs));
    }
}
