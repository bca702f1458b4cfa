// Which tenant doctor checks if the settings have several.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runDoctor, writeFileOf } from "./support.ts";
import { correctSetUp, otherId, settingOf } from "./support-correct-set-up.ts";

describe("with several tenants", () => {
  async function severalTenants() {
    const setUp = await correctSetUp();
    const { emulator, folder, client } = setUp;
    const resources = [{ name: "eu", connectionString: settingOf(folder, "ACS_CONNECTION_STRING") }];
    const tenants = ["northwharf", "larkhill"].map((name) => {
      const clientIds = name === "northwharf" ? [client.appId] : [otherId];
      return { id: emulator.tenant(name).id, name, clientIds, resources: ["eu"] };
    });
    writeFileOf(folder, "tenants.json", JSON.stringify({ tenants, resources }));
    const replaced = ["ENTRA_TENANT_ID", "ENTRA_CLIENT_IDS", "ACS_CONNECTION_STRING"].map((name) => [name, undefined]);
    setUp.set({ ...Object.fromEntries(replaced), TENANTS_FILE: join(folder, "tenants.json") });
    return setUp;
  }

  it("checks the one that is named", async () => {
    const { emulator, folder } = await severalTenants();
    expect((await runDoctor(emulator, folder, { tenant: "northwharf" })).findings).toEqual([]);
    const other = await runDoctor(emulator, folder, { tenant: "larkhill", graph: undefined });
    expect(other.findings).toEqual([]);
  });

  it("asks for a name", async () => {
    const { emulator, folder } = await severalTenants();
    const names = "--tenant must be one of northwharf, larkhill";
    await expect(runDoctor(emulator, folder)).rejects.toThrow(names);
    await expect(runDoctor(emulator, folder, { tenant: "secret" })).rejects.toThrow(names);
  });

  it("has no use for a name without a file", async () => {
    const { emulator, folder } = await correctSetUp();
    await expect(runDoctor(emulator, folder, { tenant: "northwharf" })).rejects.toThrow("--tenant is for");
  });
});
