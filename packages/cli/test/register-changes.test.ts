// What the register command creates and changes against the emulator: from an empty tenant to a working exchange.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "@teams-token-exchange/emulator";
import { readConfig } from "@teams-token-exchange/server";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPatientApp } from "../../server/test/support/patient-app.ts";
import { readEnvironment } from "../src/command/environment.ts";
import { exitStatusOf } from "../src/doctor/examine.ts";
import { acsAppId } from "../src/graph/objects.ts";
import {
  acceptConsent,
  completeSetUp,
  emptyTenant,
  freshEmulator,
  readFileOf,
  recordingIo,
  runDoctor,
  runRegister,
  temporaryFolder,
  writeFileOf,
} from "./support.ts";

const repository = join(import.meta.dirname, "../../..");

describe("from an empty tenant", () => {
  it("leads by register and the consent page to an exchange, and doctor has no finding", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    const address = String(await runRegister(emulator, folder, ["--yes"]));
    const accepted = await acceptConsent(address, emulator);
    expect(accepted.headers.get("location")).toMatch(/^http:\/\/localhost:3000\/redirect\.html\?admin_consent=True/);

    const report = await runDoctor(emulator, folder, { installation: repository });
    expect(report).toMatchObject({ findings: [], unchecked: [] });
    expect(exitStatusOf(report)).toBe(0);

    const { env } = readEnvironment({}, join(folder, ".env"));
    const app = await createPatientApp(readConfig(env), { logDestination: { write: () => {} } });
    onTestFinished(() => app.close());
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const client = env["ENTRA_CLIENT_IDS"] ?? "";
    const [callerToken, teamsUserToken] = await Promise.all(
      [env["ENTRA_API_CLIENT_ID"] ?? "", "teams"].map((resource) =>
        emulator.issueToken({ resource, user: "ada", client }),
      ),
    );
    const response = await fetch(`${url}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
      body: JSON.stringify({ teamsUserToken }),
    });
    expect(response.status).toBe(200);
  });

  it("makes the registrations that Entra needs", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const { env } = readEnvironment({}, join(folder, ".env"));
    const api = emulator.registration(env["ENTRA_API_CLIENT_ID"] ?? "");
    expect(api).toMatchObject({
      identifierUris: [`api://${api.appId}`],
      accessTokenAcceptedVersion: 2,
      optionalClaims: ["xms_cc"],
      scopes: [{ value: "access_as_user" }],
      preAuthorizedApplications: [{ appId: env["ENTRA_CLIENT_IDS"] }],
    });
    expect(emulator.registration(env["ENTRA_CLIENT_IDS"] ?? "")).toMatchObject({
      redirectUris: { spa: ["http://localhost:3000/", "http://localhost:3000/redirect.html"] },
      requiredPermissions: { [api.appId]: ["access_as_user"], [acsAppId]: ["Teams.ManageCalls", "Teams.ManageChats"] },
    });
  });
});

describe("the redirect URIs", () => {
  const urisOf = (emulator: Emulator, folder: string) => {
    const { env } = readEnvironment({}, join(folder, ".env"));
    return emulator.registration(env["ENTRA_CLIENT_IDS"] ?? "").redirectUris?.spa;
  };

  it.each([
    ["https://h.example", ["https://h.example/", "https://h.example/redirect.html"]],
    ["https://h.example/a/teams", ["https://h.example/a/teams/", "https://h.example/a/teams/redirect.html"]],
    ["https://h.example/teams/", ["https://h.example/teams/", "https://h.example/teams/redirect.html"]],
    ["https://h.example/teams/a.html", ["https://h.example/teams/a.html", "https://h.example/teams/redirect.html"]],
  ])("of %s are in its folder", async (page, uris) => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    const address = await runRegister(emulator, folder, ["--yes", "--page", page]);
    expect(urisOf(emulator, folder)).toEqual(uris);
    expect(new URL(String(address)).searchParams.get("redirect_uri")).toBe(uris[1]);
  });

  it("have BASE_PATH, with which doctor has no finding", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    writeFileOf(folder, ".env", "BASE_PATH=/teams\n");
    await acceptConsent(String(await runRegister(emulator, folder, ["--yes"])), emulator);
    expect(urisOf(emulator, folder)).toEqual([
      "http://localhost:3000/teams/",
      "http://localhost:3000/teams/redirect.html",
    ]);
    expect((await runDoctor(emulator, folder, { installation: repository })).findings).toEqual([]);
  });

  it("are not guessed if BASE_PATH is wrong", async () => {
    const folder = temporaryFolder();
    writeFileOf(folder, ".env", "BASE_PATH=teams\n");
    const run = runRegister(await freshEmulator(), folder, ["--yes"]);
    await expect(run).rejects.toThrow(/BASE_PATH must be a path such as \/teams/);
  });
});

