// A part of the server that not every user of this package wants. It brings its own routes, and the core works without it.
import type { FastifyInstance } from "fastify";
import type { Core } from "./core.ts";

/**
 * A part of the server that can be left out. Each of its functions gets a separate Fastify scope, so hooks, parsers and error
 * handlers that it adds concern only its routes. What it starts, it stops in the scope's `onClose` hook.
 */
export interface Plugin {
  readonly name: string;
  /** Adds routes that anyone may call. */
  addPublicRoutes?(scope: FastifyInstance, core: Core): void | Promise<void>;
  /**
   * Adds routes that need a caller. The scope authenticates each request before its body is read, counts it against the rate
   * limits and writes the audit log; `request.caller` is set.
   */
  addPrivateRoutes?(scope: FastifyInstance, core: Core): void | Promise<void>;
}
