// `Challenges.decode`, with which a sequencer asks L1 how it will read a segment before it commits it.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Protocol} from "./support/Protocol.sol";

contract DecodeTest is Protocol {
    uint64 private constant BASE_FEE = 100;

    ILibraryHarness private libraries;

    function setUp() public override {
        super.setUp();
        libraries = ILibraryHarness(create("LibraryHarness", ""));
    }

    /// @notice Transfers of ETH. Any r with a point on the curve recovers some sender.
    function records(uint256 count) private pure returns (bytes memory data) {
        for (uint256 i = 0; i < count; ++i) {
            bytes memory fields = abi.encodePacked(uint8(14), uint32(i), uint48(1), uint48(300), uint24(21_000));
            data = bytes.concat(data, fields, abi.encodePacked(address(5), uint112(9), uint256(1), uint256(1)));
        }
    }

    function assertDecodes(uint256 count, bool first) private view {
        (uint256[] memory expected, ) = libraries.decode(records(count), L2_CHAIN_ID, BASE_FEE, N);
        uint256[] memory words = challenges.decode(records(count), first, BASE_FEE);
        assertEq(words[0], first ? 1 : 0);
        assertEq(words.length, expected.length);
        for (uint256 i = 1; i < words.length; ++i) assertEq(words[i], expected[i]);
    }

    function test_decodes_for_this_deployments_l2_and_segment_size() public view {
        assertDecodes(2, false);
        assertDecodes(2, true);
        assertDecodes(N + 1, false);
        uint256[] memory words = challenges.decode(records(1), false, BASE_FEE);
        assertEq(words[1], 14);
        assertNotEq(words[2], 0);
    }

    function test_takes_the_base_fee_that_the_header_will_have() public view {
        assertEq(challenges.decode(records(1), false, 300)[1], 14);
        assertEq(challenges.decode(records(1), false, 301)[1], 0);
    }
}
