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
import { createMemoryDenyList } from "./deny-list/deny-list.ts";
import { createRedisDenyList } from "./deny-list/redis-deny-list.ts";
import { mountDenyList } from "./deny-list/route.ts";
import { createAuthenticate } from "./entra/authenticate.ts";
import { createSigningKeys } from "./entra/signing-keys.ts";
import { mountAudit } from "./http/audit.ts";
import { answerClientError } from "./http/client-error.ts";
import { mountClientFiles } from "./http/client-files.ts";
import { mountDrain } from "./http/drain.ts";
import { mountHealth } from "./http/health.ts";
import { type RequestLimits, requestLimits } from "./http/limits.ts";
import { limitChildren, loggerOptions } from "./http/logging.ts";
import { createShedding, mountPressureGauge } from "./http/overload.ts";
import { mountRequestEnd } from "./http/request-end.ts";
import { mountResponseHeaders } from "./http/response-headers.ts";
import { type LogDestination, standardOutput } from "./http/standard-output.ts";
import { trustProxy } from "./http/trusted-proxies.ts";
import { handleError, handleNotFound } from "./problems/handler.ts";
import { mountProblemsPage } from "./problems/page.ts";
import { createRedis } from "./redis/connection.ts";
import { createBudget } from "./spending/budget.ts";
import { callerKey } from "./spending/caller-key.ts";
import { createCoalesce } from "./spending/coalesce.ts";
import { defaultSilenceTimes } from "./spending/local-share.ts";
import { createMemoryQuotaGuard } from "./spending/memory-quota-guard.ts";
import { defaultQuotaTimes, type QuotaTimes } from "./spending/quota.ts";
import { createAddressLimit, createCallerLimit } from "./spending/rate-limit.ts";
import { createRedisQuotaGuard } from "./spending/redis-quota-guard.ts";
import type { ExchangeOutcome } from "./teams-token/exchange.ts";
import { mountTeamsToken } from "./teams-token/route.ts";
import { measureIdentity } from "./telemetry/measured-identity.ts";
import { endRequestSpan, mountTelemetry } from "./telemetry/mount.ts";
import { startTelemetry } from "./telemetry/telemetry.ts";

/** Connections to ACS; as many requests again may wait for one. */
const maxConnectionsToAcs = 50;

/** What a caller of {@link createApp} may replace; production replaces nothing. */
export interface AppOptions {
  fetch?: typeof fetch;
  /** The time, in milliseconds since 1970. */
  now?: () => number;
  /** Where log lines go; standard output by default. */
  logDestination?: LogDestination;
  /** One deadline for a whole exchange, in milliseconds. */
  exchangeDeadlineMs?: number;
  /** What one request may cost; the rest as in http/limits.ts. */
  requestLimits?: Partial<RequestLimits>;
  /** The folder of the built client. */
  clientFolder?: string;
  /** The times of the quota guard; tests shorten them. */
  quotaTimes?: QuotaTimes;
}

