// SPDX-License-Identifier: MIT
// Keeps every wei of bond. Rollup and Challenges move it between accounts; only its owner takes it out.
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clocked} from "./Clocked.sol";
import {IBondManager} from "./interfaces/IBondManager.sol";
import {IClock} from "./interfaces/IClock.sol";
import {Payment} from "./libraries/Payment.sol";
import {BondParameters} from "./types/Parameters.sol";

contract BondManager is IBondManager, Clocked {
    using SafeCast for uint256;

    /// @dev One word: available 128 | locked 128.
    struct Account {
        uint128 available;
        uint128 locked;
    }

    uint16 private constant BPS = 10_000;
    uint16 private constant LEAST_BURN_SHARE = 5_000;

    /// @inheritdoc IBondManager
    address public immutable rollup;
    /// @inheritdoc IBondManager
    address public immutable challenges;
    /// @inheritdoc IBondManager
    uint128 public immutable batchBond;
    /// @inheritdoc IBondManager
    uint16 public immutable burnShareBps;

    /// @inheritdoc IBondManager
    uint256 public burned;
    mapping(address account => Account balance) private _accounts;

    modifier onlyProtocol() {
        // INVARIANT: nobody but the protocol moves another's bond.
        if (msg.sender != rollup && msg.sender != challenges) revert OnlyProtocol(msg.sender);
        _;
    }

    constructor(address rollup_, address challenges_, IClock clock_, BondParameters memory parameters) Clocked(clock_) {
        // At least half must burn: a slashed sequencer may hold the winning prover, too. Less than all must burn:
        // the rest pays for the proof.
        if (parameters.burnShareBps < LEAST_BURN_SHARE || parameters.burnShareBps >= BPS) {
            revert BurnShareOutOfRange(parameters.burnShareBps, LEAST_BURN_SHARE, BPS);
        }
        rollup = rollup_;
        challenges = challenges_;
        batchBond = parameters.batchBond;
        burnShareBps = parameters.burnShareBps;
    }

    /// @inheritdoc IBondManager
    function deposit(address account) external payable whileRunning {
        uint128 amount = msg.value.toUint128();
        _credit(account, amount);
        emit Deposited(account, amount);
    }

    /// @inheritdoc IBondManager
    function withdraw(address to, uint128 amount) external whileRunning {
        _accounts[msg.sender].available = _spend(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        Payment.pay(to, amount);
    }

    /// @inheritdoc IBondManager
    function lock(address account, uint128 amount) external onlyProtocol {
        uint128 left = _spend(account, amount);
        _accounts[account] = Account({available: left, locked: _accounts[account].locked + amount});
        emit Locked(account, amount);
    }

    /// @inheritdoc IBondManager
    function release(address account, uint128 amount) external onlyProtocol {
        Account memory balance = _accounts[account];
        _accounts[account] = Account({available: balance.available + amount, locked: balance.locked - amount});
        emit Released(account, amount);
    }

    /// @inheritdoc IBondManager
    function split(address account, address beneficiary, uint128 amount) external onlyProtocol returns (uint128) {
        uint128 reward = rewardOf(amount);
        // INVARIANT: deposits = available + locked + burned + paid. Nothing is split that was not locked.
        _accounts[account].locked -= amount;
        burned += amount - reward;
        _credit(beneficiary, reward);
        emit Split(account, beneficiary, reward, amount - reward);
        return reward;
    }

    /// @inheritdoc IBondManager
    function rewardOf(uint128 amount) public view returns (uint128) {
        // Rounds down: whoever slashes itself in small bonds must not save the burn.
        return uint128((uint256(amount) * (BPS - burnShareBps)) / BPS);
    }

    /// @inheritdoc IBondManager
    function available(address account) external view returns (uint128) {
        return _accounts[account].available;
    }

    /// @inheritdoc IBondManager
    function locked(address account) external view returns (uint128) {
        return _accounts[account].locked;
    }

    function _credit(address account, uint128 amount) private {
        // INVARIANT: every wei of bond has an owner who can take it out.
        if (account == address(0)) revert ZeroAccount();
        _accounts[account].available += amount;
    }

    /// @dev What is left of the account's available bond.
    function _spend(address account, uint128 amount) private view returns (uint128) {
        uint128 has = _accounts[account].available;
        // INVARIANT: a locked bond cannot be withdrawn before it is split.
        if (has < amount) revert InsufficientBond(account, amount, has);
        return has - amount;
    }
}
