// The decoder against the words that the TypeScript model reads from six signed records.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Test} from "./support/Test.sol";

contract KnownRecordsTest is Test {
    uint64 private constant CHAIN_ID = 90_210;
    uint64 private constant BASE_FEE = 7;
    /// @dev keccak256(abi.encode(words)), by the model.
    bytes32 private constant WORDS = 0x7f00f34fce94efa41b2679b7f0261cbf7c98031bf23f1935fe69c291b306ed8d;

    ILibraryHarness private libraries;

    function setUp() public {
        libraries = ILibraryHarness(create("LibraryHarness", ""));
    }

    function records() private pure returns (bytes memory data) {
        // A transfer of a token, with long numbers
        data = bytes.concat(
            data,
            hex"0f010203040a0b0c0d0e0f1a1b1c1d1e1f2a2b2ce1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4a1a2a3a4a5a6a7a8"
            hex"a9aaabacadaeafb0b1b2b3b4c1c2c3c4c5c6c7c8c9cacbcccdce82665a117bc25b10ab71803f129163d9748af67be553"
            hex"c666bce3898c8243025bb636fbafcdeab5b5a60d39926c6c7b48821e118042011bb250bf2328645f280c"
        );
        // A transfer of ETH, with short ones
        data = bytes.concat(
            data,
            hex"0e0000000000000000000100000000008000c35000000000000000000000000000000000000000050000000000000000"
            hex"0000000000003249264a988b4f1a2a74543a6c016d698f5c3cd0ed68f0526fe943890e81e7dad971338cf390c1b3a8a4"
            hex"1f28598c058c4241a635acdfd54e513c99c96bc2a69d"
        );
        // A withdrawal of a token
        data = bytes.concat(
            data,
            hex"0b0000000000000000000100000000008000c35000000000000000000000000000000000000000060000000000000000"
            hex"000000000000000000000005000000000000000000000000000022f13f3903e5c1e0944bb2f7a6085cb3f3eaac354072"
            hex"a71ed4b427e1eb446a78504de8953f92b77a0a2ca3a9b17bb1bc6f2ebc1ce1e1d82db7a95fe03f516c41"
        );
        // A withdrawal of ETH
        data = bytes.concat(
            data,
            hex"0a010203040a0b0c0d0e0f1a1b1c1d1e1f2a2b2ca1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4c1c2c3c4c5c6c7c8"
            hex"c9cacbcccdce746ae6bb89b8ced9e18ebb9ac001b2041e95554e954dd97c837e716308b77e5a322e9a5bdbec47d4dfc4"
            hex"edf968538c3b45d7c0f3de8f40c26d589c4f22ed28e5"
        );
        // A void one: it pays less than the base fee
        data = bytes.concat(
            data,
            hex"0e0000000000000000000100000000000600c35000000000000000000000000000000000000000050000000000000000"
            hex"000000000000e6a5ca51865348c3852c6a956b900302f39ea65745dbb0d98746e89af80923fd94b5ed66e094a3ea577d"
            hex"1d380cc4da3cb992d9b78e5a9ae1dcf1eea9cbf66b31"
        );
        // And one more
        data = bytes.concat(
            data,
            hex"0f0000007f00000000000100000000008000c35000000000000000000000000000000000000000060000000000000000"
            hex"0000000000000000000000050000000000000000000000000000b9f607b4e8f5850c9a1e4c835b25cc1c71e466985fb4"
            hex"0ae78b9532678d71f37f88ef820c4f0647a45f5aed7d6ad74e9c742fc7e874c33b7ce85c5d8db9a9415f"
        );
    }

    function test_six_records_of_every_kind() public view {
        (uint256[] memory words, ) = libraries.decode(records(), CHAIN_ID, BASE_FEE, 8);
        assertEq(words.length, 1 + 6 * 7);
        // Of the first one: the fields in their order, and the fee.
        assertEq(words[1], 15);
        assertEq(words[3], 0x00a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4);
        assertEq(words[4], 0x00e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4);
        assertEq(words[5], 0xc1c2c3c4c5c6c7c8c9cacbcccdce);
        assertEq(words[6], 0x01020304);
        assertEq(words[7], 40_000 * uint256(0x0a0b0c0d0e0f + BASE_FEE));
        assertEq(keccak256(abi.encode(words)), WORDS);
    }

    function test_what_follows_the_last_record_and_what_is_beyond_the_limit_counts_for_nothing() public view {
        (uint256[] memory words, ) = libraries.decode(bytes.concat(records(), hex"0d"), CHAIN_ID, BASE_FEE, 8);
        assertEq(keccak256(abi.encode(words)), WORDS);
        (words, ) = libraries.decode(bytes.concat(records(), records()), CHAIN_ID, BASE_FEE, 6);
        assertEq(keccak256(abi.encode(words)), WORDS);
    }
}
