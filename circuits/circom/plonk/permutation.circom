// The Poseidon2 permutation for PLONK, where an addition costs as much as a multiplication: each sum is a signal that is
// used again, so that 732 gates do. r1cs/permutation.circom is the same function for rank-1 constraints.
pragma circom 2.1.9;

include "poseidon2-constants.circom";

/// Multiplies by the external matrix [[5,7,1,3],[4,6,1,1],[1,3,5,7],[1,1,4,6]] in eight additions, and adds the constants of
/// the round that follows: as part of a sum a constant is free in PLONK.
template Poseidon2External(k0, k1, k2, k3) {
    signal input in[4];
    signal output out[4];

    signal ab <== in[0] + in[1];
    signal cd <== in[2] + in[3];
    signal bbcd <== 2 * in[1] + cd;
    signal ddab <== 2 * in[3] + ab;
    out[1] <== 4 * ab + bbcd + k1;
    out[3] <== 4 * cd + ddab + k3;
    out[0] <== ddab + out[1] + (k0 - k1);
    out[2] <== bbcd + out[3] + (k2 - k3);
}

/// The permutation: 3 gates for an S-box, 8 for the external matrix, 7 for the internal one.
template Poseidon2Permutation() {
    signal input in[4];
    signal output out[4];

    var full[8][4] = poseidon2FullRoundConstants();
    var partial[56] = poseidon2PartialRoundConstants();
    var diagonal[4] = poseidon2Diagonal();

    // Lanes that go through the S-box, with their round's constants already added.
    signal first[5][4];
    signal firstSquare[4][4];
    signal firstFourth[4][4];
    signal firstFifth[4][4];

    first[0] <== Poseidon2External(full[0][0], full[0][1], full[0][2], full[0][3])(in);
    for (var r = 0; r < 4; r++) {
        for (var i = 0; i < 4; i++) {
            firstSquare[r][i] <== first[r][i] * first[r][i];
            firstFourth[r][i] <== firstSquare[r][i] * firstSquare[r][i];
            firstFifth[r][i] <== firstFourth[r][i] * first[r][i];
        }
        if (r < 3) {
            first[r + 1] <== Poseidon2External(full[r + 1][0], full[r + 1][1], full[r + 1][2], full[r + 1][3])(firstFifth[r]);
        } else {
            first[4] <== Poseidon2External(partial[0], 0, 0, 0)(firstFifth[3]);
        }
    }

    // Only lane 0 goes through the S-box; the internal matrix is all ones plus the diagonal.
    signal lane[57][4];
    signal square[56];
    signal fourth[56];
    signal fifth[56];
    signal oneTwo[56];
    signal others[56];
    signal sum[56];
    lane[0] <== first[4];
    for (var r = 0; r < 56; r++) {
        square[r] <== lane[r][0] * lane[r][0];
        fourth[r] <== square[r] * square[r];
        fifth[r] <== fourth[r] * lane[r][0];
        oneTwo[r] <== lane[r][1] + lane[r][2];
        others[r] <== oneTwo[r] + lane[r][3];
        sum[r] <== fifth[r] + others[r];
        lane[r + 1][0] <== (diagonal[0] + 1) * fifth[r] + others[r] + (r < 55 ? partial[r + 1] : 0);
        for (var i = 1; i < 4; i++) {
            lane[r + 1][i] <== diagonal[i] * lane[r][i] + sum[r];
        }
    }

    signal last[4][4];
    signal lastSquare[4][4];
    signal lastFourth[4][4];
    signal lastFifth[4][4];
    for (var r = 0; r < 4; r++) {
        for (var i = 0; i < 4; i++) {
            if (r == 0) {
                last[r][i] <== lane[56][i] + full[4][i];
            }
            lastSquare[r][i] <== last[r][i] * last[r][i];
            lastFourth[r][i] <== lastSquare[r][i] * lastSquare[r][i];
            lastFifth[r][i] <== lastFourth[r][i] * last[r][i];
        }
        if (r < 3) {
            last[r + 1] <== Poseidon2External(full[r + 5][0], full[r + 5][1], full[r + 5][2], full[r + 5][3])(lastFifth[r]);
        } else {
            out <== Poseidon2External(0, 0, 0, 0)(lastFifth[3]);
        }
    }
}
