// Auth.js with its provider for Entra ID, unmodified, against the emulator. It takes the e-mail address from the ID token.
import { Auth, type AuthConfig } from "@auth/core";
import MicrosoftEntraID from "@auth/core/providers/microsoft-entra-id";
import { startEmulator } from "@teams-token-exchange/emulator";
import { expect, it, onTestFinished, vi } from "vitest";
import { Browser } from "../../packages/emulator/test/browserless-sign-in.ts";
import { trust } from "../../packages/emulator/test/trust.ts";

const app = "http://localhost:3001";

/** An app with Auth.js at `/auth`, called as a browser with cookies does. */
function createClient(config: AuthConfig) {
  const cookies = new Map<string, string>();
  return async (path: string, form?: Record<string, string>): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const init = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const response = await Auth(new Request(new URL(path, app), { headers: { cookie }, ...init }), config);
    for (const line of response.headers.getSetCookie()) {
      const [name = "", ...value] = (line.split(";")[0] ?? "").split("=");
      cookies.set(name, value.join("="));
    }
    return response;
  };
}

it("Auth.js signs a user in with its provider for Entra ID, and knows the name and the e-mail address", async () => {
  // Its library takes only https.
  const emulator = await startEmulator({ tlsPort: 0 });
  onTestFinished(() => emulator.close());
  const origin = trust(emulator);
  // The provider has the address of Microsoft Graph in its code.
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", (input: RequestInfo | URL, init?: RequestInit) =>
    fetch(typeof input === "string" ? input.replace("https://graph.microsoft.com", origin) : input, init),
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  const { appId, secrets = [], redirectUris } = emulator.registration("web");
  redirectUris?.web?.push(`${app}/auth/callback/microsoft-entra-id`);
  const send = createClient({
    basePath: "/auth",
    trustHost: true,
    secret: "for-this-test-only",
    providers: [
      MicrosoftEntraID({
        clientId: appId,
        clientSecret: secrets[0] ?? "",
        issuer: `${origin}/${emulator.tenant("northwharf").id}/v2.0`,
      }),
    ],
  });

  const { csrfToken } = (await (await send("/auth/csrf")).json()) as { csrfToken: string };
  const toEntra = await send("/auth/signin/microsoft-entra-id", { csrfToken });
  const ada = emulator.user("ada");
  const landing = await new Browser().signIn(toEntra.headers.get("location") ?? "", { upn: ada.upn });
  await send(landing.href);
  const session = await (await send("/auth/session")).json();
  expect(session).toMatchObject({ user: { name: ada.displayName, email: ada.upn } });
});
