// Reads TENANTS_FILE: the tenants whose users may call, and the ACS resources that serve them. What is wrong is reported by its
// place in the file and the reason. Values are not repeated, because connection strings are among them.
import { dirname } from "node:path";
import type { z } from "zod";
import { readConfigurationText } from "./configuration-text.ts";
import { type PlaceProblem, readConnection, type TenancyRules } from "./resource-connection.ts";
import { type ResourceEntry, type TenantEntry, tenantsFileSchema } from "./tenants-schema.ts";

/** One tenant, as the server takes it. */
export interface TenantSettings {
  readonly id: string;
  /** For logs and metrics; undefined for the tenant of ENTRA_TENANT_ID. */
  readonly name: string | undefined;
  readonly clientIds: readonly string[];
  readonly requiredAuthContexts: readonly string[];
  /** Agent identities. They have no effect yet. */
  readonly agents: readonly string[];
  /** Positions in the list of resources. */
  readonly resources: readonly number[];
  /** Its share of the quota of each of its resources, in exchanges per 30 s; undefined for an equal share. */
  readonly exchangesPer30s: number | undefined;
  readonly isSuspended: boolean;
  readonly failover: boolean;
}

/** One ACS resource, as the server takes it. */
export interface ResourceSettings {
  /** For logs and metrics; undefined for the resource of ACS_CONNECTION_STRING. */
  readonly name: string | undefined;
  /** Its origin. */
  readonly endpoint: string;
  /** In the order of trying them; without one, the server signs in with its own Entra identity. */
  readonly accessKeys: readonly string[];
  readonly exchangesPer30s: number;
  readonly isDraining: boolean;
  readonly weight: number;
}

/** Who may call, and which resources serve them. */
export interface Tenancy {
  readonly tenants: readonly TenantSettings[];
  readonly resources: readonly ResourceSettings[];
}

export type ReadTenants =
  | {
      readonly ok: true;
      readonly value: Tenancy;
      /** Every file that was read. */
      readonly files: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly PlaceProblem[] };

const placeOf = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}${text && "."}${String(part)}`),
    "",
  );

/** A member's name may be a value in the wrong place. */
const shownName = (name: string) => (/^[\w$-]{1,40}$/.test(name) ? name : "with a name that is not shown");

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What zod found, in the words of the settings. */
function reasonOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") {
    return issue.input === undefined ? "is missing" : `must be ${kinds[String(issue.expected)] ?? "of another type"}`;
  }
  if (issue.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  if (issue.code === "too_small") return `must have at least ${issue.minimum}, or be at least as large`;
  if (issue.code === "too_big") return `must have at most ${issue.maximum}, or be at most as large`;
  return undefined;
}

function issueProblems(issue: z.core.$ZodIssue): PlaceProblem[] {
  const place = placeOf(issue.path) || "the file";
  if (issue.code !== "unrecognized_keys") return [[place, issue.message]];
  return issue.keys.map((key) => [place, `has the unknown member ${shownName(key)}`]);
}

/** Whether no text that begins like this is JSON. */
function isWrong(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    return String(error).includes("Unexpected token");
  }
}

/** Where a text stops being JSON. The engine's message quotes the text, and does not always tell the position. */
function jsonPlace(text: string, error: unknown): string {
  let [fine, wrong] = [0, text.length + 1];
  while (isWrong(text) && wrong - fine > 1) {
    const middle = Math.floor((fine + wrong) / 2);
    if (isWrong(text.slice(0, middle))) wrong = middle;
    else fine = middle;
  }
  const [, position = wrong - 1] = /at position (\d+)/.exec(String(error)) ?? [];
  const before = text.slice(0, Number(position)).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

/** Every repeated value, with its place. */
function* duplicates(entries: readonly (readonly [place: string, value: string])[]): Generator<PlaceProblem> {
  const first = new Map<string, string>();
  for (const [place, value] of entries) {
    const other = first.get(value);
    if (other === undefined) first.set(value, place);
    else yield [place, `is the same as ${other}`];
  }
}

function* referenceProblems(
  tenants: readonly TenantEntry[],
  resources: readonly ResourceEntry[],
): Generator<PlaceProblem> {
  yield* duplicates(tenants.map(({ id }, index) => [`tenants[${index}].id`, id]));
  yield* duplicates(tenants.map(({ name }, index) => [`tenants[${index}].name`, name]));
  yield* duplicates(resources.map(({ name }, index) => [`resources[${index}].name`, name]));
  const states = new Map(resources.map(({ name, state }) => [name, state]));
  for (const [index, { resources: names }] of tenants.entries()) {
    const place = `tenants[${index}].resources`;
    for (const [at, name] of names.entries()) {
      if (!states.has(name)) yield [`${place}[${at}]`, "names no resource of this file"];
    }
    yield* duplicates(names.map((name, at) => [`${place}[${at}]`, name]));
    if (names.every((name) => states.get(name) === "draining")) {
      yield [place, "must name a resource that is not draining, because new users need one"];
    }
  }
}

function readJson(path: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  const text = readConfigurationText(path);
  if (!text.ok) return { ok: false, problem: text.reason };
  try {
    return { ok: true, value: JSON.parse(text.value) };
  } catch (error) {
    return { ok: false, problem: `is not JSON: look at ${jsonPlace(text.value, error)}` };
  }
}

/**
 * Reads the file.
 * @param path where the file is
 * @returns the tenants and resources, or every problem of the file
 * @example
 * const authority = new URL("https://login.microsoftonline.com");
 * const read = readTenantsFile("tenants.json", { authority, allowInsecureLoopback: false, teamsPhoneExtensibility: false });
 */
export function readTenantsFile(path: string, rules: TenancyRules): ReadTenants {
  const json = readJson(path);
  if (!json.ok) return { ok: false, problems: [["the file", json.problem]] };
  const parsed = tenantsFileSchema.safeParse(json.value, { error: (issue) => reasonOf(issue) });
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap(issueProblems) };
  const { tenants, resources } = parsed.data;
  const connections = resources.map((entry, index) =>
    readConnection(entry, `resources[${index}]`, dirname(path), rules),
  );
  const problems: PlaceProblem[] = [
    ...referenceProblems(tenants, resources),
    ...connections.flatMap((connection) => connection.problems),
    ...duplicates(
      connections.flatMap(({ endpoint }, index) =>
        endpoint === "" ? [] : [[`the endpoint of resources[${index}]`, endpoint] as const],
      ),
    ),
  ];
  if (rules.teamsPhoneExtensibility && resources.length > 1) {
    problems.push(["resources", "must hold only one resource, because TEAMS_PHONE_EXTENSIBILITY names it to clients"]);
  }
  if (problems.length > 0) return { ok: false, problems };
  const positions = new Map(resources.map(({ name }, index) => [name, index]));
  return {
    ok: true,
    files: [path, ...connections.flatMap(({ files }) => files)],
    value: {
      tenants: tenants.map(({ state, resources: names, ...tenant }) => ({
        ...tenant,
        exchangesPer30s: tenant.exchangesPer30s,
        isSuspended: state === "suspended",
        resources: names.map((name) => positions.get(name) ?? 0),
      })),
      resources: resources.map(({ name, exchangesPer30s, state, weight }, index) => ({
        name,
        endpoint: connections[index]?.endpoint ?? "",
        accessKeys: connections[index]?.accessKeys ?? [],
        exchangesPer30s,
        isDraining: state === "draining",
        weight,
      })),
    },
  };
}
