// Edits from another thread never meet content that it has not seen.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { OnOneVersion } from "../../../../extension/src/host/pixels/onOneVersion";

describe("edits worked out by another thread", () => {
  it("are worked out anew when the content changed meanwhile", async () => {
    let version = 1;
    const seen: number[] = [];
    const edits = new OnOneVersion(() => version);
    const used = await edits.run(
      () => {
        seen.push(version);
        if (seen.length < 3) version++; // somebody types
        return Promise.resolve(seen.at(-1));
      },
      (answer) => answer,
    );
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal(used, 3);
  });

  it("wait for those asked for before, which change the content themselves", async () => {
    let version = 0;
    const edits = new OnOneVersion(() => version);
    const saw: number[] = [];
    const paint = () =>
      edits.run(
        async () => {
          const at = version;
          await new Promise((resolve) => setTimeout(resolve, 2));
          return at;
        },
        (answer) => {
          saw.push(answer);
          version++;
        },
      );
    await Promise.all([paint(), paint(), paint()]);
    assert.deepEqual(saw, [0, 1, 2]);
  });

  it("are given up where the content never stands still, and a failure stops no later ones", async () => {
    let version = 0;
    const edits = new OnOneVersion(() => version);
    let used = false;
    const restless = edits.run(
      () => Promise.resolve(version++),
      () => (used = true),
    );
    const later = edits.run(
      () => Promise.resolve("later"),
      (answer) => answer,
    );
    await assert.rejects(restless, { code: "changed" });
    assert.equal(await later, "later");
    assert.equal(used, false);
  });
});
