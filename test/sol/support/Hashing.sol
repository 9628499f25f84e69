// The contracts' hashes for tests, from one deployed LibraryHarness: inlined, Poseidon2 would force every test that needs a tree
// through the slow IR pipeline.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoint} from "../../../contracts/types/Types.sol";
import {ILibraryHarness} from "./ILibraryHarness.sol";
import {Vm} from "./Test.sol";

library Hashing {
    ILibraryHarness private constant HARNESS = ILibraryHarness(
        address(uint160(uint256(keccak256("luntra.test.hashing"))))
    );
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice To be called once by a test before it hashes.
    function install() internal {
        VM.etch(address(HARNESS), VM.getDeployedCode("LibraryHarness"));
    }

    function hash3(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        uint256[] memory inputs = new uint256[](3);
        (inputs[0], inputs[1], inputs[2]) = (a, b, c);
        return hash(inputs);
    }

    function hash(uint256[] memory inputs) internal pure returns (uint256) {
        return _pure(_hash)(inputs);
    }

    function checkpointOf(Checkpoint memory checkpoint) internal pure returns (bytes32) {
        return _pure(_checkpointOf)(checkpoint);
    }

    function _hash(uint256[] memory inputs) private view returns (uint256) {
        return HARNESS.hash(inputs);
    }

    function _checkpointOf(Checkpoint memory checkpoint) private view returns (bytes32) {
        return HARNESS.checkpointOf(checkpoint);
    }

    /// @dev The harness has no state, so that what it computes depends on its inputs alone.
    function _pure(
        function(uint256[] memory) view returns (uint256) its
    ) private pure returns (function(uint256[] memory) pure returns (uint256) same) {
        assembly ("memory-safe") {
            same := its
        }
    }

    function _pure(
        function(Checkpoint memory) view returns (bytes32) its
    ) private pure returns (function(Checkpoint memory) pure returns (bytes32) same) {
        assembly ("memory-safe") {
            same := its
        }
    }
}
