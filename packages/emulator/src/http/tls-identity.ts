// The emulator's own CA. It is created at the first start and kept in the state folder. Each start creates a new server
// certificate from it, and bad certificates when a fault asks for them.
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type CertificateRequest, createCertificate } from "../crypto/certificate.ts";
import { makeFolder, reasonOf } from "../state/file-places.ts";

const CA_NAME = "Teams token emulator CA (this machine only)";
const CA_DAYS = 3_650;
// Clients refuse server certificates that live longer than this.
const SERVER_DAYS = 397;

/** What is wrong with a bad server certificate; everything else about it is right. */
export type BadCertificate = "expired" | "notYetValid" | "wrongHost" | "selfSigned" | "unknownAuthority";

/** Key and certificate of an HTTPS server, as PEM. */
export interface ServerCertificate {
  key: string;
  cert: string;
}

/** The certificates of the HTTPS port, and the CA that clients must trust. */
export interface TlsIdentity {
  good: ServerCertificate;
  bad(problem: BadCertificate): ServerCertificate;
  /** The CA certificate as PEM. */
  caCertificate: string;
  /** Path of the CA certificate, if it is in a file. */
  caFile?: string;
}

interface Authority {
  key: KeyObject;
  certificate: string;
  caFile?: string;
}

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

function createAuthority(): Authority {
  const key = newKey();
  const issuer = { commonName: CA_NAME, key };
  const certificate = createCertificate({ commonName: CA_NAME, key, issuer, untilDay: CA_DAYS, use: "authority" });
  return { key, certificate };
}

const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();

/** Reads the CA from its files; `undefined` if they are missing or the CA has expired. */
async function keptAuthority(certFile: string, keyFile: string): Promise<Authority | undefined> {
  try {
    const [certificate, key] = await Promise.all([readFile(certFile, "utf8"), readFile(keyFile, "utf8")]);
    const authority = { certificate, key: createPrivateKey(key) };
    return new X509Certificate(certificate).validToDate.getTime() > Date.now() ? authority : undefined;
  } catch {
    return undefined;
  }
}

async function authorityIn(folder: string): Promise<Authority> {
  const caFile = join(folder, "ca.pem");
  const keyFile = join(folder, "ca.key");
  const kept = await keptAuthority(caFile, keyFile);
  if (kept) return { ...kept, caFile };
  const made = createAuthority();
  try {
    await makeFolder(folder);
    await writeFile(keyFile, pem(made.key), { mode: 0o600 });
    await writeFile(caFile, made.certificate);
  } catch (cause) {
    const advice = "Choose another folder with --state FILE (stateFolder).";
    throw new Error(`The CA for HTTPS cannot be kept in ${resolve(folder)}: ${reasonOf(cause)}. ${advice}`, { cause });
  }
  return { ...made, caFile };
}

const thisMachine = { name: "localhost", localAddresses: true };
/** A name that the CA may certify, but not the name of this server. */
const otherHost = { name: "other.localhost", localAddresses: false };

function serverCertificate(
  issuer: KeyObject,
  changes: Partial<CertificateRequest> = {},
  key = newKey(),
): ServerCertificate {
  const cert = createCertificate({
    commonName: "localhost",
    key,
    issuer: { commonName: CA_NAME, key: issuer },
    untilDay: SERVER_DAYS,
    use: thisMachine,
    ...changes,
  });
  return { key: pem(key), cert };
}

function badCertificate(issuer: KeyObject, problem: BadCertificate): ServerCertificate {
  switch (problem) {
    case "expired":
      return serverCertificate(issuer, { fromDay: -10, untilDay: -1 });
    case "notYetValid":
      return serverCertificate(issuer, { fromDay: 1 });
    case "wrongHost":
      return serverCertificate(issuer, { use: otherHost });
    case "selfSigned": {
      const key = newKey();
      return serverCertificate(issuer, { issuer: { commonName: "localhost", key } }, key);
    }
    case "unknownAuthority":
      return serverCertificate(issuer, { issuer: { commonName: "A CA that nobody knows", key: newKey() } });
  }
}

/** @param folder keeps the CA from run to run. Default: a new CA in memory */
export async function createTlsIdentity(folder?: string): Promise<TlsIdentity> {
  const authority = folder === undefined ? createAuthority() : await authorityIn(folder);
  return {
    good: serverCertificate(authority.key),
    bad: (problem) => badCertificate(authority.key, problem),
    caCertificate: authority.certificate,
    ...(authority.caFile === undefined ? {} : { caFile: authority.caFile }),
  };
}
