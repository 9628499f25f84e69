// Whose money stands behind what, and what was burned.

import { count, ether } from "../format.ts";
import { useAnswer } from "../node.ts";
import { AccountLink } from "../parts/links.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import type { Bonds as BondsAnswer } from "../types.ts";

export function Bonds() {
  const answer = useAnswer<BondsAnswer>("luntra_bonds");
  return (
    <>
      <h1>Bonds</h1>
      <Shown answer={answer} absent="The node does not know.">
        {({ burned, batchBond, challengeBond, accounts, l1Block }) => {
          const total = (which: "available" | "locked") =>
            accounts.reduce((sum, one) => sum + BigInt(one[which]), 0n);
          return (
            <>
              <Facts>
                <Fact name="A batch locks">{ether(batchBond)}</Fact>
                <Fact name="A challenge locks now">{ether(challengeBond)}</Fact>
                <Fact name="Locked, of those below">{ether(total("locked"))}</Fact>
                <Fact name="Free, of those below">{ether(total("available"))}</Fact>
                <Fact name="Burned so far">{ether(burned)}</Fact>
                <Fact name="As of L1 block">{count(l1Block)}</Fact>
              </Facts>
              {accounts.length === 0 ? (
                <p class="nothing">Nobody has committed or challenged yet.</p>
              ) : (
                <div class="scroll">
                  <table>
                    <caption>Accounts that committed, challenged or refuted lately</caption>
                    <thead>
                      <tr>
                        <th scope="col">Account</th>
                        <th scope="col" class="wide">
                          As
                        </th>
                        <th scope="col" class="number">
                          Locked
                        </th>
                        <th scope="col" class="number">
                          Free
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {accounts.map(({ account, roles, available, locked }) => (
                        <tr key={account}>
                          <th scope="row">
                            <AccountLink account={account} />
                          </th>
                          <td class="wide">{roles.join(", ")}</td>
                          <td class="number">{ether(locked)}</td>
                          <td class="number">{ether(available)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}
