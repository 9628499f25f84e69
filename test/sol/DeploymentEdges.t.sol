// Deployments whose sizes just fit.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Protocol} from "./support/Protocol.sol";
import {RegisteredVerifier} from "./support/RegisteredVerifier.sol";

contract DeploymentEdgesTest is Protocol {
    function test_a_batch_may_fill_its_exit_tree_to_the_last_leaf() public {
        verifier = new RegisteredVerifier(81, 20);
        Parameters memory chosen = parameters();
        chosen.rollup.recordsPerSegment = 81;
        chosen.rollup.maxSegments = 27;
        deploy(chosen);
        assertEq(uint256(rollup.recordsPerSegment()) * rollup.maxSegments(), 3 ** 7);
    }
}
