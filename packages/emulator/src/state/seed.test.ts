// Tests seeds: the default seed is valid, and mistakes are reported by name.
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createCertificate } from "../crypto/certificate.ts";
import { defaultSeed } from "../package-files.ts";
import { checkSeed, readSeed } from "./seed.ts";
import type { Seed } from "./seed-types.ts";

const changed = async (change: (seed: Seed) => void) => {
  const seed = await defaultSeed();
  change(seed);
  return () => checkSeed(seed);
};

it("ships a valid seed with two tenants and the users of the README", async () => {
  const seed = await defaultSeed();
  expect(checkSeed(seed).tenants).toHaveLength(2);
  expect(seed.users.map(({ name }) => name)).toEqual(expect.arrayContaining(["ada", "bruno", "chen", "dana"]));
});

it.each<[string, (seed: Seed) => void]>([
  ["user ada: unknown tenant", ({ users }) => Object.assign(users[0] ?? {}, { tenantId: "nowhere" })],
  ["duplicate name ada", ({ users }) => Object.assign(users[1] ?? {}, { name: "ada" })],
  ["duplicate id 0b1ec700", ({ users }) => Object.assign(users[1] ?? {}, { oid: users[0]?.oid })],
  ["registration spa: unknown tenant", ({ registrations }) => Object.assign(registrations[1] ?? {}, { tenantId: "x" })],
  [
    "registration api: certificates must be PEM",
    ({ registrations }) => Object.assign(registrations[0] ?? {}, { certificates: ["x"] }),
  ],
  ["consent 1: unknown", ({ consents }) => Object.assign(consents[0] ?? {}, { clientAppId: "x" })],
  ["must be in lower case", ({ tenants }) => Object.assign(tenants[0] ?? {}, { id: "ABC" })],
])("names the mistake: %s", async (message, change) => {
  expect(await changed(change)).toThrow(message);
});

it("refuses a certificate whose key is not RSA", async () => {
  const { privateKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { commonName: "web", key };
  const certificate = createCertificate({ commonName: "web", key, issuer, untilDay: 1, use: "client" });
  const change = ({ registrations: [first] }: Seed) => Object.assign(first ?? {}, { certificates: [certificate] });
  expect(await changed(change)).toThrow("with RSA keys");
});

it.each<[string, string | Buffer | undefined, string]>([
  ["that does not exist", undefined, "there is no such file"],
  ["that is not JSON", "{", "it is not JSON"],
  ["in UTF-16", Buffer.from("\ufeff{}", "utf16le"), "Save it as UTF-8"],
  ["without lists", "\ufeff{}", "these lists are missing in the seed"],
])("names a file %s, and says what is wrong", async (_name, content, message) => {
  const folder = await mkdtemp(join(tmpdir(), "emulator-seed-"));
  const file = join(folder, "seed.json");
  if (content !== undefined) await writeFile(file, content);
  await expect(readSeed(file)).rejects.toThrow(`The seed file ${file} cannot be used: `);
  await expect(readSeed(file)).rejects.toThrow(message);
  await expect(readSeed(folder)).rejects.toThrow("this is a folder");
  await rm(folder, { recursive: true });
});

it("refuses a value that is not a seed", () => {
  expect(() => checkSeed({})).toThrow("lists are missing in the seed: tenants");
  expect(() => checkSeed(null)).toThrow("lists are missing");
});
