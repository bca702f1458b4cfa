// The doctor command against the emulator: a correct set-up, spoilt in one way a time. Every way has one name, and only that one
// is said; so a check that is removed fails its test, and a check that reports too much fails the others.
import { afterAll, describe, expect, it } from "vitest";
import { checks, exitStatusOf } from "../src/doctor/examine.ts";
import { misconfiguredConsentsAndAccounts } from "./misconfigured-consents-and-accounts.ts";
import { misconfiguredRegistrations } from "./misconfigured-registrations.ts";
import { misconfiguredSettingsAndServices } from "./misconfigured-settings-and-services.ts";
import { runDoctor, writeFileOf } from "./support.ts";
import { correctSetUp, settingOf } from "./support-correct-set-up.ts";

const misconfigurations = [
  ...misconfiguredRegistrations,
  ...misconfiguredConsentsAndAccounts,
  ...misconfiguredSettingsAndServices,
];

/** A page that is http is also a server that is http; everything else has one name. */
const companions: Record<string, string[]> = { "redirect-not-https": ["server-not-https"] };

describe("names", () => {
  const needed = new Set<string>();
  afterAll(() => expect([...needed].toSorted()).toEqual(checks.map(({ name }) => name).toSorted()));

  it.each(misconfigurations)("%s", async (_name, id, { spoil, doctor }) => {
    const setUp = await correctSetUp();
    await spoil(setUp);
    const report = await runDoctor(setUp.emulator, setUp.folder, doctor);
    expect(report.findings.map((finding) => finding.id)).toEqual([id, ...(companions[id] ?? [])]);
    expect(exitStatusOf(report)).toBe(1);
    for (const { check } of report.findings) needed.add(check);
    for (const { what, why, remedy } of report.findings) expect([what, why, remedy]).not.toContain("");
  });

  it("several findings together, in the order of the checks", async () => {
    const { emulator, folder, api, client, set } = await correctSetUp();
    set({ ALLOWED_ORIGINS: "*" });
    api.accessTokenAcceptedVersion = null;
    client.redirectUris = {};
    emulator.regenerateAccessKey("primary");
    const report = await runDoctor(emulator, folder);
    expect(report.findings.map(({ id }) => id)).toEqual([
      ...["cors-origin-not-exact", "api-token-version", "redirect-platform", "acs-key-refused"],
    ]);
  });

  it("every bad setting together, and says that the other checks could not run", async () => {
    const { emulator, folder } = await correctSetUp();
    writeFileOf(folder, ".env", "ENTRA_TENANT_ID=x\nPORT=http\n");
    const report = await runDoctor(emulator, folder);
    expect(new Set(report.findings.map(({ id }) => id))).toEqual(new Set(["setting-bad"]));
    expect(report.findings.length).toBeGreaterThan(4);
    expect(report.unchecked.map(({ check }) => check)).toContain("api-registration");
  });
});

it("names the redirect URI that is missing, with the path of the page", async () => {
  const { emulator, folder, set } = await correctSetUp();
  set({ BASE_PATH: "/teams" });
  const { findings } = await runDoctor(emulator, folder);
  expect(findings.map(({ remedy }) => remedy).join()).toContain("Add URI: http://localhost:3000/teams/redirect.html");
});

it("tells no secret: neither keys nor tokens stand in any report", async () => {
  const { emulator, folder, set } = await correctSetUp();
  const key = settingOf(folder, "ACS_CONNECTION_STRING").split("accesskey=")[1] ?? "none";
  set({ ALLOWED_ORIGINS: "*", PORT: key, AAD_CLIENT_ID: key });
  emulator.regenerateAccessKey("primary");
  const report = await runDoctor(emulator, folder);
  expect(report.findings.length).toBeGreaterThan(2);
  for (const fragment of key.match(/.{12}/g) ?? []) expect(JSON.stringify(report)).not.toContain(fragment);
});
