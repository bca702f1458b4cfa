// Tests that the control API checks a request before it changes anything: by examples, and by mutations of actions.
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../src/app.ts";
import type { Agent } from "../src/calling/agent.ts";
import { silent } from "../src/calling/call.ts";
import { addAgent, received } from "../src/calling-service/connections.ts";
import { listCalls } from "../src/control/calling-control.ts";
import { issueToken } from "../src/control/issue-token.ts";
import { exportState } from "../src/control/state-file.ts";
import { createContext } from "../src/create-context.ts";
import { servicePrincipalId } from "../src/entra/directory.ts";
import type { EmulatorContext } from "../src/http/context.ts";
import { defaultSeed, type Seed } from "../src/start-emulator.ts";

/** A part of the default seed: comparing the whole state 10,000 times takes most of the time. */
async function smallSeed(): Promise<Seed> {
  const seed = await defaultSeed();
  const registrations = seed.registrations.filter(({ name }) => ["api", "spa", "desktop", "graph"].includes(name));
  const ids = registrations.map(({ appId }) => appId);
  for (const one of registrations.filter(({ name }) => name === "graph"))
    Object.assign(one, { scopes: [], offeredRoles: [] });
  const consents = seed.consents.filter(({ resourceAppId }) => ids.includes(resourceAppId));
  return { ...seed, registrations, consents };
}

let context: EmulatorContext;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  context = createContext(await smallSeed());
  app = createApp(context);
});
afterAll(() => app.close());

async function send(action: string, body: unknown) {
  const request: InjectOptions = {
    method: "POST",
    url: `/emulator/api/${action}`,
    headers: { host: "localhost", "content-type": "application/json" },
    payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  };
  const { statusCode, json } = await app.inject(request);
  return { status: statusCode, body: json() as { error?: { message: string } } };
}

/** Live calls and connections. */
const live = () => [listCalls(context), [...context.calling.offlineUntil]];

/** Everything that an action can change. */
const everything = async () =>
  JSON.stringify([await exportState(context), context.faults.rules, context.clock.frozen, live()]);

/** An agent without a connection. */
function connectAgent(name: string): Agent {
  const { oid = "", displayName = "", tenantId = "" } = context.state.users.find((user) => user.name === name) ?? {};
  const user = { rawId: `8:orgid:${oid}`, displayName, tenantId, objectId: oid };
  const agent: Agent = {
    user,
    token: "",
    expiresAt: 0,
    legs: new Map(),
    missed: [],
    send: () => undefined,
    refuse: () => undefined,
    drop: () => undefined,
  };
  addAgent(context, agent);
  return agent;
}

/** Ada and Bruno are in the daily meeting, and Dana waits in its lobby. @returns whether they were not before */
async function startMeeting(): Promise<boolean> {
  if (context.calling.calls.size > 0) return false;
  const meeting = { meetingId: "212345678901", passcode: "daily1" };
  for (const name of ["ada", "bruno", "dana"]) {
    await received(context, connectAgent(name), { type: "join", leg: name, meeting, media: silent });
  }
  return true;
}

/** The same without the text of the keys, which takes most of the time. A change of the keys changes their ids. */
async function everythingQuickly(): Promise<string> {
  const kids = [...(await context.entraKeys.published()), ...(await context.acsKeys.published())].map(({ kid }) => kid);
  const { clock, state, faults } = context;
  const time = clock.frozen ? clock.now() : clock.offset;
  const maps = (_name: string, value: unknown) => (value instanceof Map ? [...value] : value);
  return JSON.stringify([state, faults.rules, clock.frozen, time, kids, live()], maps);
}

const [ada, tenant] = ["0b1ec700-0000-4000-8000-000000000001", "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001"];

const usersOf = (state: Record<string, unknown> = {}) => state["users"] as object[];

