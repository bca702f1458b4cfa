// Connects the server with its telemetry: a span and a measurement for each request, values that are read at each
// collection, and the port for Prometheus. Attributes are OpenTelemetry's for HTTP servers, with the problem as
// `error.type`. No address, header or body is among them.
import { once } from "node:events";
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { TelemetrySettings } from "../settings/telemetry-settings.ts";
import { routeOf } from "./request-log.ts";
import type { RequestEnd, Span, Telemetry } from "./telemetry.ts";

interface ServerTelemetryOptions {
  /** The authority's signing keys: whether they may be trusted, and their age in seconds if there are any. */
  keys: { readonly ready: boolean; readonly ageSeconds: number | undefined };
  /** Where Prometheus fetches. */
  prometheus: TelemetrySettings["prometheus"];
}

const resolutionMs = 20;
const processWindowMs = 60_000;

/** Adds everything except the end of the spans, which is {@link spanEnder}. It stops with the server. */
export function addTelemetry(
  app: FastifyInstance,
  telemetry: Telemetry,
  { keys, prometheus }: ServerTelemetryOptions,
): void {
  app.decorateRequest("span", undefined);
  if (!telemetry.enabled) return;

  telemetry.observe("entra.signing_keys.age", () => keys.ageSeconds);
  telemetry.observe("entra.signing_keys.ready", () => (keys.ready ? 1 : 0));
  const endProcessMetrics = observeProcess(telemetry);
  let endListening = async () => {};
  app.addHook("onReady", async () => {
    endListening = await listenForMetrics(telemetry, prometheus);
  });
  app.addHook("onClose", async () => {
    endProcessMetrics();
    await endListening();
    await telemetry.shutdown();
  });

  app.addHook("onRequest", async (request) => {
    const { traceparent } = request.headers;
    request.span = telemetry.startSpan({
      name: `${request.method} ${routeOf(request)}`,
      kind: "server",
      // Without a header a new trace begins, even if another one is active.
      traceparent: typeof traceparent === "string" ? traceparent : "",
    });
  });
  // Reading the body leaves the context of the first hook, so the handler is entered from here.
  app.addHook("preHandler", (request, _reply, done) => {
    if (request.span) request.span.run(done);
    else done();
  });
}

/** The function that records how a request ended, or undefined if nothing is measured. A client that did not wait has no status. */
export function spanEnder(telemetry: Telemetry) {
  if (!telemetry.enabled) return undefined;
  return ({ span, id }: FastifyRequest, end: RequestEnd): void => {
    const errorType = end.status === undefined ? "aborted" : end.problem;
    const attributes = {
      "http.request.method": end.method,
      "http.route": end.route,
      ...(end.status !== undefined && { "http.response.status_code": end.status }),
      ...(errorType !== undefined && { "error.type": errorType }),
    };
    telemetry.record("http.server.request.duration", end.durationMs / 1000, attributes);
    span?.end({ ...attributes, "teams_token_exchange.request_id": id }, (end.status ?? 0) >= 500);
  };
}

/** Registers them; returns what ends the measuring. */
function observeProcess(telemetry: Telemetry): () => void {
  if (!telemetry.enabled) return () => {};
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // Percentiles of the whole life of a process would hide a bad minute after a week.
  const timer = setInterval(() => delay.reset(), processWindowMs).unref();
  // The histogram holds whole intervals of the sampling timer; what exceeds its resolution is the delay.
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3);
  telemetry.observe("nodejs.eventloop.delay.p50", () => seconds(delay.percentile(50)));
  telemetry.observe("nodejs.eventloop.delay.p99", () => seconds(delay.percentile(99)));
  telemetry.observe("nodejs.eventloop.delay.max", () => seconds(delay.max));
  telemetry.observe("process.memory.usage", () => process.memoryUsage.rss());
  telemetry.observe("v8js.memory.heap.used", () => process.memoryUsage().heapUsed);
  telemetry.observe("process.uptime", () => process.uptime());
  telemetry.observe("process.cpu.time", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}

const isLoopback = (name: string) => /^(localhost|127(\.\d+){3}|::1)$/i.test(name);

/** The name in a Host header, without port and brackets. */
const hostOf = (header = "") => header.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");

/**
 * Serves GET /metrics for Prometheus on METRICS_PORT, apart from the API's port, so that a firewall can keep it inside. Does
 * nothing if that is off. Resolves with the function that stops it.
 * @throws Error with the system's code (EADDRINUSE, EACCES) and the port
 */
async function listenForMetrics(
  { prometheus }: Telemetry,
  { port, host }: { port: number; host: string },
): Promise<() => Promise<void>> {
  if (!prometheus) return async () => {};
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    // A page in a browser on this machine can point its own host name to this address (DNS rebinding).
    if (isLoopback(host) && !isLoopback(hostOf(request.headers.host))) {
      response
        .writeHead(403, { "content-type": "text/plain" })
        .end("Ask for /metrics at the address of METRICS_HOST.\n");
      return;
    }
    const isMetrics = request.method === "GET" && request.url?.split("?")[0] === "/metrics";
    if (isMetrics) prometheus(request, response);
    else response.writeHead(404).end();
  });
  server.listen(port, host);
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** The request's span, where requests are traced. */
    span: Span | undefined;
  }
}
