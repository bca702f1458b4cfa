// The upstream of the servers: discovery, keys and an exchange that responds immediately. It prints its address and counts calls.
import { createServer } from "node:http";
import { kid, tenantId } from "./world.mjs";

const jwk = JSON.parse(process.env.BENCH_JWK);
/** As long as a real token, and readable like one. */
const acsToken = `${"t".repeat(200)}.${Buffer.from(JSON.stringify({ acsScope: "voip,chat", filler: "x".repeat(300) })).toString("base64url")}.${"s".repeat(342)}`;
let authority = "";

const server = createServer((request, response) => {
  const answer = (body) => {
    const text = JSON.stringify(body);
    response
      .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
      .end(text);
  };
  if (request.method === "POST") {
    request
      .resume()
      .on("end", () => answer({ token: acsToken, expiresOn: new Date(Date.now() + 4_000_000).toISOString() }));
  } else if (request.url.endsWith("/openid-configuration")) {
    answer({ issuer: `${authority}/${tenantId}/v2.0`, jwks_uri: `${authority}/keys` });
  } else {
    answer({ keys: [{ ...jwk, kid, use: "sig", issuer: `${authority}/${tenantId}/v2.0` }] });
  }
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  authority = `http://localhost:${server.address().port}`;
  process.stdout.write(`listening ${authority}\n`);
});
