// The settings, read as the server reads them, and what its table of settings cannot tell: names that are not in it, empty
// values, and IDs that have the right form but are in each other's place.
import { ConfigError, readConfig, settingNames, settingRows } from "@teams-token-exchange/server/deployment";
import { type Check, configOf, type Examined, type Finding } from "./check.ts";

const meaningOf = (setting: string) =>
  (settingRows[setting] ?? settingRows[setting.replace(/_FILE$/, "")])?.description.replaceAll("`", "") ?? "";

function remedyFor(setting: string, problem: string): string {
  const isMissing = problem.startsWith("is missing");
  if (!isMissing) return `Correct ${setting} in .env or in the environment: ${meaningOf(setting)}`;
  return `npx teams-token-exchange register --tenant <your domain> writes it. Or: set ${setting} in .env or in the environment.`;
}

function asTheServer({ env }: Examined): { findings: Finding[]; reported: ReadonlySet<string> } {
  try {
    readConfig({ ...env });
    return { findings: [], reported: new Set() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.problems.map(({ setting, problem }) => ({
      id: setting === "ALLOWED_ORIGINS" ? "cors-origin-not-exact" : "setting-bad",
      what: `${setting} ${problem}.`,
      why: "The server does not start with it.",
      remedy: remedyFor(setting, problem),
    }));
    return { findings, reported: new Set(error.problems.map(({ setting }) => setting)) };
  }
}

/** Settings of the libraries in use, and of these commands. */
const foreign = /^(AZURE|OTEL|NODE|NPM|npm|HTTPS?|NO|GRAPH|IDENTITY|MSI|WEBSITE)_|^(TZ|PATH|DEBUG)$/;

/** How many letters of a name to change, add or take away to get the other one. */
function distance(name: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...name].entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of [...other].entries()) {
      const change = (row[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The setting that is meant: one that others call so, or the nearest name; undefined if none is near. */
function meantBy(name: string): string | undefined {
  const sameThing = Object.entries(settingRows).find(([, { alsoCalled = [] }]) => alsoCalled.includes(name));
  if (sameThing) return sameThing[0];
  // Two letters of a short name make it another word.
  const most = name.length < 10 ? 1 : 2;
  const near = settingNames.map((known) => ({ known, letters: distance(name.toUpperCase(), known) }));
  const [nearest] = near.filter(({ letters }) => letters <= most).sort((a, b) => a.letters - b.letters);
  return nearest?.known;
}

function unknownNames({ inFile }: Examined): Finding[] {
  return Object.keys(inFile)
    .filter((name) => !settingNames.includes(name) && !foreign.test(name))
    .flatMap((name) => {
      const meant = meantBy(name);
      if (meant === undefined) return [];
      return {
        id: "setting-unknown",
        what: `.env sets ${name}, which this server does not know.`,
        why: `It has no effect, and ${meant} keeps its default or is missing.`,
        remedy: `Rename it to ${meant}.`,
      };
    });
}

/** Required settings are reported as missing, and an empty secret may be given as a file or in another way. */
function emptyValues({ env, inFile }: Examined, reported: ReadonlySet<string>): Finding[] {
  return Object.entries(settingRows)
    .filter(([name, { isSecret }]) => !isSecret && !reported.has(name) && inFile[name]?.trim() === "")
    .filter(([name]) => env[name]?.trim() === "")
    .map(([name, { description }]) => ({
      id: "setting-empty",
      what: `.env sets ${name} to an empty value.`,
      why: "The server treats an empty value as missing and uses the default.",
      remedy: `Remove the line, or give a value: ${description.replaceAll("`", "")}`,
    }));
}

/** Each of these IDs is a GUID, so the server cannot notice that two are swapped. */
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
      remedy: `Entra admin center → App registrations: "Directory (tenant) ID" belongs to ENTRA_TENANT_ID, the "Application (client) ID" of the API to ENTRA_API_CLIENT_ID, that of the client to ENTRA_CLIENT_IDS. Or: npx teams-token-exchange register`,
    };
  });
}

/** Settings. */
export const settings: Check = {
  name: "settings",
  needs: "nothing",
  run: (examined) => {
    const { findings, reported } = asTheServer(examined);
    return [...findings, ...unknownNames(examined), ...emptyValues(examined, reported), ...mixedUpIds(examined)];
  },
};
