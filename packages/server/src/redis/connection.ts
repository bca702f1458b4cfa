// The only file that talks to the Redis client: to one server, or to all nodes of a cluster.
import { createClient, createCluster } from "@redis/client";
import type { CredentialsProvider } from "./entra-credentials.ts";

/** A connection that is kept, or connections to all nodes. */
export interface Connection {
  readonly isCluster: boolean;
  /** Whether a command can be sent now. */
  readonly isReady: boolean;
  connect(): Promise<unknown>;
  /** Sends one command. Rejects with the client's error. */
  send(command: readonly string[]): Promise<unknown>;
  end(): void;
}

export interface ConnectionOptions {
  /** May hold a password and goes nowhere else. */
  url: string;
  /** Signs in instead of the user and password of the address. */
  credentials?: CredentialsProvider | undefined;
  /** Called with each error of the connection to one server; of a cluster only commands fail. */
  onError: (error: Error) => void;
}

/** A connection on which nothing comes back, not even to the probes, is replaced. */
const silentSocketMs = 5_000;

const common = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: 20_000,
  maintNotifications: "disabled",
  disableClientInfo: true,
} as const;
const socket = {
  connectTimeout: 2_000,
  socketTimeout: silentSocketMs,
  reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 4), 500) + Math.random() * 100,
};

/** The key that decides which node executes a command. */
export const keyOf = ([name, ...rest]: readonly string[]): string =>
  (/^EVAL/.test(name ?? "") ? rest[2] : rest[0]) ?? "";

const signIn = (credentialsProvider: CredentialsProvider | undefined) =>
  credentialsProvider ? { username: "", password: "", credentialsProvider } : {};

function withoutUser(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

/** Connects to the one server at this address; nothing happens before `connect`. */
export function connectionToServer({ url, credentials, onError }: ConnectionOptions): Connection {
  const client = createClient({ ...common, url: credentials ? withoutUser(url) : url, ...signIn(credentials), socket });
  // Each failed attempt to connect is an event; without a listener it would end the process.
  client.on("error", onError);
  return {
    isCluster: false,
    get isReady() {
      return client.isReady;
    },
    connect: () => client.connect(),
    send: (command) => client.sendCommand([...command]),
    end: () => client.destroy(),
  };
}

/** Connects to the cluster of which this address is a node; nothing happens before `connect`. */
export function connectionToCluster({ url, credentials }: ConnectionOptions): Connection {
  const { protocol, hostname, username, password } = new URL(url);
  // Managed clusters name their nodes by IP address; their certificates are for the name that the client was given.
  const tls = protocol === "rediss:" ? ({ tls: true, servername: hostname } as const) : {};
  const cluster = createCluster({
    rootNodes: [{ url: withoutUser(url) }],
    defaults: {
      ...common,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...signIn(credentials),
      socket: { ...socket, ...tls },
    },
  });
  for (const event of ["error", "node-error"]) cluster.on(event, () => {});
  return {
    isCluster: true,
    get isReady() {
      return cluster.isOpen;
    },
    connect: () => cluster.connect(),
    send: (command) => cluster.sendCommand(keyOf(command), false, [...command]),
    end: () => cluster.destroy(),
  };
}
