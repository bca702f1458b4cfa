// The whole server: hooks and routes in the order in which they run, read from top to bottom.
import type { FastifyInstance } from "fastify";
import type { AppInternals, AppOptions } from "./app-options.ts";
import { createCore } from "./core/core.ts";
import { defaultPlugins } from "./default-plugins.ts";
import { createAuthenticate } from "./entra/authenticate.ts";
import { addTeamsTokenRoute } from "./exchange/teams-token-route.ts";
import { createFetch } from "./network/network.ts";
import { addAuditLog, addRequestLog } from "./observability/request-log.ts";
import { addTelemetry, spanEnder } from "./observability/server-telemetry.ts";
import { startTelemetry } from "./observability/telemetry.ts";
import { addProblemsPage } from "./problems/problems-page.ts";
import { createAddressLimit } from "./rate-limit/address-limit.ts";
import { createCallerLimit } from "./rate-limit/rate-limit.ts";
import { addCors } from "./runtime/cors.ts";
import { addDrain } from "./runtime/drain.ts";
import { addHealthRoutes } from "./runtime/health.ts";
import { watchEventLoop } from "./runtime/overload.ts";
import { addPageHeaders } from "./runtime/page-headers.ts";
import {
  addBodyRules,
  addConnectionClose,
  addResponseHeaders,
  refuseWhileOverloaded,
} from "./runtime/request-handling.ts";
import { createServer } from "./runtime/server.ts";
import type { Config } from "./settings/read-settings.ts";

/** Builds the server. Tests use `internals` to shorten times; the public function is `createApp` in create-app.ts. */
export async function buildApp(config: Config, options: AppOptions, internals: AppInternals): Promise<FastifyInstance> {
  const { fetch = createFetch(config.network), now = Date.now, mountPath = config.basePath } = options;
  const { plugins = defaultPlugins(config, options.pageFolder) } = options;
  const { exchangeDeadlineMs: deadlineMs = 10_000, quotaTimes, redisTimeoutMs, tenantsPollMs } = internals;
  const monotonicNow = performance.now.bind(performance);

  const app = createServer(config, { ...options, ...internals, mountPath, isHosted: options.mountPath !== undefined });
  options.configure?.(app);
  const { log } = app;
  for (const { setting, problem } of config.warnings) log.warn({ setting }, `${setting} ${problem}`);
  const telemetry = await startTelemetry(config.telemetry, config.network, log);
  const shared = { fetch, now, monotonicNow, log, telemetry, deadlineMs };
  const core = await createCore(config, { ...shared, quotaTimes, redisTimeoutMs, tenantsPollMs });
  const { keys, denyList, tenants, redis } = core;
  app.addHook("onReady", () => core.start());
  app.addHook("onClose", () => core.stop());
  app.decorate("reloadSigningKeys", () => keys.reload());
  app.decorate("reloadTenants", () => core.reloadTenants());

  addRequestLog(app, spanEnder(telemetry));
  addTelemetry(app, telemetry, { keys, prometheus: config.telemetry.prometheus });
  addResponseHeaders(app);
  await addCors(app, config.allowedOrigins);
  addBodyRules(app);
  const pressure = watchEventLoop(app, internals.maxLagMs);
  const drain = addDrain(app);
  addConnectionClose(app, drain);

  // Public routes. The test that expects 401 from every other route names each of them.
  await app.register(
    async (scope) => {
      // Not on private routes: HEAD would spend quota and give nothing.
      scope.addHook("onRoute", (route) => {
        if (route.method === "GET") route.method = ["GET", "HEAD"];
      });
      addPageHeaders(scope, config);
      addHealthRoutes(
        scope,
        () => keys.ready && denyList.ready && !drain.isDraining && performance.now() > pressure.untilMs,
        () => redis?.problem && `redis ${redis.problem.code}`,
      );
      addProblemsPage(scope);
      for (const plugin of plugins) await scope.register(async (own) => plugin.addPublicRoutes?.(own, core));
    },
    { prefix: mountPath },
  );

  // Private routes. The scope authenticates every request before it reads the body.
  await app.register(
    async (scope) => {
      scope.decorateRequest("caller");
      scope.decorateRequest("tenant");
      addAuditLog(scope);
      scope.addHook("onRequest", refuseWhileOverloaded(pressure, tenants));
      const addressLimit = createAddressLimit(config.limits.perAddress, redis, monotonicNow);
      if (addressLimit) scope.addHook("onRequest", addressLimit);
      scope.addHook("onRequest", createAuthenticate({ keys, tenants, now, monotonicNow }));
      const callerLimit = createCallerLimit(config.limits.perCaller, redis);
      if (callerLimit) scope.addHook("onRequest", callerLimit);
      addTeamsTokenRoute(scope, core.exchange);
      for (const plugin of plugins) await scope.register(async (own) => plugin.addPrivateRoutes?.(own, core));
    },
    { prefix: mountPath },
  );
  return app;
}
