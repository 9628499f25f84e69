import { action } from "../support/action.ts";
import { parseNatural } from "../support/arguments.ts";
import { connect, increaseTime, localOnly, providerOf } from "../support/connection.ts";
import type { CommonArgs } from "../support/define.ts";

export default action<CommonArgs & { seconds: string }>(async (args, { hre }) => {
  const seconds = parseNatural(args.seconds, "--seconds");
  const connection = await connect(hre);
  await localOnly(connection, "moving the clock");
  await increaseTime(connection, seconds);
  const block = await providerOf(connection).getBlock("latest");
  const timestamp = BigInt(block?.timestamp ?? 0);
  return { json: { seconds, timestamp }, lines: [`L1 time is ${timestamp}, ${seconds} s later.`] };
});
