// One fetch of the authority's key set: discovery document first, then the keys it names. Both are foreign input: size
// and time are capped, redirects refused, the document must be the tenant's own, and weak or odd keys are left out.
import { createPublicKey } from "node:crypto";
import { anyOrganization, issuersOf } from "@teams-token-exchange/rules";
import { z } from "zod";
import { LoggableError } from "../problems/loggable-error.ts";
import type { SigningKey } from "./signing-keys.ts";

const maxDocumentBytes = 512 * 1024;
const maxKeys = 100;
const timeoutMs = 5000;

const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.unknown()) });
/** Members of private and shared keys (RFC 7518, section 6). Anyone who can read the key set could sign with such a key. */
const privateMembers = Object.fromEntries(
  ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map((name) => [name, z.undefined().optional()]),
);
/** RFC 8725, section 3.2: only what RS256 verifies with, and bound to that use. */
const usableKey = z.object({
  ...privateMembers,
  kty: z.literal("RSA"),
  kid: z.string().min(1),
  use: z.literal("sig").optional(),
  alg: z.literal("RS256").optional(),
  // 8192 bits, and 32: every bit costs time at import and use, in some versions of Node extremely much.
  n: z.string().max(1366),
  e: z.string().max(6),
  issuer: z.string().optional(),
});

interface FetchOptions {
  authority: string;
  /** A directory ID, or `organizations` for the keys of all tenants. */
  tenantId: string;
  fetch: typeof fetch;
}

/** The address of a tenant's OIDC discovery document. */
export const discoveryUrl = (authority: string, tenantId: string): string =>
  `${authority}/${tenantId}/v2.0/.well-known/openid-configuration`;

/** A document, and the tag under which the authority knows this version of it. */
export interface FetchedDocument {
  readonly text: string;
  readonly etag: string | undefined;
}

/**
 * Fetches a small JSON document.
 * @param knownEtag the known version; the answer may then be `unchanged`
 * @throws if the answer is not a 200, is too large, or does not end in time
 */
export async function fetchDocument(url: string, fetch: FetchOptions["fetch"]): Promise<FetchedDocument>;
export async function fetchDocument(
  url: string,
  fetch: FetchOptions["fetch"],
  knownEtag: string | undefined,
): Promise<FetchedDocument | "unchanged">;
export async function fetchDocument(
  url: string,
  fetch: FetchOptions["fetch"],
  knownEtag?: string,
): Promise<FetchedDocument | "unchanged"> {
  const response = await fetch(url, {
    redirect: "error",
    headers: { accept: "application/json", ...(knownEtag !== undefined && { "if-none-match": knownEtag }) },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status === 304 && knownEtag !== undefined) return "unchanged";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxDocumentBytes) throw new LoggableError("The authority's document is too large.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (response.ok && text !== "") return { text, etag: response.headers.get("etag") ?? undefined };
  throw new LoggableError(explainAnswer(response.status, text));
}

/** Of an error of Entra ID, only the code is repeated. */
function explainAnswer(status: number, text: string): string {
  const code = /\bAADSTS\d{4,8}\b/.exec(text)?.[0];
  if (code === "AADSTS90002") return "It knows no such tenant (AADSTS90002). Check ENTRA_TENANT_ID.";
  return `The authority answered ${status}${code === undefined ? "" : ` (${code})`}. Check ENTRA_AUTHORITY and ENTRA_TENANT_ID.`;
}

/** JSON of a document. */
function readJson<Schema extends z.ZodType>(text: string, schema: Schema, what: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new LoggableError(`Its answer is no ${what}. Check ENTRA_AUTHORITY, and that no proxy alters the answer.`);
  }
}

/** The issuer is foreign text: what does not look like an address is not repeated. */
export function explainIssuer(issuer: string, expected: string): string {
  const named = /^https?:\/\/[\w.:/-]{1,150}$/.test(issuer) ? issuer : "something that is no address";
  return `It names the issuer ${named}, but ENTRA_AUTHORITY and ENTRA_TENANT_ID mean ${expected}. An emulator follows --public-url ${new URL(expected).origin}.`;
}

/** A key set as it was fetched, with what is needed to ask whether it has changed. */
export interface FetchedKeySet {
  readonly keys: ReadonlyMap<string, SigningKey>;
  readonly uri: string;
  readonly etag: string | undefined;
}

/**
 * The tenant's usable signing keys by key id.
 * @param known the known set; returned if the authority says that it has not changed
 * @throws if the authority fails, its documents are not this tenant's, or no key is usable: an empty set must
 * never replace a good one
 */
export async function fetchSigningKeys(
  { authority, tenantId, fetch }: FetchOptions,
  known?: FetchedKeySet,
): Promise<FetchedKeySet> {
  const document = await fetchDocument(discoveryUrl(authority, tenantId), fetch);
  const { issuer, jwks_uri: uri } = readJson(document.text, discoveryDocument, "discovery document");
  // Entra's keys are the same for all tenants. The rules put the token's tenant in place of this word.
  const expected = issuersOf(authority, tenantId === anyOrganization ? "{tenantid}" : tenantId).v2;
  if (issuer !== expected) throw new LoggableError(explainIssuer(issuer, expected));
  if (new URL(uri).origin !== authority) throw new LoggableError("The keys are not on the authority's own origin.");
  const fetched = await fetchDocument(uri, fetch, known?.uri === uri ? known.etag : undefined);
  if (fetched === "unchanged") return known as FetchedKeySet;
  const { keys } = readJson(fetched.text, keySet, "key set");
  if (keys.length > maxKeys) throw new LoggableError("The key set is too large.");
  const usable = new Map(keys.flatMap(readKey));
  if (usable.size === 0) throw new LoggableError("The key set holds no usable key.");
  return { keys: usable, uri, etag: fetched.etag };
}

/** One entry of the key set, or nothing if it cannot verify RS256. */
function readKey(entry: unknown): [keyId: string, key: SigningKey][] {
  const parsed = usableKey.safeParse(entry);
  if (!parsed.success) return [];
  const { kid, n, e, issuer } = parsed.data;
  try {
    // Only the numbers: certificates and addresses inside a key are never a source of trust.
    const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= 2048 && publicExponent >= 65_537n ? [[kid, { key, issuer }]] : [];
  } catch {
    return [];
  }
}
