// The options that name a needle, the same for find and replace.
import type { Command } from "commander";
import { hexNeedle, textNeedleIn, UTF_8, valueNeedle, type Needle } from "../extension/src/engine/scanNeedle";
import { lengthOption } from "./offsets";
import { UsageError } from "./failure";

export interface NeedleOptions {
  readonly hex?: string;
  readonly text?: string;
  readonly regex?: string;
  readonly value?: string;
  readonly type?: string;
  readonly encoding?: string;
  readonly ignoreCase?: true;
  readonly tolerance?: string;
  readonly align?: string;
}

export function addNeedleOptions(command: Command): Command {
  return command
    .option("--hex <bytes>", "bytes; ? stands for any digit: DE ?? E? EF")
    .option("--text <text>", "text")
    .option("--regex <pattern>", "RE2 pattern over bytes: \\xNN is one byte, . stops at line ends unless (?s)")
    .option("--value <number>", "a number, or a range 10..20; needs --type")
    .option("--type <type>", "u1, s1, u2le, s4be, f8le and so on")
    .option("--encoding <name>", "of --text: utf-8, utf-16le, windows-1252 and so on")
    .option("--ignore-case", "for --text and --regex")
    .option("--tolerance <number>", "of --value")
    .option("--align <n>", "only at offsets that are multiples of it");
}

/** @throws UsageError, EngineError "invalid-argument" */
export async function needleOf(options: NeedleOptions): Promise<Needle> {
  const { hex, text, regex, value } = options;
  if ([hex, text, regex, value].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError("give one of --hex, --text, --regex and --value");
  }
  refuse(options, "type", value);
  refuse(options, "tolerance", value);
  refuse(options, "encoding", text);
  refuse(options, "ignoreCase", text ?? regex);
  const align = lengthOption("--align", options.align, 1);
  if (hex !== undefined) return hexNeedle(hex, align);
  if (text !== undefined) {
    const { encoding = "utf-8", ignoreCase = false } = options;
    if (/^utf-?8$/i.test(encoding)) return textNeedleIn(UTF_8, text, ignoreCase, align);
    const { textNeedle } = await import("../extension/src/engine/textNeedle");
    return textNeedle(text, encoding, ignoreCase, align);
  }
  if (regex !== undefined) {
    if (align !== 1) throw new UsageError("--align does not go with --regex");
    return { kind: "regex", pattern: regex, ignoreCase: options.ignoreCase ?? false };
  }
  if (options.type === undefined) throw new UsageError("--value needs --type");
  return valueNeedle(value ?? "", options.type, toleranceOf(options.tolerance), align);
}

function refuse(options: NeedleOptions, name: "type" | "tolerance" | "encoding" | "ignoreCase", needed: unknown): void {
  if (options[name] !== undefined && needed === undefined) {
    throw new UsageError(`--${name === "ignoreCase" ? "ignore-case" : name} does not go with this needle`);
  }
}

function toleranceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const tolerance = Number(text);
  if (text.trim() === "" || !(tolerance >= 0)) throw new UsageError(`--tolerance: "${text}" is not a number from 0 on`);
  return tolerance;
}
