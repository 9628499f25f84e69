// One transaction: what it does, and how far it has come.

import { decimal, decodeString, ether, integer, stranger } from "../format.ts";
import { useAnswer, useOnce } from "../node.ts";
import { Badge, StageBadge } from "../parts/badge.tsx";
import { AccountLink, HexText } from "../parts/links.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import type { Finality, Hex, Transaction } from "../types.ts";
import { Path } from "./path.tsx";

const BRIDGE = "0x4c554e5452410000000000000000000000000001";
const QUEUE_ITEM = "0x7e";
const SELECTORS = {
  transfer: "0xa9059cbb",
  withdrawEth: "0x25e16063",
  withdrawToken: "0x01e33667",
} as const;

export function TransactionView({ hash }: { hash: Hex }) {
  const finality = useAnswer<Finality>("luntra_finality", hash);
  const transaction = useAnswer<Transaction>("eth_getTransactionByHash", hash);
  return (
    <>
      <h1>Transaction {finality.data != null && <StageBadge stage={finality.data.stage} />}</h1>
      <Shown
        answer={finality}
        absent="This node knows no such transaction: it never came here, or was dropped before the node started."
      >
        {(its) => (
          <>
            {transaction.data != null ? (
              <What transaction={transaction.data} finality={its} />
            ) : (
              <Facts>
                <Fact name="Hash">
                  <HexText hex={hash} whole />
                </Fact>
              </Facts>
            )}
            <Path finality={its} />
          </>
        )}
      </Shown>
    </>
  );
}

function What({ transaction, finality }: { transaction: Transaction; finality: Finality }) {
  const { hash, from, to, value, input, nonce, type } = transaction;
  const isItem = type === QUEUE_ITEM;
  return (
    <Facts>
      <Fact name="Hash">
        <HexText hex={hash} whole />
      </Fact>
      <Fact name="Result">
        {finality.status === undefined ? (
          <span class="dim">not run yet</span>
        ) : finality.status === "executed" ? (
          <Badge tone="good">executed</Badge>
        ) : (
          <>
            <Badge tone="bad">failed</Badge> {finality.reason}
          </>
        )}
      </Fact>
      <Fact name="From">
        <AccountLink account={from} />
      </Fact>
      <Fact name="Does">
        <Deed to={to} value={value} input={input} isItem={isItem} />
      </Fact>
      <Fact name={isItem ? "Item of L1's queue" : "Nonce"}>
        {isItem ? String(integer(nonce) - 2 ** 32) : integer(nonce)}
      </Fact>
    </Facts>
  );
}

function Deed({
  to,
  value,
  input,
  isItem,
}: Pick<Transaction, "to" | "value" | "input"> & { isItem: boolean }) {
  const [selector, words] = [input.slice(0, 10), input.slice(10).match(/.{64}/g) ?? []];
  const address = (i: number) => `0x${words[i]?.slice(24) ?? ""}`;
  const amount = (i: number) => BigInt(`0x${words[i] ?? "0"}`);
  if (to === BRIDGE && selector === SELECTORS.withdrawEth) {
    return (
      <>
        withdraws {ether(value)} to <AccountLink account={address(0)} /> on L1
      </>
    );
  }
  if (to === BRIDGE && words.length === 3) {
    const verb = isItem && selector !== SELECTORS.withdrawToken ? "deposits" : "withdraws";
    return (
      <>
        {verb} <TokenAmount token={address(0)} amount={amount(2)} /> for <AccountLink account={address(1)} />
      </>
    );
  }
  if (selector === SELECTORS.transfer && words.length === 2) {
    return (
      <>
        sends <TokenAmount token={to} amount={amount(1)} /> to <AccountLink account={address(0)} />
      </>
    );
  }
  return (
    <>
      {isItem ? "brings" : "sends"} {ether(value)} to <AccountLink account={to} />
    </>
  );
}

/** Name and decimals are what the token says of itself: a stranger's words. */
function TokenAmount({ token, amount }: { token: Hex; amount: bigint }) {
  const symbol = useOnce<Hex>("eth_call", { to: token, data: "0x95d89b41" }, "latest");
  const decimals = useOnce<Hex>("eth_call", { to: token, data: "0x313ce567" }, "latest");
  const name = symbol.data == null ? undefined : decodeString(symbol.data);
  const places = decimals.data == null || decimals.data === "0x" ? 0 : Math.min(integer(decimals.data), 36);
  return (
    <>
      {decimal(amount, places)} <bdi class="stranger">{stranger(name ?? "") || "units"}</bdi> (token{" "}
      <AccountLink account={token} />)
    </>
  );
}
