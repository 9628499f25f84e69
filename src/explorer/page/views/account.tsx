// One account: what it has on L2 at each degree of finality, its bond, its challenges.

import { count, ether, integer } from "../format.ts";
import { useAnswer } from "../node.ts";
import { OutcomeBadge } from "../parts/badge.tsx";
import { BatchLink, HexText } from "../parts/links.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import type { Bonds, Dispute, Hex } from "../types.ts";

const TAGS = [
  ["latest", "latest"],
  ["safe", "on L1"],
  ["finalized", "final"],
] as const;

export function AccountView({ account }: { account: Hex }) {
  return (
    <>
      <h1>Account</h1>
      <Facts>
        <Fact name="Address">
          <HexText hex={account} whole />
        </Fact>
      </Facts>
      <section aria-labelledby="balance">
        <h2 id="balance">On L2</h2>
        <div class="scroll">
          <table>
            <caption>Balance and nonce</caption>
            <thead>
              <tr>
                <th scope="col">As of</th>
                <th scope="col" class="number">
                  ETH
                </th>
                <th scope="col" class="number">
                  Nonce
                </th>
              </tr>
            </thead>
            <tbody>
              {TAGS.map(([tag, name]) => (
                <BalanceRow key={tag} account={account} tag={tag} name={name} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <BondSection account={account} />
      <ChallengeSection account={account} />
    </>
  );
}

function BalanceRow({ account, tag, name }: { account: Hex; tag: string; name: string }) {
  const balance = useAnswer<Hex>("eth_getBalance", account, tag);
  const nonce = useAnswer<Hex>("eth_getTransactionCount", account, tag);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{balance.data == null ? "…" : ether(balance.data)}</td>
      <td class="number">{nonce.data == null ? "…" : count(nonce.data)}</td>
    </tr>
  );
}

function BondSection({ account }: { account: Hex }) {
  const answer = useAnswer<Bonds>("luntra_bonds");
  return (
    <section aria-labelledby="bond">
      <h2 id="bond">Bond on L1</h2>
      <Shown answer={answer} absent="The node does not know.">
        {({ accounts }) => {
          const its = accounts.find((one) => one.account === account);
          if (its === undefined) {
            return <p class="nothing">It has not committed, challenged or refuted lately.</p>;
          }
          return (
            <Facts>
              <Fact name="As">{its.roles.join(", ")}</Fact>
              <Fact name="Locked">{ether(its.locked)}</Fact>
              <Fact name="Free">{ether(its.available)}</Fact>
            </Facts>
          );
        }}
      </Shown>
    </section>
  );
}

function ChallengeSection({ account }: { account: Hex }) {
  const { data } = useAnswer<readonly Dispute[]>("luntra_disputes", true);
  const own = data?.filter(({ challenger }) => challenger === account) ?? [];
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="challenges">
      <h2 id="challenges">Challenges</h2>
      <ul class="plain">
        {own.map(({ batch, id, segment, outcome, bond }) => (
          <li key={`${id} ${segment}`}>
            Batch <BatchLink number={batch} id={id} />, segment {integer(segment)}, with {ether(bond)}:{" "}
            <OutcomeBadge outcome={outcome} />
          </li>
        ))}
      </ul>
    </section>
  );
}
