// The one kind of error that engines throw: a code for programs, a sentence for people, an offset and a path where known.
// Knows nothing of VS Code.
import type { ErrorCode as NativeErrorCode } from "../../../native/binding/index";

export type EngineErrorCode = NativeErrorCode;

export interface EngineErrorDetails {
  /** Byte offset that the failure is about. */
  readonly offset?: number | undefined;
  /** errno or GetLastError(). */
  readonly osError?: number | undefined;
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly offset: number | undefined;
  readonly osError: number | undefined;
  readonly path: string | undefined;

  constructor(code: EngineErrorCode, message: string, details: EngineErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "EngineError";
    this.code = code;
    this.offset = details.offset;
    this.osError = details.osError;
    this.path = details.path;
  }
}

const CODES: Readonly<Record<EngineErrorCode, true>> = {
  "not-found": true,
  "access-denied": true,
  "read-only": true,
  "not-a-file": true,
  exists: true,
  "out-of-range": true,
  "invalid-argument": true,
  vanished: true,
  changed: true,
  io: true,
  "no-space": true,
  quota: true,
  busy: true,
  closed: true,
  cancelled: true,
  unsupported: true,
  "too-large": true,
  corrupt: true,
};

function isCode(value: unknown): value is EngineErrorCode {
  return typeof value === "string" && Object.hasOwn(CODES, value);
}

/** What the addon threw, as an EngineError; anything else as it is: a mistake of ours must not pass for a failure of a file. */
export function asEngineError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof EngineError) return thrown;
  const { code, offset, osError, path } = thrown as Error & Record<"code" | "offset" | "osError" | "path", unknown>;
  if (!isCode(code)) return thrown;
  return new EngineError(code, thrown.message, {
    offset: typeof offset === "number" ? offset : undefined,
    osError: typeof osError === "number" ? osError : undefined,
    path: typeof path === "string" ? path : undefined,
    cause: thrown,
  });
}

const FROM_ERRNO: Readonly<Record<string, EngineErrorCode>> = {
  ENOENT: "not-found",
  ENOTDIR: "not-found",
  EACCES: "access-denied",
  EPERM: "access-denied",
  EROFS: "read-only",
  EISDIR: "not-a-file",
  EEXIST: "exists",
  ENXIO: "vanished",
  ENODEV: "vanished",
  ESTALE: "vanished",
  EIO: "io",
  ENOSPC: "no-space",
  EDQUOT: "quota",
  EBUSY: "busy",
  EBADF: "closed",
  EINVAL: "invalid-argument",
  EFBIG: "too-large",
};

/** What node:fs threw, with the path; anything else as it is. */
export function fromFsError(thrown: unknown, path: string, offset?: number): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { code, errno } = thrown as NodeJS.ErrnoException;
  if (code === undefined || errno === undefined) return thrown;
  const osError = Math.abs(errno);
  return new EngineError(FROM_ERRNO[code] ?? "io", thrown.message, { offset, osError, path, cause: thrown });
}
