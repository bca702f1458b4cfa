import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, it, onTestFinished } from "vitest";
import { createTransport } from "./transport.ts";

const ask = (url: string) => {
  const transport = createTransport("http://127.0.0.1:9", 1);
  onTestFinished(() => transport.close());
  return transport.sendRequest(createPipelineRequest({ url, allowInsecureConnection: true }));
};

it.each(["http://127.0.0.1:99/x", "http://127.0.0.1:9.evil.example/x", "https://127.0.0.1:9/x"])(
  "asks nobody but its own origin: %s",
  async (url) => {
    await expect(ask(url)).rejects.toThrow("not of this origin");
  },
);

it("tries its own origin", async () => {
  await expect(ask("http://127.0.0.1:9/x")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
