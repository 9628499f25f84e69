// SPDX-License-Identifier: MIT
// Puts a generated UltraHonk verifier behind the protocol's interface.
pragma solidity ^0.8.28;

import {IHonkVerifier} from "../interfaces/IHonkVerifier.sol";
import {SegmentVerifier} from "./SegmentVerifier.sol";

contract UltraHonkSegmentVerifier is SegmentVerifier {
    IHonkVerifier public immutable generated;

    constructor(
        IHonkVerifier generated_,
        uint8 recordsPerSegment_,
        uint8 stateDepth_
    ) SegmentVerifier(address(generated_), recordsPerSegment_, stateDepth_) {
        generated = generated_;
    }

    /// @inheritdoc SegmentVerifier
    /// @dev The generated verifier checks the proof's length itself.
    function _accepts(bytes calldata proof, bytes32[6] memory inputs) internal view override returns (bool) {
        bytes32[] memory list = new bytes32[](inputs.length);
        for (uint256 i = 0; i < inputs.length; ++i) list[i] = inputs[i];
        return generated.verify(proof, list);
    }
}
