// Fits an additive logistic model whose functions never fall: Newton's method on the penalised likelihood, over weights that are not
// negative. What comes out depends on the rows alone.

import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { quantileSorted } from "simple-statistics";
import { type AdditiveModel, type Curve, pieces, probabilityOf, RARITY, withRarity } from "./additive.ts";

export interface Row {
  readonly values: readonly number[];
  readonly hostile: boolean;
  /** Rows that it stands for. */
  readonly weight: number;
}

/** Where the slope may change: quantiles of the feature's values. Most are near what is usual, and attacks are not. */
const KNOTS = [0.5, 0.8, 0.95, 0.99];
const RARE = [0.95, 0.99];
/** On squared weights of standardised pieces. */
const RIDGE = 2;
const MOST_STEPS = 60;
const CLOSE = 1e-9;
const DIGITS = 6;

type Shape = Pick<Curve, "name" | "edges" | "rare">;

export function fitAdditive(names: readonly string[], rows: readonly Row[]): AdditiveModel {
  const own = names.map((name, i) =>
    shapeOf(
      name,
      rows.map(({ values }) => values[i] ?? 0),
    ),
  );
  const all = rows.map(({ values }) => withRarity(own, values));
  const shapes = [
    ...own,
    {
      ...shapeOf(
        RARITY,
        all.map((values) => values.at(-1) ?? 0),
      ),
      rare: [],
    },
  ];
  const columns = shapes.reduce((sum, { edges }) => sum + edges.length - 1, 0);
  const table = all.map((values) =>
    Float64Array.from(shapes.flatMap(({ edges }, i) => pieces(edges, values[i] ?? 0))),
  );
  const weights = Float64Array.from(rows, ({ weight }) => weight);
  const target = Float64Array.from(rows, ({ hostile }) => (hostile ? 1 : 0));
  const { means, deviations } = standardise(table, weights, columns);
  const { bias, slopes } = newton(table, target, weights, columns);
  const prior = weighted(target, weights);

  let at = 0;
  const curves = shapes.map((shape): Curve => {
    const its = shape.edges.slice(1).map((_, k) => at + k);
    at += its.length;
    const raw = its.map((i) => ((deviations[i] ?? 0) > 0 ? (slopes[i] ?? 0) / (deviations[i] ?? 1) : 0));
    const mean = its.reduce((sum, i, k) => sum + (means[i] ?? 0) * (raw[k] ?? 0), 0);
    const { name, edges, rare } = shape;
    // In the order of the file, which the model's name is a hash of.
    return { name, edges, slopes: raw.map(rounded), mean: rounded(mean), rare };
  });
  return { bias: rounded(bias), prior: rounded(prior), curves };
}

function shapeOf(name: string, values: readonly number[]): Shape {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => quantileSorted(sorted, share);
  const edges = [sorted[0] ?? 0, ...KNOTS.map(at), sorted.at(-1) ?? 0];
  return { name, edges: [...new Set(edges)], rare: RARE.map(at) };
}

/** In place; a column that is the same everywhere becomes 0. */
function standardise(table: readonly Float64Array[], weights: Float64Array, columns: number) {
  const means = new Float64Array(columns);
  const deviations = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const column = Float64Array.from(table, (row) => row[j] ?? 0);
    const mean = weighted(column, weights);
    const variance = weighted(
      column.map((value) => (value - mean) ** 2),
      weights,
    );
    means[j] = mean;
    deviations[j] = variance > 1e-12 ? Math.sqrt(variance) : 0;
    const deviation = deviations[j] as number;
    for (const row of table) row[j] = deviation > 0 ? ((row[j] as number) - mean) / deviation : 0;
  }
  return { means, deviations };
}

function weighted(values: Float64Array, weights: Float64Array): number {
  let [sum, all] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] as number) * (weights[i] as number);
    all += weights[i] as number;
  }
  return sum / all;
}

function newton(
  table: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  columns: number,
): { bias: number; slopes: Float64Array } {
  const size = columns + 1;
  let beta = new Float64Array(size);
  let loss = lossOf(table, target, weights, beta);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = derivatives(table, target, weights, beta);
    const aim = lowest(beta, gradient, hessian);
    let scale = 1;
    let next = beta;
    let its = Number.POSITIVE_INFINITY;
    for (; scale > 1e-6; scale /= 2) {
      next = beta.map((value, j) => value + scale * ((aim[j] as number) - value));
      its = lossOf(table, target, weights, next);
      if (its <= loss) break;
    }
    if (!(loss - its > CLOSE * loss)) break;
    [beta, loss] = [next, its];
  }
  return { bias: beta[0] as number, slopes: beta.subarray(1) };
}

