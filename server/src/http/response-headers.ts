// Headers of every response: request id, no caching, and what tells a browser to distrust by default. They are constants, so
// they stand here in full; the ones that no current browser reads are for scanners and older browsers.
import type { FastifyInstance } from "fastify";
import { mountCors } from "./cors.ts";

interface ResponseHeaderOptions {
  allowedOrigins: readonly string[];
  /** The authority's origin: the page signs in there. */
  authority: string;
  /** ACS's origin, where the page exchanges tokens with it directly. */
  directExchange?: string | undefined;
}

/** Where the Calling SDK talks to while in a call: signalling and media over https and wss, configuration, telemetry. */
const callingHosts = [
  "https://*.communication.microsoft.com wss://*.communication.microsoft.com",
  "https://*.skype.com wss://*.skype.com",
  "https://*.communication.azure.com https://config.teams.microsoft.com https://*.events.data.microsoft.com",
];

const contentSecurityPolicy = ({ authority, directExchange }: ResponseHeaderOptions) =>
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
    ["connect-src 'self'", authority, ...callingHosts, ...(directExchange ? [directExchange] : [])].join(" "),
    `frame-src 'self' ${authority}`,
    // The redirect bridge runs in a hidden frame of our own page when MSAL renews silently.
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join(";");

/** Mounts the hooks that set the headers; first of all, so that refusals carry them too. */
export async function mountResponseHeaders(app: FastifyInstance, options: ResponseHeaderOptions): Promise<void> {
  const headers = {
    "cache-control": "no-store",
    "content-security-policy": contentSecurityPolicy(options),
    // The sign-in popup must stay connected to the page that opened it.
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-download-options": "noopen",
    "x-permitted-cross-domain-policies": "none",
    "x-xss-protection": "0",
  };
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).headers(headers);
  });
  await mountCors(app, options.allowedOrigins);
}
