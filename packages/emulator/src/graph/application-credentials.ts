// Application_AddPassword, _RemovePassword, _AddKey and _RemoveKey: secrets and certificates of an application.
import { createHash, X509Certificate } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { opaqueSecret } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { nullable, object, optional, rule, someText, text } from "../state/schema.ts";
import type { Registration } from "../state/seed-types.ts";
import { applicationId, passwordJson } from "./application-json.ts";
import { certificateOf, type KeyCredential, keyIdOf, keyJson, newKeySchema } from "./application-keys.ts";
import { findApplication, sameId } from "./directory-objects.ts";
import { badRequest, bodyOf, type GraphCall, GraphError, graphOperation } from "./graph-operation.ts";

const YEARS = 2;
const passwordMembers = object("passwordCredential", {
  displayName: optional(nullable(text)),
  startDateTime: optional(nullable(text)),
  endDateTime: optional(nullable(text)),
});

/** Secrets of the emulator never expire. The dates of the request are only returned. */
function addPassword(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const members = object("the request", { passwordCredential: optional(passwordMembers) });
  const { passwordCredential = {} } = bodyOf(request, members);
  const secretText = opaqueSecret().slice(0, 40);
  app.secrets = [...(app.secrets ?? []), secretText];
  const { displayName = null, startDateTime, endDateTime } = passwordCredential as Record<string, string | null>;
  const now = new Date(context.clock.now());
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const dates = { startDateTime: startDateTime ?? now.toISOString(), endDateTime: endDateTime ?? end.toISOString() };
  const body = { ...passwordJson(secretText), displayName, secretText, ...dates };
  return { status: 200, asked: app.displayName, body };
}

function removePassword(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const { keyId } = bodyOf(request, object("the request", { keyId: text }));
  const remaining = (app.secrets ?? []).filter((secret) => !sameId(passwordJson(secret).keyId, String(keyId)));
  if (remaining.length === app.secrets?.length || !app.secrets)
    throw badRequest("No password credential found with keyId.");
  app.secrets = remaining;
  return { status: 204 };
}

/** Microsoft documents the app id of Graph and, elsewhere, that of its predecessor. */
const PROOF_AUDIENCES = ["00000003-0000-0000-c000-000000000000", "00000002-0000-0000-c000-000000000000"];
const PROOF_SECONDS = 600;

const thumbprintOf = (pem: string, algorithm: string): string =>
  createHash(algorithm).update(new X509Certificate(pem).raw).digest("hex");

/** The certificate that signed the proof: named by `x5t` or `x5t#S256`, else the one whose key fits. */
function signersOf(proof: string, certificates: readonly string[]): readonly string[] {
  const { x5t, "x5t#S256": x5tS256 } = decodeProtectedHeader(proof);
  const isNamed = (name: unknown, pem: string, algorithm: string) =>
    Buffer.from(String(name), "base64url").toString("hex") === thumbprintOf(pem, algorithm);
  if (x5tS256 !== undefined) return certificates.filter((pem) => isNamed(x5tS256, pem, "sha256"));
  return x5t === undefined ? certificates : certificates.filter((pem) => isNamed(x5t, pem, "sha1"));
}

async function isProof(proof: string, app: Registration): Promise<boolean> {
  try {
    const signers = signersOf(proof, app.certificates ?? []);
    const options = { algorithms: ["RS256", "PS256"], audience: PROOF_AUDIENCES, issuer: applicationId(app) };
    const verified = signers.map((pem) =>
      jwtVerify(proof, new X509Certificate(pem).publicKey, { ...options, requiredClaims: ["exp", "nbf"] }),
    );
    const { payload } = await Promise.any(verified);
    return (payload.exp ?? 0) - (payload.nbf ?? 0) <= PROOF_SECONDS;
  } catch {
    return false;
  }
}

/** @throws GraphError 401 unless one of the application's certificates signed the proof */
async function checkProof(proof: unknown, app: Registration): Promise<void> {
  if (await isProof(String(proof), app)) return;
  throw new GraphError(401, "Authentication_MissingOrMalformed", "Access Token missing or malformed.");
}

const isNull = rule("null, because the emulator supports only certificates", (value) => value === null);
const addKeySchema = object("the request", {
  keyCredential: newKeySchema,
  passwordCredential: optional(isNull),
  proof: someText,
});

async function addKey(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const { keyCredential, proof } = bodyOf(request, addKeySchema);
  const certificate = certificateOf(keyCredential as KeyCredential);
  await checkProof(proof, app);
  app.certificates = [...new Set([...(app.certificates ?? []), certificate])];
  return { status: 200, asked: app.displayName, body: keyJson(certificate) };
}

async function removeKey(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const { keyId, proof } = bodyOf(request, object("the request", { keyId: someText, proof: someText }));
  await checkProof(proof, app);
  const certificates = app.certificates ?? [];
  const remaining = certificates.filter((pem) => !sameId(keyIdOf(pem), String(keyId)));
  if (remaining.length === certificates.length) throw badRequest("No key credential found with keyId.");
  app.certificates = remaining;
  return { status: 204 };
}

type Handle = Parameters<typeof graphOperation>[0]["handle"];

/** An application needs no permission to roll its own keys: the proof is enough. */
const action = (name: string, path: string, permissions: readonly string[], handle: Handle): Operation =>
  graphOperation({ name, method: "POST", path: `/applications/:id/${path}`, permissions, handle });

const WRITE = ["Application.ReadWrite.All"];

/** The actions of /applications/{id} that change its secrets and certificates. */
export const applicationCredentials: readonly Operation[] = [
  action("Application_AddPassword", "addPassword", WRITE, addPassword),
  action("Application_RemovePassword", "removePassword", WRITE, removePassword),
  action("Application_AddKey", "addKey", [], addKey),
  action("Application_RemoveKey", "removeKey", [], removeKey),
];
