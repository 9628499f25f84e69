// An additive logistic model: the log-odds are a sum, to which each feature adds a piecewise linear function of its own. So every score
// falls into parts, one a feature, that say why.

/** What a feature adds: `slopes[0]` from `low` on, `slopes[i]` more from `knots[i − 1]` on, less its mean in training. */
export interface Curve {
  readonly name: string;
  /** Values beyond what training saw count as the last ones it saw. */
  readonly low: number;
  readonly high: number;
  readonly knots: readonly number[];
  readonly slopes: readonly number[];
  readonly mean: number;
}

export interface AdditiveModel {
  /** Log-odds where each feature adds its mean. */
  readonly bias: number;
  /** Share of the hostile in training. */
  readonly prior: number;
  readonly curves: readonly Curve[];
}

export interface Contribution {
  readonly feature: string;
  readonly value: number;
  /** Log-odds. */
  readonly contribution: number;
}

export interface Score {
  readonly probability: number;
  /** Those that add most, or take away most, first. */
  readonly reasons: readonly Contribution[];
}

/** The pieces of a feature's function, for a value. */
export function pieces({ low, high, knots }: Pick<Curve, "low" | "high" | "knots">, value: number): number[] {
  const within = Math.min(Math.max(value, low), high);
  return [within - low, ...knots.map((knot) => Math.max(0, within - knot))];
}

export function contributionOf(curve: Curve, value: number): number {
  return pieces(curve, value).reduce((sum, piece, i) => sum + piece * (curve.slopes[i] ?? 0), -curve.mean);
}

export function logOdds({ bias, curves }: AdditiveModel, values: readonly number[]): number {
  return curves.reduce((sum, curve, i) => sum + contributionOf(curve, values[i] ?? 0), bias);
}

export function probabilityOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

/** Where attacks are rarer or more frequent than in training, the log-odds shift. */
export function priorShift(trained: number, actual: number): number {
  return oddsOf(actual) - oddsOf(trained);
}

function oddsOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}

export function explain(model: AdditiveModel, values: readonly number[], shift = 0): Score {
  const reasons = model.curves.map((curve, i) => {
    const value = values[i] ?? 0;
    return { feature: curve.name, value, contribution: contributionOf(curve, value) };
  });
  const odds = reasons.reduce((sum, { contribution }) => sum + contribution, model.bias + shift);
  reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return { probability: probabilityOf(odds), reasons };
}
