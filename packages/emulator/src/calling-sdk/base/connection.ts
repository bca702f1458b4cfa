// The WebSocket to the emulated calling service: one per call agent. It signs in with the access token, and connects again
// after a network failure.
import type { CommunicationTokenCredential } from "@azure/communication-common";
import type { CallUser, ClientMessage, ServiceMessage } from "../../calling/protocol.ts";
import { CallingError, sdkError } from "./sdk-error.ts";
import { webSocketAddress } from "./service-address.ts";

/** How long the module tries to connect again. Microsoft documents two minutes until a call without network ends. */
const reconnectForMs = 120_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

/** What a call agent does with the connection. */
export interface ConnectionHandlers {
  /** Every message but those that the connection itself processes. */
  onMessage(message: ServiceMessage): void;
  /** The calls that go on after the connection was lost. */
  legs(): string[];
  onLost(): void;
  onRestored(): void;
  /** It will not come back: the network stayed away, or the token was refused. */
  onEnded(reason: "connectionIssue" | "invalidToken", refused?: CallingError): void;
}

export class ServiceConnection {
  readonly #credential: CommunicationTokenCredential;
  readonly #handlers: ConnectionHandlers;
  readonly #requests = new Map<number, { resolve(): void; reject(error: unknown): void }>();
  #socket: WebSocket | undefined;
  #lastRequest = 0;
  #retry: (() => void) | undefined;
  #closed = false;

  private constructor(credential: CommunicationTokenCredential, handlers: ConnectionHandlers) {
    this.#credential = credential;
    this.#handlers = handlers;
  }

  /**
   * Connects and signs in.
   * @throws CallingError 401/44110 without a token, 408/40114 without a service, or what the service refuses the token with
   */
  static async open(
    credential: CommunicationTokenCredential,
    handlers: ConnectionHandlers,
  ): Promise<{ connection: ServiceConnection; user: CallUser }> {
    const connection = new ServiceConnection(credential, handlers);
    return { connection, user: await connection.#connect() };
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  async #token(): Promise<string> {
    try {
      const { token } = await this.#credential.getToken();
      return token;
    } catch (error) {
      throw sdkError(44110, error);
    }
  }

  /** Resolves once the service has accepted the token. */
  async #connect(): Promise<CallUser> {
    const token = await this.#token();
    const legs = this.#handlers.legs();
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(webSocketAddress());
      let refused: CallingError | undefined;
      socket.onopen = () => {
        socket.send(JSON.stringify({ type: "hello", token, legs: legs.length > 0 ? legs : undefined }));
      };
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data as string) as ServiceMessage;
        if (message.type === "refused") {
          refused = new CallingError(message.code, message.subCode, message.message);
        } else if (message.type === "ready") {
          this.#socket = socket;
          resolve(message.user);
        } else {
          this.#receive(message);
        }
      };
      socket.onclose = () => {
        reject(refused ?? sdkError(40114, new Error(`${webSocketAddress()} did not answer`)));
        if (this.#socket === socket) this.#lost(refused);
      };
    });
  }

  #receive(message: ServiceMessage): void {
    if (message.type === "token-needed") {
      void this.#renewToken();
    } else if (message.type === "result") {
      const request = this.#requests.get(message.request);
      this.#requests.delete(message.request);
      const { error } = message;
      if (error === undefined) request?.resolve();
      else request?.reject(new CallingError(error.code, error.subCode, error.message));
    } else {
      this.#handlers.onMessage(message);
    }
  }

  /** If there is no new token, the service refuses the old one once it has expired. */
  async #renewToken(): Promise<void> {
    const token = await this.#token().catch(() => undefined);
    if (token !== undefined) this.send({ type: "token", token });
  }

  /** Sends a message. Without a connection it is lost: after a reconnect, the agent sends its whole state again. */
  send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Sends a message that the service answers with a result. */
  request(message: (request: number) => ClientMessage): Promise<void> {
    if (this.#socket === undefined) return Promise.reject(notConnected());
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#requests.set(request, { resolve, reject });
      this.send(message(request));
    });
  }

  #lost(refused: CallingError | undefined): void {
    this.#socket = undefined;
    for (const { reject } of this.#requests.values()) reject(notConnected());
    this.#requests.clear();
    if (this.#closed) return;
    if (refused === undefined) void this.#reconnect();
    else this.#end("invalidToken", refused);
  }

  async #reconnect(): Promise<void> {
    const deadline = Date.now() + reconnectForMs;
    this.#handlers.onLost();
    for (let pauseMs = firstPauseMs; Date.now() < deadline; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      await this.#pause(pauseMs);
      if (this.#closed) return;
      const failure = await this.#connect().then(
        () => undefined,
        (error: unknown) => error as CallingError,
      );
      if (this.#closed) {
        this.#socket?.close();
        return;
      }
      if (failure === undefined) return this.#handlers.onRestored();
      if (failure.subCode !== 40114 && failure.subCode !== 44110) return this.#end("invalidToken", failure);
    }
    this.#end("connectionIssue");
  }

  /** Ends early when the connection is closed. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#retry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #end(reason: "connectionIssue" | "invalidToken", refused?: CallingError): void {
    this.#closed = true;
    this.#handlers.onEnded(reason, refused);
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
    this.#socket?.close(1000);
  }
}

/** Microsoft documents 490 as a network problem of the local endpoint. */
const notConnected = () => new CallingError(490, 0, "No connection to the emulated calling service");
