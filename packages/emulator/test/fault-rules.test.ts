// Tests the errors for invalid faults: they name the field and the value it must have.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, type FaultRule, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());

async function refusalOf(rule: unknown): Promise<string> {
  const response = await fetch(`${emulator.origin}/emulator/api/add-fault`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(rule),
  });
  const { error } = (await response.json()) as { error?: { message: string } };
  expect([response.status, emulator.requests]).toEqual([400, []]);
  return error?.message ?? "";
}

const withFault = (fault: unknown) => ({ operation: "keys", fault });
const raw = (fields: object) => withFault({ kind: "raw", ...fields });

it.each<[string, unknown, string]>([
  ["no operation", { fault: { kind: "hang" } }, "operation must be an operation from SUPPORT.md, * for all, or tls"],
  ["a misspelled operation", { operation: "kyes", fault: { kind: "hang" } }, "operation must be"],
  ["no fault", { operation: "keys" }, 'fault must be an object, such as {"kind":"hang"}'],
  ["a fault that is a string", withFault("hang"), "fault must be an object"],
  [
    "an unknown field",
    { ...withFault({ kind: "hang" }), time: 1 },
    "time is not a field of a fault rule. Known fields: operation, fault, times",
  ],
  ["times 0", { ...withFault({ kind: "hang" }), times: 0 }, "times must be a whole number of 1 or more"],
  ["times 1.5", { ...withFault({ kind: "hang" }), times: 1.5 }, "times must be"],
  ["times as a string", { ...withFault({ kind: "hang" }), times: "2" }, "times must be"],
  ["no kind", withFault({}), "fault.kind must be one of status, delay, hold,"],
  ["an unknown kind", withFault({ kind: "storm" }), "fault.kind must be one of"],
  [
    "a field that the kind does not take",
    withFault({ kind: "delay", seconds: 1 }),
    "fault.seconds is not a field of the kind delay. Known fields: milliseconds",
  ],
  ["a field of a kind without fields", withFault({ kind: "hang", milliseconds: 1 }), "Known fields: none"],
  ["a missing field", withFault({ kind: "delay" }), "fault.milliseconds must be a number from 0 to"],
  ["a delay below 0", withFault({ kind: "delay", milliseconds: -1 }), "fault.milliseconds must be"],
  [
    "a delay that is too long for a timer",
    withFault({ kind: "delay", milliseconds: 2 ** 31 }),
    "fault.milliseconds must be",
  ],
  [
    "an informational status",
    withFault({ kind: "status", status: 103 }),
    "fault.status must be a whole number from 200 to 599",
  ],
  ["a status above 599", withFault({ kind: "status", status: 1000 }), "fault.status must be"],
  [
    "a header that is a number",
    withFault({ kind: "status", status: 503, headers: { "retry-after": 2 } }),
    "fault.headers must be an object whose values are strings",
  ],
  ["headers as a list", withFault({ kind: "status", status: 503, headers: [] }), "fault.headers must be"],
  [
    "a body that is a number",
    withFault({ kind: "status", status: 200, body: 1 }),
    'fault.body must be "text", {"json":…}',
  ],
  [
    "a pause in a body",
    withFault({ kind: "status", status: 200, body: { pauseMilliseconds: 1 } }),
    "fault.body must be",
  ],
  ["a pace of 0", withFault({ kind: "pace", perSecond: 0 }), "fault.perSecond must be a number above 0"],
  ["a pace that is not a number", withFault({ kind: "pace", perSecond: "fast" }), "fault.perSecond must be"],
  ["an unknown part", withFault({ kind: "slowDrip", part: "all" }), "fault.part must be one of headers, body"],
  [
    "an unknown moment",
    withFault({ kind: "reset", when: "later" }),
    "fault.when must be one of beforeHeaders, midBody",
  ],
  ["no bytes", raw({}), "fault.bytes must be"],
  ["a body in two formats", raw({ bytes: { json: 1, base64: "" } }), "fault.bytes must be"],
  ["invalid base64", raw({ bytes: { base64: "%" } }), "fault.bytes must be"],
  ["a repeat of an empty text", raw({ bytes: { text: "", repeat: 2 } }), "fault.bytes must be"],
  ["a repeat that is too large", raw({ bytes: { text: "x", repeat: 1e99 } }), "fault.bytes must be"],
  ["an invalid piece", raw({ bytes: ["x", { pause: 1 }] }), '{"pauseMilliseconds":500}'],
  ["a pause below 0", raw({ bytes: [{ pauseMilliseconds: -1 }] }), "fault.bytes must be"],
  ["an unknown ending", raw({ bytes: "x", ending: "fin" }), "fault.ending must be one of close, reset, open"],
  [
    "an unknown TLS problem",
    { operation: "tls", fault: { kind: "tls", problem: "weak" } },
    "fault.problem must be one of expired, notYetValid,",
  ],
  [
    "the kind tls for an operation",
    withFault({ kind: "tls", problem: "hang" }),
    "operation and fault.kind must both be tls, or neither",
  ],
  [
    "another kind for the operation tls",
    { operation: "tls", fault: { kind: "hang" } },
    "operation and fault.kind must both be tls, or neither",
  ],
])("refuses %s", async (_name, rule, message) => {
  expect(await refusalOf(rule)).toContain(message);
});

it("copies the rule, so that later changes to it have no effect", async () => {
  const rule: FaultRule = { operation: "keys", fault: { kind: "status", status: 418 }, times: 1 };
  emulator.addFault(rule);
  const keys = `${emulator.origin}/common/discovery/v2.0/keys`;
  expect((await fetch(keys)).status).toBe(418);
  expect((await fetch(keys)).status).toBe(200);
  expect(rule.times).toBe(1);
});

it("accepts each fault of the README", async () => {
  const readme = (await readFile(new URL("../README.md", import.meta.url), "utf8")).replaceAll("\r\n", "\n");
  const [, section = ""] = readme.split("\n## Faults\n");
  const faults = [...section.matchAll(/`(\{"kind".*?\})`/g)].map(([, text = ""]) => JSON.parse(text));
  expect(faults.length).toBeGreaterThan(9);
  for (const fault of faults) emulator.addFault({ operation: fault.kind === "tls" ? "tls" : "*", fault });
  emulator.clearFaults();
});
