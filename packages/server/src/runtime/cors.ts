// Which pages of other origins may read our answers: exactly the listed ones, without credentials (there are no cookies).
import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** Adds CORS for the exact origins; with none listed no other origin may read anything, and no answer depends on it. */
export async function addCors(app: FastifyInstance, allowedOrigins: readonly string[]): Promise<void> {
  if (allowedOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...allowedOrigins],
    methods: ["GET", "POST", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "teams-user-aad-token", "traceparent"],
    exposedHeaders: ["www-authenticate", "retry-after", "x-request-id"],
    maxAge: 600,
    strictPreflight: false,
  });
}
