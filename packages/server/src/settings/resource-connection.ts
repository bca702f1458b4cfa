// How a resource of TENANTS_FILE is reached: connection strings in the file, in files of their own, or an endpoint with the
// identity of the process. Values are never repeated, because they may be access keys.
import { resolve } from "node:path";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";
import { readConfigurationText } from "./configuration-text.ts";
import { asUrl, isAzure, isBareOrigin, isLoopback, parseConnectionString } from "./setting-formats.ts";
import type { ResourceEntry } from "./tenants-schema.ts";

/** A place in the file, such as `tenants[2].clientIds[0]`, and what is wrong there: the end of a sentence that starts with it. */
export type PlaceProblem = readonly [place: string, problem: string];

/** What other settings say about the file. */
export interface TenancyRules {
  readonly authority: URL;
  readonly allowInsecureLoopback: boolean;
  /** TEAMS_PHONE_EXTENSIBILITY is set, which tells clients the address of one resource. */
  readonly teamsPhoneExtensibility: boolean;
}

export interface ResourceConnection {
  readonly problems: readonly PlaceProblem[];
  /** The files that were read for it. */
  readonly files: readonly string[];
  /** The origin of the resource; empty if it could not be read. */
  readonly endpoint: string;
  readonly accessKeys: readonly string[];
}

/** Where a resource is. Without a key, the server signs in with its own Entra identity. */
interface Address {
  readonly endpoint: URL;
  readonly accessKey?: string;
}

const ways = [
  "connectionString",
  "connectionStrings",
  "connectionStringFile",
  "connectionStringFiles",
  "endpoint",
] as const;

function readOrigin(text: string): Result<Address, string> {
  const endpoint = asUrl(text);
  if (endpoint && isBareOrigin(endpoint)) return accept({ endpoint });
  return refuse("must be an origin such as https://contoso.unitedstates.communication.azure.com, without a path");
}

function readFileOf(file: string): Result<Address, string> {
  const read = readConfigurationText(file);
  // The path is not repeated: it may be the secret itself, given in the wrong place.
  return read.ok ? parseConnectionString(read.value.trim()) : refuse(`names a file that ${read.reason}`);
}

export const httpRule = "may use http only for loopback, and only with ALLOW_INSECURE_LOOPBACK=true";

/** Why this server must not send tokens and signed requests there. */
export function acsAddressProblem({ endpoint, accessKey }: Address, allowInsecureLoopback: boolean) {
  const isEmulator = allowInsecureLoopback && isLoopback(endpoint);
  if (endpoint.protocol === "http:" && !isEmulator) return httpRule;
  if (!isAzure(endpoint) && !isEmulator) return "must name a host under communication.azure.com (or .us, .cn)";
  if (endpoint.protocol === "http:" && accessKey === undefined) {
    return "must be https: the SDK sends an Entra token only over https";
  }
  return undefined;
}

/** The same, and an emulator serves everything, or nothing. */
function addressProblem(address: Address, { authority, allowInsecureLoopback }: TenancyRules) {
  const problem = acsAddressProblem(address, allowInsecureLoopback);
  if (problem !== undefined || isLoopback(authority) === isLoopback(address.endpoint)) return problem;
  return "and ENTRA_AUTHORITY must both be addresses of an emulator, or both of Microsoft";
}

/**
 * Reads it.
 * @param place the resource's place in the file, such as `resources[0]`
 * @param folder where relative paths of files start
 */
export function readConnection(
  entry: ResourceEntry,
  place: string,
  folder: string,
  rules: TenancyRules,
): ResourceConnection {
  const [way, ...others] = ways.filter((member) => entry[member] !== undefined);
  if (way === undefined || others.length > 0) {
    const problem = `must have exactly one of ${ways.slice(0, -1).join(", ")} and ${ways.at(-1)}`;
    return { problems: [[place, problem]], files: [], endpoint: "", accessKeys: [] };
  }
  const given = entry[way] ?? [];
  const isFile = way.startsWith("connectionStringFile");
  const items = (typeof given === "string" ? [given] : given).map((item) =>
    isFile ? resolve(folder, item.trim()) : item.trim(),
  );
  const placeOf = (index: number) => `${place}.${way}${typeof given === "string" ? "" : `[${index}]`}`;
  const read = items.map((item) =>
    isFile ? readFileOf(item) : way === "endpoint" ? readOrigin(item) : parseConnectionString(item),
  );
  const problems = read.flatMap((result, index): PlaceProblem[] =>
    result.ok ? [] : [[placeOf(index), result.reason]],
  );
  const addresses: Address[] = read.flatMap((result) => (result.ok ? [result.value] : []));
  const [first, second] = addresses;
  const unusable = first && addressProblem(first, rules);
  if (unusable !== undefined) problems.push([placeOf(0), unusable]);
  if (first && second && first.endpoint.origin !== second.endpoint.origin) {
    problems.push([placeOf(1), `must name the same endpoint as ${placeOf(0)}`]);
  }
  const accessKeys = addresses.flatMap(({ accessKey }) => accessKey ?? []);
  return { problems, files: isFile ? items : [], endpoint: first?.endpoint.origin ?? "", accessKeys };
}
