// What one request may cost: sizes and times. Fastify's own timeouts are off by default.

/** Body limit in bytes. A Teams token is at most 8 KB. */
const bodyBytes = 16 * 1024;
/** All headers together, in bytes: a caller token of 16 KB, a Teams token of 8 KB, as GET carries them, and the rest. */
const headerBytes = 32 * 1024;

/** The most open connections; further ones are closed. */
const connections = 10_000;

/** Sizes in bytes, times in milliseconds. */
export interface RequestLimits {
  bodyLimit: number;
  requestTimeout: number;
  connectionTimeout: number;
  keepAliveTimeout: number;
  handlerTimeout: number;
  maxConnections: number;
  http: { maxHeaderSize: number; headersTimeout: number; connectionsCheckingInterval: number };
}

/** The limits of production; all but `maxConnections` and `handlerTimeout` are options of the Fastify constructor. */
export const requestLimits: RequestLimits = {
  bodyLimit: bodyBytes,
  // From the first byte of a request to the last: a slow sender is cut off with 408.
  requestTimeout: 15_000,
  // A socket on which nothing happens at all; longer than the handler, so that a slow upstream is not cut here.
  connectionTimeout: 30_000,
  // Longer than the idle time of common load balancers, which must be the side that closes first.
  keepAliveTimeout: 75_000,
  // See handler-deadline.ts.
  handlerTimeout: 20_000,
  maxConnections: connections,
  http: { maxHeaderSize: headerBytes, headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
};
