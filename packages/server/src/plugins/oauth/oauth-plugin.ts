// The exchange for OAuth client libraries.
import type { Plugin } from "../../core/plugin.ts";
import { addOauthTokenRoute } from "./oauth-token-route.ts";

/** The plugin: POST /oauth2/token (RFC 8693). */
export const oauthTokenEndpoint = (): Plugin => ({
  name: "oauth",
  addPrivateRoutes: (scope, { exchange }) => addOauthTokenRoute(scope, exchange),
});
