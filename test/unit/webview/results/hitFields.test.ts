// Which fields are asked for: those of rows in view, one at a time, until something changes.
import assert from "node:assert/strict";
import { HitFields } from "../../../../webview/src/results/hitFields";

interface Asked {
  readonly offset: number;
  readonly answer: (path: string) => Promise<void>;
  readonly fail: () => Promise<void>;
  cancelled: boolean;
}

function watched(knows = { fields: true }) {
  const asked: Asked[] = [];
  let changes = 0;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const fields = new HitFields({
    fieldAt: (offset) => {
      if (!knows.fields) return undefined;
      let resolve!: (path: string) => void;
      let reject!: (error: Error) => void;
      const promise = new Promise<string>((onAnswer, onFailure) => ([resolve, reject] = [onAnswer, onFailure]));
      const one: Asked = {
        offset,
        answer: (path) => (resolve(path), turn()),
        fail: () => (reject(new Error("gone")), turn()),
        cancelled: false,
      };
      asked.push(one);
      return { reply: promise, cancel: () => void (one.cancelled = true) };
    },
    changed: () => void changes++,
  });
  return { fields, asked, changes: () => changes };
}

describe("fields of hits", () => {
  it("asks for one row in view after the other, and each once", async () => {
    const { fields, asked, changes } = watched();
    fields.want([10, 20]);
    fields.want([10, 20]);
    assert.deepEqual(asked.map(({ offset }) => offset), [10]); // prettier-ignore
    await asked[0]!.answer("header.len");
    assert.equal(fields.at(10), "header.len");
    assert.equal(asked[1]!.offset, 20);
    await asked[1]!.answer("");
    fields.want([10, 20]);
    assert.equal(asked.length, 2);
    assert.equal(changes(), 1, "nothing to draw for a byte of no field");
  });

  it("gives up what has left the view, and takes no late answer for it", async () => {
    const { fields, asked } = watched();
    fields.want([10]);
    fields.want([30]);
    assert.equal(asked[0]!.cancelled, true);
    await asked[0]!.answer("late");
    assert.equal(fields.at(10), undefined);
    await asked[1]!.fail();
    assert.equal(fields.at(30), "");
    fields.want([10]);
    assert.equal(asked[2]!.offset, 10);
  });

  it("forgets all when fields change, and asks nothing where nobody knows any", async () => {
    const knows = { fields: true };
    const { fields, asked } = watched(knows);
    fields.want([10]);
    await asked[0]!.answer("a");
    fields.clear();
    assert.equal(fields.at(10), undefined);
    knows.fields = false;
    fields.want([10]);
    assert.equal(asked.length, 1);
  });
});
