// What doctor says if it cannot check something.
import { describe, expect, it } from "vitest";
import { exitStatusOf } from "../src/doctor/examine.ts";
import { reportLines } from "../src/doctor/format-report.ts";
import { graphOf, runDoctor } from "./support.ts";
import { correctSetUp } from "./support-correct-set-up.ts";

describe("what could not be checked", () => {
  it("is reported with the missing permission, and is not a success", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { graph: graphOf(emulator, "ada", ["User.Read"]) });
    expect(report.findings).toEqual([]);
    expect(report.unchecked[0]).toMatchObject({
      check: "api-registration",
      next: expect.stringContaining("Application.Read.All"),
    });
    expect(exitStatusOf(report)).toBe(2);
  });

  it("is reported if nobody signs in", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { graph: undefined });
    expect(exitStatusOf(report)).toBe(2);
    expect(reportLines(report, false, 0).join("\n")).toContain("Not checked: consent. Nobody signed in.");
  });

  it("is no failure if only the policies may not be read", async () => {
    const { emulator, folder } = await correctSetUp();
    const scopes = ["Application.Read.All", "DelegatedPermissionGrant.Read.All", "User.Read"];
    const report = await runDoctor(emulator, folder, { graph: graphOf(emulator, "erin", scopes) });
    expect(report.unchecked.map(({ check }) => check)).toEqual(["token-lifetime"]);
    expect(exitStatusOf(report)).toBe(0);
  });

  it("includes ACS if its answer says nothing about the key", async () => {
    const { emulator, folder } = await correctSetUp();
    emulator.addFault({ operation: "CommunicationIdentity_IssueAccessToken", fault: { kind: "status", status: 500 } });
    const report = await runDoctor(emulator, folder);
    expect(report).toMatchObject({ findings: [], unchecked: [{ check: "acs" }] });
  });
});
