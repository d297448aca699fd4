// What tells one version of a file from another, without the addon. Knows no document.
import type { BigIntStats } from "node:fs";

/** Numbers of 64 bits as text, so that they go into JSON. */
export interface Identity {
  readonly device: string;
  readonly inode: string;
  readonly birth: string;
  readonly size: number;
  readonly modified: string;
  readonly status: string;
}

export function identityOf(stat: BigIntStats): Identity {
  return {
    device: String(stat.dev),
    inode: String(stat.ino),
    birth: String(stat.birthtimeNs),
    size: Number(stat.size),
    modified: String(stat.mtimeNs),
    status: String(stat.ctimeNs),
  };
}

/** The device's number may be another one after a restart. */
export function sameFile(a: Identity, b: Identity): boolean {
  return a.inode === b.inode && a.birth === b.birth;
}

export function sameVersion(a: Identity, b: Identity): boolean {
  return sameFile(a, b) && a.size === b.size && a.modified === b.modified && a.status === b.status;
}
