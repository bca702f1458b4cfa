import Fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { handleError } from "../src/problems/problem-handler.ts";
import { addHandlerDeadline } from "../src/runtime/request-handling.ts";

/** A server whose handlers get 100 ms. */
async function start(mount: (app: FastifyInstance) => void): Promise<string> {
  const app = Fastify({ logger: { level: "silent" } });
  onTestFinished(() => app.close());
  app.decorate("mountPath", "");
  app.decorateRequest("outcome", undefined);
  app.setErrorHandler(handleError);
  addHandlerDeadline(app, 100);
  mount(app);
  return app.listen({ port: 0, host: "127.0.0.1" });
}

describe("the last resort", () => {
  it("answers 503 if a handler does not, and survives the handler's late answer", async () => {
    const { promise: late, resolve } = Promise.withResolvers<object>();
    const url = await start((app) => void app.get("/", () => late).get("/next", async () => ({ well: true })));
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toMatchObject({ type: "/problems#overloaded" });
    resolve({ late: true });
    expect((await fetch(`${url}/next`)).status).toBe(200);
  });

  it("ends an answer that was begun and goes no further", async () => {
    const url = await start(
      (app) =>
        void app.get("/", (_request, reply) => {
          reply.raw.writeHead(200);
          reply.raw.write("half");
        }),
    );
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it("gives up each request at its own time, not with the first", async () => {
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    const url = await start(
      (app) =>
        void app
          .get("/never", () => new Promise(() => {}))
          .get("/gated", async () => {
            await gate;
            return {};
          }),
    );
    expect((await fetch(`${url}/never`)).status).toBe(503);
    const second = fetch(`${url}/gated`);
    resolve();
    expect((await second).status).toBe(200);
  });
});
