// ROC and reliability of both models as one SVG: two square panels, no library, no script.

import type { Bin, Metrics, RocPoint } from "./metrics.ts";

export interface Series {
  readonly name: string;
  readonly metrics: Metrics;
  readonly roc: readonly RocPoint[];
  readonly bins: readonly Bin[];
}

interface Panel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  readonly dots: boolean;
}

const SIDE = 300;
const MARGIN = 56;
const GAP = 90;
const TOP = 44;
const WIDTH = 2 * (SIDE + MARGIN) + GAP - MARGIN + 20;
const HEIGHT = TOP + SIDE + 64;
const COLOURS = ["#1b6ca8", "#c4571b"];

export function plot(title: string, series: readonly Series[]): string {
  const name = ({ name: its, metrics }: Series, what: string) => `${its}: ${what} of ${metrics.count}`;
  const panels: Panel[] = [
    {
      title: "ROC",
      x: "honest ones taken for hostile",
      y: "hostile ones found",
      lines: series.map((one) => ({
        name: name(one, `AUC ${one.metrics.auc.toFixed(3)}`),
        points: thinned(one.roc.map(({ alarms, found }) => [alarms, found] as const)),
        dots: false,
      })),
    },
    {
      title: "Reliability",
      x: "probability that was said",
      y: "share that was hostile",
      lines: series.map((one) => ({
        name: name(one, `error ${one.metrics.calibrationError.toFixed(4)}`),
        points: one.bins.map(({ said, was }) => [said, was] as const),
        dots: true,
      })),
    },
  ];
  const drawn = panels.map((panel, i) => panelSvg(panel, MARGIN + i * (SIDE + GAP)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function panelSvg({ title, x, y, lines }: Panel, left: number): string {
  const px = (value: number) => round(left + value * SIDE);
  const py = (value: number) => round(TOP + (1 - value) * SIDE);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const middle = px(0.5);
  return [
    `<text x="${middle}" y="${TOP - 16}" text-anchor="middle" font-size="14" font-weight="bold">${title}</text>`,
    ...ticks.flatMap((tick) => [
      `<path d="M${px(tick)} ${py(0)}V${py(1)}M${px(0)} ${py(tick)}H${px(1)}" stroke="#e3e3e3" fill="none"/>`,
      `<text x="${px(tick)}" y="${py(0) + 16}" text-anchor="middle" fill="#444444">${tick}</text>`,
      `<text x="${px(0) - 6}" y="${py(tick) + 4}" text-anchor="end" fill="#444444">${tick}</text>`,
    ]),
    `<path d="M${px(0)} ${py(0)}L${px(1)} ${py(1)}" stroke="#999999" stroke-dasharray="4 4" fill="none"/>`,
    `<rect x="${px(0)}" y="${py(1)}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#444444"/>`,
    `<text x="${middle}" y="${py(0) + 38}" text-anchor="middle">${x}</text>`,
    `<text transform="translate(${px(0) - 38} ${py(0.5)}) rotate(-90)" text-anchor="middle">${y}</text>`,
    ...lines.flatMap((line, i) => lineSvg(line, COLOURS[i % COLOURS.length] as string, px, py)),
    ...lines.map(({ name }, i) => {
      const at = py(0.06 + 0.07 * (lines.length - 1 - i));
      return `<text x="${px(0.97)}" y="${at}" text-anchor="end" fill="${COLOURS[i % COLOURS.length]}">${escaped(name)}</text>`;
    }),
  ].join("\n");
}

function lineSvg(
  { points, dots }: Line,
  colour: string,
  px: (value: number) => number,
  py: (value: number) => number,
): string[] {
  const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${px(x)} ${py(y)}`).join("");
  return [
    `<path d="${path}" stroke="${colour}" stroke-width="2" fill="none" stroke-linejoin="round"/>`,
    ...(dots ? points.map(([x, y]) => `<circle cx="${px(x)}" cy="${py(y)}" r="3.5" fill="${colour}"/>`) : []),
  ];
}

/** As many points as can be told apart. */
function thinned(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const seen = new Set<string>();
  return points.filter(([x, y]) => {
    const at = `${Math.round(x * SIDE)} ${Math.round(y * SIDE)}`;
    if (seen.has(at)) return false;
    seen.add(at);
    return true;
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
