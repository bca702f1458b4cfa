// One request to ACS and its answer, between the SDK's types and undici's. Answers are not decompressed, so none can cost more
// memory than it has bytes.
import type { IncomingHttpHeaders } from "node:http";
import { createHttpHeaders, type PipelineRequest, type PipelineResponse, RestError } from "@azure/core-rest-pipeline";
import type { Dispatcher } from "undici";
import { asSdkError, badAnswer } from "./transport-errors.ts";

/** Headers of an answer, as the SDK hands them on. */
export interface AnswerHeaders {
  get(name: string): string | undefined;
}

/** Microsoft's correlation vector, if it looks like one. */
export const readMsCv = (headers: AnswerHeaders | undefined): string | undefined =>
  /^[\w+/.=-]{1,128}$/.exec(headers?.get("ms-cv") ?? "")?.[0];

/** The SDK's headers as undici takes them with the least work: names and values in turn. */
function headersOf(request: PipelineRequest): string[] {
  const headers: string[] = [];
  for (const [name, value] of request.headers) {
    // The SDK offers gzip, which a small answer does not need and a hostile one could use as a bomb.
    if (name !== "accept-encoding") headers.push(name, value);
  }
  return headers;
}

/** The function that sends requests to one origin through its connections. */
export const requestSender =
  (connections: Dispatcher, origin: string) =>
  (request: PipelineRequest): Promise<PipelineResponse> => {
    // The connections are to one origin only: a request to another one would reach the wrong server.
    if (!request.url.startsWith(`${origin}/`)) {
      return Promise.reject(new RestError("The address is not of this origin."));
    }
    return new Promise((resolve, reject) => {
      const answer = new Answer(request, resolve, reject);
      const path = request.url.slice(origin.length);
      const body = typeof request.body === "string" ? request.body : null;
      connections.dispatch({ origin, path, method: request.method, headers: headersOf(request), body }, answer);
    });
  };

/** One answer as it arrives. It settles once and ignores later events of undici. */
class Answer implements Dispatcher.DispatchHandler {
  readonly #request: PipelineRequest;
  readonly #resolve: (response: PipelineResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #abort = () => this.#fail(asSdkError(undefined, this.#request));
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #status: number | undefined;
  #headers = createHttpHeaders();
  readonly #chunks: Buffer[] = [];

  constructor(request: PipelineRequest, resolve: (response: PipelineResponse) => void, reject: (error: Error) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    if (request.abortSignal?.aborted) this.#abort();
    else request.abortSignal?.addEventListener("abort", this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: nothing is sent.
    if (this.#isSettled) controller.abort(new Error("given up"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 1xx answers come before the one that counts.
    if (status < 200) return;
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers.set(name, Array.isArray(value) ? value.join(", ") : value);
    }
    const encoding = this.#headers.get("content-encoding") ?? "identity";
    if (encoding !== "identity") this.#fail(badAnswer("The answer is compressed although that was not offered."));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#status === undefined || !this.#settle()) return;
    const [first = Buffer.alloc(0), ...more] = this.#chunks;
    const body = more.length === 0 ? first : Buffer.concat(this.#chunks);
    const bodyAsText = body.toString("utf8");
    this.#resolve({ request: this.#request, status: this.#status, headers: this.#headers, bodyAsText });
  }

  /** After the answer has begun, every failure is a bad answer, not a failed connection. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const isBroken = this.#status !== undefined;
    this.#fail(isBroken ? badAnswer("The answer broke off or is too large.") : asSdkError(error, this.#request));
  }

  #fail(error: Error): void {
    if (!this.#settle()) return;
    this.#reject(error);
    this.#controller?.abort(error);
  }

  /** Whether it was not settled before. */
  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#request.abortSignal?.removeEventListener("abort", this.#abort);
    return true;
  }
}
