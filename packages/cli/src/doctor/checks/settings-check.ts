// The settings, read as the server reads them, and what its table of settings cannot tell: names that are not in it, empty
// values, and IDs that have the right form but are in each other's place.
import {
  ConfigError,
  readConfig,
  type SettingNote,
  settingNames,
  settingRows,
  unknownSettings,
} from "@teams-token-exchange/server/deployment";
import { type Check, configOf, type Examined, type Finding } from "./check.ts";

const meaningOf = (setting: string) =>
  (settingRows[setting] ?? settingRows[setting.replace(/_FILE$/, "")])?.description.replaceAll("`", "") ?? "";

function remedyFor(setting: string, problem: string): string {
  const isMissing = problem.startsWith("is missing");
  if (!isMissing) return `Correct ${setting} in .env or in the environment: ${meaningOf(setting)}`;
  return `npx teams-token-exchange register --tenant <your domain> writes it. Or: set ${setting} in .env or in the environment.`;
}

/** What the server says at start: what stops it, and what it only warns about. */
function asTheServer({ env }: Examined): { problems: readonly SettingNote[]; warnings: readonly SettingNote[] } {
  try {
    return { problems: [], warnings: readConfig({ ...env }).warnings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error;
  }
}

const ofProblem = ({ setting, problem }: SettingNote): Finding => ({
  id: setting === "ALLOWED_ORIGINS" ? "cors-origin-not-exact" : "setting-bad",
  what: `${setting} ${problem}.`,
  why: "The server does not start with it.",
  remedy: remedyFor(setting, problem),
});

const ofWarning = ({ setting, problem }: SettingNote): Finding => ({
  id: "setting-warning",
  what: `${setting} ${problem}.`,
  why: "The server starts, but not as this setting says.",
  remedy: `Correct or remove ${setting}. ${meaningOf(setting)}`,
});

function unknownNames({ env, inFile }: Examined): Finding[] {
  // The file is for this server only; variables of the environment may be for another program.
  const names = unknownSettings(env).filter(({ name, isGivenToo }) => name in inFile || !isGivenToo);
  return names.map(({ name, meant, isGivenToo }) => ({
    id: "setting-unknown",
    what: `${name in inFile ? ".env" : "The environment"} sets ${name}, which this server does not know.`,
    why: `It has no effect${isGivenToo ? "" : `, and ${meant} keeps its default or is missing`}.`,
    remedy: isGivenToo ? `Remove it; ${meant} is set.` : `Rename it to ${meant}.`,
  }));
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
    const { problems, warnings } = asTheServer(examined);
    const reported = new Set(problems.map(({ setting }) => setting));
    const ofKnown = warnings.filter(({ setting }) => settingNames.includes(setting));
    return [
      ...problems.map(ofProblem),
      ...ofKnown.map(ofWarning),
      ...unknownNames(examined),
      ...emptyValues(examined, reported),
      ...mixedUpIds(examined),
    ];
  },
};
