// One span and one measurement for each call of ACS; wraps the client of ACS itself, below retries and breaker, so that
// every call counts and nothing else does.

import type { Telemetry } from "../observability/telemetry.ts";
import type { AcsIdentity } from "./acs-failure.ts";

interface MeasureOptions {
  telemetry: Telemetry;
  /** The endpoint's origin; its host names the span's peer. */
  endpoint: string;
  /** The resource's name, if it has one. */
  resource: string | undefined;
  /** Milliseconds that only ever grow. */
  monotonicNow: () => number;
}

/** The same client, measured. The W3C header continues the trace at ACS. */
export function measureIdentity(
  identity: AcsIdentity,
  { telemetry, endpoint, resource, monotonicNow }: MeasureOptions,
): AcsIdentity {
  if (!telemetry.enabled) return identity;
  const { hostname } = new URL(endpoint);
  // A name that is not there would be the text "undefined".
  const named = resource === undefined ? {} : { resource };
  return {
    async exchangeTeamsToken(exchange, abortSignal) {
      const startedAt = monotonicNow();
      const tenant = exchange.tenant?.name;
      const names = tenant === undefined ? named : { tenant, ...named };
      const span = telemetry.startSpan({
        name: "ACS exchangeTeamsUserAccessToken",
        kind: "client",
        attributes: { "server.address": hostname, ...names },
      });
      const answer = await identity.exchangeTeamsToken({ ...exchange, traceparent: span.traceparent }, abortSignal);
      const outcome = answer.ok ? "ok" : answer.reason;
      telemetry.record("acs.exchange.duration", (monotonicNow() - startedAt) / 1000, { outcome, ...names });
      const facts = answer.ok
        ? { "http.response.status_code": 200, "acs.ms_cv": answer.value.msCv }
        : { "http.response.status_code": answer.status, "error.type": outcome, "acs.ms_cv": answer.msCv };
      span.end(facts, !answer.ok && answer.reason !== "refused");
      return answer;
    },
  };
}
