// The types of doctor: what a check gets, and what it may find.
import type { Config, ProxySettings } from "@teams-token-exchange/server/deployment";
import type { Environment } from "../../command/environment.ts";
import type { Advice } from "../../command/failures.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Registrations } from "./registrations.ts";

/** Something that is wrong. */
export interface Finding {
  /** Stable, for machines and for the troubleshooting guide. */
  readonly id: string;
  readonly what: string;
  readonly why: string;
  /** The exact command or the path in the portal. */
  readonly remedy: string;
}

/** What the checks look at. */
export interface Examined {
  readonly env: Environment;
  /** What the .env file itself holds. */
  readonly inFile: Environment;
  /** The settings, without those that are bad; absent if too little is left. */
  readonly config: Config | undefined;
  /** The address of the server, if it is not on this machine. */
  readonly server: URL | undefined;
  /** The folder of the installation. */
  readonly folder: string;
  readonly fetch: typeof fetch;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Absent if sign-in failed or was switched off. */
  readonly graph: Graph | undefined;
  readonly registrations: Registrations | undefined;
  /** Whether a person is asked to sign in. */
  readonly wantsSignIn?: boolean;
  /** What `fetch` goes through; only for messages. */
  readonly proxy?: ProxySettings | undefined;
}

/** One check. */
export interface Check {
  readonly name: string;
  /** What must be there to check at all. */
  readonly needs: "nothing" | "settings" | "directory";
  /** A check that needs a permission which many accounts lack. If it cannot be made, doctor does not fail. */
  readonly isOptional?: boolean;
  run(examined: Examined): Promise<readonly Finding[]> | readonly Finding[];
}

/** A check that was not made, and why. */
export interface Unchecked {
  readonly check: string;
  readonly reason: string;
  readonly next: string;
  readonly isOptional: boolean;
}

/** The settings. @throws if `needs` was not "settings" */
export function configOf({ config }: Examined): Config {
  if (!config) throw new Error("this check needs the settings");
  return config;
}

/** What the tenant holds. @throws if `needs` was not "directory" */
export function directoryOf({ graph, registrations }: Examined): { graph: Graph; registrations: Registrations } {
  if (!graph || !registrations) throw new Error("this check needs the directory");
  return { graph, registrations };
}

/** Turns a failure to check into a message. */
export const unchecked = ({ name, isOptional = false }: Check, { message, next }: Advice): Unchecked => ({
  check: name,
  reason: message,
  next,
  isOptional,
});
