// Several verifiers, all of which must accept: which sets are taken, and what one of them alone can do.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISegmentVerifier} from "../../contracts/interfaces/ISegmentVerifier.sol";
import {AllOf} from "../../contracts/proof/AllOf.sol";
import {Claim} from "../../contracts/types/Types.sol";
import {CredulousVerifier, DeafVerifier, RevertingVerifier} from "./support/BrokenVerifiers.sol";
import {RegisteredVerifier} from "./support/RegisteredVerifier.sol";
import {Test} from "./support/Test.sol";

contract AllOfTest is Test {
    uint8 private constant N = 4;
    uint8 private constant DEPTH = 20;

    function claim() private pure returns (Claim memory its) {
        its.a = bytes32(uint256(1));
        its.words = new uint256[](2);
    }

    function list(ISegmentVerifier one, ISegmentVerifier two) private pure returns (ISegmentVerifier[] memory its) {
        its = new ISegmentVerifier[](2);
        (its[0], its[1]) = (one, two);
    }

    function parts(bytes memory one, bytes memory two) private pure returns (bytes memory) {
        bytes[] memory its = new bytes[](2);
        (its[0], its[1]) = (one, two);
        return abi.encode(its);
    }

    function credulous() private returns (ISegmentVerifier) {
        return new CredulousVerifier(N, DEPTH);
    }

    function refused(ISegmentVerifier[] memory verifiers, bytes memory reason) private {
        vm.expectRevert(reason);
        new AllOf(verifiers);
    }

    function test_constructor_takes_two_to_eight() public {
        for (uint256 count = 0; count < 10; ++count) {
            ISegmentVerifier[] memory verifiers = new ISegmentVerifier[](count);
            for (uint256 i = 0; i < count; ++i) verifiers[i] = credulous();
            if (count < 2 || count > 8) {
                refused(verifiers, abi.encodeWithSelector(AllOf.VerifierCountOutOfRange.selector, count, 2, 8));
                continue;
            }
            AllOf all = new AllOf(verifiers);
            assertEq(abi.encode(all.verifiers()), abi.encode(verifiers));
            assertEq(all.recordsPerSegment(), N);
            assertEq(all.stateDepth(), DEPTH);
        }
    }

    function test_constructor_refuses_the_same_verifier_twice() public {
        ISegmentVerifier one = credulous();
        refused(list(one, one), abi.encodeWithSelector(AllOf.SameVerifier.selector, one));
        ISegmentVerifier[] memory apart = new ISegmentVerifier[](3);
        (apart[0], apart[1], apart[2]) = (one, credulous(), one);
        refused(apart, abi.encodeWithSelector(AllOf.SameVerifier.selector, one));
    }

    function test_constructor_refuses_an_address_without_code() public {
        ISegmentVerifier nobody = ISegmentVerifier(makeAddr("nobody"));
        refused(list(credulous(), nobody), abi.encodeWithSelector(AllOf.VerifierWithoutCode.selector, nobody));
        refused(list(nobody, credulous()), abi.encodeWithSelector(AllOf.VerifierWithoutCode.selector, nobody));
    }

    function test_constructor_refuses_circuits_of_different_sizes() public {
        ISegmentVerifier wide = new CredulousVerifier(N + 1, DEPTH);
        ISegmentVerifier deep = new CredulousVerifier(N, DEPTH + 1);
        refused(list(credulous(), wide), abi.encodeWithSelector(AllOf.SizesDiffer.selector, wide, N, N + 1));
        refused(list(credulous(), deep), abi.encodeWithSelector(AllOf.SizesDiffer.selector, deep, DEPTH, DEPTH + 1));
    }

    function test_accepts_only_what_every_verifier_accepts() public {
        RegisteredVerifier[] memory registered = new RegisteredVerifier[](3);
        ISegmentVerifier[] memory verifiers = new ISegmentVerifier[](3);
        bytes[] memory its = new bytes[](3);
        for (uint256 i = 0; i < 3; ++i) {
            verifiers[i] = registered[i] = new RegisteredVerifier(N, DEPTH);
            its[i] = abi.encode("part", i);
        }
        AllOf all = new AllOf(verifiers);
        for (uint256 who = 0; who < 8; ++who) {
            uint256 snapshot = vm.snapshotState();
            for (uint256 i = 0; i < 3; ++i) if ((who >> i) & 1 == 1) registered[i].register(claim(), its[i]);
            assertEq(all.verify(claim(), abi.encode(its)), who == 7);
            vm.revertToState(snapshot);
        }
    }

    function test_gives_each_verifier_its_own_part_and_the_whole_claim() public {
        RegisteredVerifier one = new RegisteredVerifier(N, DEPTH);
        RegisteredVerifier two = new RegisteredVerifier(N, DEPTH);
        one.register(claim(), "one");
        two.register(claim(), "two");
        AllOf all = new AllOf(list(one, two));
        assertTrue(all.verify(claim(), parts("one", "two")));
        assertFalse(all.verify(claim(), parts("two", "one")));
        assertFalse(all.verify(claim(), parts("one", "one")));
        Claim memory other = claim();
        other.context = bytes32(uint256(9));
        assertFalse(all.verify(other, parts("one", "two")));
    }

    function test_wants_exactly_one_part_a_verifier() public {
        AllOf all = new AllOf(list(credulous(), credulous()));
        assertTrue(all.verify(claim(), parts("", "")));
        for (uint256 count = 0; count < 5; ++count) {
            if (count == 2) continue;
            vm.expectRevert(abi.encodeWithSelector(AllOf.WrongPartCount.selector, count, 2));
            all.verify(claim(), abi.encode(new bytes[](count)));
        }
    }

    function test_bytes_that_are_no_list_revert() public {
        AllOf all = new AllOf(list(credulous(), credulous()));
        vm.expectRevert();
        all.verify(claim(), "");
        vm.expectRevert();
        all.verify(claim(), abi.encode(uint256(32), uint256(2)));
    }

    function test_a_verifier_that_reverts_makes_the_whole_revert_with_its_reason() public {
        ISegmentVerifier broken = new RevertingVerifier(N, DEPTH);
        AllOf all = new AllOf(list(credulous(), broken));
        vm.expectRevert(RevertingVerifier.Broken.selector);
        all.verify(claim(), parts("", ""));
    }

    function test_one_that_accepts_nothing_refuses_everything() public {
        ISegmentVerifier deaf = new DeafVerifier(N, DEPTH);
        assertFalse(new AllOf(list(credulous(), deaf)).verify(claim(), parts("", "")));
        assertFalse(new AllOf(list(deaf, credulous())).verify(claim(), parts("", "")));
    }
}
