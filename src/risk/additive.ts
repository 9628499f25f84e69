// An additive logistic model: the log-odds are a sum, to which each feature adds a piecewise linear function of its own. So every score
// falls into parts, one a feature, that say why. No function falls anywhere: all features are made so that more is more unusual, and what
// training met in honest traffic alone must not count in favour of an attack that it never met.

/** What a feature adds: `slopes[i]` a unit between `edges[i]` and `edges[i + 1]`, less its mean in training. */
export interface Curve {
  readonly name: string;
  /** Values beyond the first and the last, which are what training saw, count as these. */
  readonly edges: readonly number[];
  readonly slopes: readonly number[];
  readonly mean: number;
  /** What one in twenty and one in a hundred exceeded in training. */
  readonly rare: readonly number[];
}

/** The last feature of every model: how many of the others are rare, those that are very rare counting twice. */
export const RARITY = "rarity";

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

/** How far a value reaches into each piece of its feature's function. */
export function pieces(edges: readonly number[], value: number): number[] {
  return edges.slice(1).map((upper, i) => {
    const lower = edges[i] as number;
    return Math.min(Math.max(value, lower), upper) - lower;
  });
}

export function contributionOf({ edges, slopes, mean }: Curve, value: number): number {
  return pieces(edges, value).reduce((sum, piece, i) => sum + piece * (slopes[i] ?? 0), -mean);
}

/** The features' values, and their rarity after them. */
export function withRarity(
  curves: readonly Pick<Curve, "rare">[],
  values: readonly number[],
): readonly number[] {
  const rarity = values.reduce(
    (sum, value, i) => sum + (curves[i]?.rare.filter((limit) => value > limit).length ?? 0),
    0,
  );
  return [...values, rarity];
}

export function logOdds({ bias, curves }: AdditiveModel, values: readonly number[]): number {
  const all = withRarity(curves, values);
  return curves.reduce((sum, curve, i) => sum + contributionOf(curve, all[i] ?? 0), bias);
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
  const all = withRarity(model.curves, values);
  const reasons = model.curves.map((curve, i) => {
    const value = all[i] ?? 0;
    return { feature: curve.name, value, contribution: contributionOf(curve, value) };
  });
  const odds = reasons.reduce((sum, { contribution }) => sum + contribution, model.bias + shift);
  reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return { probability: probabilityOf(odds), reasons };
}
