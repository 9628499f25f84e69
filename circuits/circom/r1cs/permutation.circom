// The Poseidon2 permutation for rank-1 constraints, where sums are free: no signal is a sum, so that the compiler has nothing
// to simplify, which would take it most of its time. plonk/permutation.circom is the same function for PLONK.
pragma circom 2.1.9;

include "poseidon2-constants.circom";

/// The permutation. 264 constraints: three for each S-box, 8 x 4 + 56 of them.
template Poseidon2Permutation() {
    signal input in[4];
    signal output out[4];

    var full[8][4] = poseidon2FullRoundConstants();
    var partial[56] = poseidon2PartialRoundConstants();
    var diagonal[4] = poseidon2Diagonal();
    var external[4][4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];

    signal square[8][4];
    signal fourth[8][4];
    signal fifth[8][4];
    signal partialSquare[56];
    signal partialFourth[56];
    signal partialNext[56];

    // Sums of signals.
    var lanes[4];
    for (var i = 0; i < 4; i++) {
        for (var j = 0; j < 4; j++) {
            lanes[i] += external[i][j] * in[j];
        }
    }
    for (var r = 0; r < 8; r++) {
        for (var i = 0; i < 4; i++) {
            var x = lanes[i] + full[r][i];
            square[r][i] <== x * x;
            fourth[r][i] <== square[r][i] * square[r][i];
            fifth[r][i] <== fourth[r][i] * x;
        }
        for (var i = 0; i < 4; i++) {
            lanes[i] = 0;
            for (var j = 0; j < 4; j++) {
                lanes[i] += external[i][j] * fifth[r][j];
            }
        }
        for (var k = 0; r == 3 && k < 56; k++) {
            // Only lane 0 goes through the S-box; the internal matrix is all ones plus the diagonal. The signal is lane 0 after
            // both, from which the S-box's result follows: so lane 0 is short each time it is multiplied.
            var x = lanes[0] + partial[k];
            var others = lanes[1] + lanes[2] + lanes[3];
            partialSquare[k] <== x * x;
            partialFourth[k] <== partialSquare[k] * partialSquare[k];
            partialNext[k] <== (diagonal[0] + 1) * partialFourth[k] * x + others;
            var sum = (partialNext[k] - others) / (diagonal[0] + 1) + others;
            lanes[0] = partialNext[k];
            for (var i = 1; i < 4; i++) {
                lanes[i] = diagonal[i] * lanes[i] + sum;
            }
        }
    }
    for (var i = 0; i < 4; i++) {
        out[i] <== lanes[i];
    }
}
