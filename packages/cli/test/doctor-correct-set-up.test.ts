// What doctor says of a correct set-up, and what that costs.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { daysLeft } from "../src/doctor/checks/retired.ts";
import { checks } from "../src/doctor/examine.ts";
import { reportLines } from "../src/doctor/format-report.ts";
import { runDoctor, temporaryFolder } from "./support.ts";
import { correctSetUp } from "./support-correct-set-up.ts";

const repository = join(import.meta.dirname, "../../..");

describe("a correct set-up", () => {
  it("has no finding, in words and for machines", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { installation: repository });
    expect(report).toEqual({ checked: checks.map(({ name }) => name), findings: [], unchecked: [] });
    expect(reportLines(report, false, Date.now())).toEqual([`All ${checks.length} checks passed.`]);
    expect(reportLines(report, true, Date.parse("2028-09-20")).join("\n")).toContain("ends on 2028-09-30, in 10 days");
  });

  it("spends nothing of the exchange's quota, and makes no identity", async () => {
    const { emulator, folder } = await correctSetUp();
    emulator.clearRequests();
    await runDoctor(emulator, folder);
    const asked = emulator.requests
      .map(({ operation }) => operation)
      .filter((name) => name.startsWith("CommunicationIdentity"));
    expect(asked).toEqual(["CommunicationIdentity_IssueAccessToken"]);
    expect((await emulator.exportState()) as unknown as { identities?: unknown }).not.toHaveProperty(
      "state.identities.0",
    );
  });

  it("holds with a page on another host, by CORS", async () => {
    const { emulator, folder, client, set } = await correctSetUp();
    client.redirectUris?.spa?.push("https://app.example.com/", "https://app.example.com/redirect.html");
    set({ ALLOWED_ORIGINS: "https://app.example.com" });
    expect((await runDoctor(emulator, folder)).findings).toEqual([]);
    set({ ALLOWED_ORIGINS: undefined });
    const server = new URL("https://app.example.com");
    expect((await runDoctor(emulator, folder, { server })).findings).toEqual([]);
  });
});

it("counts the days to a retirement, the last one included", () => {
  expect(daysLeft("2028-09-30", Date.parse("2028-09-30T12:00:00Z"))).toBe(0);
  expect(daysLeft("2028-09-30", Date.parse("2028-09-29T12:00:00Z"))).toBe(1);
  expect(daysLeft("2028-09-30", Date.parse("2028-10-01T12:00:00Z"))).toBe(-1);
});

it("takes an empty folder for an installation without packages", async () => {
  const { emulator, folder } = await correctSetUp();
  expect((await runDoctor(emulator, folder, { installation: temporaryFolder() })).findings).toEqual([]);
});
