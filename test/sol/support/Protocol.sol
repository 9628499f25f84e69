// The whole protocol deployed with short windows, and helpers that build, commit and open batches.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAvailability} from "../../../contracts/interfaces/IAvailability.sol";
import {IBondManager} from "../../../contracts/interfaces/IBondManager.sol";
import {IBridge} from "../../../contracts/interfaces/IBridge.sol";
import {IChallenges} from "../../../contracts/interfaces/IChallenges.sol";
import {IClock} from "../../../contracts/interfaces/IClock.sol";
import {IRollup} from "../../../contracts/interfaces/IRollup.sol";
import {ISegmentVerifier} from "../../../contracts/interfaces/ISegmentVerifier.sol";
import {BatchIds} from "../../../contracts/libraries/BatchIds.sol";
import {Field} from "../../../contracts/libraries/Field.sol";
import {SegmentTree} from "../../../contracts/libraries/SegmentTree.sol";
import {
    BondParameters,
    BridgeParameters,
    ChallengesAddresses,
    ChallengesParameters,
    ClockParameters,
    RollupAddresses,
    RollupParameters
} from "../../../contracts/types/Parameters.sol";
import {Duration} from "../../../contracts/types/Time.sol";
import {Batch, BatchId, Header, QueueItem, SegmentOpening, SegmentProof} from "../../../contracts/types/Types.sol";
import {RegisteredVerifier} from "./RegisteredVerifier.sol";
import {Test} from "./Test.sol";

