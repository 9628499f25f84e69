// The transition function once more, over plain maps: no tree, no keys, no hashes. Written from the protocol's
// section 5 in its own terms, to be compared with the model.

import type { RecordWords, State } from "../../src/model/index.ts";

export interface LedgerExit {
  readonly token: bigint;
  readonly recipient: bigint;
  readonly amount: bigint;
}

export class Ledger {
  readonly accounts = new Map<bigint, { eth: bigint; nonce: bigint }>();
  readonly tokens = new Map<string, bigint>();
  readonly capacity: number;
  exits: LedgerExit[] = [];
  fees = 0n;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The sentinel counts. */
  get leafCount(): number {
    return 1 + this.accounts.size + this.tokens.size;
  }

  apply(first: boolean, records: readonly RecordWords[]): void {
    if (first) {
      this.exits = [];
      this.fees = 0n;
    }
    for (const record of records) this.#apply(record);
  }

  #apply({ kind, sender, recipient, token, amount, nonce, fee }: RecordWords): void {
    const [t, d, c, s] = [1n, 2n, 4n, 8n].map((flag) => (kind & flag) !== 0n);
    if (kind === 0n) return;

    const account = this.accounts.get(sender);
    if (s && (sender === 0n || account === undefined || nonce !== account.nonce || account.eth < fee)) return;
    if (d && !s && sender === 0n) return;
    if (s && account !== undefined) {
      account.nonce += 1n;
      account.eth -= fee;
      this.fees += fee;
    }

    const available = t ? this.tokens.get(`${token}/${sender}`) : account?.eth;
    if (d && (available ?? 0n) < amount) return;
    const known = t ? this.tokens.has(`${token}/${recipient}`) : this.accounts.has(recipient);
    const room = known || this.leafCount < this.capacity;
    if (amount === 0n || (c && d && !room)) return;

    if (d) this.#add(t === true, token, sender, -amount);
    if (c && room) this.#add(t === true, token, recipient, amount);
    else this.exits.push({ token, recipient, amount });
  }

  #add(isToken: boolean, token: bigint, holder: bigint, amount: bigint): void {
    if (isToken) {
      const at = `${token}/${holder}`;
      this.tokens.set(at, (this.tokens.get(at) ?? 0n) + amount);
      return;
    }
    const account = this.accounts.get(holder) ?? { eth: 0n, nonce: 0n };
    account.eth += amount;
    this.accounts.set(holder, account);
  }

  /** What there is of an asset (0 for ETH): balances, exits of the running batch and, for ETH, its fees. */
  supply(asset: bigint): bigint {
    const exits = this.exits.filter(({ token }) => token === asset).map(({ amount }) => amount);
    const held =
      asset === 0n
        ? [...[...this.accounts.values()].map(({ eth }) => eth), this.fees]
        : [...this.tokens].filter(([at]) => at.startsWith(`${asset}/`)).map(([, balance]) => balance);
    return [...exits, ...held].reduce((sum, part) => sum + part, 0n);
  }
}

/** All that a ledger knows, in a form that the model's state can be brought into as well. */
export function pictureOfLedger(ledger: Ledger) {
  return {
    accounts: new Map([...ledger.accounts].map(([at, { eth, nonce }]) => [at, { balance: eth, nonce }])),
    tokens: ledger.tokens,
    leafCount: ledger.leafCount,
    exits: ledger.exits,
    fees: ledger.fees,
  };
}

/** The state's answers to everything that the ledger has. */
export function pictureOfState(state: State, like: Ledger) {
  const tokenOf = (at: string) => at.split("/").map(BigInt) as [bigint, bigint];
  return {
    accounts: new Map([...like.accounts.keys()].map((at) => [at, state.account(at)])),
    tokens: new Map([...like.tokens.keys()].map((at) => [at, state.tokenBalance(...tokenOf(at))])),
    leafCount: state.tree.count,
    exits: [...state.exits.exits()],
    fees: state.fees,
  };
}
