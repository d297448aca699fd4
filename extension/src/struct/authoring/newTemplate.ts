// The text of a first template for a stretch of a file. At the file's start its fields are the root's; elsewhere they are a
// type of their own, placed there by an instance. Pure.
import { guessEndian, guessFields } from "./guessFields";

export interface Stretch {
  /** "photo.xyz": the id and the extension come from it. */
  readonly fileName: string;
  readonly offset: number;
  readonly length: number;
  /** Its first bytes, MAX_GUESSED_BYTES at most. */
  readonly head: Uint8Array;
}

export function newTemplate({ fileName, offset, length, head }: Stretch): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase();
  const fields = guessFields(head, length).flatMap(({ id, lines }) => [
    `- id: ${id}`,
    ...lines.map((line) => `  ${line}`),
  ]);
  const seq = (indent: string): string[] => [`${indent}seq:`, ...fields.map((line) => `${indent}  ${line}`)];
  const place = `0x${offset.toString(16)}`;
  const body =
    offset === 0
      ? seq("")
      : [
          "instances:",
          "  record:",
          `    pos: ${place}`,
          "    type: record",
          `    size: ${length}`,
          "types:",
          "  record:",
          ...seq("    "),
        ];
  return [
    "meta:",
    `  id: ${idOf(extension ?? "")}`,
    ...(extension === undefined ? [] : [`  file-extension: ${JSON.stringify(extension)}`]),
    `  endian: ${guessEndian(head)}`,
    ...body,
    "",
  ].join("\n");
}

function idOf(extension: string): string {
  const word = extension.replace(/[^a-z0-9]/g, "");
  return /^[a-z]/.test(word) ? `${word}_file` : "new_format";
}