describe("a refused request changes nothing", () => {
  it.each<[string, unknown, string]>([
    ["clock", { freeze: "2030-13-45" }, "freeze must be true, false or a date"],
    ["clock", { moveSeconds: 9e15 }, "only times from 1970"],
    ["clock", { freeze: true, moveSeconds: 9e15 }, "only times from 1970"],
    ["clock", { reset: true, moveSeconds: "60" }, "moveSeconds must be a number"],
    ["clock", { moveSecond: 60 }, "moveSecond is not a member of the input. Known members: reset, freeze, moveSeconds"],
    ["settings", { deviceCodeInterval: "5" }, "deviceCodeInterval must be a number"],
    ["settings", { accessTokenLifetime: { min: 600, max: 60 } }, "min must not be above"],
    ["settings", { acsQuotas: { CommunicationIdentity_Creat: 1 } }, "acsQuotas.CommunicationIdentity_Creat is not"],
    ["put", { kind: "registrations", value: { appId: "x", redirectUris: { spa: ["nowhere"] } } }, "an absolute URI"],
    ["put", { kind: "users", value: { oid: ada, upn: "ada" } }, "value.upn must be a sign-in name"],
    ["put", { kind: "users", value: { oid: ada, servicePlan: [] } }, "value.servicePlan is not a member of a user"],
    ["put", { kind: "people", value: {} }, "kind must be one of: tenants"],
    ["remove", { kind: "users", value: { oid: "nobody" } }, "there is no entry with this key"],
    ["issue-token", { resource: "api", user: "ada", expiresInSecond: -5 }, "expiresInSecond is not a member"],
    ["regenerate-access-key", { key: "secundary" }, "key must be one of: primary, secondary"],
    ["rotate-keys", { dropOld: "yes" }, "dropOld must be true or false"],
    [
      "add-fault",
      { operation: "keys", fault: { kind: "status", status: 503, headers: { "a b": "" } } },
      "valid header names",
    ],
    ["clear-faults", { operation: "key" }, "operation must be an operation from SUPPORT.md"],
    ["reset", { all: true }, "all is not a member of the input. Known members: none"],
    ["import", { format: "teams-token-emulator/1" }, "state must be an object"],
  ])("%s %j", async (action, body, message) => {
    const before = await everything();
    const answer = await send(action, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error?.message).toContain(message);
    expect(await everything()).toBe(before);
  });

  it.each<[string, (state: Record<string, Record<string, unknown>>) => void]>([
    ["a clock that is no time", ({ clock }) => Object.assign(clock ?? {}, { offsetMilliseconds: "soon" })],
    ["a clock outside its range", ({ clock }) => Object.assign(clock ?? {}, { offsetMilliseconds: 8e15 })],
    ["no keys", ({ keys }) => Object.assign(keys ?? {}, { entra: { privateKeys: [] } })],
    ["a map that is a text", ({ state }) => Object.assign(state ?? {}, { sessions: "none" })],
    ["a session without accounts", ({ state }) => Object.assign(state ?? {}, { sessions: [["id", {}]] })],
    ["a user of no tenant", ({ state }) => Object.assign(usersOf(state)[0] ?? {}, { tenantId: "x" })],
    ["settings that are a list", ({ state }) => Object.assign(state ?? {}, { settings: [] })],
  ])("import of a state with %s", async (_name, spoil) => {
    const before = await everything();
    const state = JSON.parse(JSON.stringify(await exportState(context)));
    spoil(state);
    expect((await send("import", state)).status).toBe(400);
    expect(await everything()).toBe(before);
  });
});

it("imports what it exports, above the limit of other bodies", async () => {
  for (let index = 0; index < 6_000; index += 1) {
    const id = `8:acs:ac5e0000-0000-4000-8000-00000000ac51_${index}`;
    context.state.identities.set(id, { id, resourceId: "ac5e0000-0000-4000-8000-00000000ac51", deleted: false });
  }
  const text = JSON.stringify(await exportState(context));
  expect(text.length).toBeGreaterThan(1_048_576 / 2);
  const padded = text + " ".repeat(2_000_000);
  await send("reset", {});
  expect((await send("import", padded)).status).toBe(200);
  expect(context.state.identities.size).toBe(6_000);
  await send("reset", {});
});

