// The naive peer, which most people would write from the documentation with published packages: a new SDK client per request,
// key lookup and verification by middleware, no limits.
import { CommunicationIdentityClient } from "@azure/communication-identity";
import express from "express";
import { expressjwt } from "express-jwt";
import jwksRsa from "jwks-rsa";
import { accessKey, apiClientId, tenantId } from "../world.mjs";

const upstream = process.env.BENCH_UPSTREAM;
const app = express();
app.use(express.json());
app.use(
  expressjwt({
    secret: jwksRsa.expressJwtSecret({ jwksUri: `${upstream}/keys`, cache: true, rateLimit: true }),
    audience: apiClientId,
    issuer: `${upstream}/${tenantId}/v2.0`,
    algorithms: ["RS256"],
  }),
);
app.post("/api/token/teams", async (request, response) => {
  const client = new CommunicationIdentityClient(`endpoint=${upstream}/;accesskey=${accessKey}`, {
    allowInsecureConnection: true,
  });
  const { token, expiresOn } = await client.getTokenForTeamsUser({
    teamsUserAadToken: request.body.teamsUserToken,
    clientId: request.auth.azp,
    userObjectId: request.auth.oid,
  });
  response.status(200).json({ token, expiresOn });
});
app.use((error, _request, response, _next) => response.status(error.status ?? 500).json({ message: error.message }));
const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  process.stdout.write(`listening http://127.0.0.1:${server.address().port}\n`);
});
