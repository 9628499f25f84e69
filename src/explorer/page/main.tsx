// The explorer page: one view of the node at a time, by the part of the address after `#`.

import "./style.css";
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAnnouncement } from "./announce.ts";
import { NodeContext, useConnection } from "./node.ts";
import { Layout } from "./parts/layout.tsx";
import { type Route, routeOf, titleOf } from "./route.ts";
import { AccountView } from "./views/account.tsx";
import { BatchView } from "./views/batch.tsx";
import { Bonds } from "./views/bonds.tsx";
import { Disputes } from "./views/disputes.tsx";
import { Overview } from "./views/overview.tsx";
import { Proofs } from "./views/proofs.tsx";
import { TransactionView } from "./views/transaction.tsx";

const SOCKET = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/`;

function App() {
  const node = useConnection(SOCKET);
  const announcement = useAnnouncement(node);
  const route = useRoute();
  return (
    <NodeContext.Provider value={node}>
      <Layout route={route}>
        <View route={route} />
      </Layout>
      <p class="visually-hidden" role="status">
        {announcement}
      </p>
    </NodeContext.Provider>
  );
}

/** After a move to another view the content has the focus, as after loading a page. */
function useRoute(): Route {
  const [fragment, change] = useState(location.hash);
  const first = useRef(true);
  useEffect(() => {
    const moved = () => change(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => {
    document.title = `${titleOf(routeOf(fragment))} – Luntra explorer`;
    if (!first.current) document.getElementById("content")?.focus({ preventScroll: true });
    if (!first.current) scrollTo(0, 0);
    first.current = false;
  }, [fragment]);
  return routeOf(fragment);
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case "overview":
      return <Overview />;
    case "disputes":
      return <Disputes />;
    case "bonds":
      return <Bonds />;
    case "proofs":
      return <Proofs />;
    case "batch":
      return <BatchView key={route.batch} batch={route.batch} />;
    case "transaction":
      return <TransactionView key={route.hash} hash={route.hash} />;
    case "account":
      return <AccountView key={route.account} account={route.account} />;
    case "unknown":
      return (
        <>
          <h1>Not found</h1>
          <p class="nothing">There is nothing here by the name “{route.what.slice(0, 80)}”.</p>
        </>
      );
  }
}

const place = document.getElementById("app");
if (place !== null) {
  place.textContent = "";
  render(<App />, place);
}
