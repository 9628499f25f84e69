// The adapter between the protocol and a generated verifier.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IHonkVerifier} from "../../contracts/interfaces/IHonkVerifier.sol";
import {ISegmentVerifier} from "../../contracts/interfaces/ISegmentVerifier.sol";
import {UltraHonkVerifier} from "../../contracts/proof/UltraHonkVerifier.sol";
import {Test} from "./support/Test.sol";

contract UltraHonkVerifierTest is Test {
    address private generated = makeAddr("generated");
    bytes32[6] private inputs = [bytes32(uint256(1)), bytes32(uint256(2)), 0, 0, 0, bytes32(uint256(6))];

    function expectedCall() private view returns (bytes memory) {
        bytes32[] memory list = new bytes32[](6);
        for (uint256 i = 0; i < 6; ++i) list[i] = inputs[i];
        return abi.encodeCall(IHonkVerifier.verify, ("proof", list));
    }

    function deploy() private returns (ISegmentVerifier) {
        vm.etch(generated, hex"00");
        return new UltraHonkVerifier(IHonkVerifier(generated), 32, 20);
    }

    function test_verify_hands_proof_and_inputs_on_in_their_order() public {
        ISegmentVerifier verifier = deploy();
        vm.mockCall(generated, expectedCall(), abi.encode(true));
        vm.expectCall(generated, expectedCall());
        assertTrue(verifier.verify("proof", inputs));
        assertEq(verifier.recordsPerSegment(), 32);
        assertEq(verifier.stateDepth(), 20);
    }

    function test_verify_hands_a_refusal_on() public {
        ISegmentVerifier verifier = deploy();
        vm.mockCall(generated, expectedCall(), abi.encode(false));
        assertFalse(verifier.verify("proof", inputs));
        vm.mockCallRevert(generated, expectedCall(), bytes("no"));
        vm.expectRevert(bytes("no"));
        verifier.verify("proof", inputs);
    }

    function test_constructor_refuses_an_address_without_code() public {
        vm.expectRevert(abi.encodeWithSelector(UltraHonkVerifier.VerifierWithoutCode.selector, generated));
        new UltraHonkVerifier(IHonkVerifier(generated), 32, 20);
    }
}
