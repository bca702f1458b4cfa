// The places of the Teams token in a request, and the content of the answer, with the emulator's ACS. The way through the
// whole server is in test/exchange.test.ts.

import { ExchangeResponse } from "@teams-token-exchange/rules/contract";
import Fastify, { type FastifyRequest, type InjectOptions, type RouteOptions } from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { caller, emulator, exchangeContext, expiresOn, operation, teamsTokenOf } from "../../test/support/exchange.ts";
import { handleError } from "../problems/problem-handler.ts";
import { schemaController } from "../runtime/request-handling.ts";
import { addTeamsTokenRoute } from "./teams-token-route.ts";

const url = "/api/token/teams";
const header = "teams-user-aad-token";
const teamsToken = await teamsTokenOf();
const another = await teamsTokenOf("ada", { scp: "Teams.ManageCalls" });

function setUp() {
  const outcomes: FastifyRequest["outcome"][] = [];
  const routes: RouteOptions[] = [];
  const app = Fastify({ schemaController });
  onTestFinished(() => app.close());
  app.decorateRequest("outcome", undefined);
  app.decorate("mountPath", "");
  app.decorateRequest("caller");
  app.decorateRequest("tenant");
  const { needs, tenant } = exchangeContext();
  app.setErrorHandler(handleError);
  app.addHook("onRequest", async (request) => {
    Object.assign(request, { caller, tenant });
  });
  app.addHook("onRoute", (route) => void routes.push(route));
  app.addHook("onResponse", async (request) => void outcomes.push(request.outcome));
  addTeamsTokenRoute(app, needs);
  return { app, outcomes, routes };
}

const inHeader = { headers: { [header]: teamsToken } };
const sent: [string, InjectOptions, number][] = [
  ["the body of POST", { method: "POST", payload: { teamsUserToken: teamsToken } }, 200],
  ["the header of POST", { method: "POST", ...inHeader }, 200],
  ["both", { method: "POST", ...inHeader, payload: { teamsUserToken: teamsToken } }, 200],
  ["only the header, with an empty body", { method: "POST", ...inHeader, payload: { teamsUserToken: "" } }, 200],
  ["the header of GET", { method: "GET", ...inHeader }, 201],
];
it.each(sent)("the Teams token is found in %s", async (_name, request, status) => {
  const { app, outcomes } = setUp();
  const answer = await app.inject({ url, ...request });
  expect(answer.statusCode).toBe(status);
  const { token, ...more } = answer.json<{ token: string }>();
  expect(emulator.inspectAcsToken(token)).toEqual({ active: true });
  expect(more).toEqual({ expiresOn: expiresOn.toISOString() });
  // ACS grants a token only for ada's own Teams token.
  expect(emulator.requests).toMatchObject([{ operation, status: 200 }]);
  // For the audit: how the token was judged, and Microsoft's id of the call.
  expect(outcomes).toEqual([{ facts: { msCv: expect.stringMatching(/\.0$/), teamsTokenForm: "matched" } }]);
});

const emptyHeader = { headers: { [header]: "" } };
const unsent: [string, InjectOptions, string][] = [
  ["none", { method: "POST" }, "teams-token-missing"],
  ["an empty one in the body", { method: "POST", payload: { teamsUserToken: "" } }, "teams-token-missing"],
  ["an empty one in the header", { method: "POST", ...emptyHeader }, "teams-token-missing"],
  ["an empty one in the header of GET", { method: "GET", ...emptyHeader }, "teams-token-missing"],
  ["two that differ", { method: "POST", ...inHeader, payload: { teamsUserToken: another } }, "teams-tokens-differ"],
];
it.each(unsent)("with %s there is nothing to exchange", async (_name, request, problem) => {
  const { app } = setUp();
  const answer = await app.inject({ url, ...request });
  expect([answer.statusCode, answer.json<{ type: string }>().type]).toEqual([400, `/problems#${problem}`]);
  expect(emulator.requests).toEqual([]);
});

it("GET says that POST must be used instead, and at which address", async () => {
  const { app } = setUp();
  const { headers } = await app.inject({ url, ...inHeader });
  expect(headers["link"]).toBe('</api/token/teams>; rel="successor-version"');
});

it("both ways are held to the contract", async () => {
  const { app, routes } = setUp();
  const answerOf = (way: string) => routes.find(({ method }) => method === way)?.schema?.response;
  expect([answerOf("POST"), answerOf("GET")]).toEqual([{ 200: ExchangeResponse }, { 201: ExchangeResponse }]);
  const more = { teamsUserToken: teamsToken, user: "other" };
  expect((await app.inject({ url, method: "POST", payload: more })).statusCode).toBe(400);
  expect(emulator.requests).toEqual([]);
});
