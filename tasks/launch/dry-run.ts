import { ether } from "../../src/chain/amounts.ts";
import { ask } from "../../src/chain/l1.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount } from "../support/arguments.ts";
import { providerOf } from "../support/connection.ts";
import { count, table } from "../support/output.ts";
import { type LaunchArgs, openSite, rehearse } from "./support.ts";

type Args = LaunchArgs & { gasPrices: string };

export default action<Args>(async (args, context) => {
  const asked = args.gasPrices.split(",").map((text) => parseEtherAmount(text.trim(), "--gas-prices"));
  const site = await openSite(args, context);
  const { contracts, gas, dearest } = await rehearse(site, args, context);
  const fees = await ask("eth_gasPrice", () => providerOf(site.connection).getFeeData());
  const now = fees.gasPrice ?? 0n;
  const { sequencerBond, watchtowerBond } = site.file.funds;
  const costs = [...new Set([now, ...asked])].map((gasPrice) => ({ gasPrice, cost: gas * gasPrice }));
  return {
    json: { contracts, gas, dearest, gasPriceNow: now, costs, bonds: { sequencerBond, watchtowerBond } },
    lines: [
      ...table(
        ["contract", "address", "gas", "bytes"],
        contracts.map((its) => [its.artifact, its.address, count(its.gas), count(its.bytes)]),
      ),
      "",
      `${count(gas)} gas in all; the dearest transaction takes ${count(dearest)} of 16,777,216.`,
      "",
      ...table(
        ["gas price", "cost"],
        costs.map(({ gasPrice, cost }) => [
          `${Number(gasPrice) / 1e9} gwei${gasPrice === now ? " (now)" : ""}`,
          ether(cost),
        ]),
      ),
      "",
      `Bonds, which come back: sequencer ${ether(sequencerBond)}, watchtower ${ether(watchtowerBond)}.`,
      "Addresses hold as long as the deployer sends nothing else first.",
    ],
  };
});
