// A client of the calling service for tests: one WebSocket of one user.
import { randomUUID } from "node:crypto";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import WebSocket from "ws";
import type { CallSnapshot, ClientMessage, Media, ServiceMessage } from "../src/calling/protocol.ts";
import type { Emulator } from "../src/start-emulator.ts";

/** What a participant sends who speaks and shows nothing. */
export const speaking: Media = { muted: false, video: false, screen: false, held: false };

/** An ACS access token of a Teams user, by the real SDK. */
export async function acsToken(emulator: Emulator, user: string): Promise<string> {
  const client = new CommunicationIdentityClient(emulator.acsConnectionString, { allowInsecureConnection: true });
  const { token } = await client.getTokenForTeamsUser({
    teamsUserAadToken: await emulator.issueToken({ resource: "teams", user }),
    clientId: emulator.registration("spa").appId,
    userObjectId: emulator.user(user).oid,
  });
  return token;
}

type Of<Type extends ServiceMessage["type"]> = Extract<ServiceMessage, { type: Type }>;

/** A connection to the calling service. */
export interface CallingClient {
  send(message: ClientMessage): void;
  /** The next message of this type that fits, also one that has already arrived. Each message is given once. */
  next<Type extends ServiceMessage["type"]>(type: Type, fits?: (message: Of<Type>) => boolean): Promise<Of<Type>>;
  /** The next snapshot that fits. */
  call(fits: (call: CallSnapshot) => boolean): Promise<CallSnapshot>;
  /** Joins a meeting. @returns the ID of this side of the call */
  join(meeting: { meetingLink: string } | { meetingId: string; passcode?: string }): string;
  /** The code with which the connection was closed. */
  closed: Promise<number>;
  close(): void;
}

/** Opens a connection, without a token. */
export async function connect(emulator: Emulator): Promise<CallingClient> {
  const socket = new WebSocket(`${emulator.origin.replace("http", "ws")}/calling`);
  const waiting: ServiceMessage[] = [];
  const listeners = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.on("message", (data) => {
    waiting.push(JSON.parse(String(data)) as ServiceMessage);
    for (const listener of listeners) listener();
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const client: CallingClient = {
    send: (message) => socket.send(JSON.stringify(message)),
    next: <Type extends ServiceMessage["type"]>(type: Type, fits: (message: Of<Type>) => boolean = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const index = waiting.findIndex((message) => message.type === type && fits(message as Of<Type>));
          if (index < 0) return;
          listeners.delete(look);
          const [found] = waiting.splice(index, 1);
          resolve(found as Of<Type>);
        };
        listeners.add(look);
        look();
      }),
    call: async (fits) => (await client.next("call", ({ call }) => fits(call))).call,
    join(meeting) {
      const leg = randomUUID();
      client.send({ type: "join", leg, meeting, media: speaking });
      return leg;
    },
    closed,
    close: () => socket.close(),
  };
  return client;
}

/** Opens a connection of a user. */
export async function connectAs(emulator: Emulator, user: string): Promise<CallingClient> {
  const client = await connect(emulator);
  client.send({ type: "hello", token: await acsToken(emulator, user) });
  await client.next("ready");
  return client;
}
