// What is around every view: name, search, navigation, whether the page is up to date.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { integer, span } from "../format.ts";
import { useL1Time, useNode } from "../node.ts";
import { linkTo, searched, type Route } from "../route.ts";

const PLACES = [
  ["overview", "Batches"],
  ["disputes", "Disputes"],
  ["bonds", "Bonds"],
  ["proofs", "Proofs"],
] as const;

export function Layout({ route, children }: { route: Route; children: ComponentChildren }) {
  const { status } = useNode();
  const challenges = status === undefined ? 0 : integer(status.openChallenges);
  return (
    <>
      <button class="skip" type="button" onClick={toContent}>
        Skip to the content
      </button>
      <header>
        <div class="bar">
          <a class="name" href={linkTo.overview}>
            Luntra<span class="visually-hidden"> explorer, start</span>
          </a>
          <Connection />
          <Search />
        </div>
        <nav aria-label="Views">
          <ul>
            {PLACES.map(([view, text]) => (
              <li key={view}>
                <a href={linkTo[view]} aria-current={route.view === view ? "page" : undefined}>
                  {text}
                  {view === "disputes" && challenges > 0 && (
                    <>
                      {" "}
                      <span class="badge warn">
                        {challenges}
                        <span class="visually-hidden"> open</span>
                      </span>
                    </>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <Warnings />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer>
        <p>
          Data of this node alone, as it sees L1; the same over{" "}
          <abbr title="JSON Remote Procedure Call">JSON-RPC</abbr> at this address.
        </p>
      </footer>
    </>
  );
}

/** The address after `#` is the view's: a link to the content would leave it. */
function toContent(): void {
  document.getElementById("content")?.focus();
}

function Connection() {
  const { connected, status } = useNode();
  const text = connected ? "live" : status === undefined ? "connecting" : "not connected";
  return <span class={`connection ${connected ? "live" : "lost"}`}>{text}</span>;
}

/** Louder than a dot, while what stands below may be out of date. */
function Warnings() {
  const { connected, status, heardAt, ahead } = useNode();
  const now = useL1Time();
  const stale = now - ahead - heardAt / 1000;
  const warnings: readonly (readonly [tone: string, text: string] | false | undefined)[] = [
    status !== undefined &&
      !connected && [
        "bad",
        `Not connected to the node. What you see is ${span(stale)} old; trying again by itself.`,
      ],
    status?.frozen && ["bad", "The rollup is frozen: no batch follows. Balances leave by the escape hatch."],
    status?.paused && [
      "warn",
      "The protocol's clock stands still: no deadline passes until the pause is over.",
    ],
  ];
  const shown = warnings.filter((one) => typeof one === "object");
  if (shown.length === 0) return null;
  return (
    <section aria-label="Warnings">
      {shown.map(([tone, text]) => (
        <p key={text} class={`warning ${tone}`}>
          {text}
        </p>
      ))}
    </section>
  );
}

function Search() {
  const { call } = useNode();
  const [trouble, tell] = useState("");

  async function go(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const found = searched(String(new FormData(form).get("what") ?? ""));
    tell(found === undefined ? "A batch number, a hash or an account, please." : "");
    if (found === undefined) return;
    if (found.kind === "batch") location.hash = linkTo.batch(found.text);
    else if (found.kind === "account") location.hash = linkTo.account(found.text);
    else {
      const batch = await call("luntra_getBatch", [found.text]).catch(() => null);
      location.hash = batch === null ? linkTo.transaction(found.text) : linkTo.batch(found.text);
    }
    form.reset();
  }

  return (
    <search>
      <form onSubmit={(event) => void go(event)}>
        <label class="visually-hidden" for="what">
          Batch number, transaction hash or account
        </label>
        <input
          id="what"
          name="what"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="Batch, hash or account"
          aria-describedby={trouble === "" ? undefined : "search-trouble"}
          aria-invalid={trouble !== ""}
        />
        <button type="submit">Find</button>
        <span id="search-trouble" role="alert">
          {trouble}
        </span>
      </form>
    </search>
  );
}
