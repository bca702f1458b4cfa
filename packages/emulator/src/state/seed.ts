// Reads seed files and checks their references, so that a typing mistake is reported at start and not by a confusing
// AADSTS code later.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { object } from "./schema.ts";
import { seedMembers } from "./seed-schema.ts";
import type { Seed } from "./seed-types.ts";

const lists = ["tenants", "users", "registrations", "consents", "acsResources"] as const;

const unreadable: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder, not a file",
  EACCES: "this process may not read it",
  ENOTDIR: "a part of its path is a file, not a folder",
};

/** The content as JSON. A byte order mark, which some editors write, is ignored. */
async function readJson(file: string | URL): Promise<unknown> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(unreadable[error.code ?? ""] ?? error.message, { cause: error });
  });
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`it is not JSON: ${error.message}`, { cause: error });
    throw new Error("it is not UTF-8. Save it as UTF-8", { cause: error });
  }
}

/** @throws Error that says what is wrong with the file */
export async function readSeed(file: string | URL): Promise<Seed> {
  try {
    return checkSeed(await readJson(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The seed file ${file} cannot be used: ${reason}.`, { cause: error });
  }
}

function duplicates(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

function isCertificate(pem: unknown): boolean {
  try {
    return new X509Certificate(String(pem)).publicKey.asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

function problemsOf(seed: Seed): string[] {
  const tenants = new Set(seed.tenants.map((tenant) => tenant.id));
  const apps = new Set(seed.registrations.map((registration) => registration.appId));
  const users = new Set(seed.users.map((user) => user.oid));
  const ids = [
    ...seed.tenants.map(({ id }) => id),
    ...seed.registrations.map(({ appId }) => appId),
    ...seed.users.map(({ oid }) => oid),
  ];
  return [
    ...duplicates([...seed.tenants, ...seed.users, ...seed.registrations].map(({ name }) => name)).map(
      (n) => `duplicate name ${n}`,
    ),
    ...duplicates(ids).map((id) => `duplicate id ${id}`),
    ...ids.filter((id) => id !== id.toLowerCase()).map((id) => `id ${id} must be in lower case`),
    ...seed.users.filter((user) => !tenants.has(user.tenantId)).map((user) => `user ${user.name}: unknown tenant`),
    ...seed.registrations
      .filter(({ tenantId }) => tenantId !== undefined && !tenants.has(tenantId))
      .map(({ name }) => `registration ${name}: unknown tenant`),
    ...seed.registrations
      .filter(({ certificates }) => !(certificates ?? []).every(isCertificate))
      .map(({ name }) => `registration ${name}: certificates must be PEM with RSA keys`),
    ...seed.consents
      .filter(
        (consent) =>
          !tenants.has(consent.tenantId) ||
          !apps.has(consent.clientAppId) ||
          !apps.has(consent.resourceAppId) ||
          (consent.userOid !== undefined && !users.has(consent.userOid)),
      )
      .map((_, index) => `consent ${index + 1}: unknown tenant, application or user`),
    ...(seed.meetings ?? [])
      .filter(({ organizerOid }) => !users.has(organizerOid))
      .map(({ name }) => `meeting ${name}: unknown organizer`),
    ...duplicates((seed.meetings ?? []).flatMap(({ id, meetingId }) => [id, meetingId])).map(
      (duplicate) => `duplicate meeting ${duplicate}`,
    ),
  ];
}

/** Checks references even if an entry is invalid. An entry without the members for that has no such problem. */
function referenceProblems(seed: Seed): string[] {
  try {
    return problemsOf(seed);
  } catch {
    return [];
  }
}

const schema = object("a seed", seedMembers);

/** @returns the value as a seed @throws Error that lists everything that is wrong with it */
export function checkSeed(value: unknown): Seed {
  const seed = value as Seed;
  const missing = lists.filter((name) => !Array.isArray((value as Partial<Seed> | null)?.[name]));
  if (missing.length > 0) throw new Error(`these lists are missing in the seed: ${missing.join(", ")}`);
  if (typeof seed.settings !== "object" || seed.settings === null)
    throw new Error("the settings are missing in the seed");
  const wrongMember = schema.problem(seed, "");
  const problems = [...(wrongMember === undefined ? [] : [wrongMember]), ...referenceProblems(seed)];
  if (problems.length > 0) throw new Error(`the seed is invalid: ${problems.join("; ")}`);
  return seed;
}

/** The directory of a state: the members that a seed has. */
export function seedPartOf({
  tenants,
  users,
  registrations,
  consents,
  acsResources,
  meetings = [],
  settings,
}: Seed): Seed {
  return { tenants, users, registrations, consents, acsResources, meetings, settings };
}