abstract contract Protocol is Test {
    /// @notice A batch with all that its openings need.
    struct Built {
        Batch parent;
        Batch batch;
        bytes32[] checkpoints;
        bytes[] segments;
    }

    struct Parameters {
        ClockParameters clock;
        BondParameters bonds;
        BridgeParameters bridge;
        ChallengesParameters challenges;
        RollupParameters rollup;
    }

    uint40 internal constant START = 1_800_000_000;
    uint40 internal constant CHALLENGE_WINDOW = 600;
    uint40 internal constant PROVING_WINDOW = 1800;
    uint40 internal constant SLOT = 60;
    uint40 internal constant FORCE_DELAY = 3600;
    uint40 internal constant ESCAPE_DELAY = 14_400;
    uint64 internal constant MAX_FORCED = 6;
    uint128 internal constant BATCH_BOND = 1 ether;
    uint128 internal constant CHALLENGE_BOND = 0.1 ether;
    uint128 internal constant PRICE = 0.001 ether;
    uint64 internal constant L2_CHAIN_ID = 4_242_001;
    uint8 internal constant N = 4;
    bytes internal constant PROOF = "proof";

    IClock internal protocolClock;
    IRollup internal rollup;
    IChallenges internal challenges;
    IBondManager internal bonds;
    IBridge internal bridge;
    IAvailability internal availability;
    RegisteredVerifier internal verifier;

    address internal sequencer = makeAddr("sequencer");
    address internal challenger = makeAddr("challenger");
    address internal prover = makeAddr("prover");
    address internal user = makeAddr("user");
    address internal feeRecipient = makeAddr("fee recipient");

    QueueItem[] internal queued;

    /// @dev Wall time. A variable of its own: the compiler may read block.timestamp once and miss a warp.
    uint40 internal clock;

    function setUp() public virtual {
        warpTo(START);
        vm.fee(1 gwei);
        availability = IAvailability(create("CalldataAvailability", ""));
        verifier = new RegisteredVerifier(N, 20);
        deploy(parameters());
        fund(sequencer, 10 ether);
        fund(challenger, 10 ether);
        vm.deal(user, 1e9 ether);
    }

    /// @notice No guardian, no primary, no exit limit: what is about them overrides them.
    function parameters() internal pure returns (Parameters memory) {
        return
            Parameters({
                clock: ClockParameters({
                    guardian: address(0),
                    longestPause: Duration.wrap(0),
                    pauseCooldown: Duration.wrap(0)
                }),
                bonds: BondParameters({batchBond: BATCH_BOND, burnShareBps: 6000}),
                bridge: BridgeParameters({
                    baseEnqueuePrice: PRICE,
                    maxForced: MAX_FORCED,
                    exitLimitBps: 10_000,
                    exitDelay: Duration.wrap(3600)
                }),
                challenges: ChallengesParameters({
                    provingWindow: Duration.wrap(PROVING_WINDOW),
                    slot: Duration.wrap(SLOT),
                    proofTime: Duration.wrap(10),
                    inclusionTime: Duration.wrap(300),
                    answerGas: 1_400_000,
                    minChallengeBond: CHALLENGE_BOND,
                    provingCost: 0.01 ether,
                    highBaseFee: 50 gwei
                }),
                rollup: RollupParameters({
                    l2ChainId: L2_CHAIN_ID,
                    recordsPerSegment: N,
                    stateDepth: 20,
                    maxSegments: 64,
                    challengeWindow: Duration.wrap(CHALLENGE_WINDOW),
                    forceInclusionDelay: Duration.wrap(FORCE_DELAY),
                    primary: address(0),
                    primaryTimeout: Duration.wrap(0),
                    escapeDelay: Duration.wrap(ESCAPE_DELAY),
                    earliestFinality: Duration.wrap(0)
                })
            });
    }

    /// @notice Deploys the clock, and the four contracts that name one another at addresses computed beforehand.
    function deploy(Parameters memory chosen) internal {
        ISegmentVerifier its = segmentVerifier();
        protocolClock = IClock(create("Clock", abi.encode(chosen.clock)));
        uint64 nonce = vm.getNonce(address(this));
        address bridgeAt = vm.computeCreateAddress(address(this), nonce + 1);
        address challengesAt = vm.computeCreateAddress(address(this), nonce + 2);
        address rollupAt = vm.computeCreateAddress(address(this), nonce + 3);
        bonds = IBondManager(create("BondManager", abi.encode(rollupAt, challengesAt, protocolClock, chosen.bonds)));
        bridge = IBridge(create("Bridge", abi.encode(rollupAt, protocolClock, chosen.bridge)));
        challenges = IChallenges(
            create(
                "Challenges",
                abi.encode(
                    ChallengesAddresses(protocolClock, IRollup(rollupAt), bonds, IBridge(bridgeAt), availability, its),
                    chosen.challenges
                )
            )
        );
        rollup = IRollup(
            create(
                "Rollup",
                abi.encode(RollupAddresses(protocolClock, challenges, bonds, bridge, availability), chosen.rollup)
            )
        );
    }

    /// @notice What the rollup asks about proofs: `verifier` itself, or a contract that asks it among others.
    function segmentVerifier() internal virtual returns (ISegmentVerifier) {
        return verifier;
    }

    /// @notice A proof for `verifier` in the format that the rollup's own verifier takes.
    function inDeploymentsFormat(bytes memory proof) internal view virtual returns (bytes memory) {
        return proof;
    }

    function fund(address account, uint128 amount) internal {
        vm.deal(address(this), amount);
        bonds.deposit{value: amount}(account);
    }

    function checkpoint(uint256 seed) internal pure returns (bytes32) {
        return Field.reduce(keccak256(abi.encode("checkpoint", seed)));
    }

    /// @notice A batch on `parent` that takes all queue items up to `queueEnd`, and data segments of one byte.
    function build(
        Batch memory parent,
        uint64 queueEnd,
        uint256 dataSegments
    ) internal view returns (Built memory built) {
        uint256 queueSegments = (queueEnd - parent.header.queueEnd + N - 1) / N;
        built.parent = parent;
        built.segments = new bytes[](dataSegments);
        for (uint256 i = 0; i < dataSegments; ++i) built.segments[i] = abi.encodePacked(uint8(i));
        built.checkpoints = new bytes32[](queueSegments + dataSegments);
        for (uint256 i = 0; i < built.checkpoints.length; ++i) {
            built.checkpoints[i] = checkpoint(uint256(parent.header.number) * 1000 + i + 1);
        }
        built.batch.header = Header({
            number: parent.header.number + 1,
            parent: BatchIds.idOf(parent),
            lastCheckpoint: built.checkpoints.length == 0
                ? bytes32(0)
                : built.checkpoints[built.checkpoints.length - 1],
            dataCommitment: 0,
            queueEnd: queueEnd,
            queueHash: bridge.queueHash(queueEnd),
            baseFee: 1,
            feeRecipient: feeRecipient
        });
        seal(built);
    }

    /// @notice Fits the commitment and the counter to the rest, after a test changed it.
    function seal(Built memory built) internal view {
        built.batch.header.dataCommitment = availability.commitment(
            built.parent.header.lastCheckpoint,
            built.checkpoints,
            built.segments
        );
        built.batch.counter = rollup.commitCounter() + 1;
    }

    function commitAs(address account, Built memory built) internal returns (BatchId) {
        vm.prank(account, account);
        return rollup.commit(built.parent, built.batch.header, built.checkpoints, built.segments);
    }

    /// @notice Commits a batch with data segments only.
    function commitOn(Batch memory parent, uint256 dataSegments) internal returns (Built memory built) {
        built = build(parent, parent.header.queueEnd, dataSegments);
        commitAs(sequencer, built);
    }

    function commitFirst(uint256 dataSegments) internal returns (Built memory) {
        return commitOn(rollup.genesis(), dataSegments);
    }

    function idOf(Built memory built) internal pure returns (BatchId) {
        return BatchIds.idOf(built.batch);
    }

    function numberOf(Built memory built) internal pure returns (uint64) {
        return built.batch.header.number;
    }

    function open(Built memory built, uint8 segment) internal view returns (SegmentOpening memory opening) {
        uint256 count = built.checkpoints.length;
        uint256 queueSegments = count - built.segments.length;
        bytes32[] memory nodes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            nodes[i] = SegmentTree.leaf(
                uint64(i),
                _previous(built, i),
                built.checkpoints[i],
                keccak256(_data(built, i))
            );
        }
        opening.segment = segment;
        opening.previous = _previous(built, segment);
        opening.claimed = built.checkpoints[segment];
        opening.data = _data(built, segment);
        opening.path = _path(nodes, segment);
        if (segment < queueSegments) opening.items = _items(built, segment);
    }

    /// @notice A proof that the verifier accepts for this segment and result.
    function accept(
        Built memory built,
        SegmentOpening memory opening,
        bytes32 computed,
        address beneficiary
    ) internal returns (SegmentProof memory) {
        verifier.register(challenges.claim(built.batch, opening, computed, beneficiary), PROOF);
        return SegmentProof({beneficiary: beneficiary, proof: inDeploymentsFormat(PROOF)});
    }

    function proveValid(Built memory built, uint8 segment, address beneficiary) internal {
        SegmentOpening memory opening = open(built, segment);
        SegmentProof memory proof = accept(built, opening, opening.claimed, beneficiary);
        challenges.proveValid(built.batch, opening, proof);
    }

    function proveFraud(Built memory built, uint8 segment, address beneficiary) internal {
        SegmentOpening memory opening = open(built, segment);
        SegmentProof memory proof = accept(built, opening, checkpoint(1 << 200), beneficiary);
        challenges.proveFraud(built.batch, opening, checkpoint(1 << 200), proof);
    }

    function challengeAs(address account, Built memory built, uint8 segment) internal {
        vm.prank(account);
        challenges.challenge(numberOf(built), idOf(built), segment, type(uint128).max);
    }

    function finalizeAfterWindow(Built memory built) internal {
        warpTo(clock + CHALLENGE_WINDOW);
        rollup.finalize(idOf(built));
    }

    function warpTo(uint40 time) internal {
        clock = time;
        vm.warp(time);
    }

    /// @notice Enqueues a forced withdrawal of ETH as `user`.
    function forceItem(uint128 amount) internal returns (uint64 index) {
        uint256 price = bridge.enqueuePrice();
        vm.prank(user);
        index = bridge.force{value: price}(2, user, address(0), amount);
        queued.push(QueueItem(2, user, user, address(0), amount));
    }

    function forceItems(uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) forceItem(uint128(i + 1));
    }

    function _previous(Built memory built, uint256 segment) private pure returns (bytes32) {
        return segment == 0 ? built.parent.header.lastCheckpoint : built.checkpoints[segment - 1];
    }

    function _data(Built memory built, uint256 segment) private pure returns (bytes memory) {
        uint256 queueSegments = built.checkpoints.length - built.segments.length;
        return segment < queueSegments ? bytes("") : built.segments[segment - queueSegments];
    }

    function _items(Built memory built, uint256 segment) private view returns (QueueItem[] memory items) {
        uint256 start = built.parent.header.queueEnd + segment * N;
        uint256 end = start + N;
        if (end > built.batch.header.queueEnd) end = built.batch.header.queueEnd;
        items = new QueueItem[](end - start);
        for (uint256 i = start; i < end; ++i) items[i - start] = queued[i];
    }

    function _path(bytes32[] memory nodes, uint256 index) private pure returns (bytes32[] memory path) {
        path = new bytes32[](8);
        uint256 used = 0;
        for (uint256 width = nodes.length; width > 1; width = (width + 1) / 2) {
            uint256 sibling = index ^ 1;
            if (sibling < width) path[used++] = nodes[sibling];
            for (uint256 i = 0; i < width / 2; ++i) {
                nodes[i] = keccak256(abi.encodePacked(bytes1(0x01), nodes[2 * i], nodes[2 * i + 1]));
            }
            if (width % 2 == 1) nodes[width / 2] = nodes[width - 1];
            index /= 2;
        }
        assembly ("memory-safe") {
            mstore(path, used)
        }
    }
}
