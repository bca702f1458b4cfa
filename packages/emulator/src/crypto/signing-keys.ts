// RSA signing keys that can be rotated, published and exported. Entra and ACS each have their own ring. Creating an RSA
// key takes longer than anything else at start, so the first one is created when it is first needed.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { exportJWK, type JWK } from "jose";
import { createCertificate } from "./certificate.ts";

const RSA_BITS = 2_048;

const makeKeyPair = promisify(generateKeyPair);

/** An RSA-2048 key; `publicJwk` has only kty, n and e. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: JWK;
  /** Base64 of the certificate, as in `x5c`, if the service publishes one. */
  certificate?: string;
}

/** The private keys of an export, as PKCS #8 PEM. */
export interface ExportedKeys {
  privateKeys: string[];
}

/** A key ring: the newest key signs, and all keys are published. */
export interface KeyRing {
  current(): Promise<SigningKey>;
  published(): Promise<readonly SigningKey[]>;
  /** A key that is not published, for tokens that must be rejected. */
  unknown(): Promise<SigningKey>;
  /** Adds a key and signs with it. `dropOld` withdraws the previous keys immediately, as in an emergency. */
  rotate(options?: { dropOld?: boolean }): Promise<void>;
  export(): Promise<ExportedKeys>;
  /**
   * Reads keys.
   * @returns a function that starts to use them, so that an invalid export changes nothing
   * @throws Error
   */
  import(keys: ExportedKeys): Promise<() => void>;
}

/** How a service names its keys: the key id, and the certificate if it publishes one. */
export type KeyNaming = (privateKey: KeyObject, publicKey: KeyObject) => Pick<SigningKey, "kid" | "certificate">;

async function asSigningKey(privateKey: KeyObject, nameOf: KeyNaming): Promise<SigningKey> {
  const { modulusLength = 0 } = privateKey.asymmetricKeyDetails ?? {};
  if (privateKey.asymmetricKeyType !== "rsa" || modulusLength < RSA_BITS) {
    throw new Error(`a signing key must be an RSA key with ${RSA_BITS} bits or more`);
  }
  const publicKey = createPublicKey(privateKey);
  const { kty, n, e } = await exportJWK(publicKey);
  return { ...nameOf(privateKey, publicKey), privateKey, publicKey, publicJwk: { kty, n, e } as JWK };
}

/** @param nameOf derives the key id from the key, in the format of the service */
export function createKeyRing(nameOf: KeyNaming): KeyRing {
  const make = async () => asSigningKey((await makeKeyPair("rsa", { modulusLength: RSA_BITS })).privateKey, nameOf);
  let ring: Promise<readonly SigningKey[]> | undefined;
  const keys = (): Promise<readonly SigningKey[]> => {
    ring ??= make().then((key) => [key]);
    return ring;
  };
  let stranger: Promise<SigningKey> | undefined;
  const newest = (all: readonly SigningKey[]): SigningKey => {
    const key = all.at(-1);
    if (!key) throw new Error("the key ring is empty");
    return key;
  };
  return {
    current: async () => newest(await keys()),
    published: keys,
    unknown: () => {
      stranger ??= make();
      return stranger;
    },
    rotate: async ({ dropOld = false } = {}) => {
      const former = keys();
      ring = Promise.all([make(), former]).then(([key, old]) => (dropOld ? [key] : [...old, key]));
      await ring;
    },
    export: async () => ({
      privateKeys: (await keys()).map((key) => key.privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
    }),
    import: async ({ privateKeys }) => {
      const imported = await Promise.all(privateKeys.map((pem) => asSigningKey(createPrivateKey(pem), nameOf)));
      return () => {
        ring = Promise.resolve(imported);
      };
    },
  };
}

const sha1 = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest();

/** Fixed dates: the key id must stay the same when a key is exported and imported. */
const fixed = { serial: Buffer.of(1), from: new Date("2020-01-01"), until: new Date("2049-01-01") };

/** Keys of Entra have a certificate. Their id is its SHA-1 thumbprint, as base64url without padding. */
export const entraKeyName: KeyNaming = (privateKey) => {
  const commonName = "accounts.accesscontrol.emulator";
  const issuer = { commonName, key: privateKey };
  const pem = createCertificate({ commonName, key: privateKey, issuer, fixed, untilDay: 0, use: "client" });
  const certificate = pem.replace(/-----[A-Z ]+-----|\s/g, "");
  return { kid: sha1(Buffer.from(certificate, "base64")).toString("base64url"), certificate };
};

/** Key ids of ACS: SHA-1 of the public key, as 40 upper-case hex digits. */
export const acsKeyName: KeyNaming = (_privateKey, publicKey) => ({
  kid: sha1(publicKey.export({ type: "spki", format: "der" }))
    .toString("hex")
    .toUpperCase(),
});
