// One record: from the state before it to the state after it (protocol §5). README.md has the truth table.
pragma circom 2.1.9;

include "compare.circom";
include "poseidon2.circom";
include "slot.circom";
include "verdict.circom";

/// {Uint4} kind -> {Bit} token, debit, credit, signed. Guarantees one of the protocol's kinds: whatever is signed debits, and a
/// token is debited or credited.
template Flags() {
    signal input kind;
    signal output token;
    signal output debit;
    signal output credit;
    signal output signed;

    signal bits[4] <== Bits(4)(kind);
    token <== bits[0];
    debit <== bits[1];
    credit <== bits[2];
    signed <== bits[3];
    signed * (1 - debit) === 0;
    signal neither <== (1 - debit) * (1 - credit);
    token * neither === 0;
}

/// Key of the recipient's record: H(2, token, recipient) if {Bit} ofToken, else H(1, recipient). One permutation for both.
template RecipientKey() {
    signal input ofToken;
    signal input token;
    signal input recipient;
    signal output out;

    signal second <== recipient + ofToken * (token - recipient);
    signal third <== ofToken * recipient;
    signal lanes[4] <== Poseidon2Permutation()([1 + ofToken, second, third, (2 + ofToken) * 2 ** 64]);
    out <== lanes[0];
}

/// words: kind, sender, recipient, token, amount, nonce, fee. They need no range checks: h and y bind them to L1's.
/// leaves, digits, siblings: the slots A, B, C in this order. All further inputs but the state are hints.
template Record(D, E, cap) {
    var size = 3 ** cap;
    signal input words[7];
    signal input leaves[3][4];
    signal input digits[3][D];
    signal input siblings[3][D - cap][2];
    signal input appendDigits[larger(D, E)];
    signal input appendSiblings[larger(D - cap, E)][2];

    signal input crown[size];
    signal input leafCount;
    signal input exitRoot;
    signal input exitCount;
    signal input fees;
    signal output crownAfter[size];
    signal output leafCountAfter;
    signal output exitRootAfter;
    signal output exitCountAfter;
    signal output feesAfter;

    // A. What the words say.
    signal (token, debit, credit, signed) <== Flags()(words[0]);
    signal sender <== words[1];
    signal recipient <== words[2];
    signal tokenAddress <== words[3];
    signal amount <== words[4];
    signal nonce <== words[5];
    signal fee <== words[6];

    // B. Rule 1: which leaves are read, and what they have.
    signal debitToken <== debit * token;
    signal readsAccount <== debit - debitToken * (1 - signed);
    signal accountKey <== Poseidon2Hash(2)([1, sender]);
    signal tokenKey <== Poseidon2Hash(3)([2, tokenAddress, sender]);
    signal recipientKey <== RecipientKey()(token, tokenAddress, recipient);
    signal hasAccount <== Lookup()(readsAccount, accountKey, leaves[0][0], leaves[0][3]);
    signal hasTokens <== Lookup()(debitToken, tokenKey, leaves[1][0], leaves[1][3]);
    signal hasRecipient <== Lookup()(credit, recipientKey, leaves[2][0], leaves[2][3]);
    signal full <== IsZero()(leafCount - 3 ** D);

    // C. Rules 2 to 5.
    signal (authorised, executed, moves) <== Verdict()(
        token, debit, credit, signed, sender, amount, nonce, fee,
        hasAccount, leaves[0][1], leaves[0][2], hasTokens, leaves[1][1], hasRecipient, full
    );

    // D. Rules 6 and 7: what changes. Who pays is present, so that an absent sender's covering leaf stays as it is.
    signal charged <== signed * authorised;
    signal feePaid <== charged * fee;
    signal moved <== executed * amount;
    signal fromTokens <== debitToken * moved;
    signal fromAccount <== debit * moved - fromTokens;
    signal paid <== credit * moved;
    signal topUp <== hasRecipient * paid;
    signal credits <== credit * moves;
    signal homeless <== credits * (1 - hasRecipient);
    signal inserts <== homeless * (1 - full);
    signal withdrawal <== debit * (1 - credit);
    // What is homeless and not inserted is a deposit: a transfer would not have been executed.
    signal exits <== withdrawal * moves + homeless - inserts;

    // E. The updates of A, B and C, one after the other.
    signal afterAccount[size] <== Update(D, cap)(
        readsAccount,
        leaves[0],
        [leaves[0][0], leaves[0][1] - feePaid - fromAccount, leaves[0][2] + charged, leaves[0][3]],
        digits[0], siblings[0], crown
    );
    signal afterTokens[size] <== Update(D, cap)(
        debitToken,
        leaves[1],
        [leaves[1][0], leaves[1][1] - fromTokens, leaves[1][2], leaves[1][3]],
        digits[1], siblings[1], afterAccount
    );
    signal recipientNext <== leaves[2][3] + inserts * (recipientKey - leaves[2][3]);
    signal afterRecipient[size] <== Update(D, cap)(
        credit,
        leaves[2],
        [leaves[2][0], leaves[2][1] + topUp, leaves[2][2], recipientNext],
        digits[2], siblings[2], afterTokens
    );

    // F. The recipient's new leaf, or the exit.
    signal insertedLeaf <== Poseidon2Hash(4)([recipientKey, amount, 0, leaves[2][3]]);
    signal exitLeaf <== Poseidon2Hash(3)([tokenAddress, recipient, amount]);
    signal appendedLeaf <== exitLeaf + inserts * (insertedLeaf - exitLeaf);
    (crownAfter, exitRootAfter) <== Append(D, E, cap)(
        inserts, exits, appendedLeaf, leafCount, exitCount, appendDigits, appendSiblings, afterRecipient, exitRoot
    );
    leafCountAfter <== leafCount + inserts;
    exitCountAfter <== exitCount + exits;
    feesAfter <== fees + feePaid;
}
