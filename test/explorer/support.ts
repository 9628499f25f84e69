// A real Chromium for tests of the explorer page. Where none is installed they are skipped, unless LUNTRA_REQUIRE_CHROMIUM is set.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PATH = process.env.LUNTRA_CHROMIUM || "/usr/bin/chromium";

/** Nothing is looked up or fetched but what a test asks for. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const DESKTOP = { viewport: { width: 1280, height: 560 } };
export const PHONE = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export async function launch(test: Mocha.Context): Promise<Browser> {
  if (!existsSync(PATH) && !process.env.LUNTRA_REQUIRE_CHROMIUM) {
    console.log(
      `      no Chromium at ${PATH}: the explorer page is not tried in a browser (LUNTRA_CHROMIUM names one)`,
    );
    test.skip();
  }
  return await chromium.launch({ executablePath: PATH, headless: true, args: FLAGS });
}

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: errors in the console, refused by the policy, scripts that threw. */
  readonly complaints: readonly string[];
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = DESKTOP,
): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** No violation of WCAG 2.2 A and AA, nor of axe's best practices. The policy forbids scripts, so axe comes by the debugger. */
export async function expectAccessible(page: Page): Promise<void> {
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(AXE, "utf8"));
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    return (await axe.run()).violations as Violation[];
  });
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
  expect(told, await page.title()).to.deep.equal([]);
}

/** A phone's browser makes its page wider than the screen where something does not fit. */
export async function expectNoSideways(page: Page): Promise<void> {
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  expect(wide, await page.title()).to.be.at.most(page.viewportSize()?.width ?? 0);
}

/** Kept for people to look at, if LUNTRA_SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.LUNTRA_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
