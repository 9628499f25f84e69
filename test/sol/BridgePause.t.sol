// A pause stops every call of the bridge that moves anything: deposits, exits, fees and the way out of a frozen rollup.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IClock} from "../../contracts/interfaces/IClock.sol";
import {Duration} from "../../contracts/types/Time.sol";
import {Leaf} from "../../contracts/types/Leaf.sol";
import {Checkpoint, Exit} from "../../contracts/types/Types.sol";
import {FrozenProtocol} from "./support/FrozenProtocol.sol";
import {StateTree} from "./support/StateTree.sol";
import {Token} from "./support/Tokens.sol";

contract BridgePauseTest is FrozenProtocol {
    uint40 private constant PAUSE = 600;

    Token private token;
    mapping(bytes32 name => bytes data) private calls;
    uint256 private listed;

    function setUp() public override {
        super.setUp();
        Parameters memory chosen = parameters();
        (chosen.clock.guardian, chosen.clock.longestPause) = (prover, Duration.wrap(PAUSE));
        chosen.clock.pauseCooldown = Duration.wrap(4 * PAUSE);
        deploy(chosen);
        fund(sequencer, 10 ether);
        token = new Token();
        depositEth(alice, 10 ether);
    }

    function list(string memory name, bytes memory data) private {
        calls[keccak256(bytes(name))] = data;
        ++listed;
    }

    function listDeposits() private {
        list("depositEth", abi.encodeCall(IBridge.depositEth, (alice, 1)));
        list("depositToken", abi.encodeCall(IBridge.depositToken, (address(token), alice, 1)));
        list("force", abi.encodeCall(IBridge.force, (2, alice, ETH, 1)));
    }

    /// @dev Every call would pass in turn, were it not for the pause.
    function listOthers() private {
        Leaf[] memory leaves = one(record(ETH, alice, 1 ether));
        Exit[] memory exits = new Exit[](1);
        exits[0] = Exit(ETH, bob, 1 ether);
        StateTree.Tree memory tree = treeOf(leaves);
        Checkpoint memory last = ending(StateTree.root(tree), exits, 1 ether);
        Built memory built = commitEnding(rollup.genesis(), 1, last);
        depositEth(carol, 1 ether);
        finalizeAfterWindow(built);
        bytes32[2][] memory path = StateTree.pathOf(StateTree.ofExits(exits, EXIT_DEPTH), 0, 0);
        list("openCheckpoint", abi.encodeCall(IBridge.openCheckpoint, (built.batch, last)));
        list("claim", abi.encodeCall(IBridge.claim, (1, 0, exits[0], path)));
        list("claimFees", abi.encodeCall(IBridge.claimFees, (feeRecipient, 1 ether)));
        list("openState", abi.encodeCall(IBridge.openState, (built.batch, last)));
        list("escape", abi.encodeCall(IBridge.escape, (0, leaves, StateTree.pathOf(tree, 0, 0))));
        list("payEscapes", abi.encodeCall(IBridge.payEscapes, (ETH, only(alice))));
        list("reclaim", abi.encodeCall(IBridge.reclaim, (1, queued[1])));
    }

    function send(string memory name) private returns (bool passed, bytes memory result) {
        bytes memory data = calls[keccak256(bytes(name))];
        assertTrue(data.length > 0, string.concat("not listed: ", name));
        vm.prank(user);
        return address(bridge).call{value: isPayable(name) ? 1 ether : 0}(data);
    }

    function isPayable(string memory name) private pure returns (bool) {
        bytes32 hash = keccak256(bytes(name));
        return hash == keccak256("depositEth") || hash == keccak256("depositToken") || hash == keccak256("force");
    }

    function same(string memory left, string memory right) private pure returns (bool) {
        return keccak256(bytes(left)) == keccak256(bytes(right));
    }

    /// @notice Walks the ABI as compiled, so that a call that nobody thought of fails this test.
    function test_every_call_of_the_bridge_reverts_while_paused() public {
        token.mint(user, 1);
        vm.prank(user);
        token.approve(address(bridge), 1);
        listDeposits();
        listOthers();
        (bool passed, ) = send("openCheckpoint");
        assertTrue(passed);
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(PAUSE));
        string memory json = vm.readFile("artifacts/contracts/Bridge.sol/Bridge.json");
        uint256 seen = 0;
        for (uint256 i = 0; ; ++i) {
            string memory entry = string.concat("$.abi[", vm.toString(i), "]");
            if (!vm.keyExistsJson(json, entry)) break;
            if (!same(vm.parseJsonString(json, string.concat(entry, ".type")), "function")) continue;
            string memory mutability = vm.parseJsonString(json, string.concat(entry, ".stateMutability"));
            if (same(mutability, "view") || same(mutability, "pure")) continue;
            string memory name = vm.parseJsonString(json, string.concat(entry, ".name"));
            bytes memory refusal;
            (passed, refusal) = send(name);
            assertFalse(passed, name);
            assertEq(refusal, abi.encodeWithSelector(IClock.ClockPaused.selector, clock + PAUSE));
            ++seen;
        }
        assertEq(seen, listed);
    }

    function test_exits_and_escapes_go_on_right_after_a_pause() public {
        listOthers();
        vm.prank(prover);
        protocolClock.pause(Duration.wrap(PAUSE));
        warpTo(clock + PAUSE);
        freeze();
        string[7] memory order = [
            "openCheckpoint",
            "claim",
            "claimFees",
            "openState",
            "escape",
            "payEscapes",
            "reclaim"
        ];
        for (uint256 i = 0; i < order.length; ++i) {
            (bool passed, ) = send(order[i]);
            assertTrue(passed, order[i]);
        }
        assertEq(bob.balance + alice.balance + feeRecipient.balance, 3 ether);
        assertEq(carol.balance, 1 ether);
    }
}
