import { describe, expect, it } from "vitest";
import { settingNames } from "./read-settings.ts";
import { settingGroups, settingRows } from "./settings-table.ts";

const rows = Object.entries(settingRows);

describe("the table of settings", () => {
  it("has each setting in exactly one group", () => {
    const inGroups = settingGroups.flatMap(({ settings }) => Object.keys(settings));
    expect(inGroups.toSorted()).toEqual(Object.keys(settingRows).toSorted());
  });

  it.each(rows)(
    "describes %s in whole sentences, with an example that is valid",
    (_name, { description, example, schema }) => {
      expect(description).toMatch(/^[A-Z].*\.$/);
      if (example !== undefined) expect(schema.safeParse(example).success).toBe(true);
    },
  );

  it("lists no setting of ours as another name for a setting, and no other name twice", () => {
    const otherNames = rows.flatMap(([, { alsoCalled = [] }]) => alsoCalled);
    expect(otherNames.filter((name) => settingNames.includes(name))).toEqual([]);
    expect(new Set(otherNames).size).toBe(otherNames.length);
  });

  it("takes exactly the secrets as files", () => {
    expect(settingNames.filter((name) => name.endsWith("_FILE") && !(name in settingRows))).toEqual([
      "ACS_CONNECTION_STRING_FILE",
      "ACS_CONNECTION_STRING_SECONDARY_FILE",
      "REDIS_URL_FILE",
      "DATABASE_URL_FILE",
      "ENTRA_API_CLIENT_SECRET_FILE",
      "ENTRA_API_CLIENT_CERTIFICATE_FILE",
    ]);
  });
});
