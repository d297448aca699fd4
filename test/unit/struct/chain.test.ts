// Arrays whose elements are told of the one before, as the constants of a Java class are: thousands of them, in any order.
import assert from "node:assert/strict";
import { evaluate, sessionOf } from "./support";

const chained = `
meta: {id: chained, endian: be}
seq:
  - {id: entries, type: "entry(_index != 0 and entries[_index - 1].is_wide)", repeat: expr, repeat-expr: 6000}
types:
  entry:
    params:
      - {id: is_second, type: bool}
    seq:
      - {id: tag, type: u1, if: not is_second}
      - {id: body, type: u8, if: is_wide}
    instances:
      is_wide:
        value: "is_second ? false : tag == 5"
`;

describe("arrays whose elements look back", () => {
  it("read an early element after the last one, without making all before it one within the other", () => {
    // Two entries of each three: a wide one, of which the second place is empty, and a narrow one.
    const bytes = new Uint8Array(2000 * 10).map((_, at) => (at % 10 === 0 ? 5 : 1));
    const session = sessionOf(chained, bytes);
    assert.equal(evaluate(session, "entries.last.tag").value, 1);
    for (const index of [3000, 0, 5997, 1500]) {
      assert.equal(evaluate(session, `entries[${index}].tag`).value, 5, `${index}`);
      assert.equal(evaluate(session, `entries[${index} + 1].is_second`).value, true, `${index}`);
    }
  });
});
