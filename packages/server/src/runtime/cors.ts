// Which pages of other origins may read our answers: exactly the listed ones, without credentials (there are no cookies).
import cors, { type FastifyCorsOptionsDelegateCallback } from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/** Headers with which proxies say where a request comes from, or which make another request of it. */
const mutating =
  /^(forwarded|via|x-forwarded.*|x-real-ip|(x|true|x-cluster)-client-ip|x-original-.*|x-rewrite-url|x-(http-)?method(-override)?)$/;

/** Headers with which browsers and hosts that sign people in say who someone is. */
const credential = /^(cookie|proxy-.*|x-ms-(client-principal|token-aad).*|x-auth-request-.*)$/;

/** Which of the headers that a preflight names the page may send: its own choice, such as those of tracing libraries. */
const allowedOf = (requested: string, callerTokenHeader: string) =>
  requested
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    .filter((name) => name === callerTokenHeader || !(mutating.test(name) || credential.test(name)));

/** Adds CORS for the exact origins; with none listed no other origin may read anything, and no answer depends on it. */
export async function addCors(app: FastifyInstance, allowedOrigins: readonly string[]): Promise<void> {
  if (allowedOrigins.length === 0) return;
  const options = {
    origin: [...allowedOrigins],
    methods: ["GET", "POST", "DELETE"],
    exposedHeaders: ["www-authenticate", "retry-after", "x-request-id"],
    maxAge: 600,
    strictPreflight: false,
  };
  const delegator: FastifyCorsOptionsDelegateCallback = ({ headers }, callback) => {
    const isListed = allowedOrigins.includes(headers.origin ?? "");
    const requested = (isListed && headers["access-control-request-headers"]) || "";
    callback(null, { ...options, allowedHeaders: allowedOf(requested, app.callerTokenHeader) });
  };
  await app.register(cors, { delegator });
}
