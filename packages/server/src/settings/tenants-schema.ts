// The members of TENANTS_FILE. docs/tenants.schema.json is made from the same definition that checks the file.
import { z } from "zod";
import { authContext } from "./setting-formats.ts";

/** ACS allows 500 exchanges in 30 s; the rest is a reserve. */
const defaultExchangesPer30s = 450;

const guid = z.guid({ error: "must be a GUID; copy it from the Entra admin center" }).toLowerCase();
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: "must be a name of 1 to 63 lower-case letters, digits and hyphens",
});
const exchanges = z.int().min(0).max(1_000_000);

const tenant = z.strictObject({
  id: guid.describe("Directory (tenant) ID of the tenant whose users may call."),
  name: name.describe("The tenant's name in logs and metrics."),
  clientIds: z.array(guid).min(1).describe("Application (client) IDs of the clients that may call for this tenant."),
  requiredAuthContexts: z
    .array(authContext)
    .default([])
    .describe("Authentication contexts of Conditional Access that a caller token must carry."),
  agents: z.array(guid).default([]).describe("Reserved for agent identities. It has no effect yet."),
  resources: z
    .array(name)
    .min(1)
    .describe("Names of the resources that serve this tenant. The first one also holds its ACS users."),
  exchangesPer30s: exchanges
    .min(1)
    .optional()
    .describe(
      "What the tenant is to get of each of its resources if all tenants ask at once. Default: an equal share.",
    ),
  state: z
    .enum(["active", "suspended"])
    .default("active")
    .describe("The users of a suspended tenant are refused with an explanation."),
  failover: z
    .boolean()
    .default(false)
    .describe("Whether another resource may serve a user while calls to the user's resource fail."),
});

const resource = z.strictObject({
  name: name.describe("The resource's name in logs and metrics. Users are assigned by it, so a new name moves them."),
  connectionString: z.string().optional().describe("Connection string of the ACS resource."),
  connectionStrings: z
    .array(z.string())
    .min(1)
    .max(2)
    .optional()
    .describe("Connection strings with both keys, in the order of trying them."),
  connectionStringFile: z
    .string()
    .min(1)
    .optional()
    .describe("A file that contains the connection string. A relative path starts at the folder of this file."),
  connectionStringFiles: z.array(z.string().min(1)).min(1).max(2).optional().describe("The same for both keys."),
  endpoint: z
    .string()
    .optional()
    .describe("Origin of the resource. The server signs in with the Entra identity of its process."),
  exchangesPer30s: exchanges
    .default(defaultExchangesPer30s)
    .describe("Exchanges that all instances together may make in any 30 s. ACS allows 500; 0 means no limit."),
  state: z
    .enum(["active", "draining"])
    .default("active")
    .describe("A draining resource gets no new users and keeps those that hold one of its tokens."),
  weight: z.number().gt(0).max(1_000).default(1).describe("How many users it gets, compared with the others."),
});

/** The whole file. Unknown members are errors. */
export const tenantsFileSchema = z.strictObject({
  $schema: z.string().optional().describe("The address of this schema, for editors."),
  tenants: z.array(tenant).min(1).max(1_000).describe("The tenants whose users may call."),
  resources: z.array(resource).min(1).max(100).describe("The ACS resources."),
});

export type TenantEntry = z.output<typeof tenant>;
export type ResourceEntry = z.output<typeof resource>;

/** docs/tenants.schema.json. */
export function tenantsJsonSchema(): string {
  const schema = z.toJSONSchema(tenantsFileSchema, { io: "input" });
  return `${JSON.stringify({ title: "TENANTS_FILE of teams-token-exchange", ...schema }, undefined, 2)}\n`;
}
