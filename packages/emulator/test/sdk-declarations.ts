// Reads the public members of the Calling SDK's types from its type declarations. Nothing else of the SDK is read.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const manifest = createRequire(import.meta.url).resolve("@azure/communication-calling/package.json");
const declarations = readFileSync(join(manifest, "../types/communication-calling.d.ts"), "utf8")
  .replaceAll(/\/\*[\s\S]*?\*\//g, "")
  .replaceAll("\r", "");

/** The text of an interface or class, and the types that it extends. */
function bodyOf(type: string): { body: string; parents: string[] } {
  const start = new RegExp(`^export declare (?:interface|class) ${type}(?: extends ([\\w, ]+))? \\{$`, "m");
  const found = start.exec(declarations);
  if (!found) throw new Error(`the SDK has no type ${type}`);
  const from = found.index + found[0].length;
  return { body: declarations.slice(from, declarations.indexOf("\n}", from)), parents: found[1]?.split(", ") ?? [] };
}

/** The name of an event: a text in the declaration, or a type with one text. */
function eventName(type: string): string {
  const alias = new RegExp(`^export declare type ${type} = '(\\w+)';$`, "m").exec(declarations);
  return /^["'](\w+)["']$/.exec(type)?.[1] ?? alias?.[1] ?? type;
}

/** All public members of a type, with those that it inherits. An event is `on:<name>`. */
export function membersOf(type: string): string[] {
  const { body, parents } = bodyOf(type);
  const events = [...body.matchAll(/^ {4}on\(event: ([\w'"]+)/gm)].map(([, event = ""]) => `on:${eventName(event)}`);
  const own = [...body.matchAll(/^ {4}(?:readonly |get )?(\w+)\??[(<:]/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => !["constructor", "on", "off"].includes(name));
  return [...new Set([...own, ...events, ...parents.flatMap(membersOf)])].sort();
}

/** The names of the features in `Features`. */
export function featureNames(): string[] {
  const [, body = ""] = /export declare const Features: \{\n([\s\S]*?)\n\};/.exec(declarations) ?? [];
  return [...body.matchAll(/^ {4}(\w+):/gm)].map(([, name = ""]) => name).sort();
}

/** What the SDK exports as values: classes, constants and enums. */
export function exportedValues(): string[] {
  const direct = [...declarations.matchAll(/^export declare (?:class|const|enum) (\w+)/gm)];
  const renamed = [...declarations.matchAll(/^export \{ \w+ as (\w+) \}/gm)];
  return [...direct, ...renamed].map(([, name = ""]) => name).sort();
}
