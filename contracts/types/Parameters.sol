// SPDX-License-Identifier: MIT
// What a deployer chooses, contract by contract. Each constructor checks its own and says why.
pragma solidity ^0.8.28;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {IBondManager} from "../interfaces/IBondManager.sol";
import {IBridge} from "../interfaces/IBridge.sol";
import {IChallenges} from "../interfaces/IChallenges.sol";
import {IClock} from "../interfaces/IClock.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";
import {Duration} from "./Time.sol";

/// @param guardian may stop the protocol's time and nothing else; 0: nobody can
/// @param longestPause longest stretch for which one call stops it; 0 without a guardian
/// @param pauseCooldown time from the end of a pause to the earliest start of the next
struct ClockParameters {
    address guardian;
    Duration longestPause;
    Duration pauseCooldown;
}

/// @param batchBond locked by each batch, in wei
/// @param burnShareBps share of every slashed or forfeited bond that nobody gets, in 1/10 000
struct BondParameters {
    uint128 batchBond;
    uint16 burnShareBps;
}

/// @param baseEnqueuePrice price of a queue place without backlog, in wei; burned
/// @param maxForced most due items that one batch must take, and the backlog that doubles the price
/// @param exitLimitBps share of an asset's custody that leaves at once within one `exitDelay`, in 1/10 000; all: no limit
/// @param exitDelay how long a payment beyond that share waits
struct BridgeParameters {
    uint128 baseEnqueuePrice;
    uint64 maxForced;
    uint16 exitLimitBps;
    Duration exitDelay;
}

struct ChallengesAddresses {
    IClock clock;
    IRollup rollup;
    IBondManager bonds;
    IBridge bridge;
    IAvailability availability;
    ISegmentVerifier verifier;
}

/// @param provingWindow from the moment a challenge's turn comes to its deadline
/// @param slot time between the turns of two challenges
/// @param proofTime measured time to make one proof
/// @param inclusionTime time in which L1 certainly takes an answer
/// @param answerGas measured gas of an answer
/// @param minChallengeBond lower bound of a challenge's bond, in wei
/// @param provingCost measured cost of one proof in machine time, in wei; its gas on L1 comes on top
/// @param highBaseFee base fee up to which a batch's bond pays for a fraud proof, in wei
struct ChallengesParameters {
    Duration provingWindow;
    Duration slot;
    Duration proofTime;
    Duration inclusionTime;
    uint32 answerGas;
    uint128 minChallengeBond;
    uint128 provingCost;
    uint64 highBaseFee;
}

struct RollupAddresses {
    IClock clock;
    IChallenges challenges;
    IBondManager bonds;
    IBridge bridge;
    IAvailability availability;
}

/// @param l2ChainId chain id of L2 signatures; no other deployment ever uses it
/// @param recordsPerSegment `n`, must be the verifier's
/// @param stateDepth `D`, must be the verifier's
/// @param maxSegments `S`
/// @param challengeWindow time after the commit in which challenges open
/// @param forceInclusionDelay age at which a queue item is due
/// @param primary commits alone while it is live; 0: anyone bonded commits at any time
/// @param primaryTimeout how long after its last commit the primary is live; 0 without a primary
/// @param escapeDelay age at which an item that no final batch consumed lets anyone freeze the rollup
/// @param earliestFinality time after the commit before which even a proven batch is not final
struct RollupParameters {
    uint64 l2ChainId;
    uint8 recordsPerSegment;
    uint8 stateDepth;
    uint8 maxSegments;
    Duration challengeWindow;
    Duration forceInclusionDelay;
    address primary;
    Duration primaryTimeout;
    Duration escapeDelay;
    Duration earliestFinality;
}
