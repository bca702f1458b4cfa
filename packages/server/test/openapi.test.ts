// The contract as a document: valid, complete, and the same in the repository and on the wire.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { catalogue, type ProblemName, problemType } from "@teams-token-exchange/rules";
import {
  AcsUser,
  AcsUserToken,
  ClientConfig,
  DenyAnswer,
  DenyRequest,
  DenyViews,
  ExchangeResponse,
  ProblemBody,
  TokenExchangeResponse,
} from "@teams-token-exchange/rules/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp } from "../src/create-app.ts";
import { describeApi } from "../src/describe-api.ts";
import { descriptions } from "../src/plugins/openapi/descriptions.ts";
import { problemsMarkdown } from "../src/problems/problems-markdown.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import { environmentFor, freshEmulator, startServer } from "./support/world.ts";

const read = (path: string) =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
const problemNames = Object.keys(catalogue) as ProblemName[];
const withAdmin = { ADMIN_APP_ROLE: "Administrator" };

interface Operation {
  security: unknown[];
  parameters?: { name: string }[];
  responses: Record<string, { content?: Record<string, { examples?: object }>; headers: object }>;
}
interface Document {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { examples: Record<string, { value: unknown }> };
}
const documentOf = async () => JSON.parse(await describeApi()) as Document;

describe("what is generated", () => {
  it("docs/openapi.json is what the code says (npm run docs writes it)", async () => {
    expect(read("docs/openapi.json")).toBe(await describeApi());
  });

  it("docs/problems.md is what the catalogue says (npm run docs writes it)", () => {
    expect(read("docs/problems.md")).toBe(problemsMarkdown());
  });
});

describe("GET /openapi.json", () => {
  it("is valid OpenAPI 3.1", async () => {
    const server = await startServer(withAdmin);
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Record<string, unknown>;
    const validator = new Validator();
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("is the committed document if every optional route is on", async () => {
    const server = await startServer(withAdmin, { pageFolder: false });
    expect(await (await fetch(`${server.url}/openapi.json`)).json()).toEqual(await documentOf());
  });

  it("leaves out the routes that this server does not have", async () => {
    const server = await startServer();
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
    expect(paths["/api/admin/deny-list"]).toBeUndefined();
  });

  it("under a mount path names it as the server and keeps the paths", async () => {
    const config = readConfig(environmentFor(await freshEmulator()));
    const app = await createApp(config, { mountPath: "/calls", logDestination: { write: () => {} } });
    onTestFinished(() => app.close());
    const document = (await app.inject("/calls/openapi.json")).json<Document>();
    expect(document.servers).toEqual([{ url: "/calls" }]);
    expect(Object.keys(document.paths)).toContain("/api/token/teams");
  });
});

describe("the document", () => {
  it("has every route of the server, the client's files aside, and no other", async () => {
    const { app } = await startServer(withAdmin, { pageFolder: false });
    const routes = app.ownRoutes.flatMap(({ method, url }) => [method].flat().map((each) => `${each} ${url}`));
    expect(routes.filter((route) => !/^(OPTIONS|HEAD) /.test(route)).sort()).toEqual(Object.keys(descriptions).sort());
  });

  it("asks for the token exactly where the server does", async () => {
    const server = await startServer(withAdmin);
    for (const [route, { isPrivate }] of Object.entries(descriptions)) {
      const [method = "", path] = route.split(" ");
      const { status } = await fetch(`${server.url}${path}`, { method });
      expect({ route, isPrivate: status === 401 }).toEqual({ route, isPrivate });
    }
  });

  it("tells of every problem of the catalogue, with status and headers", async () => {
    const { paths } = await documentOf();
    const told = new Set(
      Object.values(paths)
        .flatMap((operations) => Object.values(operations))
        .flatMap(({ responses }) => Object.values(responses))
        .flatMap(({ content = {} }) => Object.values(content))
        .flatMap(({ examples = {} }) => Object.keys(examples)),
    );
    // No route answers not-found: it is the answer for unknown paths.
    expect([...told].sort()).toEqual(problemNames.filter((name) => name !== "not-found").sort());
    const responses = paths["/api/token/teams"]?.["post"]?.responses;
    expect(Object.keys(responses?.["401"]?.headers ?? {})).toContain("WWW-Authenticate");
    expect(Object.keys(responses?.["503"]?.headers ?? {})).toContain("Retry-After");
    expect(Object.keys(responses?.["200"]?.headers ?? {})).toContain("X-Request-Id");
  });

  it("shows only examples that the schemas accept", async () => {
    const { components } = await documentOf();
    for (const { value } of Object.values(components.examples))
      expect(ProblemBody.strict().parse(value)).toEqual(value);
    const schemas = {
      "POST /api/token/teams": ExchangeResponse,
      "GET /api/token/teams": ExchangeResponse,
      "POST /oauth2/token": TokenExchangeResponse,
      "POST /api/user": AcsUser,
      "GET /api/token": AcsUserToken,
      "GET /api/config": ClientConfig,
      "GET /api/admin/deny-list": DenyViews,
      "POST /api/admin/deny-list": DenyAnswer,
    };
    for (const [route, schema] of Object.entries(schemas)) {
      const example = descriptions[route]?.responseExample;
      expect(schema.parse(example)).toEqual(example);
    }
    for (const example of Object.values(descriptions["POST /api/admin/deny-list"]?.requestExamples ?? {})) {
      expect(DenyRequest.parse(example)).toEqual(example);
    }
  });
});

describe("the type of every problem", () => {
  it("leads to its section on the served page and in docs/problems.md", async () => {
    const server = await startServer();
    const markdown = read("docs/problems.md");
    const pages = new Map<string, string>();
    for (const name of problemNames) {
      const { pathname, hash } = new URL(problemType(name), server.url);
      if (!pages.has(pathname)) pages.set(pathname, await (await fetch(`${server.url}${pathname}`)).text());
      expect(pages.get(pathname)).toContain(`<section id="${hash.slice(1)}">`);
      // A heading's anchor is its text in lower case, with hyphens.
      expect(markdown).toContain(`\n## ${hash.slice(1)}\n`);
      expect(hash.slice(1)).toMatch(/^[a-z]+(-[a-z]+)*$/);
    }
  });
});
