// Counts connections by port, for tests of clients that must close, reuse or not open connections.
import type { Socket } from "node:net";

/** Number of connections of a port. */
export interface PortConnections {
  /** Open now. */
  readonly open: number;
  /** Accepted since the start or the last time the request log was cleared. */
  readonly accepted: number;
}

/** Number of connections of both ports. */
export interface Connections {
  readonly http: PortConnections;
  /** `secured`: those of `accepted` that finished the TLS handshake. */
  readonly https: PortConnections & { readonly secured: number };
}

/** Counts connections. */
export interface ConnectionCounter {
  readonly counts: Connections;
  accepted(port: keyof Connections, socket: Socket): void;
  secured(): void;
  /** Resets all counts except those of open connections. */
  clear(): void;
}

/** Creates a counter. */
export function createConnectionCounter(): ConnectionCounter {
  const counts = { http: { open: 0, accepted: 0 }, https: { open: 0, accepted: 0, secured: 0 } };
  return {
    counts,
    accepted: (port, socket) => {
      counts[port].open += 1;
      counts[port].accepted += 1;
      socket.once("close", () => {
        counts[port].open -= 1;
      });
    },
    secured: () => {
      counts.https.secured += 1;
    },
    clear: () => {
      counts.http.accepted = 0;
      Object.assign(counts.https, { accepted: 0, secured: 0 });
    },
  };
}
