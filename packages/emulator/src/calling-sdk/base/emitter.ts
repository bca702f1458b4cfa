// The `on` and `off` of all objects of the SDK.
import { CallingError } from "./sdk-error.ts";
import type { Unsubscribe } from "./sdk-types.ts";

/** Any listener of the SDK: with or without an argument. */
export type Listener = (args: never) => void;

/** Has listeners for a fixed set of events. Like the SDK, it refuses others, so that a typing error does not stay unnoticed. */
export class Emitter {
  readonly #kind: string;
  readonly #listeners: Map<string, Set<Listener>>;

  /**
   * @param kind the name for error messages, e.g. `TeamsCall`
   * @param events the names of all its events
   */
  constructor(kind: string, events: readonly string[]) {
    this.#kind = kind;
    this.#listeners = new Map(events.map((event) => [event, new Set()]));
  }

  #listenersOf(event: string): Set<Listener> {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) {
      throw new CallingError(400, 0, `${this.#kind} has no event "${event}" in the emulated calling service`);
    }
    return listeners;
  }

  on(event: string, listener: Listener): void {
    this.#listenersOf(event).add(listener);
  }

  off(event: string, listener: Listener): void {
    this.#listenersOf(event).delete(listener);
  }

  /** Adds a listener, for this module's own use. */
  watch(event: string, listener: Listener): Unsubscribe {
    this.on(event, listener);
    return () => this.off(event, listener);
  }

  /** Calls the listeners. One that throws is reported like any uncaught error and does not stop the others. */
  emit(event: string, args?: unknown): void {
    for (const listener of [...this.#listenersOf(event)]) {
      try {
        (listener as (args: unknown) => void)(args);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
