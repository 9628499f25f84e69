// The adapters between the protocol and generated verifiers: what they derive, split and hand on.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../../contracts/interfaces/IGroth16Verifier.sol";
import {IHonkVerifier} from "../../contracts/interfaces/IHonkVerifier.sol";
import {IPlonkVerifier} from "../../contracts/interfaces/IPlonkVerifier.sol";
import {Field} from "../../contracts/libraries/Field.sol";
import {Groth16SegmentVerifier} from "../../contracts/proof/Groth16SegmentVerifier.sol";
import {PlonkSegmentVerifier} from "../../contracts/proof/PlonkSegmentVerifier.sol";
import {SegmentVerifier} from "../../contracts/proof/SegmentVerifier.sol";
import {UltraHonkSegmentVerifier} from "../../contracts/proof/UltraHonkSegmentVerifier.sol";
import {Claim} from "../../contracts/types/Types.sol";
import {Test} from "./support/Test.sol";

abstract contract SegmentVerifierTest is Test {
    bytes32 internal constant H = bytes32(uint256(77));

    address internal generated = makeAddr("generated");
    SegmentVerifier internal verifier;

    function setUp() public {
        vm.etch(generated, hex"00");
        verifier = deploy();
    }

    function deploy() internal virtual returns (SegmentVerifier);

    /// @dev A proof as this system's generated verifier takes it.
    function ownProof() internal pure virtual returns (bytes memory);

    /// @dev The call that must reach the generated verifier.
    function expectedCall(bytes32[6] memory inputs) internal pure virtual returns (bytes memory);

    function claim() internal pure returns (Claim memory its) {
        its.a = bytes32(uint256(1));
        its.b = bytes32(uint256(2));
        its.context = bytes32(uint256(6));
        its.words = new uint256[](3);
        (its.words[0], its.words[1], its.words[2]) = (1, 14, 1 << 159);
    }

    /// @dev Protocol §7, written out.
    function inputsOf(Claim memory its, bytes32 h) internal pure returns (bytes32[6] memory) {
        uint256 p = Field.ORDER;
        uint256 r = uint256(keccak256(abi.encodePacked(its.words, h, its.context))) % p;
        uint256 y = addmod(its.words[0], mulmod(its.words[1], r, p), p);
        y = addmod(y, mulmod(its.words[2], mulmod(r, r, p), p), p);
        return [its.a, its.b, h, bytes32(r), bytes32(y), its.context];
    }

    function proofWith(bytes32 h) internal pure returns (bytes memory) {
        return abi.encodePacked(h, ownProof());
    }

    function answer(bool accepted) internal {
        bytes memory call = expectedCall(inputsOf(claim(), H));
        vm.mockCall(generated, call, abi.encode(accepted));
    }

    function test_hands_the_statement_and_the_proof_on() public {
        answer(true);
        vm.expectCall(generated, expectedCall(inputsOf(claim(), H)));
        assertTrue(verifier.verify(claim(), proofWith(H)));
        assertEq(verifier.recordsPerSegment(), 32);
        assertEq(verifier.stateDepth(), 20);
    }

    function test_hands_a_refusal_on() public {
        answer(false);
        assertFalse(verifier.verify(claim(), proofWith(H)));
        vm.mockCallRevert(generated, expectedCall(inputsOf(claim(), H)), bytes("no"));
        vm.expectRevert(bytes("no"));
        verifier.verify(claim(), proofWith(H));
    }

    function test_takes_h_from_the_proof_and_nowhere_else() public {
        bytes32 other = bytes32(uint256(H) + 1);
        bytes memory call = expectedCall(inputsOf(claim(), other));
        vm.mockCall(generated, call, abi.encode(true));
        vm.expectCall(generated, call);
        assertTrue(verifier.verify(claim(), proofWith(other)));
    }

    function test_tells_the_public_inputs() public view {
        bytes32[6] memory actual = verifier.publicInputs(claim(), H);
        assertEq(abi.encode(actual), abi.encode(inputsOf(claim(), H)));
    }

    function test_every_part_of_the_claim_changes_the_public_inputs() public view {
        bytes32 before = keccak256(abi.encode(verifier.publicInputs(claim(), H)));
        for (uint256 i = 0; i < 5; ++i) {
            Claim memory its = claim();
            if (i == 0) its.a = bytes32(uint256(3));
            if (i == 1) its.b = bytes32(uint256(3));
            if (i == 2) its.context = bytes32(uint256(3));
            if (i == 3) its.words[2] = 5;
            // A word more that is zero: y stays, r does not.
            if (i == 4) {
                its.words = new uint256[](4);
                (its.words[0], its.words[1], its.words[2]) = (1, 14, 1 << 159);
            }
            assertNotEq(keccak256(abi.encode(verifier.publicInputs(its, H))), before);
        }
    }

    function test_refuses_second_encodings_of_a_b_context_and_h() public {
        for (uint256 i = 0; i < 4; ++i) {
            Claim memory its = claim();
            bytes32 h = H;
            bytes32 wrong = bytes32(
                Field.ORDER +
                    (
                        i == 0
                            ? 1
                            : i == 1
                                ? 2
                                : i == 2
                                    ? 6
                                    : uint256(H)
                    )
            );
            if (i == 0) its.a = wrong;
            if (i == 1) its.b = wrong;
            if (i == 2) its.context = wrong;
            if (i == 3) h = wrong;
            vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.NonCanonicalInput.selector, wrong));
            verifier.verify(its, proofWith(h));
        }
    }

    function test_refuses_the_order_itself_and_takes_what_is_below() public {
        bytes memory call = expectedCall(inputsOf(claim(), bytes32(Field.ORDER - 1)));
        vm.mockCall(generated, call, abi.encode(true));
        assertTrue(verifier.verify(claim(), proofWith(bytes32(Field.ORDER - 1))));
        vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.NonCanonicalInput.selector, bytes32(Field.ORDER)));
        verifier.verify(claim(), proofWith(bytes32(Field.ORDER)));
    }

    function test_refuses_a_proof_that_has_no_whole_h() public {
        for (uint256 length = 0; length < 32; length += 31) {
            vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.ProofTooShort.selector, length, 32));
            verifier.verify(claim(), new bytes(length));
        }
    }

    function deployAny() external returns (SegmentVerifier) {
        return deploy();
    }

    function test_constructor_refuses_an_address_without_code() public {
        generated = makeAddr("nobody");
        vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.VerifierWithoutCode.selector, generated));
        this.deployAny();
    }

    /// @dev For systems whose proofs have one length.
    function refusesOtherLengths() internal {
        uint256 length = ownProof().length;
        bytes memory longer = abi.encodePacked(H, ownProof(), bytes1(0));
        bytes memory shorter = abi.encodePacked(H, new bytes(length - 1));
        vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.WrongProofLength.selector, length + 1, length));
        verifier.verify(claim(), longer);
        vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.WrongProofLength.selector, length - 1, length));
        verifier.verify(claim(), shorter);
        vm.expectRevert(abi.encodeWithSelector(SegmentVerifier.WrongProofLength.selector, 0, length));
        verifier.verify(claim(), abi.encodePacked(H));
    }

    function numbers(bytes32[6] memory inputs) internal pure returns (uint256[6] memory its) {
        for (uint256 i = 0; i < 6; ++i) its[i] = uint256(inputs[i]);
    }
}

