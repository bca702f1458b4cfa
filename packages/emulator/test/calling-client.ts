// A client of the calling service for tests: one WebSocket of one user.
import { randomUUID } from "node:crypto";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import WebSocket from "ws";
import type { CallSnapshot, ClientMessage, Media, Participant, ServiceMessage } from "../src/calling/protocol.ts";
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
  /** The states of one side of a call so far, without repetitions, and how it ended, e.g. `ended 0/0`. */
  states(leg: string): string[];
  /** Starts a call. @returns the ID of this side of the call */
  start(...rawIds: string[]): string;
  /** Accepts the next ring. @returns the ID of this side of the call */
  accept(): Promise<string>;
  /** Waits for the end of one side of a call. @returns code and subcode, e.g. `0/0` */
  ended(leg: string): Promise<string>;
  /** Asks for something and waits for the result. @returns `done`, or code and message of the error */
  ask(message: (request: number) => ClientMessage): Promise<string>;
  /** Every message so far. */
  readonly received: readonly ServiceMessage[];
  /** The code with which the connection was closed. */
  closed: Promise<number>;
  close(): void;
  /** Breaks the connection, without a goodbye. */
  break(): void;
  /** Sends a text as it is. */
  sendText(text: string): void;
}

/** The raw identifier of a user of the seed. */
export const rawId = (emulator: Emulator, user: string): string => `8:orgid:${emulator.user(user).oid}`;

/** Where a side of a call is after a message, if the message is about it. */
function stateIn(message: ServiceMessage, leg: string): string | undefined {
  if (message.type === "call" && message.call.leg === leg) return message.call.state;
  return message.type === "ended" && message.leg === leg ? `ended ${message.code}/${message.subCode}` : undefined;
}

/** Opens a connection, without a token. */
export async function connect(emulator: Emulator, options: WebSocket.ClientOptions = {}): Promise<CallingClient> {
  const socket = new WebSocket(`${emulator.origin.replace("http", "ws")}/calling`, options);
  const received: ServiceMessage[] = [];
  let lastRequest = 0;
  const waiting: ServiceMessage[] = [];
  const listeners = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as ServiceMessage;
    received.push(message);
    waiting.push(message);
    for (const listener of listeners) listener();
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const client: CallingClient = {
    send: (message) => socket.send(JSON.stringify(message)),
    next: <Type extends ServiceMessage["type"]>(type: Type, fits: (message: Of<Type>) => boolean = () => true) =>
      new Promise<Of<Type>>((resolve) => {
        const look = () => {
          const index = waiting.findIndex((message) => message.type === type && fits(message as Of<Type>));
          if (index < 0) return;
          listeners.delete(look);
          (resolve as (found: unknown) => void)(waiting.splice(index, 1)[0]);
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
    states: (leg) => {
      const states = received.flatMap((message) => stateIn(message, leg) ?? []);
      return states.filter((state, index) => state !== states[index - 1]);
    },
    start(...users) {
      const leg = randomUUID();
      client.send({ type: "start", leg, users, media: speaking });
      return leg;
    },
    async accept() {
      const leg = randomUUID();
      const { ring } = await client.next("ring");
      client.send({ type: "accept", leg, ring, media: speaking });
      return leg;
    },
    async ended(leg) {
      const { code, subCode } = await client.next("ended", (message) => message.leg === leg);
      return `${code}/${subCode}`;
    },
    async ask(message) {
      lastRequest += 1;
      const request = lastRequest;
      client.send(message(request));
      const { error } = await client.next("result", (result) => result.request === request);
      return error === undefined ? "done" : `${error.code}: ${error.message}`;
    },
    received,
    closed,
    close: () => socket.close(),
    break: () => socket.terminate(),
    sendText: (text) => socket.send(text),
  };
  return client;
}

/** Opens a connection of a user. @param legs the calls that go on after a lost connection */
export async function connectAs(emulator: Emulator, user: string, legs?: string[]): Promise<CallingClient> {
  const client = await connect(emulator);
  client.send({ type: "hello", token: await acsToken(emulator, user), ...(legs === undefined ? {} : { legs }) });
  await client.next("ready");
  return client;
}

/** Waits until somebody sees this participant in this state. @returns the participant */
export async function sees(
  client: CallingClient,
  leg: string,
  name: string,
  state: Participant["state"],
): Promise<Participant> {
  const call = await client.call(
    ({ leg: one, participants, lobby }) =>
      one === leg && [...participants, ...lobby].some((other) => other.displayName === name && other.state === state),
  );
  const found = [...call.participants, ...call.lobby].find(({ displayName }) => displayName === name);
  if (!found) throw new Error("not there");
  return found;
}

/** Waits until this side of a call is connected. */
export const connected = (client: CallingClient, leg: string) =>
  client.call((call) => call.leg === leg && call.state === "Connected");
