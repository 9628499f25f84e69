// Places in the state that a record reads and updates (protocol §5, rule 1), and the leaf that it may append.
pragma circom 2.1.9;

include "compare.circom";
include "interval.circom";
include "tree.circom";

/// Asks a leaf with `key` and `next` for a key. {Bit} used -> {Bit} present: whether the slot is used and the leaf has that key.
/// Guarantees that the leaf covers the key, also where the slot is unused: then the zero leaf serves, which covers all.
template Lookup() {
    signal input used;
    signal input wanted;
    signal input key;
    signal input next;
    signal output present;

    Covers()(key, next, wanted);
    signal same <== IsZero()(key - wanted);
    present <== used * same;
}

/// Replaces a leaf of the state tree. {Bit} used: else the crown stays as it is, whatever the rest says.
/// Guarantees that, if used, `old` is a leaf of the tree.
template Update(D, cap) {
    signal input used;
    signal input old[4];
    signal input new[4];
    signal input digits[D];
    signal input siblings[D - cap][2];
    signal input crown[3 ** cap];
    signal output out[3 ** cap];

    signal first[D];
    signal last[D];
    for (var i = 0; i < D; i++) {
        (first[i], last[i]) <== Digit()(digits[i]);
    }
    component climb = Climb(D - cap);
    climb.oldLeaf <== Poseidon2Hash(4)(old);
    climb.newLeaf <== Poseidon2Hash(4)(new);
    for (var i = 0; i < D - cap; i++) {
        climb.first[i] <== first[i];
        climb.last[i] <== last[i];
        climb.siblings[i] <== siblings[i];
    }
    component weights = CrownWeights(cap);
    weights.used <== used;
    for (var i = 0; i < cap; i++) {
        weights.first[i] <== first[D - cap + i];
        weights.last[i] <== last[D - cap + i];
    }
    out <== CrownReplace(cap)(crown, weights.weights, climb.old[D - cap], climb.new[D - cap]);
}

/// The larger of two.
function larger(a, b) {
    return a > b ? a : b;
}

/// Appends a leaf to the state tree or to the exit tree, or to none: one path serves both.
/// {Bit} inserts, exits: which; never both. {Field} leafCount, exitCount: the index in the one or the other.
template Append(D, E, cap) {
    var levels = larger(D - cap, E);
    var length = larger(D, E);
    signal input inserts;
    signal input exits;
    signal input leaf;
    signal input leafCount;
    signal input exitCount;
    signal input digits[length];
    signal input siblings[levels][2];
    signal input crown[3 ** cap];
    signal input exitRoot;
    signal output crownAfter[3 ** cap];
    signal output exitRootAfter;

    signal first[length];
    signal last[length];
    var leafIndex = 0;
    var exitIndex = 0;
    for (var i = 0; i < length; i++) {
        (first[i], last[i]) <== Digit()(digits[i]);
        leafIndex += i < D ? digits[i] * 3 ** i : 0;
        exitIndex += i < E ? digits[i] * 3 ** i : 0;
    }
    inserts * (leafIndex - leafCount) === 0;
    exits * (exitIndex - exitCount) === 0;

    // What was there is an unused leaf.
    component climb = Climb(levels);
    climb.oldLeaf <== 0;
    climb.newLeaf <== leaf;
    for (var i = 0; i < levels; i++) {
        climb.first[i] <== first[i];
        climb.last[i] <== last[i];
    }
    climb.siblings <== siblings;

    component weights = CrownWeights(cap);
    weights.used <== inserts;
    for (var i = 0; i < cap; i++) {
        weights.first[i] <== first[D - cap + i];
        weights.last[i] <== last[D - cap + i];
    }
    crownAfter <== CrownReplace(cap)(crown, weights.weights, climb.old[D - cap], climb.new[D - cap]);

    exits * (exitRoot - climb.old[E]) === 0;
    exitRootAfter <== exitRoot + exits * (climb.new[E] - climb.old[E]);
}
