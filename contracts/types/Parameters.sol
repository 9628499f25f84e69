// SPDX-License-Identifier: MIT
// What a deployer chooses, contract by contract. Each constructor checks its own and says why.
pragma solidity ^0.8.28;

import {IAvailability} from "../interfaces/IAvailability.sol";
import {IBondManager} from "../interfaces/IBondManager.sol";
import {IBridge} from "../interfaces/IBridge.sol";
import {IChallenges} from "../interfaces/IChallenges.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {ISegmentVerifier} from "../interfaces/ISegmentVerifier.sol";
import {Duration} from "./Time.sol";

/// @param batchBond locked by each batch, in wei
/// @param burnShareBps share of every slashed or forfeited bond that nobody gets, in 1/10 000
struct BondParameters {
    uint128 batchBond;
    uint16 burnShareBps;
}

/// @param baseEnqueuePrice price of a queue place without backlog, in wei; burned
/// @param maxForced most due items that one batch must take, and the backlog that doubles the price
struct BridgeParameters {
    uint128 baseEnqueuePrice;
    uint64 maxForced;
}

struct ChallengesAddresses {
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
/// @param provingCost measured cost of one proof and its verification on L1, in wei
struct ChallengesParameters {
    Duration provingWindow;
    Duration slot;
    Duration proofTime;
    Duration inclusionTime;
    uint32 answerGas;
    uint128 minChallengeBond;
    uint128 provingCost;
}

struct RollupAddresses {
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
struct RollupParameters {
    uint64 l2ChainId;
    uint8 recordsPerSegment;
    uint8 stateDepth;
    uint8 maxSegments;
    Duration challengeWindow;
    Duration forceInclusionDelay;
}
