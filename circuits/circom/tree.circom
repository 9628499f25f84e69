// Merkle trees with three children a node (protocol §3): paths, and the nodes at the top that all paths of a segment share.
pragma circom 2.1.9;

include "poseidon2.circom";

/// {Field} digit -> {Bit} first, last: whether it is 0, whether it is 2. Guarantees digit in {0, 1, 2}.
template Digit() {
    signal input digit;
    signal output first;
    signal output last;

    // 0, 0, 2
    signal product <== digit * (digit - 1);
    product * (digit - 2) === 0;
    last <== product / 2;
    first <== 1 - digit + last;
}

/// One level up, for two versions of a node that differ in nothing but the child at this place.
/// {Field} old, new: the child. {Bit} first, last: its place. {Field} siblings: the other two, left one first.
template Level() {
    signal input old;
    signal input new;
    signal input first;
    signal input last;
    signal input siblings[2];
    signal output oldParent;
    signal output newParent;

    signal change <== new - old;
    signal oldFirst <== siblings[0] + first * (old - siblings[0]);
    signal oldLast <== siblings[1] + last * (old - siblings[1]);
    signal oldMiddle <== old + siblings[0] + siblings[1] - oldFirst - oldLast;
    signal newFirst <== oldFirst + first * change;
    signal newLast <== oldLast + last * change;
    signal newMiddle <== oldMiddle + change - (newFirst - oldFirst) - (newLast - oldLast);
    oldParent <== Poseidon2Hash(3)([oldFirst, oldMiddle, oldLast]);
    newParent <== Poseidon2Hash(3)([newFirst, newMiddle, newLast]);
}

/// The nodes above a leaf, for two versions of it: old[0] and new[0] are the leaf's, old[levels] and new[levels] the highest.
template Climb(levels) {
    signal input oldLeaf;
    signal input newLeaf;
    signal input first[levels];
    signal input last[levels];
    signal input siblings[levels][2];
    signal output old[levels + 1];
    signal output new[levels + 1];

    old[0] <== oldLeaf;
    new[0] <== newLeaf;
    for (var i = 0; i < levels; i++) {
        (old[i + 1], new[i + 1]) <== Level()(old[i], new[i], first[i], last[i], siblings[i]);
    }
}

/// The root above the 3^cap nodes `cap` levels below it.
template CrownRoot(cap) {
    var size = 3 ** cap;
    var inner = (size - 1) / 2;
    signal input crown[size];
    signal output out;

    // All nodes from the root down, level by level: the children of node i are 3i + 1, 3i + 2, 3i + 3.
    signal nodes[inner + size];
    for (var i = 0; i < size; i++) {
        nodes[inner + i] <== crown[i];
    }
    for (var i = inner - 1; i >= 0; i--) {
        nodes[i] <== Poseidon2Hash(3)([nodes[3 * i + 1], nodes[3 * i + 2], nodes[3 * i + 3]]);
    }
    out <== nodes[0];
}

/// {Bit} first[cap], last[cap]: the top digits of a path, lowest first. {Bit} used
/// -> {Bit} weights[3^cap]: 1 at the node that they name if used, else 0.
template CrownWeights(cap) {
    var size = 3 ** cap;
    var inner = (size - 1) / 2;
    signal input first[cap];
    signal input last[cap];
    signal input used;
    signal output weights[size];

    // As in CrownRoot: each node's weight is shared out among its children.
    signal nodes[inner + size];
    nodes[0] <== used;
    for (var level = 0; level < cap; level++) {
        var start = (3 ** level - 1) / 2;
        var digit = cap - 1 - level;
        for (var i = start; i < start + 3 ** level; i++) {
            nodes[3 * i + 1] <== nodes[i] * first[digit];
            nodes[3 * i + 3] <== nodes[i] * last[digit];
            nodes[3 * i + 2] <== nodes[i] - nodes[3 * i + 1] - nodes[3 * i + 3];
        }
    }
    for (var i = 0; i < size; i++) {
        weights[i] <== nodes[inner + i];
    }
}

/// Replaces in the crown the node of weight 1, which has to be `old`, by `new`; changes nothing if all weights are 0.
template CrownReplace(cap) {
    var size = 3 ** cap;
    signal input crown[size];
    signal input weights[size];
    signal input old;
    signal input new;
    signal output out[size];

    for (var i = 0; i < size; i++) {
        weights[i] * (crown[i] - old) === 0;
        out[i] <== crown[i] + weights[i] * (new - old);
    }
}
