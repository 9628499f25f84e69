// One batch: what it claims, segment by segment, and what was said against it.

import { count, gwei, integer } from "../format.ts";
import { useAnswer, useOnce } from "../node.ts";
import { Badge, BatchBadge } from "../parts/badge.tsx";
import { DisputeCard } from "../parts/dispute-card.tsx";
import { AccountLink, BatchLink, HexText, TransactionLink } from "../parts/links.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import { Countdown, Moment } from "../parts/time.tsx";
import { RiskSection } from "../risk.tsx";
import type { Batch, BatchDispute, BatchPage, Dispute, Hex } from "../types.ts";

export function BatchView({ batch }: { batch: string }) {
  const name = batch.startsWith("0x") ? batch : `0x${BigInt(batch).toString(16)}`;
  const answer = useAnswer<Batch>("luntra_getBatch", name);
  return (
    <Shown
      answer={answer}
      absent={`L1 has no live batch ${batch}. If it was rolled back, only its id finds it.`}
    >
      {(its) => <Found batch={its} />}
    </Shown>
  );
}

function Found({ batch }: { batch: Batch }) {
  const disputes = useAnswer<readonly BatchDispute[]>("luntra_getDisputes", batch.id);
  const open = useAnswer<readonly Dispute[]>("luntra_disputes");
  const [dispute] = disputes.data ?? [];
  const its = open.data?.filter(({ id }) => id === batch.id) ?? [];
  return (
    <>
      <h1>
        Batch {count(batch.number)} <BatchBadge status={batch.status} openChallenges={its.length} />
      </h1>
      <Facts>
        <Fact name="Id">
          <HexText hex={batch.id} whole />
        </Fact>
        <Fact name="Committed">
          <Moment at={batch.committedAt} />
        </Fact>
        <Finality batch={batch} />
        <Fact name="Committer">
          <AccountLink account={batch.committer} />
        </Fact>
        <Fact name="Fees go to">
          <AccountLink account={batch.feeRecipient} />
        </Fact>
        <Fact name="Base fee">{gwei(batch.baseFee)}</Fact>
        <Fact name="L1 block">{count(batch.l1Block)}</Fact>
        <Fact name="L1 transaction">
          <HexText hex={batch.l1Transaction} />
        </Fact>
        <Fact name="Blocks">
          {batch.firstBlock === null
            ? "gone"
            : `${count(batch.firstBlock)} to ${count(batch.lastBlock ?? "0x0")}`}
        </Fact>
        <Fact name="Queue items">{count(integer(batch.queueEnd) - integer(batch.queueStart))}</Fact>
        <Fact name="After">
          {integer(batch.number) > 1 ? (
            <BatchLink number={plus(batch.number, -1)} id={batch.parent} />
          ) : (
            "genesis"
          )}
        </Fact>
      </Facts>
      {its.map((one) => (
        <DisputeCard key={one.segment} dispute={one} level={2} />
      ))}
      {dispute?.fraud !== undefined && (
        <p class="warning bad">
          Segment {integer(dispute.fraud.segment)} was refuted: it leads to{" "}
          <HexText hex={dispute.fraud.computed} />, as a fraud proof for{" "}
          <AccountLink account={dispute.fraud.beneficiary} /> showed.
        </p>
      )}
      <Segments batch={batch} dispute={dispute} />
      <RiskSection id={batch.id} />
    </>
  );
}

function Finality({ batch }: { batch: Batch }) {
  const page = useAnswer<BatchPage>("luntra_batches", plus(batch.counter, 1), "0x1");
  const summary = page.data?.batches.find(({ id }) => id === batch.id);
  if (summary === undefined || summary.status === "dead") return null;
  return (
    <Fact name={summary.finalizedAt === null ? "Final in" : "Final since"}>
      {summary.finalizedAt !== null ? (
        <Moment at={summary.finalizedAt} />
      ) : summary.finalFrom === null ? (
        <span class="warn">open: a dispute comes first</span>
      ) : (
        <Countdown to={summary.finalFrom} over="now" />
      )}
      {summary.finalFromIfProven !== null && summary.finalizedAt === null && (
        <span class="dim">
          {" "}
          (<Countdown to={summary.finalFromIfProven} over="at once" /> if all is proven)
        </span>
      )}
    </Fact>
  );
}

function plus(quantity: Hex, more: number): Hex {
  return `0x${(BigInt(quantity) + BigInt(more)).toString(16)}`;
}

function Segments({ batch, dispute }: { batch: Batch; dispute: BatchDispute | undefined }) {
  return (
    <section aria-labelledby="segments">
      <h2 id="segments">Segments</h2>
      <div class="scroll">
        <table class="stack">
          <caption>Each with the checkpoint that it claims to lead to</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                Segment
              </th>
              <th scope="col">State</th>
              <th scope="col">Checkpoint</th>
              <th scope="col" class="number wide">
                Block
              </th>
              <th scope="col">Transactions</th>
            </tr>
          </thead>
          <tbody>
            {batch.checkpoints.map((checkpoint, i) => (
              <SegmentRow
                key={`${i} ${checkpoint}`}
                segment={i}
                state={stateOf(i, batch, dispute)}
                checkpoint={checkpoint}
                block={batch.firstBlock === null ? undefined : plus(batch.firstBlock, i)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

type SegmentState = "refuted" | "proven" | "challenged" | "timed out" | "claimed";

function stateOf(segment: number, { proven }: Batch, dispute: BatchDispute | undefined): SegmentState {
  if (dispute?.fraud !== undefined && integer(dispute.fraud.segment) === segment) return "refuted";
  if (proven.some((one) => integer(one) === segment)) return "proven";
  const challenge = dispute?.challenges.find((one) => integer(one.segment) === segment);
  if (challenge?.outcome === "open") return "challenged";
  return challenge?.outcome === "timed-out" ? "timed out" : "claimed";
}

const TONES = {
  refuted: "bad",
  proven: "good",
  challenged: "warn",
  "timed out": "bad",
  claimed: "plain",
} as const;
const LISTED = 4;

function SegmentRow({
  segment,
  state,
  checkpoint,
  block,
}: {
  segment: number;
  state: SegmentState;
  checkpoint: Hex;
  block: Hex | undefined;
}) {
  return (
    <tr>
      <th scope="row" class="number" data-name="Segment">
        {segment}
      </th>
      <td>
        <Badge tone={TONES[state]}>{state}</Badge>
      </td>
      <td>
        <HexText hex={checkpoint} />
      </td>
      <td class="number wide">{block === undefined ? "gone" : count(block)}</td>
      <td>{block === undefined ? <span class="dim">gone</span> : <BlockTransactions block={block} />}</td>
    </tr>
  );
}

function BlockTransactions({ block }: { block: Hex }) {
  const { data } = useOnce<{ readonly transactions: readonly Hex[] }>("eth_getBlockByNumber", block, false);
  if (data == null) return <span class="dim">…</span>;
  const { transactions } = data;
  if (transactions.length === 0) return <span class="dim">none</span>;
  if (transactions.length <= LISTED) return <TransactionList hashes={transactions} />;
  return (
    <details>
      <summary>{transactions.length} transactions</summary>
      <TransactionList hashes={transactions} />
    </details>
  );
}

function TransactionList({ hashes }: { hashes: readonly Hex[] }) {
  return (
    <ul class="plain">
      {hashes.map((hash) => (
        <li key={hash}>
          <TransactionLink hash={hash} />
        </li>
      ))}
    </ul>
  );
}
