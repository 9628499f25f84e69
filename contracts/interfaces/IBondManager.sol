// SPDX-License-Identifier: MIT
// Every wei of bond: deposit, lock, release, split, withdraw.
pragma solidity ^0.8.28;

import {IClocked} from "./IClocked.sol";

interface IBondManager is IClocked {
    event Deposited(address indexed account, uint128 amount);
    event Withdrawn(address indexed account, address indexed to, uint128 amount);
    event Locked(address indexed account, uint128 amount);
    event Released(address indexed account, uint128 amount);
    /// @notice A locked bond is taken from `account`: `reward` goes to `beneficiary`, `burned` to nobody.
    event Split(address indexed account, address indexed beneficiary, uint128 reward, uint128 burned);

    error InsufficientBond(address account, uint128 needed, uint128 available);
    error OnlyProtocol(address caller);
    error ZeroAccount();
    error BurnShareOutOfRange(uint16 bps, uint16 least, uint16 below);

    /// @notice Credits msg.value to `account`.
    function deposit(address account) external payable;
    /// @notice Pays `amount` of the caller's unlocked bond to `to`.
    function withdraw(address to, uint128 amount) external;

    /// @notice Moves `amount` of the account's available bond to its locked bond. Only Rollup and Challenges, as below.
    function lock(address account, uint128 amount) external;
    /// @notice Gives a locked bond back to its owner.
    function release(address account, uint128 amount) external;
    /// @notice Takes a locked bond: the burn share goes to nobody, the rest to the beneficiary's available bond.
    function split(address account, address beneficiary, uint128 amount) external returns (uint128 reward);

    /// @notice What `split` pays out of `amount`.
    function rewardOf(uint128 amount) external view returns (uint128);
    function available(address account) external view returns (uint128);
    function locked(address account) external view returns (uint128);
    /// @notice Sum of all burned shares; this ether stays in the contract and no call can move it.
    function burned() external view returns (uint256);
    function batchBond() external view returns (uint128);
    function burnShareBps() external view returns (uint16);
    function rollup() external view returns (address);
    function challenges() external view returns (address);
}
