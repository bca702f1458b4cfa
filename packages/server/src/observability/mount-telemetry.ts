// Connects the server with its telemetry: a span and a measurement for each request, the values that are read when
// somebody collects, the port for Prometheus. Attributes are OpenTelemetry's for HTTP servers, the problem is its
// `error.type`; nothing of a request's address, headers or body is among them.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { SigningKeys } from "../entra/signing-keys.ts";
import type { TelemetrySettings } from "../settings/telemetry-settings.ts";
import { listenForMetrics } from "./metrics-server.ts";
import { observeProcess } from "./process-metrics.ts";
import { type RequestEnd, routeOf } from "./request-end.ts";
import type { Span, Telemetry } from "./telemetry.ts";

interface TelemetryNeeds {
  keys: SigningKeys;
  /** Where Prometheus fetches. */
  prometheus: TelemetrySettings["prometheus"];
}

/** Mounts everything but the end of the spans, which is {@link endRequestSpan}. Ends with the server. */
export function mountTelemetry(app: FastifyInstance, telemetry: Telemetry, { keys, prometheus }: TelemetryNeeds): void {
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
      // Without a header a trace of its own begins, whatever runs at the time.
      traceparent: typeof traceparent === "string" ? traceparent : "",
    });
  });
  // Reading the body leaves the context of the first hook, so the handler is entered from here.
  app.addHook("preHandler", (request, _reply, done) => {
    if (request.span) request.span.run(done);
    else done();
  });
}

/** Records how a request ended. A client that did not wait has no status. */
export function endRequestSpan(telemetry: Telemetry, { span, id }: FastifyRequest, end: RequestEnd): void {
  if (!telemetry.enabled) return;
  const errorType = end.status === undefined ? "aborted" : end.problem;
  const attributes = {
    "http.request.method": end.method,
    "http.route": end.route,
    ...(end.status !== undefined && { "http.response.status_code": end.status }),
    ...(errorType !== undefined && { "error.type": errorType }),
  };
  telemetry.record("http.server.request.duration", end.durationMs / 1000, attributes);
  span?.end({ ...attributes, "teams_token_exchange.request_id": id }, (end.status ?? 0) >= 500);
}

declare module "fastify" {
  interface FastifyRequest {
    /** The request's span, where requests are traced. */
    span: Span | undefined;
  }
}
