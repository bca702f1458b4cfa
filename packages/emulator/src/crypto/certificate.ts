// Creates X.509 v3 certificates (RFC 5280): of the emulator's CA, of its HTTPS server, and of clients that authenticate
// at Entra with a certificate.
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import * as der from "./der.ts";

/** What `createCertificate` needs. */
export interface CertificateRequest {
  commonName: string;
  key: KeyObject;
  issuer: { commonName: string; key: KeyObject };
  /** Start of its validity, in days from now. Default: an hour ago. */
  fromDay?: number;
  /** End of its validity, in days from now. */
  untilDay: number;
  /** Replaces the random serial number and the validity, so that the same key always has the same certificate. */
  fixed?: { serial: Buffer; from: Date; until: Date };
  /** For a CA, a client, or a server with these names. */
  use: "authority" | "client" | ServerNames;
}

/** The DNS name of a server, and whether the loopback addresses are valid too. */
export interface ServerNames {
  name: string;
  localAddresses: boolean;
}

const LOCAL_ADDRESSES = [Buffer.of(127, 0, 0, 1), Buffer.from("00000000000000000000000000000001", "hex")];

const ecdsaWithSha256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const rsaWithSha256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.nothing());

const nameOf = (commonName: string) => der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8(commonName))));

const publicKeyInfo = (key: KeyObject) => createPublicKey(key).export({ type: "spki", format: "der" });

const keyId = (key: KeyObject) => createHash("sha1").update(publicKeyInfo(key)).digest();

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.yes()] : []), der.octetString(value));
}

/** Limits the CA to this machine: anyone who steals its key cannot impersonate other hosts. */
function nameConstraints(): Buffer {
  const hosts = [der.sequence(der.implicit(2, Buffer.from("localhost")))];
  const mask = (length: number) => Buffer.alloc(length, 0xff);
  const addresses = LOCAL_ADDRESSES.map((address) =>
    der.sequence(der.implicit(7, Buffer.concat([address, mask(address.length)]))),
  );
  return extension("2.5.29.30", der.sequence(der.explicit(0, Buffer.concat([...hosts, ...addresses]))), true);
}

function authorityExtensions(): Buffer[] {
  const certSignAndCrlSign = der.bitString(Buffer.of(0b0000_0110), 1);
  return [
    extension("2.5.29.19", der.sequence(der.yes()), true),
    extension("2.5.29.15", certSignAndCrlSign, true),
    nameConstraints(),
  ];
}

function clientExtensions(): Buffer[] {
  const digitalSignature = der.bitString(Buffer.of(0b1000_0000), 7);
  return [extension("2.5.29.19", der.sequence(), true), extension("2.5.29.15", digitalSignature, true)];
}

function serverExtensions({ name, localAddresses }: ServerNames): Buffer[] {
  const addresses = localAddresses ? LOCAL_ADDRESSES : [];
  const names = [der.implicit(2, Buffer.from(name)), ...addresses.map((address) => der.implicit(7, address))];
  return [
    ...clientExtensions(),
    extension("2.5.29.37", der.sequence(der.oid("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", der.sequence(...names)),
  ];
}

function extensionsOf(use: CertificateRequest["use"]): Buffer[] {
  if (use === "authority") return authorityExtensions();
  return use === "client" ? clientExtensions() : serverExtensions(use);
}

const AN_HOUR_AGO = -1 / 24;

const dayFromNow = (day: number) => new Date(Date.now() + day * 86_400_000);

/** @returns the certificate as PEM */
export function createCertificate(request: CertificateRequest): string {
  const { commonName, key, issuer, fromDay = AN_HOUR_AGO, untilDay, use, fixed } = request;
  const algorithm = issuer.key.asymmetricKeyType === "rsa" ? rsaWithSha256 : ecdsaWithSha256;
  const extensions = [
    ...extensionsOf(use),
    extension("2.5.29.14", der.octetString(keyId(key))),
    extension("2.5.29.35", der.sequence(der.implicit(0, keyId(issuer.key)))),
  ];
  const content = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(fixed?.serial ?? Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    nameOf(issuer.commonName),
    der.sequence(der.utcTime(fixed?.from ?? dayFromNow(fromDay)), der.utcTime(fixed?.until ?? dayFromNow(untilDay))),
    nameOf(commonName),
    publicKeyInfo(key),
    der.explicit(3, der.sequence(...extensions)),
  );
  const signature = sign("sha256", content, issuer.key);
  const base64 = der.sequence(content, algorithm, der.bitString(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}
