// Which keys a leaf covers (protocol §3).
pragma circom 2.1.9;

include "tree.circom";

/// {Field} in: refuses all but the integers 0 ... (p-1)/2.
///
/// 253 bits, of which the top one weighs (p-1)/2 - (2^252 - 1) instead of 2^252. That is at most 2^252, so that the sums
/// without the top bit, 0 ... 2^252 - 1, and those with it, up to (p-1)/2, leave no gap; and no sum reaches p.
template LowerHalf() {
    signal input in;

    var half = (-1) / 2;
    var top = half - (2 ** 252 - 1);
    // HINT lowBits, topBit: pinned by being bits with this sum. Some values have two representations; nothing depends on which.
    signal topBit <-- in > 2 ** 252 - 1 ? 1 : 0;
    topBit * (topBit - 1) === 0;
    signal lowBits[252];
    var sum = topBit * top;
    for (var i = 0; i < 252; i++) {
        lowBits[i] <-- ((in - topBit * top) >> i) & 1;
        lowBits[i] * (lowBits[i] - 1) === 0;
        sum += lowBits[i] * 2 ** i;
    }
    sum === in;
}

/// {Field} key, next: of a leaf. {Field} wanted: refuses unless the leaf covers it, that is,
/// (wanted - key mod p) <= (next - key - 1 mod p) as integers.
///
/// Walk key -> wanted -> next -> key round the field. The arcs u = wanted - key, v = next - 1 - wanted, z = key - next, each
/// read in [0, p), add up to -1 modulo p, hence to p - 1 or 2p - 1. With w = next - key - 1 = p - 1 - z:
///   u <= w: v = w - u, and the arcs add up to p - 1;
///   u >  w: v = w - u + p, and they add up to 2p - 1.
/// So the leaf covers `wanted` exactly if they add up to p - 1. Then at most one of them is above (p-1)/2. And if at
/// most one is above (p-1)/2, they add up to at most 2(p-1)/2 + p - 1 = 2p - 2, hence to p - 1.
template Covers() {
    signal input key;
    signal input next;
    signal input wanted;

    signal arcs[3];
    arcs[0] <== wanted - key;
    arcs[1] <== next - 1 - wanted;
    arcs[2] <== key - next;

    // HINT exempt: which arc may be long. If the leaf covers `wanted`, some choice passes; if not, none does.
    // A signal above (p-1)/2 compares as negative.
    signal exempt <-- arcs[0] < 0 ? 0 : (arcs[1] < 0 ? 1 : 2);
    signal (first, last) <== Digit()(exempt);
    signal lower <== arcs[0] + first * (arcs[1] - arcs[0]);
    signal upper <== arcs[2] + last * (arcs[1] - arcs[2]);
    LowerHalf()(lower);
    LowerHalf()(upper);
}