/**
 * Where the likelihood's parabola is lowest with no weight below 0: weights are held at 0 or let go until none that is let go is negative and
 * none that is held would rise (block principal pivoting, at the end one by one, so that it ends).
 */
function lowest(beta: Float64Array, gradient: readonly number[], hessian: readonly number[][]): Float64Array {
  const size = beta.length;
  const dot = (line: readonly number[], x: Float64Array) =>
    line.reduce((sum, value, j) => sum + value * (x[j] as number), 0);
  const right = hessian.map((line, j) => dot(line, beta) - (gradient[j] as number));
  const matrix = new Matrix([...hessian]);
  const held = new Set<number>();
  let x = new Float64Array(size);
  let [fewest, patience] = [size + 1, 3];
  for (;;) {
    const free = Array.from({ length: size }, (_, j) => j).filter((j) => !held.has(j));
    const part = new CholeskyDecomposition(matrix.selection(free, free));
    const its = part.solve(Matrix.columnVector(free.map((j) => right[j] as number)));
    x = new Float64Array(size);
    for (const [i, j] of free.entries()) x[j] = its.get(i, 0);
    const wrong = Array.from({ length: size }, (_, j) => j).filter((j) => {
      if (j === 0) return false;
      if (!held.has(j)) return (x[j] as number) < -TINY;
      return dot(hessian[j] as readonly number[], x) - (right[j] as number) < -TINY;
    });
    if (wrong.length === 0) return x.map((value, j) => (j > 0 && value < 0 ? 0 : value));
    if (wrong.length < fewest) [fewest, patience] = [wrong.length, 3];
    else patience--;
    const swapped = patience > 0 ? wrong : wrong.slice(-1);
    for (const j of swapped) if (!held.delete(j)) held.add(j);
  }
}

const TINY = 1e-10;

function oddsOf(row: Float64Array, beta: Float64Array): number {
  let sum = beta[0] as number;
  for (let j = 0; j < row.length; j++) sum += (row[j] as number) * (beta[j + 1] as number);
  return sum;
}

function lossOf(
  table: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  beta: Float64Array,
): number {
  let loss = 0;
  for (const [i, row] of table.entries()) {
    const odds = oddsOf(row, beta);
    const signed = target[i] === 1 ? -odds : odds;
    // log(1 + e^x), without overflow.
    const its = Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
    loss += (weights[i] as number) * its;
  }
  for (let j = 1; j < beta.length; j++) loss += (RIDGE / 2) * (beta[j] as number) ** 2;
  return loss;
}

function derivatives(
  table: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  beta: Float64Array,
) {
  const size = beta.length;
  const gradient = Array.from(beta, (value, j) => (j === 0 ? 0 : RIDGE * value));
  const hessian = Array.from({ length: size }, () => new Float64Array(size));
  const padded = new Float64Array(size);
  padded[0] = 1;
  for (const [i, row] of table.entries()) {
    padded.set(row, 1);
    const probability = probabilityOf(oddsOf(row, beta));
    const weight = weights[i] as number;
    const error = weight * (probability - (target[i] as number));
    const curvature = weight * probability * (1 - probability);
    for (let j = 0; j < size; j++) {
      const its = padded[j] as number;
      if (its === 0) continue;
      gradient[j] = (gradient[j] as number) + error * its;
      const line = hessian[j] as Float64Array;
      const part = curvature * its;
      for (let k = 0; k <= j; k++) line[k] = (line[k] as number) + part * (padded[k] as number);
    }
  }
  for (let j = 0; j < size; j++) {
    const line = hessian[j] as Float64Array;
    line[j] = (line[j] as number) + (j === 0 ? 1e-9 : RIDGE);
    for (let k = 0; k < j; k++) (hessian[k] as Float64Array)[j] = line[k] as number;
  }
  return { gradient, hessian: hessian.map((line) => Array.from(line)) };
}

/** Few enough digits that the last bits of a sum do not show. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
