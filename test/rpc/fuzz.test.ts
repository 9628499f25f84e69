// Malformed requests, a few thousand of them.

import { describeMalformed } from "./fuzz.ts";

describe("malformed requests", () => describeMalformed({ http: 2_000, socket: 1_000, streams: 200 }));