const GRAPH = "graph";
const write = (method: string, path: string, body: object) => [`${GRAPH} ${method} ${path}`, body] as [string, unknown];

/** A valid body of each kind of write to Graph. */
function graphWrites(): [string, unknown][] {
  const [spa, api] = ["c1100000-0000-4000-8000-00000000c001", "a9100000-0000-4000-8000-00000000a001"];
  const scope = { id: "5c09e000-0000-4000-8000-00000000000a", value: "calls", type: "User", isEnabled: true };
  const role = { id: "5c09e000-0000-4000-8000-00000000000b", value: "Calls", displayName: "Calls" };
  const application = {
    displayName: "Calls",
    tags: ["mine"],
    signInAudience: "AzureADMyOrg",
    spa: { redirectUris: ["http://localhost:3000/"] },
    web: { redirectUris: ["http://localhost:3001/"], logoutUrl: "http://localhost:3001/out" },
    identifierUris: [`api://${api}`],
    requiredResourceAccess: [
      { resourceAppId: api, resourceAccess: [{ id: "5c09e000-0000-4000-8000-000000000001", type: "Scope" }] },
    ],
    appRoles: [{ ...role, allowedMemberTypes: ["Application"] }],
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
    keyCredentials: [],
  };
  const credential = { issuer: "https://token.example", subject: "repo:x", audiences: ["api://AzureADTokenExchange"] };
  const [principalId, resourceId] = [servicePrincipalId(tenant, spa), servicePrincipalId(tenant, api)];
  const grant = {
    clientId: principalId,
    resourceId,
    consentType: "Principal",
    principalId: ada,
    scope: "access_as_user",
  };
  const assigned = { principalId: ada, resourceId, appRoleId: "00000000-0000-0000-0000-000000000000" };
  return [
    write("POST", "/applications", application),
    write("PATCH", `/applications(appId='${spa}')`, application),
    write("POST", `/applications(appId='${spa}')/addPassword`, { passwordCredential: { displayName: "ci" } }),
    write("POST", `/applications(appId='${spa}')/federatedIdentityCredentials`, { name: "main", ...credential }),
    write("POST", `/applications(appId='${spa}')/owners/$ref`, { "@odata.id": `http://localhost/v1.0/users/${ada}` }),
    write("PATCH", `/servicePrincipals(appId='${spa}')`, { tags: ["mine"], appRoleAssignmentRequired: true }),
    write("POST", `/servicePrincipals/${resourceId}/appRoleAssignedTo`, assigned),
    write("POST", "/oauth2PermissionGrants", grant),
  ];
}

