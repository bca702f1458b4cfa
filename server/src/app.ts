// Builds everything once and mounts every route: the only place that constructs. Reads from top to bottom.
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { acsCredential } from "./acs/credential.ts";
import { createAcsIdentity } from "./acs/identity.ts";
import { createResilientIdentity } from "./acs/resilient-identity.ts";
import { createRetryBudget } from "./acs/retry-budget.ts";
import { createTransport } from "./acs/transport.ts";
import { mountClientConfig } from "./client-config.ts";
import type { Config } from "./config.ts";
import { createAuthenticate } from "./entra/authenticate.ts";
import { createSigningKeys } from "./entra/signing-keys.ts";
import { answerClientError } from "./http/client-error.ts";
import { mountClientFiles } from "./http/client-files.ts";
import { mountDrain } from "./http/drain.ts";
import { mountHealth } from "./http/health.ts";
import { requestLimits } from "./http/limits.ts";
import { loggerOptions, mountRequestLog } from "./http/logging.ts";
import { createShedding, mountPressureGauge } from "./http/overload.ts";
import { mountResponseHeaders } from "./http/response-headers.ts";
import { handleError, handleNotFound } from "./problems/handler.ts";
import { mountProblemsPage } from "./problems/page.ts";
import { mountTeamsToken } from "./teams-token/route.ts";

/** Connections to ACS; as many requests again may wait for one. */
const maxConnectionsToAcs = 50;

/** What a caller of {@link createApp} may replace; production replaces nothing. */
export interface AppOptions {
  fetch?: typeof fetch;
  /** The time, in milliseconds since 1970. */
  now?: () => number;
  /** Where log lines go; standard output by default. */
  logDestination?: { write(line: string): void };
  /** One deadline for a whole exchange, in milliseconds. */
  exchangeDeadlineMs?: number;
  /** The folder of the built client. */
  clientFolder?: string;
}

/**
 * The whole server, ready to listen or to be injected into. Fetches the signing keys in the background once it is ready;
 * `close()` ends everything it started.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<FastifyInstance> {
  const { fetch = globalThis.fetch, now = Date.now, exchangeDeadlineMs = 10_000 } = options;
  const { clientFolder = fileURLToPath(new URL("../../client/dist", import.meta.url)) } = options;

  const app = Fastify({
    ...requestLimits,
    logger: { ...loggerOptions(config.logLevel), ...(options.logDestination && { stream: options.logDestination }) },
    // One line a request, written by http/logging.ts.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    // While closing, requests that are already on their way over kept-alive connections are answered, not refused.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    clientErrorHandler: (error, socket) => answerClientError(app.log, error, socket),
  });
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);

  const keys = createSigningKeys({
    authority: config.entra.authority,
    tenantId: config.entra.tenantId,
    fetch,
    monotonicNow: () => performance.now(),
    log: app.log,
  });
  const transport = createTransport(config.acs.endpoint, maxConnectionsToAcs);
  const credential = await acsCredential(config.acs.accessKeys);
  const identity = createResilientIdentity(createAcsIdentity({ ...config.acs, credential, transport, now }), {
    retryBudget: createRetryBudget(),
    maxInFlight: 2 * maxConnectionsToAcs,
    monotonicNow: () => performance.now(),
  });
  app.addHook("onReady", async () => void keys.start());
  app.addHook("onClose", async () => {
    keys.stop();
    identity.stop();
    await transport.close();
  });

  mountRequestLog(app);
  await mountResponseHeaders(app, { allowedOrigins: config.allowedOrigins, authority: config.entra.authority });

  await mountPressureGauge(app);
  const drain = mountDrain(app);
  app.decorate("drain", () => drain.drain());

  // Public: each of these is named in the test that expects 401 from every other route.
  mountHealth(app, () => keys.ready && !drain.isDraining && !app.isUnderPressure());
  mountProblemsPage(app);
  await app.register(async (open) => mountClientConfig(open, config, fetch), { prefix: "/api" });
  await mountClientFiles(app, clientFolder);

  // Private: whatever is mounted in here is authenticated before its body is read.
  await app.register(
    async (api) => {
      api.decorateRequest("caller");
      api.addHook(
        "onRequest",
        createShedding(app, () => identity.isSaturated),
      );
      api.addHook("onRequest", createAuthenticate({ keys, rules: config.entra, now }));
      mountTeamsToken(api, { identity, now, deadlineMs: exchangeDeadlineMs });
    },
    { prefix: "/api" },
  );
  return app;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Makes the server unready and lets its connections go; call before `close()` to lose no request. */
    drain(): Promise<void>;
  }
}
