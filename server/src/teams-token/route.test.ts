// Where the Teams token is looked for in a request, and what the answer holds, with an exchange that grants everything. The
// way through the whole server is in test/exchange.test.ts.
import Fastify, { type FastifyRequest, type InjectOptions, type RouteOptions } from "fastify";
import { expect, it, onTestFinished } from "vitest";
import type { TeamsTokenExchange } from "../acs/identity.ts";
import { createMemoryDenyList } from "../deny-list/deny-list.ts";
import { handleError } from "../problems/handler.ts";
import { createCoalesce } from "../spending/coalesce.ts";
import type { ExchangeOutcome } from "./exchange.ts";
import { mountTeamsToken } from "./route.ts";

const url = "/token/teams";
const header = "teams-user-aad-token";
const expiresOn = new Date(1_800_000_000_000);

function setUp() {
  const asked: TeamsTokenExchange[] = [];
  const outcomes: FastifyRequest["outcome"][] = [];
  const routes: RouteOptions[] = [];
  const app = Fastify();
  onTestFinished(() => app.close());
  app.decorateRequest("outcome", undefined);
  app.decorate("mountPath", "");
  app.decorateRequest("caller");
  app.setErrorHandler(handleError);
  app.addHook("onRequest", async (request) => {
    request.caller = { objectId: "o", tenantId: "t", clientId: "c", roles: [] };
  });
  app.addHook("onRoute", (route) => void routes.push(route));
  app.addHook("onResponse", async (request) => void outcomes.push(request.outcome));
  mountTeamsToken(app, {
    identity: {
      async exchangeTeamsToken(exchange): Promise<ExchangeOutcome> {
        asked.push(exchange);
        return { ok: true, value: { token: "acs", expiresOn, msCv: "cv" } };
      },
    },
    denyList: createMemoryDenyList(Date.now),
    budget: { take: async () => {}, tryTake: async () => true },
    coalesce: createCoalesce<ExchangeOutcome>(),
    now: Date.now,
    deadlineMs: 60_000,
  });
  return { app, asked, outcomes, routes };
}

const sent: [string, InjectOptions, number][] = [
  ["the body of POST", { method: "POST", url, payload: { teamsUserToken: "opaque" } }, 200],
  ["the header of POST", { method: "POST", url, headers: { [header]: "opaque" } }, 200],
  ["both", { method: "POST", url, headers: { [header]: "opaque" }, payload: { teamsUserToken: "opaque" } }, 200],
  [
    "the header alone, the body's being empty",
    { method: "POST", url, headers: { [header]: "opaque" }, payload: { teamsUserToken: "" } },
    200,
  ],
  ["the header of GET", { method: "GET", url, headers: { [header]: "opaque" } }, 201],
];
it.each(sent)("the Teams token is found in %s", async (_name, request, status) => {
  const { app, asked, outcomes } = setUp();
  const answer = await app.inject(request);
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toEqual({ token: "acs", expiresOn: expiresOn.toISOString() });
  expect(asked.map(({ teamsToken }) => teamsToken)).toEqual(["opaque"]);
  // For the audit: how the token was judged, and Microsoft's id of the call.
  expect(outcomes).toEqual([{ facts: { msCv: "cv", teamsTokenForm: "opaque" } }]);
});

const unsent: [string, InjectOptions, string][] = [
  ["none", { method: "POST", url }, "teams-token-missing"],
  ["an empty one in the body", { method: "POST", url, payload: { teamsUserToken: "" } }, "teams-token-missing"],
  ["an empty one in the header", { method: "POST", url, headers: { [header]: "" } }, "teams-token-missing"],
  ["an empty one in the header of GET", { method: "GET", url, headers: { [header]: "" } }, "teams-token-missing"],
  [
    "two that differ",
    { method: "POST", url, headers: { [header]: "one" }, payload: { teamsUserToken: "two" } },
    "teams-tokens-differ",
  ],
];
it.each(unsent)("with %s there is nothing to exchange", async (_name, request, problem) => {
  const { app, asked } = setUp();
  const answer = await app.inject(request);
  expect([answer.statusCode, answer.json<{ type: string }>().type]).toEqual([400, `/problems#${problem}`]);
  expect(asked).toEqual([]);
});

it("GET says that POST is to be used instead, and where", async () => {
  const { app } = setUp();
  const { headers } = await app.inject({ url, headers: { [header]: "opaque" } });
  expect(headers["link"]).toBe('</api/token/teams>; rel="successor-version"');
});

it("both ways describe themselves in the draft of JSON Schema that Fastify reads", () => {
  const { routes } = setUp();
  const draft = { $schema: "http://json-schema.org/draft-07/schema#" };
  const answer = { ...draft, required: ["token", "expiresOn"] };
  const described = (way: string) => routes.find(({ method }) => method === way)?.schema;
  expect(described("POST")).toMatchObject({ body: draft, response: { 200: answer } });
  expect(described("GET")).toMatchObject({ response: { 201: answer } });
});
