// Reads rules of the server from its public configuration. `explainTokens` lists what it assumes for the other rules.
// This file does not use the client package, because a chunk that both pages share would be one more file to load.
import type { KnownRules } from "@teams-token-exchange/rules/explain";
import { z } from "zod";

/** The members of `GET /api/config` that this page uses. */
const configuration = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  authority: z.url(),
  authorityMetadata: z.string().optional(),
  apiScopes: z.array(z.string()),
});

/** The origin of the authority. If there is metadata, the authority is only a name for MSAL, and the issuer has the origin. */
function authorityOf({ authority, authorityMetadata }: z.infer<typeof configuration>): string {
  if (authorityMetadata === undefined) return new URL(authority).origin;
  const { issuer } = z.object({ issuer: z.url() }).parse(JSON.parse(authorityMetadata));
  return new URL(issuer).origin;
}

/** Reads a response of `GET /api/config`. It contains only one of the allowed clients: this page. Throws if it is invalid. */
export function knownRulesOf(response: unknown): KnownRules {
  const config = configuration.parse(response);
  const apiClientId = /^api:\/\/([^/]+)\//.exec(config.apiScopes[0] ?? "")?.[1];
  return {
    authority: authorityOf(config),
    tenantId: config.tenantId,
    clientIds: [config.clientId],
    ...(apiClientId === undefined ? {} : { apiClientId }),
  };
}

/** Gets the rules from the server. Without a response the page still explains tokens, with more assumptions. */
export async function fetchKnownRules(): Promise<KnownRules> {
  try {
    return knownRulesOf(await (await fetch("api/config")).json());
  } catch {
    return {};
  }
}
