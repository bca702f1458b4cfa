import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { schemaController } from "./request-handling.ts";

const canary = "canary-2b7c";

/** A route whose answer is its body under `sent`, with what a mistake might leave in it. */
async function post(body: unknown) {
  const app = Fastify({ schemaController });
  const schema = { body: z.object({ count: z.int() }), response: { 200: z.object({ sent: z.object({}).loose() }) } };
  app.post("/", { schema }, async (request) => ({ sent: request.body, secret: canary }));
  app.post("/odd", { schema }, async () => ({ sent: canary }));
  const [answer, odd] = [
    await app.inject({ method: "POST", url: "/", payload: body as object }),
    await app.inject({ method: "POST", url: "/odd", payload: body as object }),
  ];
  return { status: answer.statusCode, text: answer.payload, odd: odd.statusCode };
}

describe("the schemas of a route", () => {
  it("refuse a body that does not fit, as a request that is invalid", async () => {
    for (const body of [{ count: "5" }, { count: 1.5 }, {}, []]) expect((await post(body)).status).toBe(400);
  });

  it("give the handler nothing that they do not name, and take it out of the answer", async () => {
    const { status, text } = await post({ count: 5, name: canary });
    expect([status, text]).toEqual([200, '{"sent":{"count":5}}']);
  });

  it("let no answer out that does not fit", async () => {
    expect((await post({ count: 5 })).odd).toBe(500);
  });
});
