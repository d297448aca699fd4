// Lists ask for what is on screen, once.
import assert from "node:assert/strict";
import { LIST_PAGE_ROWS, ListModel } from "../../../../webview/src/sections/listModel";

describe("a list of the sections view", () => {
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ depth: 0, text: String(from + index), detail: "" }));

  it("asks for each page once, and has its rows then", async () => {
    const asked: number[] = [];
    let changes = 0;
    const model = new ListModel(
      {
        rows: (from, count) => {
          asked.push(from);
          return Promise.resolve({ rows: rows(from, count), total: 10_000 });
        },
      },
      () => changes++,
    );
    model.want(5000, 5030);
    model.want(5001, 5031);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(asked, [0, LIST_PAGE_ROWS * 25]);
    assert.equal(model.total, 10_000);
    assert.equal(model.row(5012)?.text, "5012");
    assert.equal(model.row(6000), undefined);
    assert.equal(changes, 2);
  });

  it("tells of a failure", async () => {
    const told: (string | undefined)[] = [];
    new ListModel({ rows: () => Promise.reject(new Error("gone")) }, (failure) => told.push(failure));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(told, ["gone"]);
  });
});
