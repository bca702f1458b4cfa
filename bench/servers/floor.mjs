// The floor, the minimum of an exchange: node:http, one crypto.verify and one raw signed request over a kept-alive
// connection. It has no limits, no log, no tenant and no deadline. If started with `sdk`, the request goes through
// one client of the official SDK instead. The difference is what the SDK costs.
import { createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { Agent, createServer, request as httpRequest } from "node:http";
import { accessKey, apiClientId } from "../world.mjs";

const endpoint = new URL(process.env.BENCH_UPSTREAM);
const { keys } = await (await fetch(`${endpoint.origin}/keys`)).json();
const key = createPublicKey({ key: keys[0], format: "jwk" });
const secret = Buffer.from(accessKey, "base64");
const agent = new Agent({ keepAlive: true, maxSockets: 50 });
const path = "/teamsUser/:exchangeAccessToken?api-version=2023-10-01";

const refuse = (response) => response.writeHead(401, { "content-length": 0 }).end();

function answer({ token, expiresOn }, response) {
  const text = JSON.stringify({ token, expiresOn });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

/** Loaded only if used, so that it does not count in the floor's memory and start. */
async function makeExchangeBySdk() {
  const { CommunicationIdentityClient } = await import("@azure/communication-identity");
  const connection = `endpoint=${endpoint.origin}/;accesskey=${accessKey}`;
  const client = new CommunicationIdentityClient(connection, { allowInsecureConnection: true });
  return async ({ azp: clientId, oid: userObjectId }, teamsUserAadToken, response) =>
    answer(await client.getTokenForTeamsUser({ teamsUserAadToken, clientId, userObjectId }), response);
}

function exchangeRaw(claims, teamsToken, response) {
  const body = JSON.stringify({ token: teamsToken, appId: claims.azp, userId: claims.oid });
  const date = new Date().toUTCString();
  const hash = createHash("sha256").update(body).digest("base64");
  const signature = createHmac("sha256", secret)
    .update(`POST\n${path}\n${date};${endpoint.host};${hash}`)
    .digest("base64");
  const headers = {
    host: endpoint.host,
    "x-ms-date": date,
    "x-ms-content-sha256": hash,
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  httpRequest(
    { hostname: endpoint.hostname, port: endpoint.port, method: "POST", path, headers, agent },
    (upstream) => {
      const chunks = [];
      upstream
        .on("data", (chunk) => chunks.push(chunk))
        .on("end", () => answer(JSON.parse(Buffer.concat(chunks)), response));
    },
  ).end(body);
}
const exchange = process.argv[2] === "sdk" ? await makeExchangeBySdk() : exchangeRaw;

const server = createServer((request, response) => {
  const callerToken = request.headers.authorization?.slice(7) ?? "";
  const end = callerToken.lastIndexOf(".");
  const isGenuine = verify(
    "RSA-SHA256",
    Buffer.from(callerToken.slice(0, end)),
    key,
    Buffer.from(callerToken.slice(end + 1), "base64url"),
  );
  if (!isGenuine) return refuse(response);
  const claims = JSON.parse(Buffer.from(callerToken.split(".")[1], "base64url"));
  if (claims.aud !== apiClientId || claims.exp < Date.now() / 1000) return refuse(response);
  const chunks = [];
  request
    .on("data", (chunk) => chunks.push(chunk))
    .on("end", () => {
      void exchange(claims, JSON.parse(Buffer.concat(chunks)).teamsUserToken, response);
    });
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  process.stdout.write(`listening http://127.0.0.1:${server.address().port}\n`);
});
