// The form of every claim that a rule reads, in both tokens: what is taken, and that everything else is named as malformed.
import { describe, expect, it } from "vitest";
import { callerForms } from "./caller-token.ts";
import { type ClaimForms, isGuid, malformedClaim } from "./claim-forms.ts";
import { teamsForms } from "./teams-token.ts";

const guid = "11111111-2222-3333-4444-555555555555";
const versions = ["1.0", "2.0"];
const guids = [guid, "AAAAAAAA-bbbb-CCCC-dddd-EEEEEEEEEEEE"];
const texts = ["", "x", ...versions, ...guids];
const times = [0, -1, 1.5];
const lists = [[], ["x", "y"], [guid]];
const nothing = [undefined];
const nonsense = [null, true, {}, Number.NaN, Number.POSITIVE_INFINITY, [1], ["x", 1], [["x"]]];
const everything = [...texts, ...times, ...lists, ...nothing, ...nonsense];

/** For each claim: the values from above that it accepts. */
const table: [string, ClaimForms, object, Record<string, unknown[]>][] = [
  [
    "the caller's token",
    callerForms,
    { ver: "2.0", iss: "i", aud: "a", exp: 1, oid: guid, tid: guid },
    {
      ver: versions,
      iss: texts,
      aud: texts,
      exp: times,
      nbf: [...times, ...nothing],
      oid: guids,
      tid: guids,
      appid: [...guids, ...nothing],
      azp: [...guids, ...nothing],
      scp: [...texts, ...nothing],
      idtyp: [...texts, ...nothing],
      roles: [...lists, ...nothing],
      acrs: [...texts, ...lists, ...nothing],
      xms_cc: [...texts, ...lists, ...nothing],
    },
  ],
  [
    "the Teams token",
    teamsForms,
    { aud: "a", exp: 1 },
    {
      aud: texts,
      exp: times,
      oid: [...texts, ...nothing],
      tid: [...texts, ...nothing],
      appid: [...texts, ...nothing],
      azp: [...texts, ...nothing],
      scp: [...texts, ...nothing],
    },
  ],
];

describe.each(table)("%s", (_name, forms, claims, taken) => {
  it("needs no more than the claims that every rule needs", () => {
    expect(malformedClaim(claims, forms)).toBeUndefined();
  });

  it.each(Object.entries(taken))("may have as %s nothing else", (claim, values) => {
    for (const value of everything) {
      const malformed = malformedClaim({ ...claims, [claim]: value }, forms);
      expect({ value, malformed }).toEqual({ value, malformed: values.includes(value) ? undefined : claim });
    }
  });

  it.each([[undefined], [null], ["claims"], [5]])("is malformed as a whole if its payload is %j", (payload) => {
    expect(malformedClaim(payload, forms)).toBe("");
  });
});

it.each([
  ["a digit too few", guid.slice(0, -1)],
  ["a digit too many", `${guid}0`],
  ["something before it", `x${guid}`],
  ["no hyphens", guid.replaceAll("-", "")],
  ["a group too few", "11111111-2222-3333-555555555555"],
  ["a letter beyond f", guid.replace("1", "g")],
  ["braces", `{${guid}}`],
])("a GUID with %s is none", (_name, oid) => {
  expect(isGuid(oid)).toBe(false);
});
