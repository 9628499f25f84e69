// SPDX-License-Identifier: MIT
// Checks of a whole deployment, run once by the Rollup's constructor: it is the last contract and sees all others.
pragma solidity ^0.8.28;

import {IRollup} from "../interfaces/IRollup.sol";
import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";
import {RollupAddresses, RollupParameters} from "../types/Parameters.sol";
import {Duration} from "../types/Time.sol";
import {Economics} from "./Economics.sol";
import {ExitTree} from "./ExitTree.sol";

library Deployment {
    /// @dev One bit a segment in `Disputes`.
    uint8 internal constant MOST_SEGMENTS = 64;
    /// @dev Far above any preset, far below what could overflow 40 bits of seconds.
    Duration internal constant LONGEST_WINDOW = Duration.wrap(365 days);

    /// @dev Addresses were computed ahead of the deployment; here each one proves to be right.
    function checkPeers(RollupAddresses memory peers) internal view {
        // What stops time for one contract stops it for all.
        _same(address(peers.clock), address(peers.challenges.clock()));
        _same(address(peers.clock), address(peers.bonds.clock()));
        _same(address(peers.clock), address(peers.bridge.clock()));
        _same(address(this), address(peers.challenges.rollup()));
        _same(address(this), address(peers.bridge.rollup()));
        _same(address(this), peers.bonds.rollup());
        _same(address(peers.challenges), peers.bonds.challenges());
        _same(address(peers.bonds), address(peers.challenges.bonds()));
        _same(address(peers.bridge), address(peers.challenges.bridge()));
        _same(address(peers.availability), address(peers.challenges.availability()));
        // No constructor calls these two: without code, deposits would be taken and nothing could ever be committed.
        _requireCode(address(peers.clock));
        _requireCode(address(peers.availability));
    }

    function checkParameters(RollupAddresses memory peers, RollupParameters memory parameters) internal view {
        // With L1's own chain id, an L2 signature would be an L1 transaction, and the other way round.
        if (parameters.l2ChainId == 0 || parameters.l2ChainId == block.chainid) {
            revert IRollup.ChainIdOutOfRange(parameters.l2ChainId);
        }
        // The words that L1 decodes have the circuit's shape, and genesis is the tree of the circuit's depth.
        ISegmentVerifier verifier = peers.challenges.verifier();
        _match(verifier.recordsPerSegment(), parameters.recordsPerSegment);
        _match(verifier.stateDepth(), parameters.stateDepth);
        if (parameters.maxSegments == 0 || parameters.maxSegments > MOST_SEGMENTS) {
            revert IRollup.SegmentLimitOutOfRange(parameters.maxSegments, MOST_SEGMENTS);
        }
        uint256 capacity = uint256(parameters.maxSegments) * parameters.recordsPerSegment;
        // Every record may be a withdrawal; a full exit tree would have no place for it.
        if (ExitTree.CAPACITY < capacity) revert IRollup.ExitTreeTooSmall(ExitTree.CAPACITY, capacity);
        // A batch must be able to hold all that it is forced to take.
        uint64 maxForced = peers.bridge.maxForced();
        if (maxForced == 0 || maxForced > capacity) revert IRollup.MaxForcedOutOfRange(maxForced, capacity);
        _checkPrimary(parameters);
        _checkDurations(peers, parameters);
    }

    function _checkPrimary(RollupParameters memory parameters) private view {
        address primary = parameters.primary;
        // An account with code cannot commit.
        if (primary.code.length != 0) revert IRollup.PrimaryHasCode(primary);
        // A primary that is never live, and a time that is nobody's, are mistakes.
        Duration most = primary == address(0) ? Duration.wrap(0) : LONGEST_WINDOW;
        Duration timeout = parameters.primaryTimeout;
        if (timeout > most || (most.seconds_() != 0 && timeout.seconds_() == 0)) {
            revert IRollup.DurationOutOfRange(timeout, most);
        }
    }

    function _checkDurations(RollupAddresses memory peers, RollupParameters memory parameters) private view {
        Duration window = parameters.challengeWindow;
        _checkWindow(window);
        _checkWindow(parameters.forceInclusionDelay);
        _checkWindow(parameters.escapeDelay);
        // A fraud proof, or a challenge, is made and included.
        uint256 least = peers.challenges.leastWindow().seconds_();
        if (window.seconds_() < least) revert IRollup.ChallengeWindowTooShort(window.seconds_(), least);
        // Proofs make a batch final sooner than time does.
        if (parameters.earliestFinality > window) {
            revert IRollup.DurationOutOfRange(parameters.earliestFinality, window);
        }
        // Whoever serves its queue is not frozen, even if a first try fails at the last second of each step.
        least = Economics.leastEscapeDelay(
            parameters.forceInclusionDelay,
            parameters.primaryTimeout,
            window,
            peers.challenges.slot(),
            peers.challenges.provingWindow()
        );
        uint256 delay = parameters.escapeDelay.seconds_();
        if (delay < least) revert IRollup.EscapeDelayTooShort(delay, least);
    }

    function _checkWindow(Duration window) private pure {
        // A window of zero seconds lets nobody in; a huge one would overflow a timestamp.
        if (window.seconds_() == 0 || window > LONGEST_WINDOW)
            revert IRollup.DurationOutOfRange(window, LONGEST_WINDOW);
    }

    function _same(address expected, address actual) private pure {
        if (expected != actual) revert IRollup.WrongPeer(expected, actual);
    }

    function _requireCode(address peer) private view {
        if (peer.code.length == 0) revert IRollup.PeerWithoutCode(peer);
    }

    function _match(uint256 expected, uint256 actual) private pure {
        if (expected != actual) revert IRollup.CircuitMismatch(expected, actual);
    }
}
