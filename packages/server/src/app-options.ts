// What a program that builds a server may choose, and what only tests choose.
import type { FastifyInstance } from "fastify";
import type { Plugin } from "./core/plugin.ts";
import type { LogDestination } from "./observability/logging.ts";
import type { QuotaTimes } from "./quota/quota-guard.ts";
import type { RequestLimits } from "./runtime/request-limits.ts";

/** Options of `createApp`. All of them are optional. */
export interface AppOptions {
  /** Sends requests to Entra ID and Microsoft Graph. Default: the global `fetch`. Requests to ACS do not use it. */
  fetch?: typeof fetch;
  /** The time, in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number;
  /** Where log lines go. Default: standard output. */
  logDestination?: LogDestination;
  /** A path such as `/calls` for all routes. Default: the setting `BASE_PATH`. The `type` of every problem begins with it. */
  mountPath?: string;
  /** Gets the bare Fastify server before any route is added, for hooks of your own. */
  configure?: (app: FastifyInstance) => void;
  /** The folder of a built page to serve at `/`. Default: `false`, no page. */
  pageFolder?: string | false;
  /** The plugins of the server. Default: all of them, see `defaultPlugins`. */
  plugins?: readonly Plugin[];
}

/** What tests change. It is not part of the package's API. */
export interface AppInternals {
  /** One deadline for a whole exchange, in milliseconds; 10,000 by default. */
  exchangeDeadlineMs?: number;
  /** What one request may cost; the rest as in runtime/request-limits.ts. */
  requestLimits?: Partial<RequestLimits>;
  /** The delay of the event loop, in milliseconds, from which on requests are refused; 1,000 by default. */
  maxLagMs?: number;
  quotaTimes?: QuotaTimes;
  /** How long one command to Redis may take, in milliseconds; 75 by default, because requests wait for it. */
  redisTimeoutMs?: number;
  /** How often TENANTS_FILE is looked at, in milliseconds; 1,000 by default. */
  tenantsPollMs?: number;
}
