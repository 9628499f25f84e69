// Deployments: each parameter out of its bounds and each wrong address is refused, at the bound and not before.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAvailability} from "../../contracts/interfaces/IAvailability.sol";
import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IBridge} from "../../contracts/interfaces/IBridge.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IClock} from "../../contracts/interfaces/IClock.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {ChallengesAddresses, RollupAddresses} from "../../contracts/types/Parameters.sol";
import {Duration} from "../../contracts/types/Time.sol";
import {Protocol} from "./support/Protocol.sol";
import {RegisteredVerifier} from "./support/RegisteredVerifier.sol";

contract DeploymentTest is Protocol {
    function deployAny(Parameters calldata chosen) external {
        deploy(chosen);
    }

    function expectRefusal(bytes memory refusal, Parameters memory chosen) private {
        vm.expectRevert(refusal);
        this.deployAny(chosen);
    }

    function test_parameters_are_readable() public view {
        assertEq(rollup.l2ChainId(), L2_CHAIN_ID);
        assertEq(rollup.recordsPerSegment(), N);
        assertEq(rollup.maxSegments(), 64);
        assertEq(rollup.maxForced(), MAX_FORCED);
        assertEq(Duration.unwrap(rollup.challengeWindow()), CHALLENGE_WINDOW);
        assertEq(Duration.unwrap(rollup.forceInclusionDelay()), FORCE_DELAY);
        assertEq(Duration.unwrap(challenges.provingWindow()), PROVING_WINDOW);
        assertEq(Duration.unwrap(challenges.slot()), SLOT);
        assertEq(bonds.batchBond(), BATCH_BOND);
        assertEq(bonds.burnShareBps(), 6000);
        assertEq(bridge.baseEnqueuePrice(), PRICE);
        assertEq(rollup.genesis().header.lastCheckpoint, rollup.genesisCheckpoint());
    }

    function test_proving_window_holds_a_slow_proof_and_its_inclusion() public {
        Parameters memory chosen = parameters();
        chosen.challenges.provingWindow = Duration.wrap(312);
        this.deployAny(chosen);
        chosen.challenges.provingWindow = Duration.wrap(311);
        expectRefusal(abi.encodeWithSelector(IChallenges.ProvingWindowTooShort.selector, 311, 312), chosen);
        chosen.challenges.proofTime = Duration.wrap(11);
        chosen.challenges.provingWindow = Duration.wrap(313);
        expectRefusal(abi.encodeWithSelector(IChallenges.ProvingWindowTooShort.selector, 313, 314), chosen);
    }

    function test_slot_holds_a_proof_and_a_tenth_of_l1s_gas() public {
        Parameters memory chosen = parameters();
        chosen.challenges.slot = Duration.wrap(12);
        this.deployAny(chosen);
        chosen.challenges.slot = Duration.wrap(11);
        expectRefusal(abi.encodeWithSelector(IChallenges.SlotTooShort.selector, 11, 12), chosen);
        chosen.challenges.slot = Duration.wrap(20);
        chosen.challenges.answerGas = 10_000_001;
        expectRefusal(abi.encodeWithSelector(IChallenges.SlotTooShort.selector, 20, 21), chosen);
    }

    function test_availability_and_clock_must_be_contracts() public {
        address nowhere = makeAddr("nowhere");
        Parameters memory chosen = parameters();
        availability = IAvailability(nowhere);
        expectRefusal(abi.encodeWithSelector(IRollup.PeerWithoutCode.selector, nowhere), chosen);
        availability = IAvailability(create("CalldataAvailability", ""));
        vm.expectRevert(abi.encodeWithSelector(IRollup.PeerWithoutCode.selector, address(0xdead)));
        this.deployWithWrongPeer(10);
    }

    function test_measurements_cannot_be_left_out() public {
        for (uint256 i = 0; i < 4; ++i) {
            Parameters memory chosen = parameters();
            if (i == 0) chosen.challenges.proofTime = Duration.wrap(0);
            if (i == 1) chosen.challenges.answerGas = 0;
            if (i == 2) chosen.challenges.provingCost = 0;
            if (i == 3) chosen.challenges.highBaseFee = 0;
            expectRefusal(abi.encodeWithSelector(IChallenges.UnmeasuredCost.selector), chosen);
        }
    }

    function test_durations_cannot_overflow_a_timestamp() public {
        Duration year = Duration.wrap(365 days);
        Duration more = Duration.wrap(365 days + 1);
        // Twice all of it, and a little more, is a year.
        Duration part = Duration.wrap(60 days);
        Parameters memory chosen = parameters();
        chosen.challenges.provingWindow = part;
        chosen.rollup.challengeWindow = part;
        chosen.rollup.forceInclusionDelay = part;
        chosen.rollup.escapeDelay = year;
        this.deployAny(chosen);

        chosen.challenges.provingWindow = more;
        expectRefusal(abi.encodeWithSelector(IChallenges.DurationTooLong.selector, more, year), chosen);
        chosen = parameters();
        chosen.rollup.challengeWindow = more;
        expectRefusal(abi.encodeWithSelector(IRollup.DurationOutOfRange.selector, more, year), chosen);
        chosen = parameters();
        chosen.rollup.forceInclusionDelay = more;
        expectRefusal(abi.encodeWithSelector(IRollup.DurationOutOfRange.selector, more, year), chosen);
        chosen = parameters();
        chosen.rollup.escapeDelay = more;
        expectRefusal(abi.encodeWithSelector(IRollup.DurationOutOfRange.selector, more, year), chosen);
        chosen = parameters();
        chosen.challenges.slot = Duration.wrap(1 days + 1);
        expectRefusal(
            abi.encodeWithSelector(
                IChallenges.DurationTooLong.selector,
                Duration.wrap(1 days + 1),
                Duration.wrap(1 days)
            ),
            chosen
        );
    }

    function test_proving_window_may_be_a_year() public {
        // In a whole deployment the escape delay, itself at most a year, would have to be twice as long.
        Parameters memory chosen = parameters();
        chosen.challenges.provingWindow = Duration.wrap(365 days);
        ChallengesAddresses memory peers = ChallengesAddresses(
            protocolClock,
            rollup,
            bonds,
            bridge,
            availability,
            verifier
        );
        IChallenges alone = IChallenges(create("Challenges", abi.encode(peers, chosen.challenges)));
        assertEq(Duration.unwrap(alone.provingWindow()), 365 days);
    }

    function test_windows_are_not_empty() public {
        Duration zero = Duration.wrap(0);
        bytes memory refusal = abi.encodeWithSelector(
            IRollup.DurationOutOfRange.selector,
            zero,
            Duration.wrap(365 days)
        );
        Parameters memory chosen = parameters();
        chosen.rollup.challengeWindow = zero;
        expectRefusal(refusal, chosen);
        chosen = parameters();
        chosen.rollup.forceInclusionDelay = zero;
        expectRefusal(refusal, chosen);
    }

    function test_l2_chain_id_is_neither_zero_nor_l1s() public {
        Parameters memory chosen = parameters();
        chosen.rollup.l2ChainId = 0;
        expectRefusal(abi.encodeWithSelector(IRollup.ChainIdOutOfRange.selector, uint64(0)), chosen);
        chosen.rollup.l2ChainId = uint64(block.chainid);
        expectRefusal(abi.encodeWithSelector(IRollup.ChainIdOutOfRange.selector, uint64(block.chainid)), chosen);
    }

    function test_segments_and_depth_are_the_circuits() public {
        Parameters memory chosen = parameters();
        chosen.rollup.recordsPerSegment = 5;
        expectRefusal(abi.encodeWithSelector(IRollup.CircuitMismatch.selector, 4, 5), chosen);
        chosen = parameters();
        chosen.rollup.stateDepth = 21;
        expectRefusal(abi.encodeWithSelector(IRollup.CircuitMismatch.selector, 20, 21), chosen);
    }

    function test_segment_limit_fits_its_bitmap() public {
        Parameters memory chosen = parameters();
        chosen.rollup.maxSegments = 0;
        expectRefusal(abi.encodeWithSelector(IRollup.SegmentLimitOutOfRange.selector, 0, 64), chosen);
        chosen.rollup.maxSegments = 65;
        expectRefusal(abi.encodeWithSelector(IRollup.SegmentLimitOutOfRange.selector, 65, 64), chosen);
    }

    function test_exit_tree_holds_a_batch_of_withdrawals() public {
        verifier = new RegisteredVerifier(34, 20);
        Parameters memory chosen = parameters();
        chosen.rollup.recordsPerSegment = 34;
        this.deployAny(chosen);
        verifier = new RegisteredVerifier(35, 20);
        chosen.rollup.recordsPerSegment = 35;
        expectRefusal(abi.encodeWithSelector(IRollup.ExitTreeTooSmall.selector, 2187, 2240), chosen);
    }

    function test_a_batch_can_hold_all_that_it_is_forced_to_take() public {
        Parameters memory chosen = parameters();
        chosen.bridge.maxForced = 256;
        this.deployAny(chosen);
        chosen.bridge.maxForced = 257;
        expectRefusal(abi.encodeWithSelector(IRollup.MaxForcedOutOfRange.selector, 257, 256), chosen);
        chosen.bridge.maxForced = 0;
        expectRefusal(abi.encodeWithSelector(IRollup.MaxForcedOutOfRange.selector, 0, 256), chosen);
    }

    function test_queue_places_have_a_price_that_cannot_overflow() public {
        Parameters memory chosen = parameters();
        chosen.bridge.baseEnqueuePrice = 10 ether;
        this.deployAny(chosen);
        chosen.bridge.baseEnqueuePrice = 10 ether + 1;
        expectRefusal(abi.encodeWithSelector(IBridge.QueuePriceOutOfRange.selector, 10 ether + 1, 10 ether), chosen);
        chosen.bridge.baseEnqueuePrice = 0;
        expectRefusal(abi.encodeWithSelector(IBridge.QueuePriceOutOfRange.selector, 0, 10 ether), chosen);
    }

    function test_contracts_that_do_not_name_one_another_are_refused() public {
        for (uint256 wrong = 0; wrong < 10; ++wrong) {
            vm.expectPartialRevert(IRollup.WrongPeer.selector);
            this.deployWithWrongPeer(wrong);
        }
    }

    /// @dev One of the ten references between the contracts points elsewhere; or (10) all name a clock that is none.
    function deployWithWrongPeer(uint256 wrong) external {
        Parameters memory chosen = parameters();
        address elsewhere = address(0xdead);
        // One that exists: a rollup that asks it for the time gets an answer.
        IClock otherClock = IClock(create("Clock", abi.encode(chosen.clock)));
        IClock itsClock = wrong == 10 ? IClock(elsewhere) : protocolClock;
        uint64 nonce = vm.getNonce(address(this));
        address bridgeAt = vm.computeCreateAddress(address(this), nonce + 1);
        address challengesAt = vm.computeCreateAddress(address(this), nonce + 2);
        address rollupAt = vm.computeCreateAddress(address(this), nonce + 3);
        address freshBonds = create(
            "BondManager",
            abi.encode(
                wrong == 0 ? elsewhere : rollupAt,
                wrong == 1 ? elsewhere : challengesAt,
                wrong == 7 ? otherClock : itsClock,
                chosen.bonds
            )
        );
        create(
            "Bridge",
            abi.encode(wrong == 2 ? elsewhere : rollupAt, wrong == 8 ? otherClock : itsClock, chosen.bridge)
        );
        create(
            "Challenges",
            abi.encode(
                ChallengesAddresses({
                    clock: wrong == 9 ? otherClock : itsClock,
                    rollup: IRollup(wrong == 3 ? elsewhere : rollupAt),
                    bonds: wrong == 4 ? bonds : IBondManager(freshBonds),
                    bridge: IBridge(wrong == 5 ? elsewhere : bridgeAt),
                    availability: wrong == 6 ? IAvailability(elsewhere) : availability,
                    verifier: verifier
                }),
                chosen.challenges
            )
        );
        create(
            "Rollup",
            abi.encode(
                RollupAddresses(
                    itsClock,
                    IChallenges(challengesAt),
                    IBondManager(freshBonds),
                    IBridge(bridgeAt),
                    availability
                ),
                chosen.rollup
            )
        );
    }
}
