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

/// @notice An honest token until it turns: then each transfer misbehaves in the chosen way.
contract TurningToken is Token {
    enum Way {
        Honest,
        KeepsAFee,
        ReturnsFalse,
        Reverts,
        RevertsWithMuch,
        ReturnsMuch,
        SpendsAllGas,
        CallsBack
    }

    error Refused();

    Way private _way;
    address private _target;
    bytes private _again;
    /// @notice The call from within a transfer was made, and accepted.
    bool public accepted;
    bool public called;
    /// @notice What it was answered with.
    bytes public answer;

    function turn(Way way) external {
        _way = way;
    }

    function callBack(address target, bytes calldata again) external {
        (_way, _target, _again) = (Way.CallsBack, target, again);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (!_begins()) return false;
        super.transfer(to, _delivered(amount));
        return _ends();
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (!_begins()) return false;
        super.transferFrom(from, to, _delivered(amount));
        return _ends();
    }

    function _begins() private returns (bool) {
        if (_way == Way.Reverts) revert Refused();
        if (_way == Way.CallsBack) {
            called = true;
            (accepted, answer) = _target.call(_again);
        }
        return _way != Way.ReturnsFalse;
    }

    function _delivered(uint256 amount) private view returns (uint256) {
        return _way == Way.KeepsAFee ? amount / 2 : amount;
    }

    function _ends() private view returns (bool) {
        if (_way == Way.SpendsAllGas) _spendAllGas();
        if (_way == Way.RevertsWithMuch) _answerMuch(false);
        if (_way == Way.ReturnsMuch) _answerMuch(true);
        return true;
    }

    function _spendAllGas() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function _answerMuch(bool success) private pure {
        assembly ("memory-safe") {
            mstore(0, 1)
            if success {
                return(0, 300000)
            }
            revert(0, 300000)
        }
    }
}

/// @notice An honest token whose number of decimals changes, as an upgrade could do.
contract RedenominatedToken is Token {
    uint8 private _decimals = 18;

    function redenominate(uint8 newDecimals) external {
        _decimals = newDecimals;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}

/// @notice Says that it moved what it did not move, and that the recipient has it.
contract PretendingToken is Token {
    mapping(address account => uint256 amount) private _pretended;

    function transferFrom(address, address to, uint256 amount) public override returns (bool) {
        _pretended[to] += amount;
        return true;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) + _pretended[account];
    }
}
