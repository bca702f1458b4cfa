// POST /oauth2/token: the exchange for any OAuth client library (RFC 8693). Mounted inside the authenticated scope: the caller's
// access token comes in the Authorization header, the Teams token as subject_token. The rule itself is in
// exchange/exchange.ts.

import type { ProblemName } from "@teams-token-exchange/rules";
import { TokenExchangeResponse } from "@teams-token-exchange/rules/contract";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { exchangeTeamsToken } from "../../exchange/exchange.ts";
import type { ExchangeContext } from "../../exchange/exchange-context.ts";
import { Problem } from "../../problems/problem.ts";
import { reportProblem } from "../../problems/problem-handler.ts";
import { oauthErrorResponse } from "./oauth-error.ts";
import { accessTokenType, readTokenExchange, type TokenExchangeRefusal } from "./token-exchange-request.ts";

const formType = "application/x-www-form-urlencoded";

/** Every reason → its problem; a reason without one does not compile. */
const problemOfRefusal: Record<TokenExchangeRefusal, ProblemName> = {
  "parameter-repeated": "grant-parameters-invalid",
  "grant-type-missing": "grant-parameters-invalid",
  "grant-type-unsupported": "grant-type-unsupported",
  "subject-token-missing": "teams-token-missing",
  "subject-token-type-unsupported": "grant-parameters-invalid",
  "requested-token-type-unsupported": "grant-parameters-invalid",
  "actor-token-given": "grant-parameters-invalid",
  "target-given": "target-unsupported",
  "scope-given": "scope-unsupported",
  "client-id-differs": "grant-parameters-invalid",
};

/** Anything thrown on this route, in OAuth's shape. */
function answerError(error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, body: report, headers } = reportProblem(error, request);
  const { status, body } = oauthErrorResponse(problem, report.type);
  return reply.code(status).headers(headers).type("application/json").send(body);
}

/** Adds the route. Only this route reads forms, and it reads nothing else. */
export function addOauthTokenRoute(oauth: FastifyInstance, context: ExchangeContext): void {
  oauth.removeAllContentTypeParsers();
  oauth.addContentTypeParser(formType, { parseAs: "string" }, (_request, body, done) => done(null, body));
  oauth.addContentTypeParser("*", (_request, _body, done) => done(new Problem("form-required")));
  oauth.setErrorHandler(answerError);

  const response = { 200: TokenExchangeResponse };
  oauth.post("/oauth2/token", { schema: { response } }, async (request, reply): Promise<TokenExchangeResponse> => {
    const form = new URLSearchParams(typeof request.body === "string" ? request.body : "");
    const read = readTokenExchange(form, request.caller.clientId);
    if (!read.ok) throw new Problem(problemOfRefusal[read.reason], { reason: read.reason });
    const { token, expiresOn, facts } = await exchangeTeamsToken(context, request, read.value);
    request.outcome = { facts };
    // RFC 6749, section 5.1, for caches of HTTP/1.0, which do not know no-store.
    reply.header("pragma", "no-cache");
    return {
      access_token: token,
      issued_token_type: accessTokenType,
      token_type: "Bearer",
      expires_in: Math.max(0, Math.floor((expiresOn.getTime() - context.now()) / 1000)),
    };
  });
}
