// ERC-20 tokens, good and bad.
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IBridge} from "../../../contracts/interfaces/IBridge.sol";

contract Token is ERC20("Token", "TOK") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function burn(address account, uint256 amount) external {
        _burn(account, amount);
    }
}

/// @notice Keeps one percent of each transfer.
contract FeeToken is Token {
    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0) && to != address(0)) {
            super._update(from, address(this), amount / 100);
            amount -= amount / 100;
        }
        super._update(from, to, amount);
    }
}

/// @notice Delivers one more than was asked for.
contract GenerousToken is Token {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(address(0), to, 1);
    }
}

/// @notice Refuses by returning false.
contract FalseToken is Token {
    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Says that it paid, and did not.
contract LyingToken is Token {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

contract RevertingToken is Token {
    error Refused();

    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0)) revert Refused();
        super._update(from, to, amount);
    }
}

/// @notice Returns nothing, like some of the oldest tokens.
contract SilentToken {
    mapping(address account => uint256 amount) public balanceOf;

    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
    }

    event Approval(address indexed owner, address indexed spender, uint256 amount);

    function approve(address spender, uint256 amount) external {
        emit Approval(msg.sender, spender, amount);
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Deposits once more from within the transfer of a deposit.
contract HookToken is Token {
    IBridge private immutable BRIDGE;
    bool private _inside;
    bool public refused;

    constructor(IBridge bridge) payable {
        BRIDGE = bridge;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (to == address(BRIDGE) && !_inside) {
            _inside = true;
            _mint(address(this), amount);
            _approve(address(this), address(BRIDGE), amount);
            uint256 price = BRIDGE.enqueuePrice();
            bytes memory again = abi.encodeCall(IBridge.depositToken, (address(this), from, uint128(amount)));
            (bool accepted, ) = address(BRIDGE).call{value: price}(again);
            refused = !accepted;
            _inside = false;
        }
    }
}
