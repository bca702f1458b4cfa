// The OpenAPI 3.1 document, made from the routes that are registered, their schemas, and the catalogue of problems.

import { apiScope, type ProblemName, problemNames, problems, problemType } from "@teams-token-exchange/rules";
import { OauthError, ProblemBody } from "@teams-token-exchange/rules/contract";
import type { RouteOptions } from "fastify";
import { z } from "zod";
import { oauthErrorResponse } from "../oauth/oauth-error.ts";
import { descriptions, type RouteDescription } from "./descriptions.ts";

type Json = Record<string, unknown>;

/** Responses carry these; which of them depends on the status. */
const headers = {
  RequestId: { description: "Names the request in the server's log.", schema: { type: "string", format: "uuid" } },
  WwwAuthenticate: {
    description: "The challenge of RFC 6750; with claims where more is asked of the sign-in.",
    schema: { type: "string" },
  },
  RetryAfter: { description: "Seconds to wait before the next try.", schema: { type: "integer", minimum: 1 } },
};

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

function responseHeaders(status: number): Json {
  return {
    "X-Request-Id": ref("headers", "RequestId"),
    ...((status === 401 || status === 403) && { "WWW-Authenticate": ref("headers", "WwwAuthenticate") }),
    ...((status === 429 || status === 503) && { "Retry-After": ref("headers", "RetryAfter") }),
  };
}

/** One response a status, told of by the titles of its problems. */
function responsesByStatus(
  names: readonly ProblemName[],
  statusOf: (name: ProblemName) => number,
  contentOf: (group: readonly ProblemName[]) => Json,
): Json {
  const byStatus = Object.groupBy(names, (name) => String(statusOf(name)));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group = []]) => [
      status,
      {
        description: group.map((name) => `${problems[name].title} (\`${name}\`).`).join(" "),
        headers: responseHeaders(Number(status)),
        content: contentOf(group),
      },
    ]),
  );
}

/** An example for each problem of a status. */
const problemResponses = (names: readonly ProblemName[]): Json =>
  responsesByStatus(
    names,
    (name) => problems[name].status,
    (group) => ({
      "application/problem+json": {
        schema: ref("schemas", "Problem"),
        examples: Object.fromEntries(group.map((name) => [name, ref("examples", name)])),
      },
    }),
  );

/** The same in the shape of OAuth (RFC 6749, section 5.2). */
const oauthResponses = (names: readonly ProblemName[]): Json =>
  responsesByStatus(
    names,
    (name) => oauthErrorResponse(name, "").status,
    (group) => ({
      "application/json": {
        schema: ref("schemas", "OauthError"),
        examples: Object.fromEntries(
          group.map((name) => [name, { value: oauthErrorResponse(name, problemType(name)).body }]),
        ),
      },
    }),
  );

/** A form with its parameters. */
const formBody = (form: Readonly<Record<string, string>>): Json => ({
  required: true,
  content: {
    "application/x-www-form-urlencoded": {
      schema: {
        type: "object",
        required: Object.keys(form),
        properties: Object.fromEntries(Object.keys(form).map((name) => [name, { type: "string" }])),
      },
      example: form,
    },
  },
});

/** A problem as it goes over the wire, for the documentation. */
function exampleOf(name: ProblemName): ProblemBody {
  const { status, title, remedy } = problems[name];
  const requestId = "0f6d1f3e-4ad6-4c2e-9d0c-1f9b2a7d2b11";
  const acsCode = name === "teams-token-rejected" ? { acsCode: "InvalidAccessToken" } : {};
  return { type: problemType(name), title, status, detail: remedy, requestId, ...acsCode };
}

/** A schema of the contract as JSON Schema, without the dialect, which OpenAPI names once. */
function jsonSchema(schema: z.ZodType, io: "input" | "output" = "output"): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function successResponses({ schema }: RouteOptions, about: RouteDescription): Json {
  const response = Object.entries((schema?.response ?? {}) as Record<string, z.ZodType>);
  const declared = response.map(([status, content]) => [status, jsonSchema(content)] as const);
  const contentType = about.contentType ?? "application/json";
  const example = about.responseExample === undefined ? {} : { example: about.responseExample };
  const responses =
    declared.length > 0 ? declared : [["200", { type: about.contentType ? "string" : "object" }] as const];
  return Object.fromEntries(
    responses.map(([status, content]) => [
      status,
      {
        description: about.summary,
        headers: responseHeaders(Number(status)),
        ...(status !== "204" && { content: { [contentType]: { schema: content, ...example } } }),
      },
    ]),
  );
}

function operation(route: RouteOptions, about: RouteDescription): Json {
  const { operationId, summary, description, deprecated, isPrivate, requestExamples } = about;
  const examples = Object.entries(requestExamples ?? {}).map(([name, value]) => [name, { value }]);
  const body = route.schema?.body as z.ZodType | undefined;
  return {
    ...{ operationId, summary },
    ...(description && { description }),
    ...(deprecated && { deprecated }),
    security: isPrivate ? [{ entra: [] }] : [],
    ...(about.headers && {
      parameters: Object.entries(about.headers).map(([name, text]) => ({
        ...{ name, in: "header", required: false, description: text, schema: { type: "string" } },
      })),
    }),
    ...(body && {
      requestBody: {
        content: { "application/json": { schema: jsonSchema(body, "input"), examples: Object.fromEntries(examples) } },
      },
    }),
    ...(about.form && { requestBody: formBody(about.form) }),
    responses: {
      ...successResponses(route, about),
      ...(about.form ? oauthResponses(about.problems) : problemResponses(about.problems)),
    },
  };
}

/**
 * The document of an app's routes.
 *
 * @param routes as registered, mount path included; those without a description (the client's files) are left out
 * @param mountPath where all routes are mounted
 */
export function openApiDocument(routes: readonly RouteOptions[], mountPath: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.slice(mountPath.length);
    for (const method of [route.method].flat()) {
      const about = descriptions[`${method} ${path}`];
      if (about) paths[path] = { ...paths[path], [method.toLowerCase()]: operation(route, about) };
    }
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "teams-token-exchange",
      version: "1",
      description:
        "Exchanges a Microsoft 365 user's Entra access token for an Azure Communication Services access token of that Teams user. Every answer carries `X-Request-Id` and `Cache-Control: no-store`; every failure is a problem (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: mountPath === "" ? "/" : mountPath }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(ProblemBody), OauthError: jsonSchema(OauthError) },
      headers,
      examples: Object.fromEntries(problemNames.map((name) => [name, { value: exampleOf(name) }])),
      securitySchemes: {
        entra: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: `An Entra access token for this API with the scope ${apiScope}, issued to an allowed client. GET /api/config says where to get it.`,
        },
      },
    },
  };
}
