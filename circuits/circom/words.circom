// How a proof is bound to the words that L1 knows (protocol §7).
pragma circom 2.1.9;

include "poseidon.circom";

/// h: acc = 0; acc = Poseidon16(acc, w0 ... w14) for each 15 words, the last ones padded with zeros.
template WordsHash(count) {
    signal input words[count];
    signal output out;

    var chunks = (count + 14) \ 15;
    signal chain[chunks + 1];
    signal block[chunks][16];
    chain[0] <== 0;
    for (var i = 0; i < chunks; i++) {
        block[i][0] <== chain[i];
        for (var j = 0; j < 15; j++) {
            block[i][j + 1] <== 15 * i + j < count ? words[15 * i + j] : 0;
        }
        chain[i + 1] <== Poseidon(16)(block[i]);
    }
    out <== chain[chunks];
}

/// y: the polynomial with the words as coefficients, lowest first, at r.
template WordsPolynomial(count) {
    signal input words[count];
    signal input r;
    signal output out;

    signal partial[count];
    partial[count - 1] <== words[count - 1];
    for (var i = count - 2; i >= 0; i--) {
        partial[i] <== words[i] + r * partial[i + 1];
    }
    out <== partial[0];
}
