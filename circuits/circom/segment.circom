// The statement of a segment's proof (protocol §7): "I know words with hash h and polynomial value y at r, a preimage of a, and
// a run over those words that ends in b."
pragma circom 2.1.9;

include "poseidon2.circom";
include "record.circom";
include "tree.circom";
include "words.circom";

/// Root of an exit tree without exits.
function emptyRoot(depth) {
    var node = 0;
    for (var level = 0; level < depth; level++) {
        node = poseidon2OfThree(node, node, node);
    }
    return node;
}

/// n records, state tree of depth D, exit tree of depth E, the top `cap` levels of the state tree hashed once.
/// Public: a, b, h, r, y, context. words: first, then seven a record. crown: the 3^cap nodes of the state tree `cap` levels below
/// its root, before the segment. All inputs but the public ones are hints.
template Segment(n, D, E, cap) {
    assert(0 < cap && cap < D);
    var size = 3 ** cap;
    signal input a;
    signal input b;
    signal input h;
    signal input r;
    signal input y;
    signal input context;

    signal input words[1 + 7 * n];
    signal input crown[size];
    signal input leafCount;
    signal input exitRoot;
    signal input exitCount;
    signal input fees;
    signal input leaves[n][3][4];
    signal input digits[n][3][D];
    signal input siblings[n][3][D - cap][2];
    signal input appendDigits[n][larger(D, E)];
    signal input appendSiblings[n][larger(D - cap, E)][2];

    // A. The words are L1's. L1's are canonical, below 2^160, and amounts below 2^128.
    signal wordsHash <== WordsHash(1 + 7 * n)(words);
    h === wordsHash;
    signal wordsValue <== WordsPolynomial(1 + 7 * n)(words, r);
    y === wordsValue;

    // B. The state before. A public input that no constraint has could be exchanged in a Groth16 proof.
    signal contextSquare <== context * context;
    signal rootBefore <== CrownRoot(cap)(crown);
    signal checkpointBefore <== Poseidon2Hash(5)([rootBefore, leafCount, exitRoot, exitCount, fees]);
    a === checkpointBefore;

    // C. The first segment of a batch starts without exits and fees.
    signal first <== words[0];
    first * (first - 1) === 0;
    signal crowns[n + 1][size];
    signal leafCounts[n + 1];
    signal exitRoots[n + 1];
    signal exitCounts[n + 1];
    signal feeSums[n + 1];
    crowns[0] <== crown;
    leafCounts[0] <== leafCount;
    exitRoots[0] <== exitRoot + first * (emptyRoot(E) - exitRoot);
    exitCounts[0] <== (1 - first) * exitCount;
    feeSums[0] <== (1 - first) * fees;

    // D. The records.
    component records[n];
    for (var i = 0; i < n; i++) {
        records[i] = Record(D, E, cap);
        for (var j = 0; j < 7; j++) {
            records[i].words[j] <== words[1 + 7 * i + j];
        }
        records[i].leaves <== leaves[i];
        records[i].digits <== digits[i];
        records[i].siblings <== siblings[i];
        records[i].appendDigits <== appendDigits[i];
        records[i].appendSiblings <== appendSiblings[i];
        records[i].crown <== crowns[i];
        records[i].leafCount <== leafCounts[i];
        records[i].exitRoot <== exitRoots[i];
        records[i].exitCount <== exitCounts[i];
        records[i].fees <== feeSums[i];
        crowns[i + 1] <== records[i].crownAfter;
        leafCounts[i + 1] <== records[i].leafCountAfter;
        exitRoots[i + 1] <== records[i].exitRootAfter;
        exitCounts[i + 1] <== records[i].exitCountAfter;
        feeSums[i + 1] <== records[i].feesAfter;
    }

    // E. The state after.
    signal rootAfter <== CrownRoot(cap)(crowns[n]);
    signal checkpointAfter <== Poseidon2Hash(5)([rootAfter, leafCounts[n], exitRoots[n], exitCounts[n], feeSums[n]]);
    b === checkpointAfter;
}
