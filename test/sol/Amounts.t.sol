// Amounts at their edges: payments a wei off, tokens that the bridge holds already, more than 128 bits.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Protocol} from "./support/Protocol.sol";
import {Token} from "./support/Tokens.sol";

contract AmountsTest is Protocol {
    function test_a_bond_beyond_128_bits_is_refused_and_not_cut_off() public {
        uint256 amount = (1 << 128) + 1;
        vm.deal(address(this), amount);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, uint8(128), amount));
        bonds.deposit{value: amount}(prover);
    }

    function test_a_deposit_that_pays_for_all_but_its_place_is_told_the_price_of_the_place() public {
        vm.prank(user);
        vm.expectRevert(abi.encodeWithSelector(IBridge.PriceAbovePayment.selector, PRICE, uint256(0)));
        bridge.depositEth{value: 1 ether}(prover, 1 ether);
    }

    function test_a_deposit_of_a_token_that_the_bridge_holds_already_counts_what_came() public {
        Token token = new Token();
        token.mint(user, 12);
        vm.startPrank(user);
        token.approve(address(bridge), 12);
        bridge.depositToken{value: PRICE}(address(token), user, 5);
        bridge.depositToken{value: PRICE}(address(token), user, 7);
        vm.stopPrank();
        assertEq(bridge.custody(address(token)), 12);
        assertEq(token.balanceOf(address(bridge)), 12);
    }
}
