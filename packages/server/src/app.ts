// The whole server: services, hooks and every route, in the order in which they act. Reads from top to bottom.
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { createAuthenticate } from "./entra/authenticate.ts";
import { createCoalesce } from "./exchange/coalesce.ts";
import type { ExchangeNeeds, ExchangeOutcome } from "./exchange/exchange.ts";
import { mountTeamsToken } from "./exchange/teams-token-route.ts";
import { mountAudit } from "./observability/audit.ts";
import { endRequestSpan, mountTelemetry } from "./observability/mount-telemetry.ts";
import { mountRequestEnd } from "./observability/request-end.ts";
import type { LogDestination } from "./observability/standard-output.ts";
import { startTelemetry } from "./observability/telemetry.ts";
import { createSharedWork, mountAcsUsers } from "./plugins/acs-users/acs-users-route.ts";
import { mountDenyList } from "./plugins/deny-list/deny-list-route.ts";
import { mountTokenEndpoint } from "./plugins/oauth/oauth-token-route.ts";
import { mountOpenApi } from "./plugins/openapi/openapi-route.ts";
import { mountClientConfig } from "./plugins/page/page-config-route.ts";
import { mountClientFiles } from "./plugins/page/page-files.ts";
import { mountProblemsPage } from "./problems/page.ts";
import type { QuotaTimes } from "./quota/quota-guard.ts";
import { createAddressLimit, createCallerLimit } from "./rate-limit/rate-limit.ts";
import { mountDrain } from "./runtime/drain.ts";
import { mountHealth } from "./runtime/health.ts";
import { createShedding, mountPressureGauge } from "./runtime/overload.ts";
import type { RequestLimits } from "./runtime/request-limits.ts";
import { mountPageHeaders, mountResponseHeaders } from "./runtime/response-headers.ts";
import { createServer } from "./runtime/server.ts";
import { createServices, type Services } from "./services.ts";
import type { Config } from "./settings/read-settings.ts";

/** What a caller of {@link createApp} may choose; a server of its own chooses nothing. */
export interface AppOptions {
  fetch?: typeof fetch;
  /** The time, in milliseconds since 1970. */
  now?: () => number;
  /** Where log lines go; standard output by default. */
  logDestination?: LogDestination;
  /** One deadline for a whole exchange, in milliseconds; 10,000 by default. */
  exchangeDeadlineMs?: number;
  /** What one request may cost; the rest as in runtime/request-limits.ts. */
  requestLimits?: Partial<RequestLimits>;
  /** A lag of the event loop, in milliseconds, from which on requests are shed; 1,000 by default. */
  maxLagMs?: number;
  /** The folder of the built client, served at `/`; `false` for none. */
  clientFolder?: string | false;
  /** The times of the quota guard; tests shorten them. */
  quotaTimes?: QuotaTimes;
  /** How long one command to Redis may take, in milliseconds; 75 by default, because requests wait for it. */
  redisTimeoutMs?: number;
  /** A path such as `/calls`, under which all routes are; none by default. The `type` of every problem follows it. */
  mountPath?: string;
  /** Gets the bare server before anything is mounted on it, for hooks of your own. */
  configure?: (app: FastifyInstance) => void;
}

/**
 * The whole server, ready to listen or to be injected into. Fetches the signing keys in the background once it is ready;
 * `close()` ends everything it started.
 *
 * @throws Error where the credential for ACS cannot be built
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<FastifyInstance> {
  const { fetch = globalThis.fetch, now = Date.now, exchangeDeadlineMs = 10_000, mountPath = "" } = options;
  const { clientFolder = fileURLToPath(new URL("../../../apps/page/dist", import.meta.url)) } = options;
  const { perCaller, perAddress } = config.limits;

  const telemetry = await startTelemetry(config.telemetry);
  const app = createServer(config, { ...options, mountPath });
  options.configure?.(app);
  const services = await createServices(config, {
    ...{ fetch, now, telemetry },
    log: app.log,
    quotaTimes: options.quotaTimes,
    redisTimeoutMs: options.redisTimeoutMs,
  });
  const { keys, denyList, budget, identity, redis } = services;
  app.addHook("onReady", () => services.start());
  app.addHook("onClose", () => services.stop());

  mountRequestEnd(app, (request, end) => endRequestSpan(telemetry, request, end));
  mountTelemetry(app, telemetry, { keys, prometheus: config.telemetry.prometheus });
  await mountResponseHeaders(app, config.allowedOrigins);
  const pressure = mountPressureGauge(app, options.maxLagMs);
  const drain = mountDrain(app);
  app.decorate("reloadSigningKeys", () => keys.reload());

  // Public: each of these is named in the test that expects 401 from every other route.
  await app.register(
    async (open) => {
      mountPageHeaders(open, {
        authority: config.entra.authority,
        directExchange: config.teamsPhoneExtensibility ? config.acs.endpoint : undefined,
      });
      mountHealth(open, () => keys.ready && denyList.ready && !drain.isDraining && !pressure.isUnderPressure);
      mountProblemsPage(open);
      mountOpenApi(open);
      await open.register(async (api) => mountClientConfig(api, config, fetch), { prefix: "/api" });
      if (clientFolder !== false) await mountClientFiles(open, clientFolder);
    },
    { prefix: mountPath },
  );

  // Private: whatever is mounted in here is authenticated before its body is read.
  await app.register(
    async (secured) => {
      secured.decorateRequest("caller");
      mountAudit(secured);
      secured.addHook(
        "onRequest",
        createShedding(() => pressure.isUnderPressure || identity.isSaturated),
      );
      const addressLimit = createAddressLimit(perAddress, redis);
      if (addressLimit) secured.addHook("onRequest", addressLimit);
      secured.addHook("onRequest", createAuthenticate({ keys, rules: config.entra, now }));
      const callerLimit = createCallerLimit(perCaller, redis);
      if (callerLimit) secured.addHook("onRequest", callerLimit);

      const coalesce = createCoalesce<ExchangeOutcome>();
      const exchange = { identity, denyList, budget, coalesce, now, deadlineMs: exchangeDeadlineMs };
      await secured.register(async (api) => mountPrivateApi(api, config, services, exchange), { prefix: "/api" });
      await secured.register(async (oauth) => mountTokenEndpoint(oauth, exchange), { prefix: "/oauth2" });
    },
    { prefix: mountPath },
  );
  return app;
}

/** The routes under /api that need a caller. */
async function mountPrivateApi(
  api: FastifyInstance,
  { adminAppRole }: Config,
  { users, mappings, denyList }: Services,
  exchange: ExchangeNeeds,
): Promise<void> {
  const { now, deadlineMs } = exchange;
  mountTeamsToken(api, exchange);
  mountAcsUsers(api, { users, store: mappings, newKey: randomUUID, denyList, deadlineMs, ...createSharedWork() });
  if (adminAppRole !== undefined) await mountDenyList(api, { denyList, adminAppRole, now });
}

declare module "fastify" {
  interface FastifyInstance {
    /** Fetches the authority's keys at once; a withdrawn key is refused from then on. */
    reloadSigningKeys(): Promise<void>;
    /** Makes the server unready and lets its connections go; call before `close()` to lose no request. */
    drain(): Promise<void>;
  }
}
