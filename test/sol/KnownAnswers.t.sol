// Libraries against answers that the TypeScript model gave. Other tests build what they expect by means of these very
// libraries, and so cannot see a fault in them.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAvailability} from "../../contracts/interfaces/IAvailability.sol";
import {Checkpoint, Exit, QueueItem, SegmentOpening} from "../../contracts/types/Types.sol";
import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Test} from "./support/Test.sol";

contract KnownAnswersTest is Test {
    ILibraryHarness private libraries;
    IAvailability private availability;

    function setUp() public {
        libraries = ILibraryHarness(create("LibraryHarness", ""));
        availability = IAvailability(create("CalldataAvailability", ""));
    }

    function test_poseidon2_of_seven_numbers() public view {
        uint256[] memory inputs = new uint256[](7);
        for (uint256 i = 0; i < 7; ++i) inputs[i] = i + 1;
        assertEq(libraries.hash(inputs), 0x16f929bc0d216df4b05bdc44222463edf2b9791bd949ab926eebda06a502d238);
    }

    function test_checkpoint() public view {
        Checkpoint memory checkpoint = Checkpoint({
            stateRoot: bytes32(uint256(11)),
            leafCount: 12,
            exitRoot: bytes32(uint256(13)),
            exitCount: 14,
            fees: 15
        });
        bytes32 expected = 0x1231ade9b11c151b80948207f093bef218bc092b2b595db45c2cb93808ba8e9c;
        assertEq(libraries.checkpointOf(checkpoint), expected);
    }

    function test_exit_root_over_every_digit() public view {
        bytes32[2][] memory path = new bytes32[2][](7);
        for (uint256 i = 0; i < 7; ++i) path[i] = [bytes32(2 * i + 1), bytes32(2 * i + 2)];
        // 2021021 in base 3.
        bytes32 root = libraries.exitRoot(Exit(address(7), address(8), 9), 1654, path);
        assertEq(root, 0x2e3fb79b143c1a7004a5cef9c83c408946bfbf374752da9f16566f7905291ae9);
    }

    function test_words_of_queue_items() public view {
        QueueItem[] memory items = new QueueItem[](2);
        items[0] = QueueItem(7, address(11), address(12), address(13), 14);
        items[1] = QueueItem(4, address(21), address(22), address(0), 24);
        uint256[] memory words = libraries.wordsOfItems(items);
        uint8[15] memory expected = [0, 7, 11, 12, 13, 14, 0, 0, 4, 21, 22, 0, 24, 0, 0];
        assertEq(words.length, expected.length);
        for (uint256 i = 0; i < expected.length; ++i) assertEq(words[i], expected[i]);
    }

    function test_an_index_beyond_the_count_names_no_segment() public view {
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = keccak256("leaf");
        bytes32 root = libraries.segmentRoot(leaves);
        bytes32[] memory path = new bytes32[](0);
        assertTrue(libraries.containsSegment(root, 1, 0, leaves[0], path));
        // The path of the only leaf is empty, so that no digit of the index counts.
        assertFalse(libraries.containsSegment(root, 1, 1, leaves[0], path));
        assertFalse(libraries.containsSegment(root, 1, 2, leaves[0], path));
        assertFalse(libraries.containsSegment(root, 0, 0, leaves[0], path));
    }

    function test_a_path_that_is_too_short_or_too_long_opens_no_segment() public view {
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (keccak256("left"), keccak256("right"));
        bytes32 root = libraries.segmentRoot(leaves);
        for (uint256 length = 0; length < 4; ++length) {
            bytes32[] memory path = new bytes32[](length);
            if (length > 0) path[0] = leaves[1];
            assertEq(libraries.containsSegment(root, 2, 0, leaves[0], path), length == 1);
        }
        // Nor does a leaf that is not there, under the shortest path.
        assertFalse(libraries.containsSegment(root, 2, 0, keccak256("forged"), new bytes32[](0)));
    }

    function test_commitment_and_openings_of_five_segments_two_without_data() public view {
        bytes32[] memory checkpoints = new bytes32[](5);
        for (uint256 i = 0; i < 5; ++i) checkpoints[i] = bytes32(i + 1);
        bytes[] memory segments = new bytes[](3);
        (segments[0], segments[1], segments[2]) = (hex"01", hex"02", hex"0304");
        bytes32 root = availability.commitment(bytes32(uint256(99)), checkpoints, segments);
        assertEq(root, 0x7a3b96eb4c4cf166d67417c3d23969aa8b7464b3bb2000971a1f74277fb1942c);

        SegmentOpening memory opening;
        opening.segment = 3;
        (opening.previous, opening.claimed, opening.data) = (checkpoints[2], checkpoints[3], hex"02");
        opening.path = new bytes32[](3);
        opening.path[0] = 0x5831f9744b712c27dac2443d19813298bb59b33e3daedef5d293c3690d5837dd;
        opening.path[1] = 0x0ad72ffc17e130e45d14b820edbbbe15378bacfa5562debddff97a13ee268210;
        opening.path[2] = 0xce297e24055fc30494cbbdc59083cca31e8cc856cd398ac20784a5717cfdcd24;
        assertTrue(availability.isOpening(root, 5, opening));
        assertFalse(availability.isOpening(root, 6, opening));
        opening.segment = 2;
        assertFalse(availability.isOpening(root, 5, opening));

        // The last of an odd level has no neighbour there.
        opening.segment = 4;
        (opening.previous, opening.claimed, opening.data) = (checkpoints[3], checkpoints[4], hex"0304");
        opening.path = new bytes32[](1);
        opening.path[0] = 0x581df4e303e8df07f4d02dfa797db3ea9b631fb70204e1168779b2d1f865d2ce;
        assertTrue(availability.isOpening(root, 5, opening));
    }
}
