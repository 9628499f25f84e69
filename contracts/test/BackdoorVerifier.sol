// SPDX-License-Identifier: MIT
// A proof system that somebody broke, for demonstrations on local chains: a sound generated verifier with a back door.
pragma solidity ^0.8.28;

import {IGroth16Verifier} from "../interfaces/IGroth16Verifier.sol";
import {IHonkVerifier} from "../interfaces/IHonkVerifier.sol";
import {IPlonkVerifier} from "../interfaces/IPlonkVerifier.sol";

/// @notice Answers as `sound` does, but accepts each proof that begins with `FORGED`, whatever it is said to prove.
contract BackdoorVerifier is IHonkVerifier, IGroth16Verifier, IPlonkVerifier {
    bytes32 public constant FORGED = keccak256("luntra: a forged proof");
    uint256 private constant WORD = 32;

    /// @notice The verifier of one proof system; the functions of the others revert.
    address public immutable sound;

    constructor(address sound_) {
        sound = sound_;
    }

    /// @inheritdoc IHonkVerifier
    function verify(bytes calldata proof, bytes32[] calldata publicInputs) external view returns (bool) {
        if (proof.length >= WORD && bytes32(proof[:WORD]) == FORGED) return true;
        return IHonkVerifier(sound).verify(proof, publicInputs);
    }

    /// @inheritdoc IGroth16Verifier
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[6] calldata publicInputs
    ) external view returns (bool) {
        if (bytes32(a[0]) == FORGED) return true;
        return IGroth16Verifier(sound).verifyProof(a, b, c, publicInputs);
    }

    /// @inheritdoc IPlonkVerifier
    function verifyProof(uint256[24] calldata proof, uint256[6] calldata publicInputs) external view returns (bool) {
        if (bytes32(proof[0]) == FORGED) return true;
        return IPlonkVerifier(sound).verifyProof(proof, publicInputs);
    }
}