/** A valid input of each action that needs no new key, which would take most of the time. */
async function validInputs(): Promise<[string, unknown][]> {
  const user = { name: "zoe", oid: "zoe", tenantId: tenant, upn: "zoe@northwharf.example", displayName: "Zoe" };
  const consent = context.state.consents[0];
  return [
    ["clock", { freeze: "2030-01-01T00:00:00Z", moveSeconds: 60 }],
    ["clock", { reset: true, freeze: false }],
    ["settings", { accessTokenLifetime: { min: 60, max: 600 }, acsQuotas: { CommunicationIdentity_Create: 5 } }],
    ["settings", { blockThirdPartyCookies: true, deviceCodeInterval: 1 }],
    ["put", { kind: "users", value: { ...user, password: "p", servicePlans: ["TEAMS1"], admin: true } }],
    ["put", { kind: "users", value: { oid: ada, displayName: "Ada" } }],
    ["put", { kind: "registrations", value: context.state.registrations[1] }],
    ["put", { kind: "tenants", value: { ...context.state.tenants[0], mfaRequiredFor: [ada] } }],
    ["remove", { kind: "consents", value: consent }],
    ["issue-token", { resource: "api", user: "ada", claims: { x: [1] }, version: 2, expiresInSeconds: 60 }],
    ["inspect-acs-token", { token: "x" }],
    ["regenerate-access-key", { key: "secondary", resource: "emulator" }],
    ["add-certificate", { registration: "nowhere" }],
    ["rotate-keys", { dropOld: 1, other: 1 }],
    ["add-fault", { operation: "keys", fault: { kind: "status", status: 503, body: { json: {} } }, times: 2 }],
    ["clear-faults", { operation: "keys" }],
    ["calls", {}],
    ["create-meeting", { name: "review", organizer: "ada", title: "Review", meetingId: "123456789", passcode: "x" }],
    ["create-meeting", { name: "planning", organizer: "bruno", lobbyBypass: "everyone" }],
    ["end-meeting", { meeting: "daily" }],
    ["admit-participant", { participant: "dana" }],
    ["admit-participant", { call: "daily" }],
    ["remove-participant", { participant: "bruno" }],
    ["ring-user", { user: "ada", callerName: "Front desk", callerId: "4:+14255550123" }],
    ["end-call", { call: "daily", code: 410, subCode: 3101 }],
    ["end-call", { participant: "ada", code: 0, subCode: 0 }],
    ["change-call", { call: "daily", recording: true, transcription: false }],
    ["drop-network", { user: "bruno", seconds: 60 }],
    ["delay-signalling", { milliseconds: 20 }],
    ["settings", { calling: { ringSeconds: 5, lobbySeconds: 60, reconnectSeconds: 1, tokenGraceSeconds: 1 } }],
    ["put", { kind: "meetings", value: { ...context.state.meetings[0], lobbyBypass: "organizer" } }],
    ["remove", { kind: "meetings", value: { id: context.state.meetings[0]?.id } }],
    ["reset", {}],
    ["state", {}],
    ["requests", {}],
    ["import", JSON.parse(JSON.stringify(await exportState(context)))],
    ...graphWrites(),
  ];
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    9e15,
    1e308,
    true,
    [],
    {},
    "2030-13-45",
    "__proto__",
    "x\r\ny: z",
    "\u0000",
  ),
  fc.jsonValue({ maxDepth: 1 }),
);

interface Mutation {
  steps: number[];
  change: "replace" | "remove" | "add" | "rename";
  value: unknown;
  name: string;
}

const mutation = fc.record({
  steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }),
  change: fc.constantFrom<Mutation["change"]>("replace", "remove", "add", "rename"),
  value: strange,
  name: fc.constantFrom("x", "__proto__", "constructor", "toString", "valu", "kind"),
});

function changeMember(place: Record<string, unknown>, key: string, { change, value, name }: Mutation): void {
  const former = place[key];
  if (change === "remove" || change === "rename") delete place[key];
  if (change === "rename") place[`${key}s`] = former;
  if (change === "replace") place[key] = value;
  if (change === "add") Object.defineProperty(place, name, { value, enumerable: true });
}

/** Follows the steps into a copy of the value and changes one member there. */
function mutated(input: unknown, mutation: Mutation): unknown {
  const copy = structuredClone(input);
  let place = copy as Record<string, unknown>;
  for (const [index, step] of mutation.steps.entries()) {
    const keys = Object.keys(place);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) return mutation.change === "replace" ? mutation.value : { [mutation.name]: mutation.value };
    const next = place[key];
    if (index === mutation.steps.length - 1 || typeof next !== "object" || next === null) {
      changeMember(place, key, mutation);
      return copy;
    }
    place = next as Record<string, unknown>;
  }
  return copy;
}

/** The input as text that is no longer JSON: with a byte that UTF-8 does not have, cut off, or too deep. */
function spoiled(input: unknown, position: number): Buffer {
  const bytes = Buffer.from(JSON.stringify(input));
  const end = position % bytes.length;
  const deep = Buffer.from("[".repeat(20_000));
  return (
    [Buffer.concat([bytes.subarray(0, end), Buffer.of(0xff)]), bytes.subarray(0, end || 1), deep][position % 3] ?? deep
  );
}

