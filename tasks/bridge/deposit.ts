import { ether } from "../../src/chain/amounts.ts";
import { depositEth, depositToken } from "../../src/node/bridge.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parsePositive, parseTokenAmount, required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { tokenOf } from "../support/demo-token.ts";
import { priceOptions } from "./price.ts";
import { openWorkspace, placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  from: string;
  amount: string | undefined;
  token: string | undefined;
  to: string | undefined;
  maxPrice: string | undefined;
};

export default action<Args>(async (args, context) => {
  const { node, connection, signer, address } = await openWorkspace(context, args);
  const token = await tokenOf(placeOf(context, connection, args), args.token);
  const parse = token === undefined ? parseEtherAmount : parseTokenAmount;
  const amount = parsePositive(parse(required(args.amount, "--amount"), "--amount"), "--amount");
  const sender = await signer(args.from);
  const to = await address(args.to ?? args.from);
  const options = priceOptions(args.maxPrice);
  const { index, price, transaction, gasUsed } =
    token === undefined
      ? await depositEth(node, sender, amount, to, options)
      : await depositToken(node, sender, token, amount, to, options);
  return {
    json: { index, to, token, amount, price, transaction, gasUsed },
    lines: [
      `Deposited ${token === undefined ? ether(amount) : `${amount} of token ${token}`}`,
      `for ${to}.`,
      `Queue item ${index}, its place cost ${ether(price)}; the next batch credits it on L2.`,
    ],
  };
});
