// Headers of every response: request id, no caching, and what tells a browser to distrust by default. Answers of the API are
// data, so nothing may be loaded from them or frame them; what else only a page heeds is sent with pages alone. They are
// constants, so they stand here in full; the ones that no current browser reads are for scanners and older browsers.
import type { FastifyInstance } from "fastify";
import { mountCors } from "./cors.ts";

interface PageHeaderOptions {
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

const contentSecurityPolicy = ({ authority, directExchange }: PageHeaderOptions) =>
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

const headersOfData = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** Mounts the hooks that set the headers of data; first of all, so that refusals carry them too. */
export async function mountResponseHeaders(app: FastifyInstance, allowedOrigins: readonly string[]): Promise<void> {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id).headers(headersOfData);
    done();
  });
  await mountCors(app, allowedOrigins);
}

/** Mounts the hook that sets the headers of pages, beside or instead of those of data. */
export function mountPageHeaders(app: FastifyInstance, options: PageHeaderOptions): void {
  const headers = {
    "content-security-policy": contentSecurityPolicy(options),
    // The sign-in popup must stay connected to the page that opened it.
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "origin-agent-cluster": "?1",
    "x-dns-prefetch-control": "off",
    "x-download-options": "noopen",
    "x-permitted-cross-domain-policies": "none",
    "x-xss-protection": "0",
  };
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