contract UltraHonkSegmentVerifierTest is SegmentVerifierTest {
    function deploy() internal override returns (SegmentVerifier) {
        return new UltraHonkSegmentVerifier(IHonkVerifier(generated), 32, 20);
    }

    function ownProof() internal pure override returns (bytes memory) {
        return "a proof of any length";
    }

    function expectedCall(bytes32[6] memory inputs) internal pure override returns (bytes memory) {
        bytes32[] memory list = new bytes32[](6);
        for (uint256 i = 0; i < 6; ++i) list[i] = inputs[i];
        return abi.encodeCall(IHonkVerifier.verify, (ownProof(), list));
    }
}

contract Groth16SegmentVerifierTest is SegmentVerifierTest {
    function deploy() internal override returns (SegmentVerifier) {
        return new Groth16SegmentVerifier(IGroth16Verifier(generated), 32, 20);
    }

    function ownProof() internal pure override returns (bytes memory) {
        return abi.encode(11, 12, 13, 14, 15, 16, 17, 18);
    }

    function expectedCall(bytes32[6] memory inputs) internal pure override returns (bytes memory) {
        uint256[2] memory a = [uint256(11), 12];
        uint256[2][2] memory b = [[uint256(13), 14], [uint256(15), 16]];
        uint256[2] memory c = [uint256(17), 18];
        return abi.encodeCall(IGroth16Verifier.verifyProof, (a, b, c, numbers(inputs)));
    }

    function test_refuses_a_proof_of_another_length() public {
        refusesOtherLengths();
    }
}

contract PlonkSegmentVerifierTest is SegmentVerifierTest {
    function deploy() internal override returns (SegmentVerifier) {
        return new PlonkSegmentVerifier(IPlonkVerifier(generated), 32, 20);
    }

    function words() private pure returns (uint256[24] memory its) {
        for (uint256 i = 0; i < 24; ++i) its[i] = 100 + i;
    }

    function ownProof() internal pure override returns (bytes memory) {
        return abi.encode(words());
    }

    function expectedCall(bytes32[6] memory inputs) internal pure override returns (bytes memory) {
        return abi.encodeCall(IPlonkVerifier.verifyProof, (words(), numbers(inputs)));
    }

    function test_refuses_a_proof_of_another_length() public {
        refusesOtherLengths();
    }
}
