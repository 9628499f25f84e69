// What the protocol's state must be, kept beside it: the ghost's records, its own clock, and the one way to make a call.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAvailability} from "../../../../contracts/interfaces/IAvailability.sol";
import {IClock} from "../../../../contracts/interfaces/IClock.sol";
import {ISegmentVerifier} from "../../../../contracts/interfaces/ISegmentVerifier.sol";
import {BatchIds} from "../../../../contracts/libraries/BatchIds.sol";
import {Duration} from "../../../../contracts/types/Time.sol";
import {Batch, BatchId, Checkpoint, Exit} from "../../../../contracts/types/Types.sol";
import {Hashing} from "../Hashing.sol";
import {Protocol} from "../Protocol.sol";
import {TurningToken} from "../Tokens.sol";
import {MoodyRecipient} from "./MoodyRecipient.sol";
import {ITruth, TruthVerifier} from "./TruthVerifier.sol";

abstract contract Ghost is Protocol, ITruth {
    /// @notice Pruned: dead without a fault of its own. Refuted: by a fraud proof or a timeout.
    enum Fate {
        Pending,
        Final,
        Pruned,
        Refuted
    }

    /// @notice Bitmaps have one bit a segment. `wrong`: its claim is not what it leads to from the claim before it.
    struct GhostBatch {
        Batch batch;
        uint256 parent;
        address committer;
        uint40 since;
        Fate fate;
        bool right;
        bool timedOut;
        bool refunded;
        bool opened;
        uint8 count;
        uint8 open;
        uint64 wrong;
        uint64 proven;
        uint64 recorded;
        uint64 claimedExits;
        bytes data;
        bytes32[] claims;
        bytes32[] truths;
        uint128[8] balances;
        Exit[] exits;
        Checkpoint last;
    }

    struct GhostChallenge {
        address challenger;
        uint40 deadline;
        uint128 bond;
        bool open;
    }

    struct Place {
        uint256 batch;
        uint8 segment;
    }

    /// @notice [from, until) of wall time.
    struct Pause {
        uint40 from;
        uint40 until;
    }

    struct World {
        bool withPrimary;
        bool withLimit;
        uint40 earliest;
    }

    /// @notice The protocol did something else than the ghost says that it must.
    error Diverged(string what, bytes4 expected, bytes4 actual);

    bytes4 internal constant DONE = 0;
    address internal constant ETHER = address(0);
    uint8 internal constant DEPTH = 3;
    uint40 internal constant LONGEST_PAUSE = 600;
    uint40 internal constant COOLDOWN = 2400;
    uint40 internal constant PRIMARY_TIMEOUT = 900;
    uint40 internal constant EXIT_DELAY = 1200;
    uint16 internal constant LIMIT_BPS = 2500;
    uint16 internal constant BURN_BPS = 6000;

    address internal second = makeAddr("second sequencer");
    address internal liar = makeAddr("liar");
    address internal griefer = makeAddr("griefer");
    address internal guardian = makeAddr("guardian");
    address internal stranger = makeAddr("stranger");
    MoodyRecipient internal moody;
    TurningToken internal token;
    World internal world;
    uint128 internal baseFee = 1 gwei;
    uint256 internal drawn;

    GhostBatch[] internal batches;
    /// @dev Places in `batches` by number; genesis is at 0.
    uint256[] internal live;
    uint64 internal finalNumber;
    Pause[] internal pauses;
    Place[] internal openChallenges;
    mapping(uint256 batch => mapping(uint8 segment => GhostChallenge challenge)) internal challengeAt;
    mapping(string what => mapping(bytes4 outcome => uint256 times)) private _happened;

    constructor(uint256 salt) {
        drawn = salt;
        world = World({
            withPrimary: salt % 2 == 1,
            withLimit: salt % 3 != 0,
            earliest: salt % 4 < 2 ? uint40(0) : uint40(120)
        });
        setUp();
        moody = new MoodyRecipient();
        moody.turn(salt % 5 == 0);
        token = new TurningToken();
        batches.push();
        batches[0].batch = rollup.genesis();
        batches[0].fate = Fate.Final;
        batches[0].right = true;
        live.push(0);
    }

    function setUp() public override {
        Hashing.install();
        warpTo(START);
        vm.fee(baseFee);
        availability = IAvailability(create("CalldataAvailability", ""));
        Parameters memory chosen = parameters();
        chosen.clock.guardian = guardian;
        chosen.clock.longestPause = Duration.wrap(LONGEST_PAUSE);
        chosen.clock.pauseCooldown = Duration.wrap(COOLDOWN);
        chosen.rollup.stateDepth = DEPTH;
        chosen.rollup.earliestFinality = Duration.wrap(world.earliest);
        chosen.bridge.exitDelay = Duration.wrap(EXIT_DELAY);
        if (world.withLimit) chosen.bridge.exitLimitBps = LIMIT_BPS;
        if (world.withPrimary) {
            chosen.rollup.primary = sequencer;
            chosen.rollup.primaryTimeout = Duration.wrap(PRIMARY_TIMEOUT);
        }
        deploy(chosen);
    }

    function segmentVerifier() internal override returns (ISegmentVerifier) {
        return new TruthVerifier(this, N, DEPTH);
    }

    /// @notice How often a step ended so; 0: it was done, else the selector of the refusal.
    function happened(string calldata what, bytes4 outcome) external view returns (uint256) {
        return _happened[what][outcome];
    }

    function note(string memory what, bytes4 outcome) internal {
        ++_happened[what][outcome];
    }

    // Draws

    /// @notice Begins a step: no compiler or runner may have kept another time. Equal arguments draw different steps.
    function begin(uint256 seed) internal returns (uint256) {
        warpTo(clock);
        vm.fee(baseFee);
        drawn = uint256(keccak256(abi.encode(drawn, seed)));
        return drawn;
    }

    function pick(uint256 draw, uint256 which, uint256 below) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(draw, which))) % below;
    }

    /// @notice One of the last twelve batches, sometimes genesis.
    function anyBatch(uint256 draw) internal view returns (uint256) {
        uint256 count = batches.length;
        if (count == 1 || pick(draw, 101, 24) == 0) return 0;
        uint256 newest = count - 1;
        return newest - pick(draw, 102, newest < 12 ? newest : 12);
    }

    /// @notice A pending batch if there is one and the draw is kind, else any.
    function pendingBatch(uint256 draw) internal view returns (uint256) {
        uint256 pendings = live.length - 1 - finalNumber;
        if (pendings == 0 || pick(draw, 103, 6) == 0) return anyBatch(draw);
        return live[finalNumber + 1 + pick(draw, 104, pendings)];
    }

    // Calls

    /// @notice Makes a call and holds its outcome against what the ghost expects.
    function attempt(
        string memory what,
        address caller,
        address target,
        uint256 value,
        bytes memory data,
        bytes4 expected
    ) internal returns (bool done, bytes memory result) {
        if (value != 0) vm.deal(caller, caller.balance + value);
        vm.prank(caller, caller);
        (done, result) = target.call{value: value}(data);
        if (!done && value != 0) vm.deal(caller, caller.balance - value);
        settle(what, expected, done ? DONE : bytes4(result));
    }

    function settle(string memory what, bytes4 expected, bytes4 actual) internal {
        if (actual != expected) revert Diverged(what, expected, actual);
        note(what, actual);
    }

    // Time

    function isPaused() internal view returns (bool) {
        return pauses.length > 0 && clock < pauses[pauses.length - 1].until;
    }

    /// @notice Protocol time at a wall time: wall time less all of every pause that lies before it.
    function timeAt(uint40 wall) internal view returns (uint40 time) {
        time = wall;
        for (uint256 i = 0; i < pauses.length; ++i) {
            Pause memory one = pauses[i];
            if (wall > one.from) time -= (wall < one.until ? wall : one.until) - one.from;
        }
    }

    function nowIs() internal view returns (uint40) {
        return timeAt(clock);
    }

    /// @notice The first refusal, if any, that comes before `otherwise`.
    function unlessPaused(bytes4 otherwise) internal view returns (bytes4) {
        return isPaused() ? IClock.ClockPaused.selector : otherwise;
    }

    // Batches

    function headBatch() internal view returns (uint256) {
        return live[live.length - 1];
    }

    function isLiveBatch(uint256 which) internal view returns (bool) {
        return batches[which].fate == Fate.Pending || batches[which].fate == Fate.Final;
    }

    function isWrong(uint256 which, uint8 segment) internal view returns (bool) {
        return (batches[which].wrong >> segment) & 1 == 1;
    }

    function idAt(uint256 which) internal view returns (BatchId) {
        return BatchIds.idOf(batches[which].batch);
    }

    function allProven(uint256 which) internal view returns (bool) {
        return batches[which].proven == (uint64(1) << batches[which].count) - 1;
    }

    /// @notice By definition: never refuted, and its last live commit is younger than the timeout.
    function primaryUntil() internal view returns (uint40 until) {
        if (!world.withPrimary) return 0;
        for (uint256 i = 1; i < batches.length; ++i) {
            if (batches[i].committer != sequencer) continue;
            if (batches[i].fate == Fate.Refuted) return 0;
            if (isLiveBatch(i) && batches[i].since + PRIMARY_TIMEOUT > until)
                until = batches[i].since + PRIMARY_TIMEOUT;
        }
    }

    function builtOf(uint256 which) internal view returns (Built memory built) {
        GhostBatch storage its = batches[which];
        built.parent = batches[its.parent].batch;
        built.batch = its.batch;
        built.checkpoints = its.claims;
        built.segments = new bytes[](its.data.length);
        for (uint256 i = 0; i < built.segments.length; ++i) built.segments[i] = abi.encodePacked(its.data[i]);
    }
}
