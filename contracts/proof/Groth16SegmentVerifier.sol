// SPDX-License-Identifier: MIT
// Puts a generated Groth16 verifier behind the protocol's interface.
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {SegmentVerifier} from "./SegmentVerifier.sol";

contract Groth16SegmentVerifier is SegmentVerifier {
    /// @dev Points a, b and c of the proof, as the EVM's precompiles take them: 2, 4 and 2 words.
    uint256 private constant PROOF_BYTES = 8 * 32;

    IGroth16Verifier public immutable generated;

    constructor(
        IGroth16Verifier generated_,
        uint8 recordsPerSegment_,
        uint8 stateDepth_
    ) SegmentVerifier(address(generated_), recordsPerSegment_, stateDepth_) {
        generated = generated_;
    }

    /// @inheritdoc SegmentVerifier
    function _accepts(bytes calldata proof, bytes32[6] memory inputs) internal view override returns (bool) {
        _requireLength(proof, PROOF_BYTES);
        (uint256[2] memory a, uint256[2][2] memory b, uint256[2] memory c) = abi.decode(
            proof,
            (uint256[2], uint256[2][2], uint256[2])
        );
        return generated.verifyProof(a, b, c, _asNumbers(inputs));
    }
}
