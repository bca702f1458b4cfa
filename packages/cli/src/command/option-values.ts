// Reads the values of options and arguments. Each function names the option in its message and never repeats the value,
// which may be a secret in the wrong place.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "./failures.ts";

const guid = z.guid().toLowerCase();

/** A GUID in lower case. @param name as the help shows it */
export const guidOf = (name: string) => (text: string) => {
  const read = guid.safeParse(text);
  if (!read.success) throw new UsageError(`${name} must be a GUID, such as 11111111-1111-4111-8111-111111111111`);
  return read.data;
};

/** One GUID of several arguments. */
export const guidsOf = (name: string) => (text: string, before: readonly string[] | undefined) => [
  ...(before ?? []),
  guidOf(name)(text),
];

/** A TCP port; 0 takes a free one. */
export const portOf = (name: string) => (text: string) => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new UsageError(`${name} must be a number from 0 to 65535`);
  return Number(text);
};

/** The folder of a built page. */
export const pageOf = (name: string) => (text: string) => {
  const folder = resolve(text);
  if (!existsSync(join(folder, "index.html"))) throw new UsageError(`${name} must be a folder with an index.html`);
  return folder;
};

/** An absolute address. */
export const urlOf = (name: string) => (text: string) => {
  if (!URL.canParse(text)) throw new UsageError(`${name} must be an address, such as https://app.example.com`);
  return new URL(text);
};

/** Describes the option that names a settings file. Node reads `--env-file` itself, even behind the name of the program. */
export const settingsFile = (purpose: string): string =>
  `${purpose}; if it does not exist yet, use the first name, because Node refuses the second one then`;
