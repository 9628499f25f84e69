// The record decoder's edges: void records, signatures that recover nobody, data that ends anywhere.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Test} from "./support/Test.sol";

contract DecoderTest is Test {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint64 private constant CHAIN_ID = 777;
    uint64 private constant BASE_FEE = 100;

    ILibraryHarness private libraries;
    address private alice;
    uint256 private key;

    function setUp() public {
        libraries = ILibraryHarness(create("LibraryHarness", ""));
        (alice, key) = makeAddrAndKey("alice");
    }

    function words(bytes memory data) private view returns (uint256[] memory result) {
        (result, ) = libraries.decode(data, CHAIN_ID, BASE_FEE, 4);
    }

    function hashOf(uint48 priority, uint48 maxFee, uint24 gasLimit) private pure returns (bytes32) {
        // 0x02 ‖ rlp([777, 0, priority, maxFee, gasLimit, 0x00…05, 9, "", []]) with fields below 0x80 or of two bytes
        bytes memory payload = abi.encodePacked(
            hex"82030980",
            priority == 0 ? bytes(hex"80") : abi.encodePacked(uint8(priority)),
            abi.encodePacked(hex"82", uint16(maxFee)),
            abi.encodePacked(hex"82", uint16(gasLimit)),
            hex"94",
            address(5),
            hex"0980c0"
        );
        return keccak256(abi.encodePacked(hex"02", uint8(0xc0 + payload.length), payload));
    }

    function body(uint48 priority, uint48 maxFee, uint24 gasLimit) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(14), uint32(0), priority, maxFee, gasLimit, address(5), uint112(9));
    }

    function signed(uint48 priority, uint48 maxFee, uint24 gasLimit) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hashOf(priority, maxFee, gasLimit));
        return abi.encodePacked(body(priority, maxFee, gasLimit), r, uint256(s) | (uint256(v - 27) << 255));
    }

    function isVoid(bytes memory record) private view returns (bool) {
        uint256[] memory result = words(record);
        assertEq(result.length, 8);
        for (uint256 i = 0; i < 8; ++i) if (result[i] != 0) return false;
        return true;
    }

    function test_a_good_record_has_its_sender_and_fee() public view {
        uint256[] memory result = words(signed(1, 300, 21_000));
        assertEq(result.length, 8);
        assertEq(result[1], 14);
        assertEq(result[2], uint160(alice));
        assertEq(result[3], 5);
        assertEq(result[4], 0);
        assertEq(result[5], 9);
        assertEq(result[6], 0);
        assertEq(result[7], 21_000 * 101);
    }

    function test_the_fee_never_exceeds_what_was_signed() public view {
        assertEq(words(signed(120, 150, 21_000))[7], 21_000 * 150);
        assertEq(words(signed(120, 150, 30_000))[7], 21_000 * 150);
    }

    function test_a_gas_limit_below_the_kinds_gas_is_void() public view {
        assertTrue(isVoid(signed(1, 300, 20_999)));
        assertFalse(isVoid(signed(1, 300, 21_000)));
    }

    function test_a_maximum_fee_below_the_base_fee_is_void() public view {
        (uint256[] memory at_, ) = libraries.decode(signed(1, 300, 21_000), CHAIN_ID, 300, 4);
        (uint256[] memory above, ) = libraries.decode(signed(1, 300, 21_000), CHAIN_ID, 301, 4);
        assertEq(at_[7], 21_000 * 300);
        assertEq(above[7], 0);
        assertEq(above[2], 0);
    }

    function test_a_priority_above_the_maximum_fee_is_void() public view {
        bytes memory signature = abi.encodePacked(bytes32(uint256(1)), bytes32(uint256(1)));
        assertFalse(isVoid(abi.encodePacked(body(300, 300, 21_000), signature)));
        assertTrue(isVoid(abi.encodePacked(body(301, 300, 21_000), signature)));
    }

    function test_a_signature_for_another_chain_recovers_somebody_else() public view {
        (uint256[] memory result, ) = libraries.decode(signed(1, 300, 21_000), CHAIN_ID + 1, BASE_FEE, 4);
        assertNotEq(result[2], uint160(alice));
    }

    function test_a_high_s_has_no_sender_though_the_precompile_takes_it() public view {
        uint256 half = ORDER / 2;
        bytes32 one = bytes32(uint256(1));
        bytes memory front = abi.encodePacked(body(1, 300, 21_000), one);
        assertFalse(isVoid(abi.encodePacked(front, half)));
        assertTrue(isVoid(abi.encodePacked(front, half + 1)));
        assertTrue(ecrecover(hashOf(1, 300, 21_000), 27, one, bytes32(half + 1)) != address(0));
    }

    function test_r_or_s_of_zero_or_beyond_the_order_has_no_sender() public view {
        bytes memory front = body(1, 300, 21_000);
        assertTrue(isVoid(abi.encodePacked(front, bytes32(0), bytes32(uint256(1)))));
        assertTrue(isVoid(abi.encodePacked(front, bytes32(uint256(1)), bytes32(0))));
        assertTrue(isVoid(abi.encodePacked(front, bytes32(ORDER), bytes32(uint256(1)))));
        assertTrue(isVoid(abi.encodePacked(front, bytes32(type(uint256).max), bytes32(uint256(1)))));
        assertTrue(isVoid(abi.encodePacked(front, bytes32(uint256(5)), bytes32(uint256(1)))));
    }

    function test_parsing_stops_at_unknown_kinds_truncation_and_the_limit() public view {
        bytes memory record = signed(1, 300, 21_000);
        assertEq(words("").length, 1);
        assertEq(words(hex"0d").length, 1);
        assertEq(words(abi.encodePacked(record, hex"00", record)).length, 8);
        for (uint256 kind = 0; kind < 256; ++kind) {
            bool known = kind == 10 || kind == 11 || kind == 14 || kind == 15;
            assertEq(words(abi.encodePacked(uint8(kind), new bytes(137))).length, known ? 8 : 1);
        }
        bytes memory truncated = abi.encodePacked(record, record);
        assembly ("memory-safe") {
            mstore(truncated, 235)
        }
        assertEq(words(truncated).length, 8);
        assertEq(words(abi.encodePacked(record, record, record, record, record)).length, 29);
    }

    function testFuzz_decoding_is_total_and_its_words_are_small(bytes memory data) public view {
        uint256[] memory result = words(data);
        assertEq(result.length % 7, 1);
        for (uint256 i = 0; i < result.length; ++i) assertLt(result[i], 1 << 160);
    }
}
