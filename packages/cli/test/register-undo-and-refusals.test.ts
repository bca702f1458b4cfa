// What the register command leaves as it is: with --dry-run, after --undo back to an empty tenant, and when it refuses.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../src/command/failures.ts";
import { adviceForGraph } from "../src/register/graph-advice.ts";
import {
  acceptConsent,
  emptyTenant,
  environmentOf,
  freshEmulator,
  graphOf,
  readFileOf,
  recordingIo,
  runRegister,
  temporaryFolder,
  writeFileOf,
} from "./support.ts";

describe("--dry-run", () => {
  it("shows every difference and changes nothing", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    const io = recordingIo();
    emulator.clearRequests();
    await runRegister(emulator, folder, ["--dry-run"], { io });
    expect(io.lines.filter((line) => line.startsWith("  + "))).toHaveLength(10);
    expect(io.lines.join("\n")).not.toContain("accesskey");
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(existsSync(join(folder, ".env"))).toBe(false);
  });
});

describe("--undo", () => {
  it("leaves nothing of what register made", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const before = JSON.stringify(await emulator.exportState());
    const folder = temporaryFolder();
    const address = await runRegister(emulator, folder, ["--yes"]);
    await acceptConsent(String(address), emulator);
    expect(JSON.stringify(await emulator.exportState())).not.toBe(before);
    await runRegister(emulator, folder, ["--undo", "--yes"]);
    expect(await emulator.exportState()).toEqual(JSON.parse(before));
    expect(existsSync(join(folder, ".env"))).toBe(false);
    const io = recordingIo();
    await runRegister(emulator, folder, ["--undo"], { io });
    expect(io.lines).toEqual(["There is nothing that register made."]);
  });

  it("leaves everything else: other registrations, other settings, a service principal that others use", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const folder = temporaryFolder();
    writeFileOf(folder, ".env", "# mine\nLOG_LEVEL=warn\n");
    const others = emulator.registrations.length;
    const address = await runRegister(emulator, folder, ["--yes"]);
    await acceptConsent(String(address), emulator);
    const shared = `${emulator.origin}/${emulator.tenant("northwharf").id}/adminconsent?client_id=${emulator.registration("multi").appId}`;
    await acceptConsent(shared, emulator);
    const io = recordingIo();
    await runRegister(emulator, folder, ["--undo", "--yes"], { io });
    expect(emulator.registrations).toHaveLength(others);
    expect(readFileOf(folder, ".env")).toBe("# mine\nLOG_LEVEL=warn\n");
    expect(emulator.tenant("northwharf").missingServicePrincipals).toEqual([]);
    expect(io.notes.join("\n")).toContain("stays: other applications use it");
  });

  it("never changes a registration that was made by hand", async () => {
    const emulator = await freshEmulator();
    const folder = temporaryFolder();
    const environment = {
      ...environmentOf(emulator),
      ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
      ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    };
    await runRegister(emulator, folder, ["--yes"], { environment });
    await runRegister(emulator, folder, ["--undo", "--yes"], { environment });
    expect(emulator.registration("api").accessTokenAcceptedVersion).toBe(2);
    expect(emulator.registration("spa").appId).toBe(environment.ENTRA_CLIENT_IDS);
  });
});

describe("refusals", () => {
  it("changes nothing when the person says no", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    emulator.clearRequests();
    await expect(runRegister(emulator, temporaryFolder(), [], { io: recordingIo(false) })).rejects.toThrow(
      "Nothing was changed.",
    );
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("names the role and the permission that are missing", async () => {
    const emulator = await freshEmulator();
    const graph = graphOf(emulator, "ada", ["User.Read"]);
    const failure = await runRegister(emulator, temporaryFolder(), ["--yes"], { graph }).catch((error: unknown) =>
      adviceForGraph(error, ["Application.ReadWrite.All"], "Application Administrator"),
    );
    expect(failure).toMatchObject({
      message: "Microsoft Graph answered 403 (Authorization_RequestDenied) to: GET /v1.0/applications.",
      next: expect.stringMatching(/role Application Administrator.*Application\.ReadWrite\.All/),
    });
  });

  it.each([
    ["an http page elsewhere", ["--page", "http://app.example.com/"]],
    ["a page that is no address", ["--page", "app"]],
    ["an unknown way to sign in", ["--sign-in", "magic"]],
    ["an instance with a quote in it", ["--instance", "a'b"]],
  ])("does not take %s, and names the option", async (_name, args) => {
    const emulator = await freshEmulator();
    const [option = ""] = args;
    const failure = await runRegister(emulator, temporaryFolder(), args).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toHaveProperty("message", expect.stringContaining(option));
  });

  it("tries again what Graph does not know everywhere yet", async () => {
    const emulator = await freshEmulator();
    await emptyTenant(emulator);
    const fault = {
      kind: "status",
      status: 404,
      body: { json: { error: { code: "Request_ResourceNotFound" } } },
    } as const;
    emulator.addFault({ operation: "ServicePrincipal_Create", fault, times: 3 });
    emulator.addFault({ operation: "Application_List", fault: { kind: "status", status: 429 }, times: 1 });
    await runRegister(emulator, temporaryFolder(), ["--yes"]);
    expect(emulator.requestCount("ServicePrincipal_Create")).toBe(6);
  });
});
