// Challenges of single segments: opening, answering, timing out, each to its second.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBondManager} from "../../contracts/interfaces/IBondManager.sol";
import {IChallenges} from "../../contracts/interfaces/IChallenges.sol";
import {IRollup} from "../../contracts/interfaces/IRollup.sol";
import {Timestamp} from "../../contracts/types/Time.sol";
import {BatchId, ChallengeRecord, Disputes} from "../../contracts/types/Types.sol";
import {Protocol} from "./support/Protocol.sol";

contract ChallengeTest is Protocol {
    function test_challenge_locks_the_bond_and_queues_for_its_turn() public {
        Built memory built = commitFirst(2);
        challengeAs(challenger, built, 0);
        challengeAs(challenger, built, 1);

        ChallengeRecord memory first = challenges.challengeOf(idOf(built), 0);
        ChallengeRecord memory second = challenges.challengeOf(idOf(built), 1);
        assertEq(Timestamp.unwrap(first.deadline), START + SLOT + PROVING_WINDOW);
        assertEq(Timestamp.unwrap(second.deadline), START + 2 * SLOT + PROVING_WINDOW);
        assertEq(first.challenger, challenger);
        assertEq(uint256(first.bondGwei) * 1 gwei, CHALLENGE_BOND);
        assertEq(bonds.locked(challenger), 2 * CHALLENGE_BOND);
    }

    function test_challenge_in_the_last_second_of_the_window_opens() public {
        Built memory built = commitFirst(1);
        vm.warp(START + CHALLENGE_WINDOW - 1);
        challengeAs(challenger, built, 0);
        assertEq(challenges.disputes(idOf(built)).open, 1);
    }
}
