import { ether } from "../../src/chain/amounts.ts";
import { force } from "../../src/node/bridge.ts";
import { action } from "../support/action.ts";
import {
  parseChoice,
  parseEtherAmount,
  parsePositive,
  parseTokenAmount,
  required,
} from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { tokenOf } from "../support/demo-token.ts";
import { span } from "../support/output.ts";
import { priceOptions } from "./price.ts";
import { openWorkspace, placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  from: string;
  kind: string;
  amount: string | undefined;
  token: string | undefined;
  to: string | undefined;
  maxPrice: string | undefined;
};

export default action<Args>(async (args, context) => {
  const kind = parseChoice(args.kind, "--kind", ["transfer", "withdraw"] as const);
  const { node, book, connection, signer, address } = await openWorkspace(context, args);
  const token = await tokenOf(placeOf(context, connection, args), args.token);
  const parse = token === undefined ? parseEtherAmount : parseTokenAmount;
  const amount = parsePositive(parse(required(args.amount, "--amount"), "--amount"), "--amount");
  const recipient = await address(args.to ?? args.from);
  const { index, price, transaction, gasUsed } = await force(
    node,
    await signer(args.from),
    { kind, recipient, amount, ...(token === undefined ? {} : { token }) },
    priceOptions(args.maxPrice),
  );
  const { forceInclusionDelay } = book.parameters;
  return {
    json: { index, kind, recipient, token, amount, price, forceInclusionDelay, transaction, gasUsed },
    lines: [
      `Enqueued as item ${index}; its place cost ${ether(price)}.`,
      `Every batch committed ${span(forceInclusionDelay)} from now or later has to take it.`,
    ],
  };
});
