// A correct set-up of the tenant and of the .env, and what a test may spoil of it.
import type { Emulator } from "@teams-token-exchange/emulator";
import { completeSetUp, control, freshEmulator, readFileOf, type runDoctor, writeFileOf } from "./support.ts";

/** An id that nothing in the emulator has. */
export const otherId = "99999999-9999-4999-8999-999999999999";

/** What a misconfiguration may spoil. */
export interface SetUp {
  emulator: Emulator;
  folder: string;
  api: ReturnType<Emulator["registration"]>;
  client: ReturnType<Emulator["registration"]>;
  tenant: ReturnType<Emulator["tenant"]>;
  /** Changes lines of the .env; undefined takes one out. */
  set(changes: Record<string, string | undefined>): void;
}

/** The value of a setting in the folder's .env, empty if it is not there. */
export const settingOf = (folder: string, name: string) =>
  new RegExp(`^${name}=(.*)$`, "m").exec(readFileOf(folder, ".env"))?.[1] ?? "";

/** A correct set-up in this file's emulator, with a folder for one test. */
export async function correctSetUp(): Promise<SetUp> {
  const emulator = await freshEmulator();
  const folder = await completeSetUp(emulator);
  return {
    emulator,
    folder,
    api: emulator.registration(settingOf(folder, "ENTRA_API_CLIENT_ID")),
    client: emulator.registration(settingOf(folder, "ENTRA_CLIENT_IDS")),
    tenant: emulator.tenant("northwharf"),
    set(changes) {
      const kept = readFileOf(folder, ".env")
        .split("\n")
        .filter((line) => !Object.hasOwn(changes, line.split("=")[0] ?? ""));
      const added = Object.entries(changes).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${value}`],
      );
      writeFileOf(folder, ".env", [...kept, ...added, ""].join("\n"));
    },
  };
}

/** Takes the consent of the tenant to the client for one resource away. */
export const withoutConsent = ({ emulator, client, tenant }: SetUp, resourceAppId: string) =>
  control(emulator, "remove", {
    kind: "consents",
    value: { tenantId: tenant.id, clientAppId: client.appId, resourceAppId },
  });

/** How the set-up is spoilt, and what doctor is run with. */
export interface Seeded {
  readonly spoil: (setUp: SetUp) => void | Promise<void>;
  readonly doctor?: Parameters<typeof runDoctor>[2];
}

/** A way to spoil the set-up, and the one finding that it must have. */
export type Misconfiguration = [name: string, id: string, seeded: Seeded];
