// The settings, by the server's own schema, and what the schema cannot tell: names that it does not know, and ids that are
// each in the right form but in each other's place.
import { ConfigError, readConfig, settingNames } from "@teams-token-exchange/server/deployment";
import { type Check, configOf, type Examined, type Finding } from "../finding.ts";

function remedyFor(setting: string, problem: string): string {
  const isMissing = problem.startsWith("is missing");
  const byHand = `${isMissing ? "Set" : "Correct"} ${setting} in .env or in the environment; .env.example says what it means.`;
  return isMissing ? `npm run register -- --tenant <your domain> writes it. Or: ${byHand}` : byHand;
}

function bySchema({ env }: Examined): Finding[] {
  try {
    readConfig({ ...env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ setting, problem }) => ({
      id: setting === "ALLOWED_ORIGINS" ? "cors-origin-not-exact" : "setting-bad",
      what: `${setting} ${problem}.`,
      why: "The server does not start with it.",
      remedy: remedyFor(setting, problem),
    }));
  }
}

/** What other guides and samples call the same things. */
const otherNames: Readonly<Record<string, string>> = {
  TENANT_ID: "ENTRA_TENANT_ID",
  AAD_TENANT_ID: "ENTRA_TENANT_ID",
  AZURE_AD_TENANT_ID: "ENTRA_TENANT_ID",
  CLIENT_ID: "ENTRA_CLIENT_IDS",
  AAD_CLIENT_ID: "ENTRA_CLIENT_IDS",
  ENTRA_CLIENT_ID: "ENTRA_CLIENT_IDS",
  API_CLIENT_ID: "ENTRA_API_CLIENT_ID",
  COMMUNICATION_SERVICES_CONNECTION_STRING: "ACS_CONNECTION_STRING",
  RESOURCE_CONNECTION_STRING: "ACS_CONNECTION_STRING",
  CONNECTION_STRING: "ACS_CONNECTION_STRING",
  CORS_ORIGIN: "ALLOWED_ORIGINS",
  CORS_ORIGINS: "ALLOWED_ORIGINS",
  AUTHORITY: "ENTRA_AUTHORITY",
};

/** Settings of the libraries in use, and of these commands. */
const foreign = /^(AZURE|OTEL|NODE|NPM|npm|HTTPS?|NO|GRAPH|IDENTITY|MSI|WEBSITE)_|^(TZ|PATH|DEBUG)$/;

/** Whether a name is a known one with one letter wrong, missing or too many. */
function isSlipOf(name: string, known: string): boolean {
  if (Math.abs(name.length - known.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === known[start]) start += 1;
  let end = 0;
  while (end < Math.min(name.length, known.length) - start && name.at(-1 - end) === known.at(-1 - end)) end += 1;
  return Math.max(name.length, known.length) - start - end <= 1;
}

function unknownNames({ inFile }: Examined): Finding[] {
  return Object.keys(inFile)
    .filter((name) => !settingNames.includes(name) && !foreign.test(name))
    .flatMap((name) => {
      const meant = otherNames[name] ?? settingNames.find((known) => isSlipOf(name.toUpperCase(), known));
      if (meant === undefined) return [];
      return {
        id: "setting-unknown",
        what: `.env sets ${name}, which this server does not know.`,
        why: "It has no effect, and the setting that is meant keeps its default or is missing.",
        remedy: `Rename it to ${meant}.`,
      };
    });
}

/** Each id is a GUID, so the schema takes any of them in any place. */
function mixedUpIds(examined: Examined): Finding[] {
  if (!examined.config) return [];
  const { tenantId, apiClientId, clientIds } = configOf(examined).entra;
  const places: [setting: string, id: string][] = [
    ["ENTRA_TENANT_ID", tenantId],
    ["ENTRA_API_CLIENT_ID", apiClientId],
    ...clientIds.map((id): [string, string] => ["ENTRA_CLIENT_IDS", id]),
  ];
  const doubles = places.filter(([, id], index) => places.findIndex(([, other]) => other === id) !== index);
  return doubles.map(([setting, id]) => {
    const first = places.find(([, other]) => other === id)?.[0] ?? "";
    return {
      id: "ids-mixed-up",
      what: `${first} and ${setting} hold the same id.`,
      why: "Tenant, API and client have an id each. ACS compares them with the token's own and answers an opaque 401 to any other.",
      remedy: `Entra admin center → App registrations: "Directory (tenant) ID" belongs to ENTRA_TENANT_ID, the "Application (client) ID" of the API to ENTRA_API_CLIENT_ID, that of the client to ENTRA_CLIENT_IDS. Or: npm run register`,
    };
  });
}

/** Settings. */
export const settings: Check = {
  name: "settings",
  needs: "nothing",
  run: (examined) => [...bySchema(examined), ...unknownNames(examined), ...mixedUpIds(examined)],
};
