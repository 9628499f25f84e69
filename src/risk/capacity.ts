// How many provers to hold: an idle one costs, and so does a proof that waits. Proofs come and go as in a queue with several servers (M/M/c).

export interface Demand {
  /** Proofs that come in a second. */
  readonly arrivals: number;
  /** Seconds that a proof takes. */
  readonly proofSeconds: number;
  /** Wei that a second's wait of one proof costs. */
  readonly waitCost: number;
  /** Wei that a prover costs a second. */
  readonly workerCost: number;
  /** Proofs that challenges may ask for at once, and the time in which all of them must be made. */
  readonly answers: number;
  readonly answerSeconds: number;
  readonly least: number;
  readonly most: number;
}

export interface Held {
  readonly workers: number;
  /** Those of them that answers to challenges need, whatever else is proven. */
  readonly forAnswers: number;
  /** Mean seconds that a proof waits for its turn; undefined if ever more of them wait. */
  readonly wait: number | undefined;
}

/** Mean time in the queue with that many servers (Erlang's C); undefined if they cannot keep up. */
export function waitIn(servers: number, { arrivals, proofSeconds }: Demand): number | undefined {
  const load = arrivals * proofSeconds;
  if (load === 0) return 0;
  if (servers <= load) return undefined;
  // Erlang's B by its recursion, which does not overflow.
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked);
  const waits = blocked / (1 - (load / servers) * (1 - blocked));
  return (waits * proofSeconds) / (servers - load);
}

/** The number that costs least, between `least` and `most`. Never fewer than answers need, unless `most` says so. */
export function workersToHold(demand: Demand): Held {
  const { answers, answerSeconds, proofSeconds, least, most } = demand;
  const forAnswers = Math.min(Math.ceil((answers * proofSeconds) / answerSeconds), most);
  const from = Math.max(least, forAnswers);
  let [best, lowest] = [most, Number.POSITIVE_INFINITY];
  for (let servers = from; servers <= most; servers++) {
    const cost = costOf(servers, demand);
    if (cost >= lowest) continue;
    [best, lowest] = [servers, cost];
  }
  return { workers: best, forAnswers, wait: waitIn(best, demand) };
}

function costOf(servers: number, demand: Demand): number {
  const wait = waitIn(servers, demand);
  if (wait === undefined) return Number.POSITIVE_INFINITY;
  return servers * demand.workerCost + demand.arrivals * wait * demand.waitCost;
}
