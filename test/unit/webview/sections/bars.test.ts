// Bars keep proportions, and every part of them can be seen.
import assert from "node:assert/strict";
import { barParts } from "../../../../webview/src/sections/bars";

describe("the bars of the sections", () => {
  it("are in proportion where nothing is thin", () => {
    assert.deepEqual(
      barParts(
        [
          { start: 0, end: 25 },
          { start: 50, end: 100 },
        ],
        100,
      ).map(({ leftPercent, widthPercent }) => [leftPercent, widthPercent]),
      [
        [0, 25],
        [50, 50],
      ],
    );
  });

  it("show each part, in order, inside the bar, whatever the sizes are", () => {
    let state = 5;
    const random = (limit: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % limit;
    for (let round = 0; round < 300; round++) {
      let at = 0;
      const stretches = Array.from({ length: random(120) }, () => {
        const start = at + (random(3) === 0 ? random(1e6) : 0);
        at = start + 1 + (random(2) === 0 ? random(1e9) : random(4));
        return { start, end: at };
      });
      const size = at + random(1000) + 1;
      let end = 0;
      for (const { leftPercent, widthPercent } of barParts(stretches, size)) {
        assert.ok(leftPercent >= end - 1e-6, `round ${round}: ${leftPercent} before ${end}`);
        assert.ok(widthPercent > 0.3, `round ${round}: ${widthPercent}`);
        end = leftPercent + widthPercent;
      }
      assert.ok(end < 100.001, `round ${round}: ends at ${end}`);
    }
  });
});
