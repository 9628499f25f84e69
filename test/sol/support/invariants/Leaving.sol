// Everything that leaves custody: exits, fees, escapes and returned deposits, with the limit that delays them.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../../../contracts/interfaces/IBridge.sol";
import {Payment} from "../../../../contracts/libraries/Payment.sol";
import {Leaf} from "../../../../contracts/types/Leaf.sol";
import {Checkpoint, Exit, QueueItem} from "../../../../contracts/types/Types.sol";
import {StateTree} from "../StateTree.sol";
import {TurningToken} from "../Tokens.sol";
import {Queueing} from "./Queueing.sol";

abstract contract Leaving is Queueing {
    /// @notice One window of one asset: what was there when it was first looked at, what came in since, what left without a wait.
    struct Window {
        uint40 number;
        uint256 before;
        uint256 inflowBefore;
        uint256 left;
    }

    struct Payout {
        bytes32 name;
        address asset;
        address recipient;
        uint128 amount;
    }

    mapping(bytes32 payment => uint40 from) internal waitsUntil;
    mapping(address asset => Window window) internal windowOf;
    mapping(bytes32 what => uint256 times) internal paidTimes;
    mapping(address recipient => uint256 amount) internal feesOf;
    mapping(address recipient => uint256 amount) internal feesPutOff;
    mapping(uint256 recordIndex => uint256 amount) internal unpaidOf;
    mapping(uint256 recordIndex => bool done) internal escapedOf;
    mapping(uint256 index => bool done) internal reclaimed;
    uint128 internal lastFeesPutOff;
    /// @dev A batch and an index of its exits, and the second from which that is paid.
    Place internal lastPutOff;
    uint40 internal lastPayableFrom;
    bool internal stateOpened;

    function openCheckpoint(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 which = pick(draw, 1, 3) == 0 ? anyBatch(draw) : _newestUnopened();
        GhostBatch storage its = batches[which];
        bool forged = pick(draw, 3, 8) == 0;
        Checkpoint memory last = its.last;
        if (forged) last.fees += 1 ether;
        bytes4 expected = DONE;
        if (its.fate != Fate.Final) expected = IBridge.BatchNotFinal.selector;
        else if (its.opened) expected = IBridge.AlreadyOpened.selector;
        else if (forged) expected = IBridge.WrongCheckpoint.selector;
        bytes memory data = abi.encodeCall(IBridge.openCheckpoint, (its.batch, last));
        (bool done, ) = attempt("open checkpoint", stranger, address(bridge), 0, data, unlessPaused(expected));
        if (!done) return;
        its.opened = true;
        feesOf[its.batch.header.feeRecipient] += last.fees;
    }

    function claim(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 which = _batchWithExits(draw);
        bool again = lastPutOff.batch != 0 && pick(draw, 6, 2) == 0;
        if (again) which = lastPutOff.batch;
        GhostBatch storage its = batches[which];
        if (its.exits.length == 0) {
            openCheckpoint(draw);
            return;
        }
        uint256 index = pick(draw, 2, its.exits.length);
        // Whoever refuses payments is tried more often.
        for (uint256 i = 0; i < its.exits.length && moody.refuses(); ++i) {
            if (its.exits[i].recipient == address(moody) && pick(draw, 5, 2) == 0) index = i;
        }
        if (again) index = lastPutOff.segment;
        Exit memory exit = its.exits[index];
        bytes32[2][] memory path = StateTree.pathOf(exitTreeOf(its.exits), index, 0);
        uint256 flaw = pick(draw, 3, 8);
        if (flaw == 0) index += 3 ** 7;
        if (flaw == 1) exit.amount += 1;
        if (flaw == 2) exit.recipient = griefer;
        bytes4 expected = DONE;
        if (!its.opened) expected = IBridge.NotOpened.selector;
        else if (flaw == 0) expected = IBridge.IndexOutOfRange.selector;
        else if ((its.claimedExits >> index) & 1 == 1) expected = IBridge.AlreadyClaimed.selector;
        else if (flaw < 3) expected = IBridge.WrongExitProof.selector;
        uint64 number = its.batch.header.number;
        Payout memory payout = Payout(
            keccak256(abi.encode(number, uint64(index))),
            exit.token,
            exit.recipient,
            exit.amount
        );
        bytes memory data = abi.encodeCall(IBridge.claim, (number, uint64(index), exit, path));
        if (_limited("claim", payout, data, expected)) its.claimedExits |= uint64(1) << uint64(index);
        else if (waitsUntil[payout.name] != 0) lastPutOff = Place(which, uint8(index));
    }

    function claimFees(uint256 seed) public {
        uint256 draw = begin(seed);
        address recipient = pick(draw, 1, 8) == 0 ? griefer : feeRecipient;
        uint256 free = feesOf[recipient] - feesPutOff[recipient];
        uint128 amount = uint128(pick(draw, 2, 3) == 0 ? free : free / 2 + pick(draw, 3, 2));
        if (lastFeesPutOff != 0 && pick(draw, 4, 2) == 0) (recipient, amount) = (feeRecipient, lastFeesPutOff);
        bytes32 name = keccak256(abi.encode("fees", recipient, amount));
        bool waits = waitsUntil[name] != 0;
        bytes4 expected = DONE;
        if (amount == 0 || (!waits && amount > free)) expected = IBridge.FeesOutOfRange.selector;
        bytes memory data = abi.encodeCall(IBridge.claimFees, (recipient, amount));
        bool paid = _limited("claim fees", Payout(name, ETHER, recipient, amount), data, expected);
        if (paid) {
            feesOf[recipient] -= amount;
            if (waits) feesPutOff[recipient] -= amount;
        } else if (!waits && waitsUntil[name] != 0) {
            feesPutOff[recipient] += amount;
            lastFeesPutOff = amount;
        }
    }

    /// @notice Exits of an open state, and what the recipients and the token are like.
    function depart(uint256 seed) public {
        uint256 draw = begin(seed);
        uint256 what = pick(draw, 1, 8);
        if (what == 0) _turn(draw);
        else if (what == 1 || (isFrozen && !stateOpened && what < 5)) _openState(draw);
        else if (what < 4) _escape(draw);
        else if (what < 6) _payEscapes(draw);
        else _reclaim(draw);
    }

    function windowNow() internal view returns (uint40) {
        return nowIs() / EXIT_DELAY;
    }

    /// @notice Recipients and tokens that refuse, for a while.
    function changeMoods(uint256 seed) public {
        _turn(begin(seed));
    }

    function _turn(uint256 draw) private {
        if (pick(draw, 2, 2) == 0) {
            moody.turn(pick(draw, 3, 3) != 0);
            return;
        }
        tokenRefuses = pick(draw, 4, 3) == 0;
        token.turn(tokenRefuses ? TurningToken.Way.Reverts : TurningToken.Way.Honest);
    }

    function _openState(uint256 draw) private {
        uint256 last = live[finalNumber];
        uint256 which = pick(draw, 2, 5) == 0 ? anyBatch(draw) : last;
        Checkpoint memory its = batches[which].last;
        bool forged = pick(draw, 3, 3) == 0;
        if (forged) its.leafCount += 1;
        bytes4 expected = DONE;
        if (!isFrozen) expected = IBridge.NotFrozen.selector;
        else if (which != last) expected = IBridge.BatchNotFinal.selector;
        else if (stateOpened) expected = IBridge.StateAlreadyOpened.selector;
        else if (forged) expected = IBridge.WrongCheckpoint.selector;
        bytes memory data = abi.encodeCall(IBridge.openState, (batches[which].batch, its));
        (bool done, ) = attempt("open state", stranger, address(bridge), 0, data, unlessPaused(expected));
        if (done) stateOpened = true;
    }

    function _escape(uint256 draw) private {
        uint256 last = live[finalNumber];
        uint256 height = pick(draw, 2, 3);
        uint256 count = 3 ** height;
        uint256 first = (pick(draw, 3, 1 + RECORDS) / count) * count;
        uint128[8] memory balances = batches[last].balances;
        uint256 flaw = pick(draw, 4, 8);
        Leaf[] memory all = leavesOf(balances);
        Leaf[] memory leaves = new Leaf[](count);
        for (uint256 i = 0; i < count; ++i) leaves[i] = all[first + i];
        bytes32[2][] memory path;
        if (stateOpened) path = StateTree.pathOf(treeOf(balances), first, height);
        bytes4 expected = last == 0 ? IBridge.WrongStateProof.selector : DONE;
        if (flaw == 0) (leaves[count - 1].lo, expected) = (leaves[count - 1].lo + 1, IBridge.WrongStateProof.selector);
        if (flaw == 0 && leaves[count - 1].account == address(0)) leaves[count - 1].account = griefer;
        if (flaw == 1) (leaves[0].account, expected) = (griefer, IBridge.WrongStateProof.selector);
        if (flaw == 2 && count > 1) expected = IBridge.UnalignedLeaves.selector;
        if (flaw == 3) (path, expected) = (new bytes32[2][](DEPTH + 1), IBridge.WrongPathLength.selector);
        if (!stateOpened) expected = IBridge.StateNotOpened.selector;
        uint64 from = uint64(flaw == 2 && count > 1 ? first + 1 : first);
        bytes memory data = abi.encodeCall(IBridge.escape, (from, leaves, path));
        (bool done, ) = attempt("escape", stranger, address(bridge), 0, data, unlessPaused(expected));
        if (!done) return;
        for (uint256 i = first; i < first + count; ++i) {
            if (i == 0 || balances[i - 1] == 0 || escapedOf[i - 1]) continue;
            (escapedOf[i - 1], unpaidOf[i - 1]) = (true, balances[i - 1]);
            note("escape a record", DONE);
        }
    }

    function _payEscapes(uint256 draw) private {
        uint256 asset = pick(draw, 2, 2);
        uint256 from = pick(draw, 3, ACCOUNTS);
        // Mostly together with whoever may refuse.
        if (pick(draw, 6, 2) == 0) from = ACCOUNTS - 1;
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (people[from], people[(from + 1) % ACCOUNTS]);
        bytes4 expected = DONE;
        uint256[2] memory amounts;
        for (uint256 i = 0; i < 2; ++i) {
            amounts[i] = unpaidOf[2 * ((from + i) % ACCOUNTS) + asset];
            if (amounts[i] == 0 || expected != DONE) continue;
            expected = _refusalOfPayment(Payout(0, assetOf(asset), accounts[i], 0));
        }
        bytes memory data = abi.encodeCall(IBridge.payEscapes, (assetOf(asset), accounts));
        moody.prepare(address(bridge), data);
        (bool done, ) = attempt("pay escapes", stranger, address(bridge), 0, data, unlessPaused(expected));
        moody.prepare(address(bridge), "");
        if (!done) return;
        for (uint256 i = 0; i < 2; ++i) {
            if (amounts[i] == 0) continue;
            unpaidOf[2 * ((from + i) % ACCOUNTS) + asset] = 0;
            _book(
                Payout(keccak256(abi.encode("escape", asset, accounts[i])), assetOf(asset), accounts[i], 0),
                amounts[i]
            );
            note("pay an escape", DONE);
        }
    }

    function _reclaim(uint256 draw) private {
        if (queued.length == 0) return;
        uint64 end = batches[live[finalNumber]].batch.header.queueEnd;
        bool left = end < queued.length && pick(draw, 2, 4) != 0;
        uint64 index = uint64(left ? end + pick(draw, 3, queued.length - end) : pick(draw, 4, queued.length + 1));
        QueueItem memory item = queued[index < queued.length ? index : 0];
        bool forged = pick(draw, 5, 8) == 0;
        if (forged) item.sender = griefer;
        bytes4 expected = DONE;
        if (!isFrozen) expected = IBridge.NotFrozen.selector;
        else if (index < end) expected = IBridge.ItemConsumed.selector;
        else if (index >= queued.length) expected = IBridge.ItemUnknown.selector;
        else if (forged) expected = IBridge.WrongItem.selector;
        else if (item.kind != 4 && item.kind != 5) expected = IBridge.NotADeposit.selector;
        else if (reclaimed[index]) expected = IBridge.AlreadyReclaimed.selector;
        else expected = _refusalOfPayment(Payout(0, item.token, item.sender, 0));
        bytes memory data = abi.encodeCall(IBridge.reclaim, (index, item));
        uint256 before = _balanceOf(item.token, item.sender);
        moody.prepare(address(bridge), data);
        (bool done, ) = attempt("reclaim", stranger, address(bridge), 0, data, unlessPaused(expected));
        moody.prepare(address(bridge), "");
        if (!done) return;
        reclaimed[index] = true;
        assertEq(_balanceOf(item.token, item.sender), before + item.amount, "9: returned what was deposited");
        _book(Payout(keccak256(abi.encode("deposit", index)), item.token, item.sender, 0), item.amount);
    }

    /// @dev A payment through the limit, unless `expected` says that it does not come so far. Whether it was paid.
    function _limited(
        string memory what,
        Payout memory it,
        bytes memory data,
        bytes4 expected
    ) private returns (bool paid) {
        uint40 time = nowIs();
        uint40 from = waitsUntil[it.name];
        bool checked = world.withLimit && !isFrozen && !(from != 0 && time >= from);
        bool fits = !checked || it.amount <= _room(it.asset);
        if (expected == DONE) {
            if (isPaused()) expected = unlessPaused(DONE);
            else if (!fits && from != 0) expected = IBridge.PaymentWaits.selector;
            else if (fits) expected = _refusalOfPayment(it);
        }
        uint256 before = _balanceOf(it.asset, it.recipient);
        moody.prepare(address(bridge), data);
        (bool done, bytes memory result) = attempt(what, stranger, address(bridge), 0, data, expected);
        moody.prepare(address(bridge), "");
        if (!done) return false;
        paid = abi.decode(result, (bool));
        assertEq(_balanceOf(it.asset, it.recipient), before + (paid ? it.amount : 0), "9: paid what is due");
        assertEq(paid, fits, "the limit delays exactly what does not fit");
        if (!paid) {
            waitsUntil[it.name] = time + EXIT_DELAY;
            lastPayableFrom = time + EXIT_DELAY;
            note("put off", DONE);
            return false;
        }
        if (from != 0) note("pay after a wait", DONE);
        waitsUntil[it.name] = 0;
        if (checked) windowOf[it.asset].left += it.amount;
        bool ofFees = it.name == keccak256(abi.encode("fees", it.recipient, it.amount));
        if (ofFees) paidOut[ETHER] += it.amount;
        else _book(it, it.amount);
    }

    /// @dev The share is one of what is there and what left in this window without a wait.
    function _room(address asset) private returns (uint256) {
        Window storage its = windowOf[asset];
        if (its.number != windowNow()) {
            (its.number, its.left) = (windowNow(), 0);
            (its.before, its.inflowBefore) = (custodyOf(asset), takenIn[asset]);
        }
        uint256 share = ((custodyOf(asset) + its.left) * LIMIT_BPS) / 10_000;
        return share > its.left ? share - its.left : 0;
    }

    function _refusalOfPayment(Payout memory it) private view returns (bytes4) {
        if (it.asset != ETHER) return tokenRefuses ? TurningToken.Refused.selector : DONE;
        return it.recipient == address(moody) && moody.refuses() ? Payment.PaymentFailed.selector : DONE;
    }

    function _book(Payout memory it, uint256 amount) private {
        ++paidTimes[it.name];
        assertEq(paidTimes[it.name], 1, "9: paid twice");
        paidOut[it.asset] += amount;
    }

    function _balanceOf(address asset, address account) private view returns (uint256) {
        return asset == ETHER ? account.balance : token.balanceOf(account);
    }

    function _newestUnopened() private view returns (uint256) {
        for (uint256 i = finalNumber; i > 0; --i) if (!batches[live[i]].opened) return live[i];
        return live[finalNumber];
    }

    /// @dev A final batch that has exits, mostly one that is opened; genesis, which has none, if there is no such batch.
    function _batchWithExits(uint256 draw) private view returns (uint256) {
        uint256 count = uint256(finalNumber) + 1;
        uint256 start = pick(draw, 30, count);
        bool unopened = pick(draw, 31, 8) == 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 which = live[(start + i) % count];
            if (batches[which].exits.length > 0 && (batches[which].opened || unopened)) return which;
        }
        return 0;
    }
}
