// POST and GET /api/token/teams: finds the Teams token in the request and answers with the ACS token. Mounted inside the
// authenticated scope; the rule itself is in exchange.ts.

import { ExchangeRequest, ExchangeResponse } from "@teams-token-exchange/rules/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../problems/problem.ts";
import { exchangeTeamsToken } from "./exchange.ts";
import type { ExchangeContext, ExchangedToken } from "./exchange-context.ts";
import { markDeprecated, refuseNavigation } from "./legacy-get.ts";

const header = "teams-user-aad-token";

/** The Teams token out of body or header; both may be given if they agree. */
function readTeamsToken(request: FastifyRequest): string {
  const inBody = (request.body as ExchangeRequest | null | undefined)?.teamsUserToken;
  const inHeader = request.headers[header];
  if (inBody && inHeader && inBody !== inHeader) throw new Problem("teams-tokens-differ");
  const teamsToken = inBody || inHeader;
  if (typeof teamsToken !== "string" || teamsToken === "") throw new Problem("teams-token-missing");
  return teamsToken;
}

/** Adds both routes. POST is the one to use; GET with 201 is the contract of the original sample's clients. */
export function addTeamsTokenRoute(api: FastifyInstance, context: ExchangeContext): void {
  const exchange = (request: FastifyRequest): Promise<ExchangedToken> =>
    exchangeTeamsToken(context, request, readTeamsToken(request));
  const answer = (reply: FastifyReply, status: number, { token, expiresOn, facts }: ExchangedToken) => {
    reply.request.outcome = { facts };
    return reply.code(status).send({ token, expiresOn: expiresOn.toISOString() } satisfies ExchangeResponse);
  };

  const schema = { body: ExchangeRequest.nullable(), response: { 200: ExchangeResponse } };
  api.post("/api/token/teams", { schema }, async (request, reply) => answer(reply, 200, await exchange(request)));
  api.get("/api/token/teams", { schema: { response: { 201: ExchangeResponse } } }, async (request, reply) => {
    refuseNavigation(request);
    markDeprecated(reply, "/api/token/teams");
    return answer(reply, 201, await exchange(request));
  });
}
