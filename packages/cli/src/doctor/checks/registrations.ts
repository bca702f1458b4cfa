// Everything that the tenant holds about this deployment, read once for all checks.
import type { Config } from "@teams-token-exchange/server/deployment";
import type { z } from "zod";
import { findApplication, findServicePrincipal } from "../../graph/directory.ts";
import type { Graph } from "../../graph/graph.ts";
import { type Application, acsAppId, permissionGrant, type ServicePrincipal } from "../../graph/objects.ts";

/** A client application with what was granted to it. */
export interface ClientRegistration {
  readonly clientId: string;
  /** Absent if it is registered in another tenant, or nowhere. */
  readonly application: Application | undefined;
  readonly principal: ServicePrincipal | undefined;
  /** Consents, by the resource's service principal. */
  readonly grants: readonly z.infer<typeof permissionGrant>[];
}

export interface Registrations {
  readonly api: Application | undefined;
  readonly apiPrincipal: ServicePrincipal | undefined;
  readonly acsPrincipal: ServicePrincipal | undefined;
  readonly clients: readonly ClientRegistration[];
}

async function readClient(graph: Graph, clientId: string): Promise<ClientRegistration> {
  const application = await findApplication(graph, clientId);
  const principal = await findServicePrincipal(graph, clientId);
  const grants = principal
    ? await graph.list("/oauth2PermissionGrants", permissionGrant, `clientId eq '${principal.id}'`)
    : [];
  return { clientId, application, principal, grants };
}

/** Reads it all. */
export async function readRegistrations(graph: Graph, { entra }: Config): Promise<Registrations> {
  // An id in a wrong place is named with the settings; looking for it here would report the same twice.
  const clientIds = entra.clientIds.filter((id) => id !== entra.tenantId && id !== entra.apiClientId);
  const [api, apiPrincipal, acsPrincipal, ...clients] = await Promise.all([
    findApplication(graph, entra.apiClientId),
    findServicePrincipal(graph, entra.apiClientId),
    findServicePrincipal(graph, acsAppId),
    ...clientIds.map((clientId) => readClient(graph, clientId)),
  ]);
  return { api, apiPrincipal, acsPrincipal, clients };
}
