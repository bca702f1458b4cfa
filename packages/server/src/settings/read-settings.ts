// Turns the process environment into a frozen Config, or reports every problem of every setting in one error, by name and
// without values. If there is an .env file, the caller loads it first.
import { readFileSync } from "node:fs";
import { problemsBetween } from "./cross-checks.ts";
import { withProxyNames } from "./network-settings.ts";
import { parseSettings, type SettingProblem } from "./setting.ts";
import {
  type Config,
  configOf,
  type SettingName,
  type SettingValues,
  settingRows,
  settingsTable,
} from "./settings-table.ts";

export type { Config } from "./settings-table.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that may be given as a file. */
export const secretNames: readonly string[] = Object.keys(settingRows).filter((name) => settingRows[name]?.isSecret);

/** The name of every setting, and of the form that names a file with a secret. */
export const settingNames: readonly string[] = [
  ...Object.keys(settingRows),
  ...secretNames.map((name) => `${name}_FILE`),
];

/** Thrown by {@link readConfig}: one line for each bad setting, with its name and never its value. */
export class ConfigError extends Error {
  readonly problems: readonly { setting: string; problem: string }[];
  constructor(problems: readonly { setting: string; problem: string }[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`The settings have ${count} (values are not shown):\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

const isEmpty = (given: string | undefined) => given === undefined || given.trim() === "";

/**
 * The environment with the contents of secret files: NAME_FILE holds the path of a file whose content is NAME, as
 * orchestrators mount secrets. White space around the content is dropped, because editors end files with a line break.
 */
export function withSecretFiles(env: Environment): {
  env: Record<string, string | undefined>;
  problems: SettingProblem[];
} {
  const problems: SettingProblem[] = [];
  const filled = { ...env };
  for (const setting of secretNames) {
    const fileSetting = `${setting}_FILE`;
    const path = env[fileSetting];
    if (!path) continue;
    try {
      const content = readFileSync(path, "utf8").trim();
      if (isEmpty(env[setting])) filled[setting] = content;
      else problems.push([fileSetting, `and ${setting} are both set; keep one`]);
    } catch {
      problems.push([fileSetting, "names a file that cannot be read"]);
    }
  }
  return { env: filled, problems };
}

/** The environment as settings see it: an empty variable counts as missing. */
function readable(environment: Environment) {
  const { env, problems } = withSecretFiles(withProxyNames(environment));
  return { env: Object.fromEntries(Object.entries(env).filter(([, given]) => !isEmpty(given))), problems };
}

const asError = (problems: readonly SettingProblem[]) =>
  new ConfigError(problems.map(([setting, problem]) => ({ setting, problem })));

/**
 * Reads the settings from an environment. An empty variable counts as missing.
 * @throws {ConfigError} with every bad or missing setting
 * @example const config = readConfig(process.env);
 */
export function readConfig(environment: Environment): Config {
  const { env, problems: fileProblems } = readable(environment);
  const { values, problems } = parseSettings(settingsTable, env);
  const between = problemsBetween({ values, isGiven: (setting) => env[setting] !== undefined });
  const all = [...fileProblems, ...problems, ...between];
  if (all.length > 0) throw asError(all);
  // Every setting has a value, because none has a problem.
  return Object.freeze(configOf(values as SettingValues));
}

/**
 * Reads one setting, for a command that needs no others.
 * @throws {ConfigError} if the setting or its file has a problem
 */
export function readSetting<Name extends SettingName>(environment: Environment, name: Name): SettingValues[Name] {
  const { env, problems: fileProblems } = readable(environment);
  const own = fileProblems.filter(([setting]) => setting === `${name}_FILE`);
  const { values, problems } = parseSettings({ [name]: settingsTable[name] }, env);
  if (own.length + problems.length > 0) throw asError([...own, ...problems]);
  return values[name] as SettingValues[Name];
}
