// Regenerating an ACS access key. Every token that was made with the old key ends with it.
import { randomBytes } from "node:crypto";
import { endTokensOfKey } from "../acs/inspect-token.ts";
import type { World } from "../http/context.ts";
import type { AcsResource } from "../state/seed-types.ts";

const KEY_BYTES = 64;

/** The connection string of a resource, by default the first one's with its primary key. */
export function connectionString(
  world: World,
  resource?: AcsResource,
  key: "primary" | "secondary" = "primary",
): string {
  const owner = resource ?? world.state.acsResources[0];
  return `endpoint=${world.origins.http}/;accesskey=${owner?.accessKeys[key === "primary" ? 0 : 1] ?? ""}`;
}

/** @returns the new connection string. @throws Error when the resource is unknown */
export function regenerateAccessKey(world: World, key: "primary" | "secondary", resourceName?: string): string {
  const { acsResources } = world.state;
  const resource = acsResources.find(({ id, name }) => resourceName === undefined || [id, name].includes(resourceName));
  if (!resource) throw new Error("there is no such ACS resource");
  const index = key === "primary" ? 0 : 1;
  endTokensOfKey(world, resource.accessKeys[index]);
  resource.accessKeys[index] = randomBytes(KEY_BYTES).toString("base64");
  return connectionString(world, resource, key);
}
