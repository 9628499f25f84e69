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
        return HARNESS.hash(inputs);
    }

    function checkpointOf(Checkpoint memory checkpoint) internal pure returns (bytes32) {
        return HARNESS.checkpointOf(checkpoint);
    }
}
