// Headers of pages, in addition to those of every response: what the page may load and connect to. The ones that no current
// browser reads are for scanners and older browsers.
import type { FastifyInstance } from "fastify";
import type { Config } from "../settings/read-settings.ts";
import { callingServiceOf, graphEndpointOf } from "./calling-service.ts";

/** Where Microsoft's Calling SDK talks to while in a call: signalling and media over https and wss, configuration, telemetry. */
const azureCallingHosts = [
  "https://*.communication.microsoft.com wss://*.communication.microsoft.com",
  "https://*.skype.com wss://*.skype.com",
  "https://*.communication.azure.com https://config.teams.microsoft.com https://*.events.data.microsoft.com",
];

/** The hosts for calls. With an emulator none of Microsoft's, so that no token of the emulator is sent there. */
function callingHosts(config: Config): string[] {
  const service = callingServiceOf(config);
  if (service.kind === "azure") return azureCallingHosts;
  return [service.endpoint, service.endpoint.replace(/^http/, "ws")];
}

/** What the page connects to: sign-in, calls, people, and ACS if the page exchanges tokens with it directly. */
function connections(config: Config): string {
  const { entra, acs, teamsPhoneExtensibility } = config;
  const directExchange = teamsPhoneExtensibility ? [acs.endpoint] : [];
  const hosts = [entra.authority, ...callingHosts(config), graphEndpointOf(config), ...directExchange];
  return ["'self'", ...new Set(hosts)].join(" ");
}

const contentSecurityPolicy = (config: Config) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    // Fluent UI writes its rules into style elements at run time.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // The Calling SDK makes its workers and its media out of blobs.
    "worker-src 'self' blob:",
    "media-src 'self' blob:",
    `connect-src ${connections(config)}`,
    `frame-src 'self' ${config.entra.authority}`,
    // The redirect bridge runs in a hidden frame of our own page when MSAL renews silently.
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join(";");

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether the route is a page or a file of one; every other route is data. */
    isPage?: boolean;
  }
}

/** Adds the hook that sets the headers of pages, in addition to or instead of those of every response. */
export function addPageHeaders(app: FastifyInstance, config: Config): void {
  const headers = {
    "content-security-policy": contentSecurityPolicy(config),
    // The sign-in popup must stay connected to the page that opened it.
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "origin-agent-cluster": "?1",
    // What calls need; nothing that the page loads may use anything else.
    "permissions-policy": [
      "camera=(self), microphone=(self), display-capture=(self), autoplay=(self)",
      "geolocation=(), payment=(), usb=(), serial=(), hid=(), bluetooth=(), midi=()",
    ].join(", "),
    "x-dns-prefetch-control": "off",
    "x-download-options": "noopen",
    "x-permitted-cross-domain-policies": "none",
    "x-xss-protection": "0",
  };
  app.addHook("onRequest", ({ routeOptions }, reply, done) => {
    if (routeOptions.config.isPage) reply.headers(headers);
    done();
  });
}
