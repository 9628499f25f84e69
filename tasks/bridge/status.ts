import { Contract } from "ethers";
import { ether } from "../../src/chain/amounts.ts";
import { ask } from "../../src/chain/l1.ts";
import { headOf } from "../../src/chain/view.ts";
import { feesOf, feesPutOff, findExits } from "../../src/node/bridge.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { tokenOf } from "../support/demo-token.ts";
import { facts } from "../support/output.ts";
import { openWorkspace, placeOf } from "../support/workspace.ts";
import { exitTable } from "./exits.ts";

const ERC20 = ["function balanceOf(address) view returns (uint256)"];

export default action<DeploymentArgs & { account: string; token: string | undefined }>(
  async (args, context) => {
    const { node, connection, provider, address } = await openWorkspace(context, args);
    const account = await address(args.account);
    const token = await tokenOf(placeOf(context, connection, args), args.token);
    const { balance, nonce } = node.account(account);
    const exits = findExits(node, account);
    const fees = await feesOf(node, account);
    const waiting = feesPutOff(node, account);
    const l1Balance = await ask("a balance", () => provider.getBalance(account));
    const tokens =
      token === undefined
        ? undefined
        : {
            token,
            l1: await ask("a token balance", () =>
              new Contract(token, ERC20, provider).getFunction("balanceOf")(account),
            ),
            l2: node.tokenBalance(token, account),
          };
    const { number } = headOf(node.derivation.view).header;
    return {
      json: {
        account,
        atBatch: number,
        l1: { balance: l1Balance, fees, feesPutOff: waiting },
        l2: { balance, nonce },
        tokens,
        exits,
      },
      lines: [
        ...facts({
          account,
          "L1 balance": ether(l1Balance),
          "L2 balance": `${ether(balance)} after batch ${number}, nonce ${nonce}`,
          ...(tokens === undefined ? {} : { tokens: `${tokens.l1} on L1, ${tokens.l2} on L2` }),
          "fees to claim": ether(fees),
          ...(waiting.length === 0
            ? {}
            : { "fees put off": waiting.map(({ amount }) => ether(amount)).join(", ") }),
        }),
        ...(exits.length === 0 ? [] : ["", ...exitTable(exits)]),
      ],
    };
  },
);
