// All faults of a template at once, each with its line, column and schema path; warnings do not refuse it.
import assert from "node:assert/strict";
import { TemplateError, type TemplateProblem } from "../../../extension/src/struct/errors";
import { templateOf } from "./support";

function problemsOf(text: string): readonly TemplateProblem[] {
  try {
    return templateOf(text).warnings;
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown.problems;
    throw thrown;
  }
}

describe("problems of a template", () => {
  it("are told with line, column and path, all of them", () => {
    const text = [
      "meta:",
      "  id: x",
      "seq:",
      "  - id: a",
      "    type: u4",
      "  - id: Bad",
      "    type: u1",
      "    sise: 3",
      "  - id: c",
      "    size: '1 +'",
    ].join("\n");
    assert.deepEqual(
      problemsOf(text).map(({ at, line, column, severity }) => [at, line, column, severity]),
      [
        ["/seq/0/type", 5, 11, "error"],
        ["/seq/1/sise", 8, 5, "error"],
        ["/seq/1/id", 6, 9, "error"],
        ["/seq/2/size", 10, 11, "error"],
      ],
    );
  });

  it("are told once, and not as what follows from them", () => {
    for (const field of ["terminator: 256", "size-eos: maybe", "contents: [1, 256]", "contents: {a: 1}"])
      assert.equal(problemsOf(`meta: {id: x}\nseq:\n  - {id: a, ${field}}`).length, 1, field);
  });

  it("name encodings that mean nothing, for a type or a field", () => {
    const problems = problemsOf("meta: {id: x, encoding: klingon}\nseq:\n  - {id: a, type: strz}");
    assert.deepEqual(
      problems.map(({ at, severity }) => [at, severity]),
      [["/meta/encoding", "warning"]],
    );
  });

  it("are warnings when the template can be used all the same", () => {
    const problems = problemsOf("meta: {id: x}\nseq:\n  - {id: a, type: strz, encoding: klingon}");
    assert.deepEqual(
      problems.map(({ at, severity }) => [at, severity]),
      [["/seq/0/encoding", "warning"]],
    );
  });

  it("are found in imported files too, under their names", () => {
    try {
      templateOf("meta: {id: x, imports: [y]}", { "y.ksy": "meta: {id: y}\nseq: [{id: a, type: z}]" });
      assert.fail("it was accepted");
    } catch (thrown) {
      assert.ok(thrown instanceof TemplateError);
      assert.deepEqual([thrown.file, thrown.at], ["y.ksy", "/seq/0/type"]);
    }
  });

  it("say where the YAML itself is wrong", () => {
    const [first] = problemsOf("meta:\n  id: x\nseq:\n  - id: a\n   type: u1\n");
    assert.deepEqual([first?.at, first?.line], ["/", 5]);
    assert.match(problemsOf("meta: {id: x}\n---\nseq: []")[0]?.message ?? "", /more than one document/);
    assert.equal(problemsOf("")[0]?.severity, "error");
  });
});
