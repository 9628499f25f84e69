// A verifier that spends gas before it asks another.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../../contracts/interfaces/ISegmentVerifier.sol";
import {Claim} from "../../../contracts/types/Types.sol";

contract HungryVerifier is ISegmentVerifier {
    ISegmentVerifier private immutable INNER;
    uint256 private immutable APPETITE;

    constructor(ISegmentVerifier inner, uint256 appetite) {
        INNER = inner;
        APPETITE = appetite;
    }

    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        uint256 spent = 0;
        // Ends by itself or runs dry.
        for (uint256 start = gasleft(); spent < APPETITE;) spent = start - gasleft();
        return INNER.verify(claim, proof);
    }

    function recordsPerSegment() external view returns (uint8) {
        return INNER.recordsPerSegment();
    }

    function stateDepth() external view returns (uint8) {
        return INNER.stateDepth();
    }
}
