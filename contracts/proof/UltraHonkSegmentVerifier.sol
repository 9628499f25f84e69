// SPDX-License-Identifier: MIT
// Puts a generated UltraHonk verifier behind the protocol's interface.
pragma solidity ^0.8.28;

import {IHonkVerifier} from "../interfaces/IHonkVerifier.sol";
import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";

contract UltraHonkVerifier is ISegmentVerifier {
    IHonkVerifier public immutable generated;
    /// @inheritdoc ISegmentVerifier
    uint8 public immutable recordsPerSegment;
    /// @inheritdoc ISegmentVerifier
    uint8 public immutable stateDepth;

    error VerifierWithoutCode(address generated);

    constructor(IHonkVerifier generated_, uint8 recordsPerSegment_, uint8 stateDepth_) {
        // An address computed ahead and then not deployed would make every dispute fail.
        if (address(generated_).code.length == 0) revert VerifierWithoutCode(address(generated_));
        generated = generated_;
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }

    /// @inheritdoc ISegmentVerifier
    function verify(bytes calldata proof, bytes32[6] calldata inputs) external view returns (bool) {
        bytes32[] memory list = new bytes32[](inputs.length);
        for (uint256 i = 0; i < inputs.length; ++i) list[i] = inputs[i];
        return generated.verify(proof, list);
    }
}
