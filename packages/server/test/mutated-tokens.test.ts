// A changed token of the caller is never accepted, nothing breaks, and ACS is never asked.
// `MUTATED_TOKENS` sets how many are tried; `npm run test:load` tries 100,000.
import fc from "fast-check";
import { generateKeyPair, SignJWT } from "jose";
import { expect, it } from "vitest";
import { exchangesAsked, issueBoth, startServer } from "./support/world.ts";

const count = Number(process.env["MUTATED_TOKENS"] ?? 3000);
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=";

type Mutation = (token: string) => string;
const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (token: string, where: number) => Math.floor(where * token.length);

const replaceCharacter = fc.tuple(position, fc.constantFrom(...alphabet)).map(
  ([where, character]): Mutation =>
    (token) =>
      token.slice(0, at(token, where)) + character + token.slice(at(token, where) + 1),
);
const insertText = fc
  .tuple(position, fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 40 }))
  .map(
    ([where, text]): Mutation =>
      (token) =>
        token.slice(0, at(token, where)) + text + token.slice(at(token, where)),
  );
const cut = fc.tuple(position, position).map(
  ([a, b]): Mutation =>
    (token) =>
      token.slice(0, at(token, Math.min(a, b))) + token.slice(at(token, Math.max(a, b)) + 1),
);
const swapParts = fc.shuffledSubarray([0, 1, 2, 0, 1], { minLength: 1 }).map(
  (order): Mutation =>
    (token) =>
      order.map((index) => token.split(".")[index]).join("."),
);

/** Another value in header or payload, under the genuine signature. */
const edit = (part: 0 | 1, changes: fc.Arbitrary<Record<string, unknown>>) =>
  changes.map(
    (change): Mutation =>
      (token) => {
        const parts = token.split(".");
        const content = JSON.parse(Buffer.from(parts[part] ?? "", "base64url").toString());
        parts[part] = Buffer.from(JSON.stringify({ ...content, ...change })).toString("base64url");
        return parts.join(".");
      },
  );
const editHeader = edit(
  0,
  fc.oneof(
    fc.record({ alg: fc.constantFrom("none", "NONE", "HS256", "RS384", "PS256", "ES256", "", null, 5, ["RS256"]) }),
    fc.record({ kid: fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.constant("__proto__")) }),
    fc.record({ crit: fc.oneof(fc.constant([]), fc.array(fc.string()), fc.constant("exp")) }),
    fc.record({ b64: fc.boolean(), crit: fc.constant(["b64"]) }),
    fc.record({ typ: fc.string({ minLength: 1 }), jku: fc.webUrl(), x5u: fc.webUrl(), jwk: fc.object() }),
  ),
);
const claim = fc.constantFrom("iss", "aud", "exp", "nbf", "oid", "tid", "azp", "scp", "ver", "sub");
const editClaims = edit(
  1,
  fc.tuple(claim, fc.jsonValue()).map(([name, value]) => ({ [name]: value })),
);

const mutation = fc.oneof(replaceCharacter, insertText, cut, swapParts, editHeader, editClaims);

it(`${count} mutated tokens: none accepted, none a server error, none sent to ACS`, async () => {
  const server = await startServer({ LOG_LEVEL: "silent", RATE_LIMIT_PER_CALLER: "0" });
  const { callerToken, teamsToken } = await issueBoth(server);
  const { privateKey } = await generateKeyPair("RS256");
  const claims = JSON.parse(Buffer.from(callerToken.split(".")[1] ?? "", "base64url").toString());
  const { kid } = JSON.parse(Buffer.from(callerToken.split(".")[0] ?? "", "base64url").toString());
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid, typ: "JWT" }).sign(privateKey);
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200);

  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(mutation, fc.constantFrom(callerToken, forged), async (mutate, token) => {
      const mutated = mutate(token);
      fc.pre(mutated !== callerToken);
      const { statusCode } = await server.app.inject({
        method: "POST",
        url: "/api/token/teams",
        headers: { authorization: `Bearer ${mutated}` },
        payload: { teamsUserToken: teamsToken },
      });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      expect([400, 401, 403]).toContain(statusCode);
    }),
    { numRuns: count },
  );
  expect(statuses.get(401)).toBeGreaterThan(count / 2);
  expect(exchangesAsked(server)).toBe(0);
}, 900_000);