const RUNS = 100;
const MUTATIONS_PER_RUN = 100;

const GRAPH_SCOPES = [
  "Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
];

/** A new token each time, because the clock moves. Undefined if an accepted change has renamed the administrator or the client. */
const administratorToken = () =>
  issueToken(context, { resource: "graph", user: "erin", client: "spa", scopes: GRAPH_SCOPES }).catch(() => undefined);

/** Sends an input to the control API, or to Graph as an administrator. Without a token, Graph must refuse it. */
async function sendInput(name: string, input: unknown): Promise<number> {
  const [api, method, path = ""] = name.split(" ");
  if (api !== GRAPH) return (await send(name, input)).status;
  const graphToken = await administratorToken();
  const request: InjectOptions = {
    method: method as "POST" | "PATCH",
    url: `/v1.0${path}`,
    headers: {
      host: "localhost",
      "content-type": "application/json",
      ...(graphToken !== undefined && { authorization: `Bearer ${graphToken}` }),
    },
    payload: Buffer.isBuffer(input) ? input : JSON.stringify(input),
  };
  const { statusCode } = await app.inject(request);
  if (graphToken === undefined && statusCode !== 401) throw new Error(`${name} without a token answered ${statusCode}`);
  return statusCode;
}

/**
 * Compares the state after a refusal with the state before it, which is known from the request before.
 * @returns a function that sends an input and returns the status
 * @throws Error if the request fails on the server, or changes something although it is refused
 */
function stateWatcher() {
  let known: string | undefined;
  return async (name: string, input: unknown): Promise<number> => {
    if (await startMeeting()) known = undefined;
    const before = known ?? (await everythingQuickly());
    const status = await sendInput(name, input);
    const isExpected = name.startsWith(GRAPH) ? status < 500 : [200, 400].includes(status);
    if (!isExpected) throw new Error(`${name} answered ${status}`);
    known = await everythingQuickly();
    if (status >= 400 && known !== before) throw new Error(`a rejected ${name} changed the state`);
    return status;
  };
}

/** The input as it is, spoiled, or mutated. @param kind 0 to 9 */
function inputFor(input: unknown, kind: number, change: Mutation): unknown {
  if (kind === 0) return input;
  return kind === 1 ? spoiled(input, (change.steps[0] ?? 0) * 7) : mutated(input, change);
}

it("never fails and never changes anything after a rejection, for 10,000 mutations", async () => {
  const inputs = await validInputs();
  const accepted = new Set<string>();
  const counts = { done: 0, refused: 0 };
  const choice = fc.record({ action: fc.nat(inputs.length - 1), mutation, kind: fc.nat(9) });
  const runs = fc.array(choice, { minLength: MUTATIONS_PER_RUN, maxLength: MUTATIONS_PER_RUN, size: "max" });
  await fc.assert(
    fc.asyncProperty(runs, async (choices) => {
      await send("reset", {});
      const checkedStatus = stateWatcher();
      for (const { action, mutation: change, kind } of choices) {
        const [name, input] = inputs[action] ?? ["state", {}];
        const status = await checkedStatus(name, inputFor(input, kind, change));
        counts[status < 400 ? "done" : "refused"] += 1;
        if (status < 400) accepted.add(name);
      }
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(counts.done + counts.refused).toBeGreaterThanOrEqual(RUNS * MUTATIONS_PER_RUN);
  expect(counts.refused).toBeGreaterThan(counts.done);
  // Each valid input is accepted, so the mutations of it are refused for what they change.
  const never = ["add-certificate", "rotate-keys"];
  expect([...accepted, ...never].toSorted()).toEqual([...new Set([...inputs.map(([name]) => name)])].toSorted());
});
