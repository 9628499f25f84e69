// Malformed requests, more than a hundred thousand of them.

import { describeMalformed } from "./fuzz.ts";

describe("malformed requests", function () {
  this.timeout(1_200_000);
  describeMalformed({ http: 100_000, socket: 20_000, streams: 5_000 });
});
