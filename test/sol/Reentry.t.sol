// The bridge, called again from within a payment: every function that moves money refuses.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {Checkpoint, Exit, QueueItem} from "../../contracts/types/Types.sol";
import {ILibraryHarness} from "./support/ILibraryHarness.sol";
import {Protocol} from "./support/Protocol.sol";
import {Reenterer} from "./support/Recipients.sol";

contract ReentryTest is Protocol {
    Reenterer private thief;
    Exit private exit;
    bytes32[2][] private path;

    /// @notice A final batch pays the thief, who is about to be called.
    function setUp() public override {
        super.setUp();
        vm.prank(user);
        bridge.depositEth{value: 100 ether + PRICE}(user, 100 ether);
        thief = new Reenterer(address(bridge));
        exit = Exit({token: address(0), recipient: address(thief), amount: 1 ether});
        for (uint256 i = 0; i < 7; ++i) path.push([checkpoint(2 * i), checkpoint(2 * i + 1)]);

        ILibraryHarness libraries = ILibraryHarness(create("LibraryHarness", ""));
        Checkpoint memory last = Checkpoint({
            stateRoot: checkpoint(1),
            leafCount: 5,
            exitRoot: libraries.exitRoot(exit, 0, path),
            exitCount: 1,
            fees: 3 ether
        });
        Built memory built = build(rollup.genesis(), 0, 1);
        built.checkpoints[0] = libraries.checkpointOf(last);
        built.batch.header.lastCheckpoint = built.checkpoints[0];
        seal(built);
        commitAs(sequencer, built);
        finalizeAfterWindow(built);
        bridge.openCheckpoint(built.batch, last);
    }

    function assertRefusedWhilePaying(bytes memory again) private {
        thief.prepare(0, again);
        assertTrue(bridge.claim(1, 0, exit, path));
        assertTrue(thief.reentered());
        assertEq(thief.refusal(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertEq(address(thief).balance, 1 ether);
    }

    function test_a_deposit_of_eth_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.depositEth, (user, 1)));
    }

    function test_a_deposit_of_a_token_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.depositToken, (address(this), user, 1)));
    }

    function test_a_claim_of_fees_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.claimFees, (feeRecipient, 1)));
    }

    function test_the_same_claim_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.claim, (1, 0, exit, path)));
    }

    function test_a_forced_transaction_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.force, (2, user, address(0), 1)));
    }

    function test_a_payment_of_escapes_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.payEscapes, (address(0), new address[](1))));
    }

    function test_a_deposits_return_from_within_a_claim_is_refused() public {
        assertRefusedWhilePaying(abi.encodeCall(IBridge.reclaim, (0, QueueItem(4, user, user, address(0), 1))));
    }
}
