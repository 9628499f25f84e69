// Invariants over random sequences of permitted steps: bonds are conserved, custody covers what is owed, finality only grows.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProtocolHandler} from "./support/ProtocolHandler.sol";
import {Test} from "./support/Test.sol";

contract InvariantsTest is Test {
    ProtocolHandler private handler;

    function setUp() public {
        handler = new ProtocolHandler();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = ProtocolHandler.commit.selector;
        selectors[1] = ProtocolHandler.challenge.selector;
        selectors[2] = ProtocolHandler.answer.selector;
        selectors[3] = ProtocolHandler.refute.selector;
        selectors[4] = ProtocolHandler.timeOut.selector;
        selectors[5] = ProtocolHandler.finalizeNext.selector;
        selectors[6] = ProtocolHandler.refund.selector;
        selectors[7] = ProtocolHandler.deposit.selector;
        selectors[8] = ProtocolHandler.force.selector;
        selectors[9] = ProtocolHandler.wait.selector;
        targetSelector(address(handler), selectors);
    }

    function invariant_bonds_custody_and_finality_hold() public view {
        handler.assertInvariants();
    }

    /// @notice The steps really happen: a handler that always returns early would prove nothing.
    function test_every_kind_of_step_is_reachable() public {
        for (uint256 i = 0; i < 400; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("steps", i)));
            if (i % 8 == 0) handler.commit(seed);
            if (i % 8 == 1) handler.challenge(seed);
            if (i % 8 == 2) handler.answer(seed);
            if (i % 8 == 3 && i % 7 == 0) handler.refute(seed);
            if (i % 8 == 4) handler.timeOut(seed);
            if (i % 8 == 5) handler.finalizeNext();
            if (i % 8 == 6) handler.refund(seed);
            if (i % 8 == 7) handler.force(uint128(seed));
            handler.assertInvariants();
        }
        for (uint256 kind = 0; kind < 7; ++kind) assertGt(handler.steps(kind), 0);
    }
}
