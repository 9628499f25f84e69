// Whether a record counts, and whether it is executed (protocol §5, rules 2 to 5).
pragma circom 2.1.9;

include "compare.circom";

/// {Bit} token, debit, credit, signed: the kind. {Uint128} amount, {Uint72} fee, {Field} sender, nonce: words.
/// {Bit} hasAccount, {Uint128} balance, {Uint64} accountNonce: the sender's account; {Bit} hasTokens, {Uint128} tokens: its token
/// record; {Bit} hasRecipient. Of absent records, and of slots that the kind does not use, the bit is 0 and the rest is ignored.
/// {Bit} full: no leaf is left.
/// -> {Bit} authorised, executed; {Bit} moves: executed with an amount above 0.
template Verdict() {
    signal input token;
    signal input debit;
    signal input credit;
    signal input signed;
    signal input sender;
    signal input amount;
    signal input nonce;
    signal input fee;
    signal input hasAccount;
    signal input balance;
    signal input accountNonce;
    signal input hasTokens;
    signal input tokens;
    signal input hasRecipient;
    signal input full;
    signal output authorised;
    signal output executed;
    signal output moves;

    // Rule 2: authorised.
    signal noSender <== IsZero()(sender);
    signal rightNonce <== IsZero()(nonce - accountNonce);
    signal funds <== hasAccount * balance;
    signal paysFee <== AtLeast(128)(funds, fee);
    signal willing <== rightNonce * paysFee;
    signal entitled <== hasAccount * willing;
    signal unentitled <== signed * (1 - entitled);
    signal accepted <== (1 - noSender) * (1 - unentitled);
    authorised <== 1 - debit * (1 - accepted);

    // Rule 3: covered. A fee that is not covered makes the difference negative; then nothing is authorised either.
    signal feeDue <== signed * fee;
    signal tokenFunds <== hasTokens * tokens;
    signal available <== funds - feeDue + token * (tokenFunds - funds + feeDue);
    signal enough <== AtLeast(129)(available, amount);
    signal covered <== 1 - debit * (1 - enough);

    // Rule 4: room.
    signal zero <== IsZero()(amount);
    signal needsLeaf <== (1 - zero) * (1 - hasRecipient);
    signal noRoom <== needsLeaf * full;

    // Rule 5: executed.
    signal transfer <== credit * debit;
    signal blocked <== transfer * noRoom;
    signal payable <== authorised * covered;
    executed <== payable * (1 - blocked);
    moves <== executed * (1 - zero);
}
