// The totals line of a CI run, read from what the runners print.

import { expect } from "chai";
import { formatTotals, readTotals } from "../../scripts/ci-totals.ts";

const GREEN_RUN = `
    ✔ test_transfer_movesBalance()
  model
    ✔ 9 passing
    - waits

  4 passing (1m)
  1 pending

8 passing (3 solidity, 5 mocha)
`;

const RED_RUN = `
  4 passing (37ms)
  2 failing

  1) model
       refuses:

7 passing (3 solidity, 4 mocha)
3 failing (1 solidity, 2 mocha)
2 skipped (2 solidity)
`;

describe("CI totals", () => {
  it("adds the Solidity runner's count to mocha's own, and skipped tests are not passed", () => {
    expect(readTotals(GREEN_RUN)).to.deep.equal({ passed: 7, failed: 0, skipped: 1 });
  });

  it("counts failures of both runners", () => {
    expect(readTotals(RED_RUN)).to.deep.equal({ passed: 7, failed: 3, skipped: 2 });
  });

  it("adds the summaries of runners that were called one by one", () => {
    expect(readTotals("  2 passing (4ms)\n\n  3 passing\n  1 failing\n")).to.deep.equal({
      passed: 5,
      failed: 1,
      skipped: 0,
    });
  });

  it("sees through colours", () => {
    expect(
      readTotals("\u001b[92m \u001b[0m\u001b[32m 2 passing\u001b[0m\u001b[90m (4ms)\u001b[0m").passed,
    ).to.equal(2);
  });

  it("names skipped tests only where there are some", () => {
    expect(formatTotals({ passed: 2, failed: 0, skipped: 0 })).to.equal("2 passed, 0 failed");
    expect(formatTotals({ passed: 2, failed: 1, skipped: 3 })).to.equal("2 passed, 1 failed, 3 skipped");
  });
});
