// SPDX-License-Identifier: MIT
// A plain ERC-20 for demonstrations on local chains: whoever wants some, mints some.
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract DemoToken is ERC20 {
    constructor() ERC20("Luntra Demo", "DEMO") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}
