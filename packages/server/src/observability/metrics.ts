// Every metric of this server: its name, unit and description. Names follow OpenTelemetry's semantic conventions if one
// exists. Prometheus gets them with underscores and the unit at the end.

interface Metric {
  readonly unit: string;
  readonly description: string;
}

/** Distributions, recorded as things happen. Times are in seconds. */
export const histograms = {
  "http.server.request.duration": {
    unit: "s",
    description: "Requests by method, route, status and problem (error.type), and how long they took.",
  },
  "acs.exchange.duration": {
    unit: "s",
    description: "Calls of Azure Communication Services by outcome, tenant and resource, and how long they took.",
  },
} as const satisfies Record<string, Metric>;

/** Values that are read at each collection. */
export const gauges = {
  "entra.signing_keys.age": { unit: "s", description: "Age of the authority's signing keys; absent until fetched." },
  "entra.signing_keys.ready": { unit: "1", description: "1 while there are keys that may be trusted, else 0." },
  "acs.quota.used": {
    unit: "{exchange}",
    description: "Exchanges that the quota guard allowed this instance in the last window; add up the instances.",
  },
  "acs.quota.limit": {
    unit: "{exchange}",
    description: "The most that the quota guard allows all instances together in a window.",
  },
  "nodejs.eventloop.delay.p50": { unit: "s", description: "Median delay of the event loop in the last minute." },
  "nodejs.eventloop.delay.p99": { unit: "s", description: "99th percentile of the same." },
  "nodejs.eventloop.delay.max": { unit: "s", description: "Maximum of the same." },
  "process.memory.usage": { unit: "By", description: "Resident set size." },
  "v8js.memory.heap.used": { unit: "By", description: "Heap in use." },
  "process.uptime": { unit: "s", description: "Since the process started." },
} as const satisfies Record<string, Metric>;

/** Sums that only grow, read at each collection. */
export const counters = {
  "acs.tokens.unknown_form": {
    unit: "{token}",
    description: "ACS tokens whose form does not tell whose they are. They are given out unchecked.",
  },
  "process.cpu.time": { unit: "s", description: "Processor time of the process, user and system." },
} as const satisfies Record<string, Metric>;

export type HistogramName = keyof typeof histograms;
export type ObservedName = keyof typeof gauges | keyof typeof counters;

/**
 * Upper bounds of the histograms' buckets in seconds; finest around the time of a good exchange, up to the exchange's
 * deadline.
 */
export const bucketBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
