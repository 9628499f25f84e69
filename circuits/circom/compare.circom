// Bits and comparisons.
pragma circom 2.1.9;

/// {Field} in -> {Bit} out[n]: the bits of `in`, least significant first. Guarantees in < 2^n.
/// n < 254, so that no two bit strings have one value.
template Bits(n) {
    assert(n < 254);
    signal input in;
    signal output out[n];

    var sum = 0;
    for (var i = 0; i < n; i++) {
        // HINT bit: pinned by the two constraints below.
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * 2 ** i;
    }
    sum === in;
}

/// {Field} in -> {Bit} out: whether it is 0.
template IsZero() {
    signal input in;
    signal output out;

    // HINT inverse: if in = 0, the first constraint makes out = 1 whatever it is; else the second makes out = 0, so that the
    // first leaves the inverse alone.
    signal inverse <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inverse;
    in * out === 0;
}

/// {Field} a, b -> {Bit} out: whether a >= b, for integers less than 2^n apart.
/// Refuses values further apart: a - b + 2^n then has no n + 1 bits.
template AtLeast(n) {
    assert(n < 252);
    signal input a;
    signal input b;
    signal output out;

    signal bits[n + 1] <== Bits(n + 1)(a - b + 2 ** n);
    out <== bits[n];
}
