// Turns the process environment into a frozen Config, or reports every problem of every setting in one error, by name and
// without values. If there is an .env file, the caller loads it first.
import { readConfigurationText } from "./configuration-text.ts";
import { problemsBetween, warningsAbout } from "./cross-checks.ts";
import { type NetworkSettings, networkOf, networkSettings, proxyProblems, withProxyNames } from "./network-settings.ts";
import { parseSettings, type SettingNote, type SettingProblem } from "./setting.ts";
import {
  type Config,
  configOf,
  type SettingName,
  type SettingValues,
  secretNames,
  settingNames,
  settingsTable,
} from "./settings-table.ts";
import { readTenantsFile, type Tenancy } from "./tenants-file.ts";
import { isServiceLink, unknownSettings } from "./unknown-settings.ts";

export type { Config } from "./settings-table.ts";
export { secretNames, settingNames } from "./settings-table.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown by {@link readConfig}: one line for each bad setting, with its name and never its value. */
export class ConfigError extends Error {
  readonly problems: readonly SettingNote[];
  /** What would not have stopped the server, but may explain the problems. */
  readonly warnings: readonly SettingNote[];
  constructor(problems: readonly SettingNote[], warnings: readonly SettingNote[] = []) {
    const lines = [...problems, ...warnings].map(({ setting, problem }) => `  ${setting} ${problem}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`The settings have ${count} (values are not shown):\n${lines.join("\n")}`);
    this.problems = problems;
    this.warnings = warnings;
  }
}

const notesOf = (problems: readonly SettingProblem[]): SettingNote[] =>
  problems.map(([setting, problem]) => ({ setting, problem }));

const isEmpty = (given: string | undefined) => given === undefined || given.trim() === "";

/** The content of a secret's file. White space around it is dropped, because editors end files with a line break. */
function readSecret(fileSetting: string, path: string): { content?: string; problems: SettingProblem[] } {
  const text = readConfigurationText(path);
  // What does not exist is not repeated: it may be the secret itself, given in the wrong place.
  const file = !text.ok && text.reason.startsWith("cannot") ? "a file that" : `the file ${path}, which`;
  if (!text.ok) return { problems: [[fileSetting, `names ${file} ${text.reason}`]] };
  const content = text.value.trim();
  return content === "" ? { problems: [[fileSetting, "names an empty file"]] } : { content, problems: [] };
}

/**
 * The environment with the contents of secret files: NAME_FILE holds the path of a file whose content is NAME, as
 * orchestrators mount secrets. Both may be given if they say the same.
 */
export function withSecretFiles(env: Environment): {
  env: Record<string, string | undefined>;
  problems: SettingProblem[];
} {
  const all: SettingProblem[] = [];
  const filled = { ...env };
  for (const setting of secretNames) {
    const fileSetting = `${setting}_FILE`;
    const path = env[fileSetting]?.trim();
    if (!path) continue;
    const { content, problems } = readSecret(fileSetting, path);
    const given = env[setting]?.trim();
    if (given && given !== content) {
      all.push([fileSetting, `and ${setting} are both set, and differ; keep one`]);
    } else {
      all.push(...problems);
      filled[setting] = content;
    }
  }
  return { env: filled, problems: all };
}

/** The environment as settings see it: an empty variable counts as missing, and so does a service link of Kubernetes. */
function readable(environment: Environment) {
  const given = Object.entries(withProxyNames(environment)).filter(([, value]) => !isEmpty(value));
  const links = given.filter(([name, value]) => settingNames.includes(name) && isServiceLink(value ?? ""));
  const { env, problems } = withSecretFiles(Object.fromEntries(given.filter((entry) => !links.includes(entry))));
  const warnings = [
    ...links.map(([name]): SettingProblem => [name, linkIgnored]),
    ...unknownSettings(environment)
      .filter(({ isGivenToo }) => !isGivenToo)
      .map(({ name, meant }): SettingProblem => [name, unknownProblem(meant)]),
  ];
  return { env, problems, warnings };
}

const linkIgnored = "is a service link of Kubernetes and is ignored; set enableServiceLinks: false in the pod's spec";
const unknownProblem = (meant: string) => `is not a setting of this server and has no effect; ${meant} is the nearest`;

/** The file of tenants, if there is one and the settings that its addresses depend on could be read. */
function readTenants(values: Partial<SettingValues>): { tenancy?: Tenancy; problems: SettingProblem[] } {
  const { TENANTS_FILE: path, ENTRA_AUTHORITY: authority } = values;
  if (path === undefined || authority === undefined) return { problems: [] };
  const read = readTenantsFile(path, {
    authority,
    allowInsecureLoopback: values.ALLOW_INSECURE_LOOPBACK === true,
    teamsPhoneExtensibility: values.TEAMS_PHONE_EXTENSIBILITY === true,
  });
  if (read.ok) return { tenancy: read.value, problems: [] };
  return { problems: read.problems.map(([place, problem]) => ["TENANTS_FILE", `at ${place} ${problem}`]) };
}

/**
 * Reads the settings from an environment. An empty variable counts as missing.
 * @throws {ConfigError} with every bad or missing setting
 * @example const config = readConfig(process.env);
 */
export function readConfig(environment: Environment): Config {
  const { env, problems: fileProblems, warnings } = readable(environment);
  const parsed = parseSettings(settingsTable, env);
  const settings = { values: parsed.values, isGiven: (name: string) => env[name] !== undefined };
  const tenants = readTenants(parsed.values);
  const problems = [...fileProblems, ...parsed.problems, ...problemsBetween(settings), ...tenants.problems];
  const notes = notesOf([...warnings, ...parsed.warnings, ...warningsAbout(settings)]);
  if (problems.length > 0) throw new ConfigError(notesOf(problems), notes);
  // Every setting has a value, because none has a problem.
  return Object.freeze({ ...configOf(parsed.values as SettingValues, tenants.tenancy), warnings: notes });
}

/**
 * Reads one setting, for a command that needs no others.
 * @throws {ConfigError} if the setting or its file has a problem
 */
export function readSetting<Name extends SettingName>(environment: Environment, name: Name): SettingValues[Name] {
  const { env, problems: fileProblems } = readable(environment);
  const own = fileProblems.filter(([setting]) => setting === `${name}_FILE`);
  const { values, problems } = parseSettings({ [name]: settingsTable[name] }, env);
  if (own.length + problems.length > 0) throw new ConfigError(notesOf([...own, ...problems]));
  return values[name] as SettingValues[Name];
}

/** Reads how requests leave this machine. A proxy that cannot be used counts as none. */
export function readNetwork(environment: Environment): NetworkSettings {
  const { values } = parseSettings(networkSettings, readable(environment).env);
  const isUsable = [...proxyProblems(values)].length === 0;
  // Each of these settings takes any text.
  return isUsable ? networkOf(values as Parameters<typeof networkOf>[0]) : { proxy: undefined };
}