describe("a second run", () => {
  it("changes nothing, in the tenant or in the file", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const before = [JSON.stringify(emulator.registrations), readFileOf(folder, ".env")];
    emulator.clearRequests();
    const io = recordingIo();
    await runRegister(emulator, folder, [], { io });
    expect(io.lines).toContain("Nothing to change.");
    expect(io.questions).toEqual([]);
    expect([JSON.stringify(emulator.registrations), readFileOf(folder, ".env")]).toEqual(before);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("finds its registrations by their tags if the .env is lost", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const count = emulator.registrations.length;
    const other = temporaryFolder();
    await runRegister(emulator, other, ["--yes"]);
    expect(emulator.registrations).toHaveLength(count);
    expect(readFileOf(other, ".env")).toBe(readFileOf(folder, ".env"));
  });

  it("puts right what was changed by hand, and keeps what others added", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const { env } = readEnvironment({}, join(folder, ".env"));
    const api = emulator.registration(env["ENTRA_API_CLIENT_ID"] ?? "");
    const client = emulator.registration(env["ENTRA_CLIENT_IDS"] ?? "");
    Object.assign(api, { accessTokenAcceptedVersion: null, optionalClaims: ["email"] });
    Object.assign(client, {
      redirectUris: { spa: ["https://app.example.com/"], desktop: ["http://localhost:3000/", "http://localhost"] },
      requiredPermissions: { [emulator.registration("graph").appId]: ["User.Read"] },
    });
    await runRegister(emulator, folder, ["--yes"]);
    expect(api).toMatchObject({ accessTokenAcceptedVersion: 2, optionalClaims: ["email", "xms_cc"] });
    expect(client.redirectUris).toEqual({
      spa: ["https://app.example.com/", "http://localhost:3000/", "http://localhost:3000/redirect.html"],
      desktop: ["http://localhost"],
    });
    expect(client.requiredPermissions?.[emulator.registration("graph").appId]).toEqual(["User.Read"]);
    const io = recordingIo();
    await runRegister(emulator, folder, [], { io });
    expect(io.lines).toContain("Nothing to change.");
  });
});

describe("the .env", () => {
  it("can be read only by its owner, keeps its other lines, and has the only secret", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    writeFileOf(folder, ".env", "# mine\nPORT=3000\n");
    const io = recordingIo();
    await runRegister(emulator, folder, ["--yes"], { io });
    expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
    expect(readFileOf(folder, ".env")).toMatch(/^# mine\nPORT=3000\n\n# Written by teams-token-exchange register/);
    expect([...io.lines, ...io.notes].join("\n")).not.toContain("accesskey");
    expect(JSON.stringify(emulator.requests)).not.toContain("accesskey");
  });

  it("loses a block that version 0.1.0 wrote", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const before = readFileOf(folder, ".env");
    const former = before
      .replace(/^# Written by .*/, "# Written by npm run register; npm run register -- --undo takes it out again.")
      .replace(/# End of .*/, "# End of what npm run register wrote.");
    writeFileOf(folder, ".env", former);
    await runRegister(emulator, folder, ["--yes"]);
    expect(readFileOf(folder, ".env")).toBe(before);
  });

  it("is changed only after a question if it has another value", async () => {
    const emulator = await freshEmulator();
    const folder = await completeSetUp(emulator);
    const before = readFileOf(folder, ".env");
    const changed = `ENTRA_TENANT_ID=another\n${before}`;
    writeFileOf(folder, ".env", changed);
    const no = recordingIo(false);
    await expect(runRegister(emulator, folder, [], { io: no })).rejects.toThrow("Nothing was changed.");
    expect(no.questions).toEqual([expect.stringContaining("other values of ENTRA_TENANT_ID")]);
    expect(readFileOf(folder, ".env")).toBe(changed);
    await runRegister(emulator, folder, ["--yes"]);
    expect(readFileOf(folder, ".env")).toBe(before);
  });
});
