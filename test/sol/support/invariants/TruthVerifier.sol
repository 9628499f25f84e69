// A verifier that accepts exactly the statements that the ghost model holds to be true, and keeps nothing of its own.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../../../contracts/interfaces/ISegmentVerifier.sol";
import {Claim} from "../../../../contracts/types/Types.sol";

interface ITruth {
    function isTrue(Claim calldata claim, bytes calldata proof) external view returns (bool);
}

contract TruthVerifier is ISegmentVerifier {
    ITruth private immutable TRUTH;
    uint8 public immutable recordsPerSegment;
    uint8 public immutable stateDepth;

    constructor(ITruth truth, uint8 recordsPerSegment_, uint8 stateDepth_) {
        TRUTH = truth;
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }

    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        return TRUTH.isTrue(claim, proof);
    }
}
