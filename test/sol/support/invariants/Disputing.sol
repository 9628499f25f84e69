// Challenges, answers, fraud proofs, timeouts, refunds and contradictions, with proofs that are true, false, stolen or replayed.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../../../contracts/interfaces/IRollup.sol";
import {SegmentOpening, SegmentProof} from "../../../../contracts/types/Types.sol";
import {Sequencing} from "./Sequencing.sol";

abstract contract Disputing is Sequencing {
    /// @notice What is wrong with a proof or an opening, besides the statement.
    enum Forgery {
        None,
        AnotherBeneficiary,
        AnotherSegment,
        AnotherBatch,
        Garbage,
        AnotherOpening
    }

    struct Move {
        uint256 which;
        uint8 segment;
        Forgery forgery;
        address beneficiary;
        SegmentOpening opening;
    }

    function challenge(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 which = pendingBatch(draw);
        uint8 segment = _anySegment(draw, which);
        address account = pick(draw, 1, 3) == 0 ? griefer : challenger;
        if (pick(draw, 2, 10) == 0) account = stranger;
        _challenge(draw, which, segment, account);
    }

    function prove(uint256 seed) public {
        uint256 draw = begin(seed);
        Move memory it = _moveOf(draw);
        if (it.which == 0) _proveGenesis(draw);
        else if (pick(draw, 30, 3) == 0) _proveFraud(draw, it);
        else if (pick(draw, 31, 4) == 0) _recordValid(it);
        else _proveValid(it);
    }

    function answer(uint256 seed) public {
        uint256 draw = begin(seed);
        if (openChallenges.length == 0) return;
        Place memory place = openChallenges[pick(draw, 1, openChallenges.length)];
        Move memory it = _honest(place.batch, place.segment, pick(draw, 2, 3) == 0 ? griefer : prover);
        _proveValid(it);
    }

    function contradict(uint256 seed) public {
        uint256 draw = begin(seed);
        // Rarely done: a freeze ends a history but for the exits.
        uint256 which = anyBatch(draw);
        if (which == 0) return;
        Move memory it = _honest(which, uint8(pick(draw, 1, batches[which].count)), prover);
        if (pick(draw, 2, 2) == 0) it.segment = 0;
        it.opening = open(builtOf(which), it.segment);
        bool late = isFrozen || isPaused() || batches.length > 6;
        bool broken = pick(draw, 3, late ? 2 : 24) == 0;
        _contradict(draw, it, broken);
    }

    function timeout(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 which = pendingBatch(draw);
        uint8 segment = _anySegment(draw, which);
        if (openChallenges.length > 0 && pick(draw, 1, 4) != 0) {
            Place memory place = openChallenges[pick(draw, 2, openChallenges.length)];
            (which, segment) = (place.batch, place.segment);
        }
        GhostChallenge memory its = challengeAt[which][segment];
        bytes4 expected = _refusalIfNotPending(which);
        if (expected == DONE && !its.open) expected = IChallenges.NoOpenChallenge.selector;
        else if (expected == DONE && nowIs() < its.deadline) expected = IChallenges.DeadlineNotReached.selector;
        bytes memory data = abi.encodeCall(IChallenges.timeout, (_numberOf(which), idAt(which), segment));
        (bool done, ) = attempt("timeout", stranger, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        _close(which, segment);
        batches[which].timedOut = true;
        rollBack(which);
        splitBond(batches[which].committer, its.challenger, BATCH_BOND);
        releaseBond(its.challenger, its.bond);
    }

    function refund(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 which = anyBatch(draw);
        if (pick(draw, 1, 2) == 0) _refundChallenge(draw, which);
        else _refundBatch(which);
    }

    function _refundBatch(uint256 which) private {
        GhostBatch storage its = batches[which];
        bytes4 expected = DONE;
        if (which == 0) expected = IChallenges.UnknownBatch.selector;
        else if (isLiveBatch(which)) expected = IChallenges.BatchLive.selector;
        else if (its.fate == Fate.Refuted) expected = IChallenges.AlreadyRefuted.selector;
        else if (its.refunded) expected = IChallenges.AlreadyRefunded.selector;
        bytes memory data = abi.encodeCall(IChallenges.refundBatch, (its.batch));
        (bool done, ) = attempt("refund batch", stranger, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        its.refunded = true;
        releaseBond(its.committer, BATCH_BOND);
    }

    /// @notice What an honest watcher does about a wrong segment while it can.
    function opposeHonestly(uint256 draw, uint256 which, uint8 segment) internal {
        bool challenged = challengeAt[which][segment].deadline != 0;
        if (!challenged && pick(draw, 50, 2) == 0 && availableOf[challenger] >= challengeBond()) {
            _challenge(type(uint256).max, which, segment, challenger);
        } else {
            _proveFraud(0, _honest(which, segment, prover));
        }
    }

    function answerHonestly(uint256 which, uint8 segment) internal {
        _proveValid(_honest(which, segment, prover));
    }

    /// @notice In whole gwei: what is left after the burn pays the proof, and its gas at twice the base fee.
    function challengeBond() internal view returns (uint256 bond) {
        uint256 cost = 0.01 ether + 2 * 1_400_000 * uint256(baseFee);
        bond = (cost * 10_000 + (10_000 - BURN_BPS) - 1) / (10_000 - BURN_BPS);
        if (bond < CHALLENGE_BOND) bond = CHALLENGE_BOND;
        bond = ((bond + 1 gwei - 1) / 1 gwei) * 1 gwei;
    }

    function _challenge(uint256 draw, uint256 which, uint8 segment, address account) private {
        uint256 bond = challengeBond();
        bool tooLow = pick(draw, 60, 16) == 0 && draw != type(uint256).max;
        uint128 most = tooLow ? uint128(bond - 1) : uint128(bond);
        bytes4 expected = _refusalOfChallenge(which, segment);
        if (expected == DONE && tooLow) expected = IChallenges.BondAboveMost.selector;
        if (expected == DONE && availableOf[account] < bond) expected = IBondManager.InsufficientBond.selector;
        uint64 number = _numberOf(which);
        if (draw != type(uint256).max && pick(draw, 61, 16) == 0) {
            ++number;
            expected = IRollup.NotLive.selector;
        }
        bytes memory data = abi.encodeCall(IChallenges.challenge, (number, idAt(which), segment, most));
        (bool done, ) = attempt("challenge", account, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        uint40 deadline = nowIs() + uint40(openChallenges.length + 1) * SLOT + PROVING_WINDOW;
        challengeAt[which][segment] = GhostChallenge(account, deadline, uint128(bond), true);
        openChallenges.push(Place(which, segment));
        ++batches[which].open;
        lockBond(account, bond);
    }

    function _refusalOfChallenge(uint256 which, uint8 segment) private view returns (bytes4) {
        bytes4 refusal = _refusalIfNotPending(which);
        if (refusal != DONE) return refusal;
        GhostBatch storage its = batches[which];
        if (nowIs() >= its.since + CHALLENGE_WINDOW) return IChallenges.ChallengeWindowClosed.selector;
        if (segment >= its.count) return IChallenges.SegmentOutOfRange.selector;
        if ((its.proven >> segment) & 1 == 1) return IChallenges.SegmentAlreadyProven.selector;
        return challengeAt[which][segment].deadline != 0 ? IChallenges.AlreadyChallenged.selector : DONE;
    }

    function _proveValid(Move memory it) private {
        GhostBatch storage its = batches[it.which];
        bytes4 expected = _refusalIfNotPending(it.which);
        if (expected == DONE && (its.proven >> it.opening.segment) & 1 == 1) {
            expected = IChallenges.SegmentAlreadyProven.selector;
        }
        if (expected == DONE) expected = _refusalOfProof(it, !isWrong(it.which, it.segment));
        bytes memory data = abi.encodeCall(IChallenges.proveValid, (its.batch, it.opening, _proofOf(it)));
        (bool done, ) = attempt("prove valid", stranger, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        its.proven |= uint64(1) << it.segment;
        GhostChallenge memory its_ = challengeAt[it.which][it.segment];
        if (!its_.open) return;
        note("answer", DONE);
        _close(it.which, it.segment);
        splitBond(its_.challenger, it.beneficiary, its_.bond);
    }

    function _proveFraud(uint256 draw, Move memory it) private {
        GhostBatch storage its = batches[it.which];
        bytes32 computed = its.truths[it.segment];
        // A sixth of all say that a right claim is wrong.
        if (draw != 0 && pick(draw, 40, 6) == 0) computed = checkpoint(draw);
        bytes4 expected = _refusalIfNotPending(it.which);
        if (expected == DONE && computed == it.opening.claimed) expected = IChallenges.SameResult.selector;
        if (expected == DONE) expected = _refusalOfProof(it, computed == its.truths[it.segment]);
        bytes memory data = abi.encodeCall(IChallenges.proveFraud, (its.batch, it.opening, computed, _proofOf(it)));
        (bool done, ) = attempt("prove fraud", stranger, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        assertTrue(isWrong(it.which, it.segment), "2: a right segment is never refuted");
        rollBack(it.which);
        splitBond(its.committer, it.beneficiary, BATCH_BOND);
    }

    function _recordValid(Move memory it) private {
        bytes4 expected = _refusalOfProof(it, !isWrong(it.which, it.segment));
        bytes memory data = abi.encodeCall(
            IChallenges.recordValid,
            (batches[it.which].batch, it.opening, _proofOf(it))
        );
        (bool done, ) = attempt("record valid", stranger, address(challenges), 0, data, expected);
        if (done) batches[it.which].recorded |= uint64(1) << it.segment;
    }

    /// @dev With a sound verifier there is no second result; a broken one takes a false statement for this one call.
    function _contradict(uint256 draw, Move memory it, bool broken) private {
        GhostBatch storage its = batches[it.which];
        bytes32[2] memory computed = [its.truths[it.segment], checkpoint(draw)];
        if (pick(draw, 4, 8) == 0) computed[1] = computed[0];
        uint64 before = (uint64(1) << it.segment) - 1;
        bytes4 expected = DONE;
        if (computed[0] == computed[1]) expected = IChallenges.SameResult.selector;
        else if (batches[its.parent].fate != Fate.Final) expected = IChallenges.ParentNotFinal.selector;
        else if ((its.proven | its.recorded) & before != before) expected = IChallenges.PredecessorNotProven.selector;
        else if (!broken) expected = IChallenges.InvalidProof.selector;
        else if (isFrozen) expected = IRollup.RollupFrozen.selector;
        SegmentProof[2] memory proofs = [_proofOf(it), _proofOf(it)];
        if (broken) (brokenContext, brokenResult) = (contextOf(it.which, it.segment, it.beneficiary), computed[1]);
        bytes memory data = abi.encodeCall(IChallenges.contradict, (its.batch, it.opening, computed, proofs));
        (bool done, ) = attempt("contradict", stranger, address(challenges), 0, data, expected);
        (brokenContext, brokenResult) = (0, 0);
        if (!done) return;
        if (isPaused()) note("contradict while paused", DONE);
        frozenWithCause = true;
        freezeGhost();
    }

    function _refundChallenge(uint256 draw, uint256 which) private {
        uint8 segment = _anySegment(draw, which);
        if (openChallenges.length > 0 && pick(draw, 2, 3) != 0) {
            Place memory place = openChallenges[pick(draw, 3, openChallenges.length)];
            (which, segment) = (place.batch, place.segment);
        }
        GhostChallenge memory its = challengeAt[which][segment];
        bytes4 expected = DONE;
        if (!its.open) expected = IChallenges.NoOpenChallenge.selector;
        else if (isLiveBatch(which)) expected = IChallenges.BatchLive.selector;
        bytes memory data = abi.encodeCall(IChallenges.refundChallenge, (batches[which].batch, segment));
        (bool done, ) = attempt("refund challenge", stranger, address(challenges), 0, data, unlessPaused(expected));
        if (!done) return;
        _close(which, segment);
        releaseBond(its.challenger, its.bond);
    }

    function _proveGenesis(uint256 draw) private {
        if (pick(draw, 32, 2) == 0 || batches.length < 2) return;
        SegmentOpening memory opening = open(builtOf(1), 0);
        SegmentProof memory proof = SegmentProof(prover, "");
        bytes memory data = abi.encodeCall(IChallenges.proveValid, (batches[0].batch, opening, proof));
        bytes4 expected = unlessPaused(IRollup.AlreadyFinal.selector);
        attempt("prove genesis", stranger, address(challenges), 0, data, expected);
    }

    function _close(uint256 which, uint8 segment) private {
        challengeAt[which][segment].open = false;
        --batches[which].open;
        for (uint256 i = 0; i < openChallenges.length; ++i) {
            if (openChallenges[i].batch != which || openChallenges[i].segment != segment) continue;
            openChallenges[i] = openChallenges[openChallenges.length - 1];
            openChallenges.pop();
            return;
        }
    }

    function _refusalIfNotPending(uint256 which) private view returns (bytes4) {
        Fate fate = batches[which].fate;
        if (fate == Fate.Pending) return DONE;
        return fate == Fate.Final ? IRollup.AlreadyFinal.selector : IRollup.NotLive.selector;
    }

    function _refusalOfProof(Move memory it, bool isTrue_) private pure returns (bytes4) {
        if (it.forgery == Forgery.AnotherOpening) return IChallenges.InvalidOpening.selector;
        return isTrue_ && it.forgery == Forgery.None ? DONE : IChallenges.InvalidProof.selector;
    }

    function _moveOf(uint256 draw) private view returns (Move memory it) {
        uint256 which = pendingBatch(draw);
        if (which == 0) return it;
        uint8 segment = uint8(pick(draw, 20, batches[which].count));
        // Now and then towards a batch of which every segment is proven.
        if (finalNumber + 1 < live.length && pick(draw, 24, 3) == 0) {
            which = live[finalNumber + 1];
            for (segment = 0; segment + 1 < batches[which].count && (batches[which].proven >> segment) & 1 == 1;)
                ++segment;
        }
        it = _honest(which, segment, pick(draw, 21, 2) == 0 ? prover : griefer);
        if (pick(draw, 22, 3) == 0) it.forgery = Forgery(1 + pick(draw, 23, 5));
        if (it.forgery == Forgery.AnotherOpening) it.opening.previous ^= bytes32(uint256(1));
    }

    function _honest(uint256 which, uint8 segment, address beneficiary) private view returns (Move memory it) {
        it.which = which;
        it.segment = segment;
        it.beneficiary = beneficiary;
        it.opening = open(builtOf(which), segment);
    }

    /// @dev The proof names what it was made for; a forgery presents it for something else.
    function _proofOf(Move memory it) private view returns (SegmentProof memory) {
        (uint256 which, uint8 segment, address maker) = (it.which, it.segment, it.beneficiary);
        if (it.forgery == Forgery.AnotherBeneficiary) maker = stranger;
        if (it.forgery == Forgery.AnotherSegment) segment += 1;
        if (it.forgery == Forgery.AnotherBatch) which = which == 1 ? batches.length - 1 : which - 1;
        if (it.forgery == Forgery.AnotherBatch && which == it.which) which += 1;
        bytes memory proof = abi.encode(which, segment, maker);
        return SegmentProof(it.beneficiary, it.forgery == Forgery.Garbage ? bytes("garbage") : proof);
    }

    function _numberOf(uint256 which) private view returns (uint64) {
        return batches[which].batch.header.number;
    }

    /// @dev Sometimes one beyond the count.
    function _anySegment(uint256 draw, uint256 which) private view returns (uint8) {
        uint256 count = batches[which].count;
        return uint8(pick(draw, 110, count == 0 || pick(draw, 111, 12) == 0 ? count + 2 : count));
    }
}
