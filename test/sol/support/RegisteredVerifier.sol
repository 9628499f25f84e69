// A verifier for tests in which the proof is incidental: accepts exactly the public inputs that were registered.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../../contracts/interfaces/ISegmentVerifier.sol";

contract RegisteredVerifier is ISegmentVerifier {
    uint8 public recordsPerSegment;
    uint8 public stateDepth;
    mapping(bytes32 inputsHash => bool accepted) private _accepted;

    constructor(uint8 recordsPerSegment_, uint8 stateDepth_) {
        recordsPerSegment = recordsPerSegment_;
        stateDepth = stateDepth_;
    }

    function register(bytes32[6] calldata inputs) external {
        _accepted[keccak256(abi.encode(inputs))] = true;
    }

    function verify(bytes calldata, bytes32[6] calldata inputs) external view returns (bool) {
        return _accepted[keccak256(abi.encode(inputs))];
    }
}
