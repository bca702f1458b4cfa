// Fetches what the page must know before anyone has signed in. Emulator and production differ only in these data.
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import { fetchJson, UnexpectedResponseError } from "./api/fetch-json.ts";

const isStringArray = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function isTeamsPhone(value: unknown): boolean {
  if (value === undefined) return true;
  const { resourceEndpoint, scopes } = (value ?? {}) as { resourceEndpoint?: unknown; scopes?: unknown };
  return typeof resourceEndpoint === "string" && isStringArray(scopes);
}

/** Checks the form of a client configuration. Throws an {@link UnexpectedResponseError} for anything else. */
export function parseClientConfig(body: unknown): ClientConfig {
  const config = body as Partial<Record<keyof ClientConfig, unknown>> | null;
  const wellFormed =
    typeof config === "object" &&
    config !== null &&
    typeof config.tenantId === "string" &&
    typeof config.clientId === "string" &&
    typeof config.authority === "string" &&
    isStringArray(config.knownAuthorities) &&
    (config.authorityMetadata === undefined || typeof config.authorityMetadata === "string") &&
    isStringArray(config.apiScopes) &&
    isStringArray(config.teamsScopes) &&
    isTeamsPhone(config.teamsPhone);
  if (!wellFormed) throw new UnexpectedResponseError("/api/config", 200);
  return config as ClientConfig;
}

/**
 * Gets the configuration of the client from `GET /api/config` of the exchange server at `endpoint`.
 * Throws a `NetworkError`, `ProblemError` or `UnexpectedResponseError`.
 */
export async function fetchClientConfig(endpoint: string, fetchFn: typeof fetch = fetch): Promise<ClientConfig> {
  const { body } = await fetchJson(new URL("/api/config", endpoint), {}, fetchFn);
  return parseClientConfig(body);
}
