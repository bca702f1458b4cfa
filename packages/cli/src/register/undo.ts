// Takes back what register made: what carries its tags, and its block in .env. What others made, or have come to use since,
// stays.
import type { Io } from "../command/io.ts";
import { findServicePrincipal, findTagged } from "../graph/directory.ts";
import type { Graph } from "../graph/graph.ts";
import { acsAppId, permissionGrant } from "../graph/objects.ts";
import type { DesiredState } from "./desired-state.ts";

/** One thing to remove. */
export interface Removal {
  readonly what: string;
  readonly path: string;
}

async function acsRemoval(
  graph: Graph,
  { tags }: DesiredState,
  ownPrincipalIds: readonly string[],
  io: Io,
): Promise<Removal[]> {
  const principal = await findServicePrincipal(graph, acsAppId);
  if (!principal?.tags.includes(tags.acs)) return [];
  const grants = await graph.list("/oauth2PermissionGrants", permissionGrant, `resourceId eq '${principal.id}'`);
  if (grants.some(({ clientId }) => !ownPrincipalIds.includes(clientId))) {
    io.note("The service principal of Azure Communication Services stays: other applications use it by now.");
    return [];
  }
  return [
    { what: "the service principal of Azure Communication Services", path: `/servicePrincipals/${principal.id}` },
  ];
}

/** What to remove, in an order in which nothing refers to an object that is already removed. */
export async function findRemovals(graph: Graph, desired: DesiredState, io: Io): Promise<Removal[]> {
  const client = await findTagged(graph, desired.tags.client);
  const api = await findTagged(graph, desired.tags.api);
  const principals = await Promise.all([...client, ...api].map(({ appId }) => findServicePrincipal(graph, appId)));
  const ownIds = principals.flatMap((principal) => (principal ? [principal.id] : []));
  return [
    ...[...client, ...api].map(({ id, displayName }) => ({
      what: `the application "${displayName}", with its service principal and its consents`,
      path: `/applications/${id}`,
    })),
    ...(await acsRemoval(graph, desired, ownIds, io)),
  ];
}
