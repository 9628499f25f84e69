// Runs a task in this process and captures what it prints.

import hre from "hardhat";

export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly success: boolean;
}

export async function runTask(id: string, args: Readonly<Record<string, unknown>> = {}): Promise<Captured> {
  return await captured(() => hre.tasks.getTask(id.split(" ")).run({ ...args }));
}

/** Runs what a task would run. */
export async function captured(run: () => unknown): Promise<Captured> {
  const streams = [process.stdout, process.stderr];
  const texts = ["", ""];
  const writes = streams.map((stream) => stream.write);
  for (const [i, stream] of streams.entries()) {
    stream.write = ((chunk: unknown) => {
      texts[i] += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  try {
    const { success } = (await run()) as { success: boolean };
    return { stdout: texts[0] ?? "", stderr: texts[1] ?? "", success };
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = writes[i] as typeof stream.write;
  }
}

/** The document of a task that must succeed and print nothing else. */
export async function runJson(
  id: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const { stdout, stderr, success } = await runTask(id, { ...args, json: true });
  if (!success) throw new RangeError(`expected ${id} to succeed, got ${stderr}`);
  if (stderr !== "") throw new RangeError(`expected nothing on standard error, got ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The error document of a task that must fail. */
export async function runJsonFailing(id: string, args: Readonly<Record<string, unknown>> = {}) {
  const { stdout, stderr, success } = await runTask(id, { ...args, json: true });
  if (success) throw new RangeError(`expected ${id} to fail, got ${stdout}`);
  const { error } = JSON.parse(stderr) as { error: { code: string; message: string; args: unknown } };
  return { ...error, document: stdout === "" ? undefined : (JSON.parse(stdout) as Record<string, unknown>) };
}
