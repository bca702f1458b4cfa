// The calling module compared with the SDK's type declarations, and its size.
import { parseAst } from "rolldown/parseAst";
import { expect, expectTypeOf, it } from "vitest";
import * as emulated from "../src/calling-sdk/index.ts";
import { bundleCallingModule } from "./calling-page.ts";
import { callingSupport, listedMembers } from "./calling-support-table.ts";
import { exportedValues, featureNames, membersOf } from "./sdk-declarations.ts";

type Sdk = typeof import("@azure/communication-calling");
type NotEmulated = "WbLocalVideoStream" | "disconnectCategoryMap";

it("has the types of the SDK, so it can be used wherever the SDK is expected", () => {
  expectTypeOf<typeof emulated>().toExtend<Omit<Sdk, NotEmulated>>();
  expectTypeOf<emulated.TeamsCall>().toEqualTypeOf<import("@azure/communication-calling").TeamsCall>();
});

it("exports the values of the SDK, and where the service is", () => {
  const missing = callingSupport["exports"]?.none?.split(" ") ?? [];
  const expected = exportedValues().filter((name) => !missing.includes(name));
  expect(Object.keys(emulated).toSorted()).toEqual([...expected, "useCallingService"].toSorted());
});

it.each(Object.entries(callingSupport))("SUPPORT.md lists every member of %s", (type, listed) => {
  const members = type === "exports" ? exportedValues() : type === "Features" ? featureNames() : membersOf(type);
  expect(listedMembers(listed)).toEqual(members);
});

it("has at most 40 kB minified in one chunk, and imports nothing", async () => {
  const code = await bundleCallingModule();
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(40_000);
  const { body } = parseAst(code);
  expect(body.filter(({ type }) => type === "ImportDeclaration" || type === "ExportAllDeclaration")).toEqual([]);
});
