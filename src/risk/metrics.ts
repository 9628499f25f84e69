// How good probabilities are: do they rank, and are they what they say?

export interface Judged {
  readonly probability: number;
  readonly hostile: boolean;
}

export interface Bin {
  readonly count: number;
  /** Means of what was said and of what was. */
  readonly said: number;
  readonly was: number;
}

export interface RocPoint {
  /** Share of the honest that are scored at least so high, and of the hostile. */
  readonly alarms: number;
  readonly found: number;
}

export interface Metrics {
  readonly count: number;
  readonly hostile: number;
  /** Chance that a hostile one is scored above an honest one. */
  readonly auc: number;
  /** Mean squared error; that of always saying the share of the hostile is the one to beat. */
  readonly brier: number;
  readonly brierOfPrior: number;
  /** Mean distance between said and was over the bins, by their size. */
  readonly calibrationError: number;
  /** Share of the hostile found while 1% of the honest are taken for hostile. */
  readonly foundAtOnePercent: number;
}

/** The curve from (0, 0) to (1, 1), a point a distinct score. */
export function roc(judged: readonly Judged[]): readonly RocPoint[] {
  const sorted = judged.toSorted((a, b) => b.probability - a.probability);
  const hostile = sorted.filter((one) => one.hostile).length;
  const honest = sorted.length - hostile;
  const points: RocPoint[] = [{ alarms: 0, found: 0 }];
  let [alarms, found] = [0, 0];
  for (const [i, one] of sorted.entries()) {
    if (one.hostile) found++;
    else alarms++;
    if (sorted[i + 1]?.probability === one.probability) continue;
    points.push({ alarms: alarms / honest, found: found / hostile });
  }
  return points;
}

/** Area under the curve; ties count half. */
export function areaUnder(points: readonly RocPoint[]): number {
  return points.slice(1).reduce((sum, { alarms, found }, i) => {
    const before = points[i] as RocPoint;
    return sum + (alarms - before.alarms) * ((found + before.found) / 2);
  }, 0);
}

/** Bins of equal width in log-odds, since most probabilities are small; empty ones are left out. */
export function reliability(judged: readonly Judged[], edges: readonly number[] = EDGES): readonly Bin[] {
  return edges.slice(1).flatMap((upper, i) => {
    const lower = edges[i] as number;
    const last = i === edges.length - 2;
    const its = judged.filter(
      ({ probability }) => probability >= lower && (probability < upper || (last && probability <= upper)),
    );
    if (its.length === 0) return [];
    const mean = (of: (one: Judged) => number) => its.reduce((sum, one) => sum + of(one), 0) / its.length;
    return [
      { count: its.length, said: mean((one) => one.probability), was: mean((one) => Number(one.hostile)) },
    ];
  });
}

const EDGES = [0, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

export function measure(judged: readonly Judged[]): Metrics {
  const points = roc(judged);
  const hostile = judged.filter((one) => one.hostile).length;
  const prior = hostile / judged.length;
  const squared = (said: (one: Judged) => number) =>
    judged.reduce((sum, one) => sum + (said(one) - Number(one.hostile)) ** 2, 0) / judged.length;
  const bins = reliability(judged);
  const distance = bins.reduce((sum, { count, said, was }) => sum + count * Math.abs(said - was), 0);
  return {
    count: judged.length,
    hostile,
    auc: rounded(areaUnder(points)),
    brier: rounded(squared(({ probability }) => probability)),
    brierOfPrior: rounded(squared(() => prior)),
    calibrationError: rounded(distance / judged.length),
    foundAtOnePercent: rounded(Math.max(0, ...points.filter((p) => p.alarms <= 0.01).map((p) => p.found))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
