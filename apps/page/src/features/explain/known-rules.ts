// The server's rules as far as the page's own configuration tells them; what it does not tell is assumed, and said so.
// Reads the configuration itself: the main page's reader would become a piece that both pages share, and load one more file.
import type { KnownRules } from "@teams-token-exchange/rules/explain";
import { z } from "zod";

/** What of `GET /api/config` is of use here. */
const configuration = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  authority: z.url(),
  authorityMetadata: z.string().optional(),
  apiScopes: z.array(z.string()),
});

/** The authority's origin. Where metadata comes along, the authority's name is one for MSAL alone; the issuer is the truth. */
function authorityOf({ authority, authorityMetadata }: z.infer<typeof configuration>): string {
  if (authorityMetadata === undefined) return new URL(authority).origin;
  const { issuer } = z.object({ issuer: z.url() }).parse(JSON.parse(authorityMetadata));
  return new URL(issuer).origin;
}

/** Reads an answer of `GET /api/config`. Of the allowed clients it names the page's own. @throws where it is none */
export function knownRulesOf(answer: unknown): KnownRules {
  const config = configuration.parse(answer);
  const apiClientId = /^api:\/\/([^/]+)\//.exec(config.apiScopes[0] ?? "")?.[1];
  return {
    ...{ authority: authorityOf(config), tenantId: config.tenantId, clientIds: [config.clientId] },
    ...(apiClientId === undefined ? {} : { apiClientId }),
  };
}

/** Asks the server, before any token is there. Without an answer the page still explains, with assumptions. */
export async function fetchKnownRules(): Promise<KnownRules> {
  try {
    return knownRulesOf(await (await fetch("/api/config")).json());
  } catch {
    return {};
  }
}
