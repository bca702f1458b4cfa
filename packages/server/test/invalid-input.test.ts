// A body that a schema refuses: the answer names the member and its form, and repeats nothing that was sent.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { issue, startServer } from "./support/world.ts";

const settings = { ADMIN_APP_ROLE: "Exchange.Admin" };
const admin = "/api/admin/deny-list";
const tenantId = "11111111-1111-4111-8111-111111111111";
const tenant = { kind: "tenant", tenantId };
const canary = "canary-of-a-token";

async function detailOf(path: string, body: string): Promise<string> {
  const server = await startServer(settings);
  const callerToken = await issue(server, "api", { claims: { roles: ["Exchange.Admin"] } });
  const headers = { authorization: `Bearer ${callerToken}`, "content-type": "application/json" };
  const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).not.toContain(canary);
  return (JSON.parse(text) as { detail: string }).detail;
}

describe("the detail of a body that is refused", () => {
  it.each<[string, unknown, string]>([
    [admin, {}, "subject must be an object with a kind and ids"],
    [admin, [], "The body must be an object with a subject"],
    [admin, { subject: { kind: canary } }, "subject.kind must be user, client or tenant"],
    [admin, { subject: { kind: "tenant", tenantId: canary } }, "subject.tenantId must be a GUID, such as 11111111-"],
    [admin, { subject: { kind: "user", tenantId } }, "subject.objectId must be a GUID"],
    [admin, { subject: { kind: "client", clientId: 5 } }, "subject.clientId must be a GUID"],
    [admin, { subject: tenant, forSeconds: 0 }, "forSeconds must be a whole number of seconds from 1 to 31536000"],
    [admin, { subject: tenant, forSeconds: 1.5 }, "forSeconds must be a whole number"],
    [admin, { subject: tenant, forSeconds: canary }, "forSeconds must be a whole number"],
    [admin, { subject: tenant, reason: `${canary} left` }, "reason must be one word of letters"],
    ["/api/token/teams", { teamsUserToken: { canary } }, "teamsUserToken must be a text"],
    ["/api/token/teams", { [canary]: "x" }, "The body must be an object with no other member than teamsUserToken"],
  ])("of %s %j says which member is wrong", async (path, body, expected) => {
    const detail = await detailOf(path, JSON.stringify(body));
    expect(detail.startsWith(expected)).toBe(true);
    expect(detail).toMatch(/\. Send the body that the documentation of this route describes\.$/);
  });

  it("says so if it is not JSON", async () => {
    expect(await detailOf(admin, `{"${canary}`)).toMatch(/^The body must be JSON\. /);
  });
});

it("every schema of a body says what each member must be", async () => {
  const { app } = await startServer(settings);
  const schemas = app.ownRoutes.flatMap(({ schema }) => (schema?.body instanceof z.ZodType ? [schema.body] : []));
  expect(schemas.length).toBeGreaterThan(2);
  for (const schema of schemas) {
    const members = JSON.stringify(z.toJSONSchema(schema, { io: "input" })).match(/"\w+":\{/g) ?? [];
    const names = [...new Set(members.map((text) => text.slice(1, -3)))];
    for (const wrong of [5, true, "a b", {}, [], { kind: "user" }, { kind: "client" }, { kind: "tenant" }]) {
      const bodies = [wrong, Object.fromEntries(names.map((name) => [name, wrong]))];
      const issues = bodies.flatMap((body) => schema.safeParse(body).error?.issues ?? []);
      for (const { message, path } of issues) expect(message, path.join(".")).toMatch(/^must be /);
    }
  }
});
