// Things that have a place of their own on the page, by name.

import { count, short } from "../format.ts";
import { linkTo } from "../route.ts";
import type { Hex } from "../types.ts";

export function BatchLink({ number, id }: { number: Hex; id?: Hex }) {
  return (
    <a href={linkTo.batch(id ?? String(BigInt(number)))} class="number">
      {count(number)}
    </a>
  );
}

export function TransactionLink({ hash, whole = false }: { hash: Hex; whole?: boolean }) {
  return (
    <a href={linkTo.transaction(hash)} class="hex" title={hash}>
      {whole ? hash : short(hash)}
    </a>
  );
}

export function AccountLink({ account, whole = false }: { account: Hex; whole?: boolean }) {
  return (
    <a href={linkTo.account(account)} class="hex" title={account}>
      {whole ? account : short(account)}
    </a>
  );
}

/** What leads nowhere here, on L1 above all. */
export function HexText({ hex, whole = false }: { hex: Hex; whole?: boolean }) {
  return (
    <span class={whole ? "hex whole" : "hex"} title={hex}>
      {whole ? hex : short(hex)}
    </span>
  );
}
