// Who signed, by the certificates that a signature (PKCS #7) carries. Nothing is verified; a name in a signature is a claim. Pure.
// Source: RFC 2315 (PKCS #7), RFC 5280 (X.509).
import { derChildren, derText, DerTag, oidText, readDer, type DerNode } from "./der";

const SIGNED_DATA_OID = "1.2.840.113549.1.7.2";

const DIGESTS: Readonly<Record<string, string>> = {
  "1.2.840.113549.2.5": "MD5",
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
/** Parts of a name worth showing, the first there is. */
const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
const UNIT = "2.5.4.11";

export interface Signer {
  readonly signer?: string;
  readonly issuer?: string;
  readonly digest?: string;
}

/** undefined: no signed data, or not to be read as such. */
export function readSigner(body: Uint8Array): Signer | undefined {
  const outer = readDer(body);
  const [contentType, wrapped] = outer === undefined ? [] : derChildren(outer);
  if (contentType?.tag !== DerTag.oid || oidText(contentType) !== SIGNED_DATA_OID || wrapped === undefined)
    return undefined;
  // SignedData: version, digest algorithms, content, [0] certificates, [1] revocation lists, signers.
  const [signedData] = derChildren(wrapped);
  const parts = signedData === undefined ? [] : derChildren(signedData);
  const carried = parts.find(({ tag }) => tag === DerTag.context0);
  const signers = parts.at(-1);
  const [first] = signers?.tag === DerTag.set ? derChildren(signers) : [];
  if (first === undefined) return undefined;
  // SignerInfo: version, issuer and serial number, digest algorithm, ...
  const [, identity, algorithm] = derChildren(first);
  const [issuer, serial] = identity === undefined ? [] : derChildren(identity);
  if (issuer === undefined || serial === undefined) return undefined;
  const subject = subjectOf(carried === undefined ? [] : derChildren(carried), issuer, serial);
  const [digestOid] = algorithm === undefined ? [] : derChildren(algorithm);
  const digest = digestOid?.tag === DerTag.oid ? oidText(digestOid) : undefined;
  const names = { signer: subject === undefined ? undefined : nameText(subject), issuer: nameText(issuer) };
  return {
    ...(names.signer !== undefined && { signer: names.signer }),
    ...(names.issuer !== undefined && { issuer: names.issuer }),
    ...(digest !== undefined && { digest: DIGESTS[digest] ?? digest }),
  };
}

/** Of the certificate that the signer names. */
function subjectOf(certificates: readonly DerNode[], issuer: DerNode, serial: DerNode): DerNode | undefined {
  for (const certificate of certificates) {
    const [body] = derChildren(certificate);
    const fields = body === undefined ? [] : derChildren(body);
    // TBSCertificate: [0] version (may be absent), serial number, algorithm, issuer, validity, subject, ...
    const from = fields[0]?.tag === DerTag.context0 ? 1 : 0;
    const [itsSerial, itsIssuer, subject] = [fields[from], fields[from + 2], fields[from + 4]];
    if (itsSerial === undefined || itsIssuer === undefined || subject === undefined) continue;
    if (equal(itsSerial.whole, serial.whole) && equal(itsIssuer.whole, issuer.whole)) return subject;
  }
  return undefined;
}

/** RDNSequence: sets of type and value. */
function nameText(name: DerNode): string | undefined {
  const parts = new Map<string, string>();
  for (const set of derChildren(name)) {
    for (const pair of derChildren(set)) {
      const [type, value] = derChildren(pair);
      if (type?.tag === DerTag.oid && value !== undefined) parts.set(oidText(type), derText(value));
    }
  }
  return parts.get(COMMON_NAME) ?? parts.get(ORGANIZATION) ?? parts.get(UNIT);
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
