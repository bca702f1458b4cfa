// The settings of a deployment as the server would read them: the environment, and below it an .env file.
import { existsSync } from "node:fs";
import { parseEnv } from "node:util";
import { readConfigurationText } from "@teams-token-exchange/server/deployment";
import { CommandFailure } from "./failures.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const isEmpty = (value: string | undefined) => value === undefined || value.trim() === "";

/** The text of a file of settings; empty if there is no such file. @throws {CommandFailure} if it cannot be read */
export function readEnvFile(file: string): string {
  if (!existsSync(file)) return "";
  const text = readConfigurationText(file);
  if (!text.ok) throw new CommandFailure(`The settings cannot be read: ${file} ${text.reason}.`);
  return text.value;
}

/**
 * Both sources. A variable that is set already wins over the file; an empty one is not set.
 * @throws {CommandFailure} if the file cannot be read
 */
export function readEnvironment(
  processEnvironment: Environment,
  file: string,
): { env: Environment; inFile: Readonly<Record<string, string>> } {
  const inFile = Object.fromEntries(
    Object.entries(parseEnv(readEnvFile(file))).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const set = Object.entries(processEnvironment).filter(([, value]) => !isEmpty(value));
  return { env: { ...processEnvironment, ...inFile, ...Object.fromEntries(set) }, inFile };
}

/** Libraries that read the environment themselves take an empty variable for a value: an identity without a name. */
const readByLibraries = /^(AZURE|IDENTITY|MSI|OTEL|PG)/;

/**
 * The settings for a server that runs in this process. Libraries see them too, because some settings are theirs: the variables
 * of the file become variables of the process.
 * @throws {CommandFailure} if the file cannot be read
 */
export function loadEnvironment(file: string): Environment {
  const { env } = readEnvironment(process.env, file);
  for (const [name, value] of Object.entries(env)) {
    if (!isEmpty(value)) process.env[name] = value;
    else if (readByLibraries.test(name)) delete process.env[name];
  }
  return env;
}
