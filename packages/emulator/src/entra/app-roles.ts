// App roles: application permissions of clients and roles of users, as the `roles` claim has them.
import { guidFromText } from "../crypto/random-values.ts";
import type { AppRole, AppRoleAssignment, Registration, Tenant, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { servicePrincipalId } from "./directory.ts";

/** Access without a role, which any resource offers. */
export const DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000";

/** All roles that a resource offers: those of its registration, and those that a seed only assigns. */
export function rolesOf({ appId, offeredRoles = [], appRoles = {} }: Registration): AppRole[] {
  const known = new Set(offeredRoles.map(({ value }) => value));
  const others = new Set(
    Object.values(appRoles)
      .flat()
      .filter((value) => !known.has(value)),
  );
  const inferred = [...others].map((value): AppRole => {
    return { id: guidFromText(`app role ${appId} ${value}`), value, displayName: value };
  });
  return [...offeredRoles, ...inferred];
}

/** The values of the roles that were assigned in the tenant. */
function assignedRoles({ appRoleAssignments = [] }: Tenant, resource: Registration, principalId: string): string[] {
  const ids = appRoleAssignments
    .filter((one) => one.principalId === principalId && one.resourceAppId === resource.appId)
    .map(({ appRoleId }) => appRoleId);
  return rolesOf(resource)
    .filter(({ id, isEnabled }) => ids.includes(id) && isEnabled !== false)
    .map(({ value }) => value);
}

/** The application permissions of a client at the resource. */
export function rolesOfClient(tenant: Tenant, resource: Registration, clientAppId: string): string[] {
  const assigned = assignedRoles(tenant, resource, servicePrincipalId(tenant.id, clientAppId));
  return [...new Set([...(resource.appRoles?.[clientAppId] ?? []), ...assigned])];
}

/** The roles of a user at the resource. */
export const rolesOfUser = (tenant: Tenant, resource: Registration, user: User): string[] =>
  assignedRoles(tenant, resource, user.oid);

/** Whether the user may sign in to a client that only assigned users may use. */
export const isAssigned = (tenant: Tenant, { appId, assignedUsers = [] }: Registration, { oid }: User): boolean =>
  assignedUsers.includes(oid) ||
  (tenant.appRoleAssignments ?? []).some((one) => one.principalId === oid && one.resourceAppId === appId);

/** Adds the assignment, unless the principal has it. */
export function assignRole(tenant: Tenant, assignment: AppRoleAssignment): void {
  const { principalId, resourceAppId, appRoleId } = assignment;
  const existing = tenant.appRoleAssignments ?? [];
  const isKnown = existing.some(
    (one) => one.principalId === principalId && one.resourceAppId === resourceAppId && one.appRoleId === appRoleId,
  );
  if (!isKnown) tenant.appRoleAssignments = [...existing, assignment];
}

/** Removes all assignments of and at a service principal, for the tenant or, by default, for all tenants. */
export function forgetAssignments({ tenants }: State, appId: string, only?: Tenant): void {
  for (const tenant of only ? [only] : tenants) {
    const principal = servicePrincipalId(tenant.id, appId);
    if (!tenant.appRoleAssignments) continue;
    tenant.appRoleAssignments = tenant.appRoleAssignments.filter(
      ({ principalId, resourceAppId }) => principalId !== principal && resourceAppId !== appId,
    );
  }
}
