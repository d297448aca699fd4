// The signatures of an image: who signed, by the certificates that they carry. Nothing is verified; a name in a signature is a
// claim. Pure over PagedBytes.
// Source: Microsoft, PE Format, "The Attribute Certificate Table (Image Only)".
import type { DataDirectory } from "./model";
import type { PagedBytes } from "../program/pagedBytes";
import { readSigner } from "../program/signer";
import { hex, type Warnings } from "../program/warnings";

const HEADER_BYTES = 8;
const MAX_CERTIFICATES = 64;
/** Signatures have some kilobytes, with page hashes some hundred. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const PKCS_SIGNED_DATA = 2;
export interface PeCertificate {
  readonly offset: number;
  readonly length: number;
  /** "PKCS #7", "X.509", "type 4". */
  readonly kind: string;
  readonly signer?: string;
  readonly issuer?: string;
  readonly digest?: string;
}

export function readCertificates(bytes: PagedBytes, directory: DataDirectory, warnings: Warnings): PeCertificate[] {
  const certificates: PeCertificate[] = [];
  const end = directory.rva + directory.size;
  if (end > bytes.size) {
    warnings.add(
      directory.entryOffset,
      `The certificates should end at ${hex(end)}; the file ends at ${hex(bytes.size)}`,
    );
  }
  let at = directory.rva;
  while (at + HEADER_BYTES <= Math.min(end, bytes.size) && certificates.length < MAX_CERTIFICATES) {
    const record = bytes.record(at, HEADER_BYTES);
    if (record === undefined) break;
    const length = record.getUint32(0, true);
    if (length < HEADER_BYTES || at + length > end) {
      warnings.add(at, `A certificate of ${length} bytes does not fit into its table`);
      break;
    }
    const type = record.getUint16(6, true);
    const signer =
      type === PKCS_SIGNED_DATA
        ? readSigner(bytes.slice(at + HEADER_BYTES, Math.min(length - HEADER_BYTES, MAX_BODY_BYTES)))
        : undefined;
    if (type === PKCS_SIGNED_DATA && signer === undefined)
      warnings.add(at, "This signature is not readable as PKCS #7");
    certificates.push({ offset: at, length, kind: kindName(type), ...signer });
    at += Math.ceil(length / 8) * 8;
  }
  return certificates;
}

function kindName(type: number): string {
  if (type === PKCS_SIGNED_DATA) return "PKCS #7";
  return type === 1 ? "X.509" : `type ${type}`;
}
