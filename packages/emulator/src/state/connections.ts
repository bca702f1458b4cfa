// How many connections there are and were, by port: for tests of clients that must close what they leave, keep alive what
// they use, or not come at all.
import type { Socket } from "node:net";

/** Connections of the http port. */
export interface PortConnections {
  /** Open now. */
  readonly open: number;
  /** Accepted since the start or the last clear of the request log. */
  readonly accepted: number;
}

/** Both ports. */
export interface Connections {
  readonly http: PortConnections;
  /** `secured`: finished their handshake, since the same time. */
  readonly https: PortConnections & { readonly secured: number };
}

/** Counts them. */
export interface ConnectionCounter {
  readonly counts: Connections;
  accepted(port: keyof Connections, socket: Socket): void;
  secured(): void;
  /** Forgets all but the open ones. */
  clear(): void;
}

/** Starts at none. */
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
