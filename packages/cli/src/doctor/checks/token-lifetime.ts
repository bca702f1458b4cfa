// The lifetime of access tokens, if an administrator has shortened it.
import { Advice } from "../../command/failures.ts";
import { GraphError } from "../../graph/graph.ts";
import { tokenLifetimePolicy } from "../../graph/objects.ts";
import { type Check, directoryOf, type Examined, type Finding } from "./check.ts";

/** MSAL renews 15 minutes ahead here, ACS wants more than 10: below this, tokens are renewed without end. */
const minLifeSeconds = 20 * 60;

/** Seconds of `[d.]hh:mm:ss`. */
function secondsOf(definition: string): number | undefined {
  const [, days = "0", hours, minutes, seconds] =
    /"AccessTokenLifetime"\s*:\s*"(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)/.exec(definition) ?? [];
  if (hours === undefined) return undefined;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

async function run(examined: Examined): Promise<Finding[]> {
  const { graph } = directoryOf(examined);
  const policies = await graph.list("/policies/tokenLifetimePolicies", tokenLifetimePolicy).catch((error: unknown) => {
    if (!(error instanceof GraphError)) throw error;
    throw new Advice(
      "The policies of the tenant may not be read.",
      "Sign in with an account that may have Policy.Read.All.",
      { cause: error },
    );
  });
  const lifetimes = policies
    .filter(({ isOrganizationDefault }) => isOrganizationDefault)
    .flatMap(({ definition }) => definition.map(secondsOf))
    .filter((seconds) => seconds !== undefined);
  const shortest = Math.min(...lifetimes);
  if (!(shortest < minLifeSeconds)) return [];
  return [
    {
      id: "token-lifetime-too-short",
      what: `A policy of the tenant lets access tokens live ${Math.round(shortest / 60)} minutes.`,
      why: "The Calling SDK needs tokens that are valid for more than 10 minutes, and the page renews them 15 minutes ahead. With such a short lifetime both renew again and again (teams-token-expiring).",
      remedy:
        "Raise AccessTokenLifetime to 01:00:00 in the policy: Update-MgPolicyTokenLifetimePolicy; Get-MgPolicyTokenLifetimePolicy lists them.",
    },
  ];
}

/** Token lifetimes. */
export const tokenLifetime: Check = { name: "token-lifetime", needs: "directory", isOptional: true, run };
