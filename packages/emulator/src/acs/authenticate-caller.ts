// Authenticates callers of ACS: by the access key that signed the request, or by an Entra token of a contributor.

import { createHash } from "node:crypto";
import { errors } from "jose";
import { type EntraClaims, verifyToken } from "../entra/verify-token.ts";
import type { EmulatorContext } from "../http/context.ts";
import { headerOf, type OperationRequest } from "../http/operation.ts";
import type { AcsResource } from "../state/seed-types.ts";
import { denied } from "./acs-error.ts";
import { type HmacRefusal, verifyHmac } from "./hmac.ts";

export type { EntraClaims } from "../entra/verify-token.ts";

const SKEW_SECONDS = 60;

/** Verifies an Entra token. @returns the claims, or why the token is refused, without any part of the token */
export async function verifyEntraToken(
  context: EmulatorContext,
  token: string,
  audience: string[],
): Promise<{ ok: true; value: EntraClaims } | { ok: false; reason: string }> {
  try {
    return { ok: true, value: await verifyToken(context, token, audience, SKEW_SECONDS) };
  } catch (error) {
    const reason = error instanceof errors.JOSEError ? error.message : "not a JWT";
    return { ok: false, reason: `Entra token: ${reason}` };
  }
}

/** The authenticated caller. */
export interface AcsCaller {
  resource: AcsResource;
  /** Digest of the access key, which ties tokens to it. Undefined for callers with an Entra token. */
  accessKeyDigest?: string;
}

const managementAudiences = ["https://communication.azure.com/", "https://communication.azure.com"];

const hmacReasons: Record<HmacRefusal, string> = {
  malformed: "the Authorization header does not have the form HMAC-SHA256 SignedHeaders=…&Signature=…",
  "header-not-signed": "SignedHeaders must name a date, host and x-ms-content-sha256",
  "header-missing": "a signed header is missing from the request",
  skew: "the signed date differs from the clock by more than 15 minutes",
  "content-hash": "the signed content hash does not match the body",
  signature: "the signature does not match any access key of this emulator for this target, host and date",
};

/** Identifies an access key without revealing it. */
export const accessKeyDigest = (key: string): string => createHash("sha256").update(key).digest("base64url");

function byHmac(context: EmulatorContext, request: OperationRequest, authorization: string): AcsCaller {
  const signed = { ...request, header: (name: string) => headerOf(request, name) };
  const keys = context.state.acsResources.flatMap((resource) => resource.accessKeys);
  const verdict = verifyHmac(authorization, signed, keys, Date.now());
  if (!verdict.ok) {
    const message =
      verdict.reason === "content-hash"
        ? "Request 'x-ms-content-sha256' differs from generated content hash."
        : undefined;
    throw denied(hmacReasons[verdict.reason], message);
  }
  const resource = context.state.acsResources.find((candidate) => candidate.accessKeys.includes(verdict.key));
  if (!resource) throw denied(hmacReasons.signature);
  return { resource, accessKeyDigest: accessKeyDigest(verdict.key) };
}

async function byBearer(context: EmulatorContext, authorization: string): Promise<AcsCaller> {
  const verdict = await verifyEntraToken(context, authorization.slice("Bearer ".length), managementAudiences);
  if (!verdict.ok) throw denied(verdict.reason);
  const { appid, azp, oid } = verdict.value;
  const principals = [appid, azp, oid];
  const resource = context.state.acsResources.find((candidate) =>
    candidate.contributors.some((contributor) => principals.includes(contributor)),
  );
  if (!resource) throw denied("the Entra principal has no role on the resource");
  return { resource };
}

/** @throws AcsError 401 `Denied` */
export async function authenticateCaller(context: EmulatorContext, request: OperationRequest): Promise<AcsCaller> {
  const authorization = headerOf(request, "authorization");
  if (authorization === undefined) throw denied("no Authorization header");
  if (authorization.startsWith("Bearer ")) return byBearer(context, authorization);
  return byHmac(context, request, authorization);
}
