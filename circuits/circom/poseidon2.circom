// Poseidon2 over BN254, width 4: Noir's sponge (protocol §2).
// The permutation stands in r1cs/permutation.circom and plonk/permutation.circom: one function, written so that it is small in
// the one arithmetisation or in the other. The compiler's library path decides (src/prover/circom/compile.ts).
pragma circom 2.1.9;

include "poseidon2-constants.circom";
include "permutation.circom";

/// The sponge: H(in[0] ... in[n-1]). The length stands in the capacity lane, three inputs are added before each permutation.
template Poseidon2Hash(n) {
    signal input in[n];
    signal output out;

    var blocks = (n + 2) \ 3;
    signal before[blocks][4];
    signal after[blocks][4];
    for (var block = 0; block < blocks; block++) {
        for (var i = 0; i < 3; i++) {
            before[block][i] <== (block == 0 ? 0 : after[block - 1][i]) + (3 * block + i < n ? in[3 * block + i] : 0);
        }
        before[block][3] <== block == 0 ? n * 2 ** 64 : after[block - 1][3];
        after[block] <== Poseidon2Permutation()(before[block]);
    }
    out <== after[blocks - 1][0];
}

/// H(a, b, c) of numbers that the compiler knows.
function poseidon2OfThree(a, b, c) {
    var full[8][4] = poseidon2FullRoundConstants();
    var partial[56] = poseidon2PartialRoundConstants();
    var diagonal[4] = poseidon2Diagonal();
    var lanes[4] = poseidon2ExternalOf([a, b, c, 3 * 2 ** 64]);
    for (var r = 0; r < 4; r++) {
        for (var i = 0; i < 4; i++) {
            lanes[i] = (lanes[i] + full[r][i]) ** 5;
        }
        lanes = poseidon2ExternalOf(lanes);
    }
    for (var r = 0; r < 56; r++) {
        lanes[0] = (lanes[0] + partial[r]) ** 5;
        var sum = lanes[0] + lanes[1] + lanes[2] + lanes[3];
        for (var i = 0; i < 4; i++) {
            lanes[i] = lanes[i] * diagonal[i] + sum;
        }
    }
    for (var r = 4; r < 8; r++) {
        for (var i = 0; i < 4; i++) {
            lanes[i] = (lanes[i] + full[r][i]) ** 5;
        }
        lanes = poseidon2ExternalOf(lanes);
    }
    return lanes[0];
}

function poseidon2ExternalOf(x) {
    return [
        5 * x[0] + 7 * x[1] + x[2] + 3 * x[3],
        4 * x[0] + 6 * x[1] + x[2] + x[3],
        x[0] + 3 * x[1] + 5 * x[2] + 7 * x[3],
        x[0] + x[1] + 4 * x[2] + 6 * x[3]
    ];
}
