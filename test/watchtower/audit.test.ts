// The audit of our own sequencer: it approves what is right, and holds back what is wrong, unseen, or not answered for.

import { expect } from "chai";
import { headOf } from "../../src/chain/view.ts";
import { isLuntraError } from "../../src/errors.ts";
import { AUDIT_MAC, type AuditAnswer, auditMac } from "../../src/node/audit-protocol.ts";
import { type BuiltBatch, buildBatch } from "../../src/node/batch-builder.ts";
import { depositEth } from "../../src/node/bridge.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { batchId } from "../../src/model/index.ts";
import { type Auditor, type AuditorOptions, openAuditor } from "../../src/sequencing/audit.ts";
import { auditCommit } from "../../src/watchtower/audit.ts";
import { type AuditServer, openAuditServer } from "../../src/watchtower/audit-server.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { ETHER, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith } from "../support/rejects-harness.ts";
import { type Rig, startRig, until } from "../support/sequencer-harness.ts";

const SECRET = "a secret that both sides share, in tests";
const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("audit before a commit", () => {
  let world: World;
  /** The watchtower's own. */
  let node: Node;
  let sequencer: Node;
  let server: AuditServer;
  let rig: Rig | undefined;
  let audit: (its: Parameters<typeof auditCommit>[1]) => ReturnType<typeof auditCommit>;
  const answers: AuditAnswer[] = [];

  beforeEach(async () => {
    world = await startWorld();
    [node, sequencer] = [await world.open(), await world.open()];
    answers.length = 0;
    audit = (request) => auditCommit(node, request);
    server = await openAuditServer({
      host: "127.0.0.1",
      port: 0,
      secret: SECRET,
      audit: (request) => audit(request),
      onAudited: (answer) => answers.push(answer),
    });
  });

  afterEach(async () => {
    await rig?.close();
    rig = undefined;
    await server.close();
  });

  const auditor = (more: Partial<AuditorOptions> = {}) =>
    openAuditor({ url: server.url, secret: SECRET, timeoutMs: 5_000, ...more });

  async function show(ask: Auditor, built: BuiltBatch): Promise<void> {
    const { parent, header, counter, checkpoints, segments } = built;
    const data = segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
    const { rollup } = node.chain.contracts;
    const calldata = rollup.interface.encodeFunctionData("commit", [parent, header, [...checkpoints], data]);
    const committer = (await world.sequencer.getAddress()).toLowerCase();
    await ask({ id: batchId(built), calldata, counter, committer });
  }

  /** A queue segment, then one for each payment. */
  async function built(): Promise<BuiltBatch> {
    await depositEth(sequencer, world.user, ETHER, ALICE.address);
    const { id } = await commitBatch(sequencer, world.sequencer, buildBatch(sequencer, []));
    await depositEth(sequencer, world.user, ETHER, BOB.address);
    await sequencer.derivation.sync();
    expect(headOf(sequencer.derivation.view).id).to.equal(id);
    const raws = [0, 1].map((nonce) => signL2(world, ALICE, { to: BOB.address, value: 1n, nonce }));
    const pool = (await Promise.all(raws)).map((raw, i) => ({ hash: `0x${i}`, raw, receivedAt: i }));
    return buildBatch(sequencer, pool, { recordsPerSegment: 1 });
  }

  it("approves a right batch", async () => {
    await show(auditor(), await built());
    expect(answers.map(({ verdict }) => verdict)).to.deep.equal(["valid"]);
  });

  for (const segment of [0, 1, 2]) {
    it(`refuses one whose segment ${segment} is wrong, and names it`, async () => {
      const wrong = corrupt(sequencer, await built(), { segment, how: "mint" });
      await rejectsWith(show(auditor(), wrong), "AUDIT_REFUSED");
      expect(answers[0]).to.include({ verdict: "invalid", segment });
    });
  }

  it("refuses bytes that are no commit, and a header that does not fit them", async () => {
    const right = await built();
    const { header } = right;
    const other = { ...right, header: { ...header, dataCommitment: header.parent } };
    await rejectsWith(show(auditor(), other), "AUDIT_REFUSED");
    const ask = auditor();
    const committer = (await world.sequencer.getAddress()).toLowerCase();
    const cut = { id: batchId(right), calldata: "0x1234", counter: right.counter, committer };
    await rejectsWith(ask(cut), "AUDIT_REFUSED");
    expect(answers.map(({ verdict }) => verdict)).to.deep.equal(["invalid", "invalid"]);
  });

  it("cannot tell about a batch on another parent than L1's head, and that holds it back, too", async () => {
    const late = await built();
    await commitBatch(sequencer, world.sequencer, buildBatch(sequencer, []));
    await rejectsWith(show(auditor(), late), "AUDIT_REFUSED");
    expect(answers[0]?.verdict).to.equal("cannot-tell");
  });

  it("takes no answer for a refusal: nobody there, too slow, another secret, somebody else's answer", async () => {
    const batch = await built();
    await rejectsWith(show(auditor({ url: "http://127.0.0.1:1" }), batch), "AUDIT_SILENT");
    await rejectsWith(show(auditor({ secret: `not ${SECRET}` }), batch), "AUDIT_SILENT");
    audit = () => new Promise(() => undefined);
    await rejectsWith(show(auditor({ timeoutMs: 200 }), batch), "AUDIT_SILENT");
    const forger = await forgingServer();
    await rejectsWith(show(auditor({ url: forger.url }), batch), "AUDIT_SILENT");
    await forger.close();
  });

  /** Approves everything, and signs with what it can know: the MAC of the request. */
  async function forgingServer(): Promise<AuditServer> {
    const { default: fastify } = await import("fastify");
    const app = fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    app.post("/audit", async (request, reply) => {
      const { nonce } = JSON.parse(String(request.body)) as { nonce: string };
      const text = JSON.stringify({ id: "", verdict: "valid", reason: "", nonce });
      return reply.header(AUDIT_MAC, String(request.headers[AUDIT_MAC])).send(text);
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    return { url, close: () => app.close() };
  }

  it("refuses requests that are not signed, and answers none that it has answered before", async () => {
    const text = JSON.stringify({
      calldata: "0x",
      committer: `0x${"0".repeat(40)}`,
      counter: "1",
      nonce: "n",
    });
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/audit`, { method: "POST", headers, body: text });
    expect((await post({})).status).to.equal(401);
    expect((await post({ [AUDIT_MAC]: auditMac(SECRET, "answer", text) })).status).to.equal(401);
    // Signed, but its nonce is too short to be one.
    expect((await post({ [AUDIT_MAC]: auditMac(SECRET, "request", text) })).status).to.equal(400);
    const again = text.replace('"n"', '"a nonce that is long enough"');
    const headers = { [AUDIT_MAC]: auditMac(SECRET, "request", again) };
    const statuses: number[] = [];
    for (let i = 0; i < 2; i++) {
      const { status } = await fetch(`${server.url}/audit`, { method: "POST", headers, body: again });
      statuses.push(status);
    }
    expect(statuses).to.deep.equal([200, 409]);
  });

  it("lets what it cannot get judged pass only if told to, and never what is wrong", async () => {
    const passed: string[] = [];
    const onPassed = (error: Error) => void passed.push(isLuntraError(error) ? error.code : "?");
    const batch = await built();
    await show(auditor({ url: "http://127.0.0.1:1", silence: "pass", onPassed }), batch);
    expect(passed).to.deep.equal(["AUDIT_SILENT"]);
    const wrong = corrupt(sequencer, batch, { segment: 1, how: "flip" });
    await rejectsWith(show(auditor({ silence: "pass", onPassed }), wrong), "AUDIT_REFUSED");
  });

  it("stands between a running sequencer and L1: nothing is sent unapproved, all of it afterwards", async () => {
    let approving = false;
    audit = async (request) => {
      if (approving) return await auditCommit(node, request);
      return { id: "", verdict: "cannot-tell", reason: "not now" };
    };
    rig = await startRig(world, { audit: auditor() });
    await depositEth(sequencer, world.user, ETHER, ALICE.address);
    const its = rig;
    await until(() => its.failures.some(({ error }) => isLuntraError(error, "AUDIT_REFUSED")), "a refusal");
    expect((await node.derivation.sync()).commitCounter).to.equal(0n);
    approving = true;
    const view = () => its.service.engine.node.derivation.view;
    await until(() => view().commitCounter > 0n, "the commit", 30_000);
    await node.derivation.sync();
    expect(headOf(node.derivation.view).header.number).to.equal(1n);
  });
});