/**
 * The whole server, ready to listen or to be injected into. Fetches the signing keys in the background once it is ready;
 * `close()` ends everything it started.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<FastifyInstance> {
  const { fetch = globalThis.fetch, now = Date.now, exchangeDeadlineMs = 10_000 } = options;
  const { clientFolder = fileURLToPath(new URL("../../client/dist", import.meta.url)) } = options;

  const telemetry = await startTelemetry(config.telemetry);
  const { maxConnections, ...limits } = { ...requestLimits, ...options.requestLimits };
  const app = Fastify({
    ...limits,
    logger: { ...loggerOptions(config.logLevel), stream: options.logDestination ?? standardOutput() },
    // One line a request, written by http/request-end.ts.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    // While closing, requests that are already on their way over kept-alive connections are answered, not refused.
    return503OnClosing: false,
    trustProxy: trustProxy(config.trustedProxies),
    forceCloseConnections: "idle",
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    clientErrorHandler: (error, socket) => answerClientError(app.log, error, socket),
  });
  app.server.maxConnections = maxConnections;
  limitChildren(app.log);
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);

  const monotonicNow = () => performance.now();
  const keys = createSigningKeys({
    authority: config.entra.authority,
    tenantId: config.entra.tenantId,
    fetch,
    monotonicNow,
    log: app.log,
  });
  const { exchangesPer30s, perCaller, perAddress } = config.limits;
  const { quotaTimes = defaultQuotaTimes } = options;
  const redis = config.redisUrl === undefined ? undefined : createRedis({ url: config.redisUrl, log: app.log });
  const sharedDenyList = redis && createRedisDenyList({ redis, now });
  const denyList = sharedDenyList ?? createMemoryDenyList(now);
  const quota = { budget: exchangesPer30s, times: quotaTimes, monotonicNow };
  const sharedGuard =
    redis &&
    createRedisQuotaGuard({
      ...quota,
      ...{ redis, silence: defaultSilenceTimes, resource: new URL(config.acs.endpoint).host, log: app.log },
    });
  const guard = exchangesPer30s === 0 ? undefined : (sharedGuard ?? createMemoryQuotaGuard(quota));
  const budget = createBudget(guard, Math.random);
  app.addHook("onReady", async () => {
    await redis?.start();
    await Promise.all([sharedDenyList?.start(), sharedGuard?.start()]);
  });
  app.addHook("onClose", async () => {
    await sharedDenyList?.stop();
    await sharedGuard?.stop();
    await redis?.stop();
  });

  const transport = createTransport(config.acs.endpoint, maxConnectionsToAcs);
  const credential = await acsCredential(config.acs.accessKeys);
  const acs = createAcsIdentity({ ...config.acs, credential, transport, now });
  const measuredAcs = measureIdentity(acs, { telemetry, endpoint: config.acs.endpoint, monotonicNow });
  const identity = createResilientIdentity(measuredAcs, {
    retryBudget: createRetryBudget(),
    maxInFlight: 2 * maxConnectionsToAcs,
    monotonicNow,
    mayRepeat: ({ userObjectId }) =>
      budget.tryTake(callerKey({ tenantId: config.entra.tenantId, objectId: userObjectId })),
  });
  app.addHook("onReady", async () => void keys.start());
  app.addHook("onClose", async () => {
    keys.stop();
    identity.stop();
    await transport.close();
  });

  mountRequestEnd(app, (request, end) => endRequestSpan(telemetry, request, end));
  mountTelemetry(app, telemetry, { keys, prometheus: config.telemetry.prometheus });
  await mountResponseHeaders(app, { allowedOrigins: config.allowedOrigins, authority: config.entra.authority });

  await mountPressureGauge(app);
  const drain = mountDrain(app);
  app.decorate("drain", () => drain.drain());

  // Public: each of these is named in the test that expects 401 from every other route.
  mountHealth(app, () => keys.ready && denyList.ready && !drain.isDraining && !app.isUnderPressure());
  mountProblemsPage(app);
  await app.register(async (open) => mountClientConfig(open, config, fetch), { prefix: "/api" });
  await mountClientFiles(app, clientFolder);

  // Private: whatever is mounted in here is authenticated before its body is read.
  await app.register(
    async (api) => {
      api.decorateRequest("caller");
      mountAudit(api);
      api.addHook(
        "onRequest",
        createShedding(app, () => identity.isSaturated),
      );
      const addressLimit = createAddressLimit(perAddress, redis);
      if (addressLimit) api.addHook("onRequest", addressLimit);
      api.addHook("onRequest", createAuthenticate({ keys, rules: config.entra, now }));
      const callerLimit = createCallerLimit(perCaller, redis);
      if (callerLimit) api.addHook("onRequest", callerLimit);

      const coalesce = createCoalesce<ExchangeOutcome>();
      mountTeamsToken(api, { identity, denyList, budget, coalesce, now, deadlineMs: exchangeDeadlineMs });
      const { adminAppRole } = config;
      if (adminAppRole !== undefined) await mountDenyList(api, { denyList, adminAppRole, now });
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
