// Headers of every response: request id, no caching, and what tells a browser to distrust by default.
import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";
import { mountCors } from "./cors.ts";

interface ResponseHeaderOptions {
  allowedOrigins: readonly string[];
  /** The authority's origin: the page signs in there. */
  authority: string;
}

/** Mounts the hooks that set the headers; first of all, so that refusals carry them too. */
export async function mountResponseHeaders(app: FastifyInstance, options: ResponseHeaderOptions): Promise<void> {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("cache-control", "no-store");
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Fluent UI writes its rules into style elements at run time.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", options.authority],
        frameSrc: ["'self'", options.authority],
        // The redirect bridge runs in a hidden frame of our own page when MSAL renews silently.
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    // The sign-in popup must stay connected to the page that opened it.
    crossOriginOpenerPolicy: { policy: "same-origin-allow-popups" },
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: false,
  });
  await mountCors(app, options.allowedOrigins);
}
