// Wraps every ACS operation: authentication, quota, api-version, response headers and errors.

import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, headerOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { AcsError, acsErrorAnswer } from "./acs-error.ts";
import { type AcsCaller, authenticateCaller } from "./authenticate-caller.ts";

/** All api-versions of ACS Identity, oldest first. */
export const apiVersions = [
  "2021-03-07",
  "2022-06-01",
  "2022-10-01",
  "2023-10-01",
  "2025-03-02-preview",
  "2025-06-30",
  "2026-09-23",
] as const;

/** One of these api-versions. */
export type ApiVersion = (typeof apiVersions)[number];

/** This version and all later ones. */
export const since = (first: ApiVersion): ApiVersion[] => apiVersions.slice(apiVersions.indexOf(first));

/** Whether the parameter is a known api-version. */
const isApiVersion = (value: string): value is ApiVersion => (apiVersions as readonly string[]).includes(value);

const QUOTA_WINDOW_MILLISECONDS = 30_000;

/**
 * Counts a request, also one that will be refused.
 * @throws AcsError 429 if the window is full; its body and its `Retry-After` are invented
 */
function spendQuota(context: EmulatorContext, operation: string, resourceId: string): void {
  const limit = context.state.settings.acsQuotas[operation];
  if (limit === undefined) return;
  const counts = context.acsRequestCounts;
  const key = `${operation} ${resourceId}`;
  const now = context.clock.now();
  const current = counts.get(key);
  const open =
    current && Math.abs(now - current.startedAt) < QUOTA_WINDOW_MILLISECONDS ? current : { startedAt: now, count: 0 };
  open.count += 1;
  counts.set(key, open);
  if (open.count <= limit) return;
  const retryAfter = Math.max(1, Math.ceil((open.startedAt + QUOTA_WINDOW_MILLISECONDS - now) / 1000));
  throw new AcsError(429, "TooManyRequests", `More than ${limit} requests in 30 seconds.`, {
    invented: true,
    headers: { "retry-after": String(retryAfter) },
  });
}

/** An authenticated call within its quota. */
export interface AcsCall {
  caller: AcsCaller;
  version: ApiVersion;
}

/** One ACS operation. */
export interface AcsOperation {
  /** The operation id of the REST specification. */
  name: string;
  method: Operation["method"];
  path: string;
  versions: readonly ApiVersion[];
  /** Authenticates the caller. Default: by access key or by an Entra token of a contributor. */
  authenticate?: (context: EmulatorContext, request: OperationRequest) => AcsCaller | Promise<AcsCaller>;
  handle(context: EmulatorContext, request: OperationRequest, call: AcsCall): Answer | Promise<Answer>;
}

function checkVersion(request: OperationRequest, versions: readonly ApiVersion[]): ApiVersion {
  const version = request.query.get("api-version");
  if (version === null) {
    const message = "The api-version query parameter (?api-version=) is required for all requests.";
    throw new AcsError(400, "MissingApiVersionParameter", message, { invented: true });
  }
  if (isApiVersion(version) && versions.includes(version)) return version;
  const address = `${request.origin}${request.target.split("?", 1)[0]}`;
  throw new AcsError(
    400,
    "UnsupportedApiVersion",
    `The HTTP resource that matches the request URI '${address}' does not support the API version '${version}'.`,
  );
}

function commonHeaders(request: OperationRequest, startedAt: number) {
  const clientRequestId = headerOf(request, "x-ms-client-request-id");
  return {
    "ms-cv": `${randomBytes(16).toString("base64").slice(0, 22)}.0`,
    "request-context": "appId=",
    // Over HTTPS a browser would obey a longer time, and then refuse HTTP on every port of localhost.
    "strict-transport-security": request.origin.startsWith("https:") ? "max-age=0" : "max-age=2592000",
    "x-processing-time": `${Math.round(performance.now() - startedAt)}ms`,
    ...(clientRequestId === undefined ? {} : { "x-ms-client-request-id": clientRequestId }),
  };
}

/** Errors of an operation become its answer. */
async function withAcsErrors(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AcsError) return acsErrorAnswer(error);
    throw error;
  }
}

/** As recorded, a request that is refused before its version is read gets no list of versions. */
function runOperation(context: EmulatorContext, request: OperationRequest, operation: AcsOperation): Promise<Answer> {
  return withAcsErrors(async () => {
    const caller = await (operation.authenticate ?? authenticateCaller)(context, request);
    spendQuota(context, operation.name, caller.resource.id);
    const answer = await withAcsErrors(() => {
      const version = checkVersion(request, operation.versions);
      return operation.handle(context, request, { caller, version });
    });
    const headers = { "api-supported-versions": operation.versions.join(", "), ...answer.headers };
    return { ...answer, headers };
  });
}

/** Wraps an operation. */
export const acsOperation = (operation: AcsOperation): Operation => ({
  name: operation.name,
  method: operation.method,
  path: operation.path,
  versions: operation.versions,
  handle: async (context, request) => {
    const startedAt = performance.now();
    const answer = await runOperation(context, request, operation);
    return { ...answer, headers: { ...commonHeaders(request, startedAt), ...answer.headers } };
  },
});
