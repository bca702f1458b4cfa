// A server for tests that are not about load. Unlike the one of `createApp` it takes all the time that a slow machine needs:
// a server without processor time correctly refuses requests.
import type { FastifyInstance } from "fastify";
import { buildApp } from "../../src/app.ts";
import type { AppOptions } from "../../src/app-options.ts";
import type { Config } from "../../src/settings/read-settings.ts";

const minuteMs = 60_000;

export const createPatientApp = (config: Config, options: AppOptions = {}): Promise<FastifyInstance> =>
  buildApp(config, options, { maxLagMs: 10 * minuteMs, exchangeDeadlineMs: minuteMs });
