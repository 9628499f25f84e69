// A verifier for tests in which the proof is incidental: accepts exactly the claims and proofs that were registered.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../../contracts/interfaces/ISegmentVerifier.sol";
import {Claim} from "../../../contracts/types/Types.sol";

contract RegisteredVerifier is ISegmentVerifier {
    uint8 public recordsPerSegment;
    uint8 public stateDepth;
    mapping(bytes32 hash => bool accepted) private _accepted;

    constructor(uint8 recordsPerSegment_, uint8 stateDepth_) {
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }

    function register(Claim calldata claim, bytes calldata proof) external {
        _accepted[keccak256(abi.encode(claim, proof))] = true;
    }

    function verify(Claim calldata claim, bytes calldata proof) external view returns (bool) {
        return _accepted[keccak256(abi.encode(claim, proof))];
    }
}
