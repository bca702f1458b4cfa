import { expect, it } from "vitest";
import { UnexpectedResponseError } from "./api/fetch-json.ts";
import { fetchClientConfig, parseClientConfig } from "./config.ts";
import { config } from "./support-config.ts";

it("takes the configuration of the server", async () => {
  const asked: string[] = [];
  const fetchFn: typeof fetch = async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify(config));
  };
  expect(await fetchClientConfig("https://server.example", fetchFn)).toEqual(config);
  expect(asked).toEqual(["https://server.example/api/config"]);
});

it.each([
  null,
  5,
  [],
  {},
  { ...config, apiScopes: "one" },
  { ...config, authorityMetadata: 5 },
  { ...config, clientId: 1 },
])("refuses %j", (body) => {
  expect(() => parseClientConfig(body)).toThrow(UnexpectedResponseError);
});
