// Passport with its OpenID Connect strategy, unmodified, against the emulator. It gives apps two profiles, of the ID token and of
// userinfo. Both must have the same id, which is their `sub`.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { startEmulator } from "@teams-token-exchange/emulator";
import passport from "passport";
import OpenIDConnectStrategy from "passport-openidconnect";
import { expect, it, onTestFinished } from "vitest";
import { Browser } from "../../packages/emulator/test/browserless-sign-in.ts";

interface Profile {
  id: string;
  idInToken?: string;
  displayName: string;
  name: { familyName?: string; givenName?: string };
  emails: { value: string }[];
}

type Done = (error: null, user: Profile) => void;

/** Starts an app that signs in with Passport at `/login`, and answers its callback with the profile. */
async function startSignIn(scope: string[]) {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const { appId, secrets = [], redirectUris } = emulator.registration("web");
  const session = {};
  const server = createServer((request: IncomingMessage, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    Object.assign(request, { query: Object.fromEntries(searchParams), session });
    const answer = (error: Error | null, profile: Profile | false, info: unknown) => {
      response.statusCode = profile ? 200 : 401;
      response.end(JSON.stringify(profile || { error: error?.message, info }));
    };
    passport.authenticate("openidconnect", { session: false }, answer)(request, response, (error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const app = `http://localhost:${(server.address() as AddressInfo).port}`;
  redirectUris?.web?.push(`${app}/callback`);
  const tenant = `${emulator.origin}/${emulator.tenant("northwharf").id}`;
  const strategy = new OpenIDConnectStrategy(
    {
      issuer: `${tenant}/v2.0`,
      authorizationURL: `${tenant}/oauth2/v2.0/authorize`,
      tokenURL: `${tenant}/oauth2/v2.0/token`,
      userInfoURL: `${emulator.origin}/oidc/userinfo`,
      clientID: appId,
      clientSecret: secrets[0],
      callbackURL: `${app}/callback`,
      scope,
      skipUserProfile: false,
    },
    // Passport counts the parameters: only nine of them give both profiles.
    (
      _i: string,
      userinfo: Profile,
      idToken: Profile,
      _c: unknown,
      _t: string,
      _a: string,
      _r: string,
      _p: unknown,
      done: Done,
    ) => done(null, { ...userinfo, idInToken: idToken.id }),
  );
  passport.use(strategy);
  return { emulator, app };
}

it("Passport signs a user in, and both profiles name the same user", async () => {
  // Entra takes scopes in any case.
  const { emulator, app } = await startSignIn(["profile", "email", "user.read"]);
  const redirect = await fetch(`${app}/login`, { redirect: "manual" });
  const ada = emulator.user("ada");
  const landing = await new Browser().signIn(redirect.headers.get("location") ?? "", { upn: ada.upn });
  const response = await fetch(landing);
  const profile = (await response.json()) as Profile;
  expect(response.status, JSON.stringify(profile)).toBe(200);
  expect(profile).toMatchObject({
    id: profile.idInToken,
    displayName: ada.displayName,
    name: { familyName: expect.any(String), givenName: expect.any(String) },
    emails: [{ value: ada.upn }],
  });
});
