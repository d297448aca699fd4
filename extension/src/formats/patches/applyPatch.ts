// Which patch format a file is, by its first bytes, and applying it. Knows no editor.
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import { applyBps } from "./bps";
import { applyEditLines } from "./editLines";
import { applyIps } from "./ips";
import type { PatchCall, PatchTarget } from "./model";

const KNOWN: readonly (readonly [RegExp, typeof applyIps])[] = [
  [/^(?:PATCH|IPS32)/, applyIps],
  [/^BPS1/, applyBps],
  [/^\s*\{/, applyEditLines],
];

/** @throws EngineError "unsupported" for any other file; what the formats throw. The target is then changed in part. */
export async function applyPatch(patch: ByteSource, target: PatchTarget, call?: PatchCall): Promise<void> {
  const { bytes } = await patch.read(0, Math.min(patch.size, 64));
  const begin = String.fromCharCode(...new Uint8Array(bytes));
  const apply = KNOWN.find(([magic]) => magic.test(begin))?.[1];
  if (apply === undefined) throw new EngineError("unsupported", "Neither IPS, IPS32, BPS nor edits as lines of JSON");
  await apply(patch, target, call);
}
