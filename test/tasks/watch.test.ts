// A view that goes on: in place on a terminal, once a change where it is piped, and to its end without a trace.

import { expect } from "chai";
import { LuntraError } from "../../src/errors.ts";
import type { Answer } from "../../tasks/support/output.ts";
import { keepWatching } from "../../tasks/support/watch.ts";

interface Round {
  readonly head: number;
  readonly time: number;
  readonly fails?: boolean;
}

/** Runs through the rounds, and is then interrupted. */
async function watched(rounds: readonly Round[], options: { json?: boolean; terminal?: object } = {}) {
  const printed: Answer[] = [];
  const ended = Promise.withResolvers<string>();
  const left = [...rounds];
  const look = async (): Promise<Answer> => {
    const round = left.shift();
    if (round === undefined) {
      ended.resolve("SIGINT");
      return await new Promise(() => undefined);
    }
    const { head, time, fails } = round;
    if (fails) throw new LuntraError("L1_UNAVAILABLE", { what: "L1", reason: "it is gone" });
    return { json: { head, clock: { time }, l1: { number: time } }, lines: [`head ${head}`, `time ${time}`] };
  };
  const { json = false, terminal = { isTTY: false } } = options;
  const last = await keepWatching(
    look,
    { emit: (answer) => void printed.push(answer) },
    { intervalMs: 1, json, ended: ended.promise, terminal: terminal as { isTTY: boolean; rows: number } },
  );
  return { printed, last };
}

const ROUNDS = [
  { head: 1, time: 10 },
  { head: 1, time: 11 },
  { head: 2, time: 12 },
  { head: 2, time: 13, fails: true },
  { head: 2, time: 14, fails: true },
  { head: 2, time: 15 },
];

describe("watching", () => {
  it("prints a document a change with --json, and none for the passing of time; trouble once", async () => {
    const { printed, last } = await watched(ROUNDS, { json: true });
    const told = printed.map(({ json }) => json as { head?: number; error?: { code: string } });
    expect(told.map(({ head, error }) => head ?? error?.code)).to.deep.equal([1, 2, "L1_UNAVAILABLE", 2]);
    expect(last).to.deep.equal({ json: undefined, lines: [] });
  });

  it("prints a block of lines a change where it is piped, without a control character", async () => {
    const { printed } = await watched(ROUNDS.slice(0, 3));
    expect(printed.map(({ lines }) => lines)).to.deep.equal([
      ["head 1", "time 10", ""],
      ["head 2", "time 12", ""],
    ]);
  });

  it("draws every look in place on a terminal, as much as there is room for, and gives the cursor back", async () => {
    const { printed } = await watched(ROUNDS, { terminal: { isTTY: true, rows: 4 } });
    const text = printed.map(({ lines }) => lines.join("\n"));
    expect(text[0]).to.include("\u001b[?25l").and.to.include("\u001b[2J");
    expect(text.at(-1)).to.equal("\u001b[?25h");
    expect(text.slice(1, -1).length).to.equal(ROUNDS.length);
    for (const screen of text.slice(1, -1)) {
      expect(screen.startsWith("\u001b[H")).to.equal(true);
      expect(screen.split("\n").length).to.be.at.most(3);
    }
    // What was seen last stays below what went wrong.
    expect(text[4]).to.match(/Not up to date: L1_UNAVAILABLE.*head 2/s);
  });
});
