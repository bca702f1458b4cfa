// User_List, User_GetById and Organization_List: what tools read first to find an account and a tenant.
import type { Operation } from "../http/operation.ts";
import { findUser, userJson } from "./directory-objects.ts";
import { collection, graphOperation } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";
import { searched } from "./search.ts";

const READ = ["User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", "Directory.Read.All"];
const READ_ORGANIZATION = ["User.Read", "Organization.Read.All", "Directory.Read.All", "Application.Read.All"];
const FILTERS = ["id", "displayName", "userPrincipalName", "mail", "givenName", "surname"];
const SEARCHES = ["displayName", "userPrincipalName", "mail", "givenName", "surname"];

/** Paths under /users and /organization. */
export const users: readonly Operation[] = [
  graphOperation({
    name: "User_List",
    method: "GET",
    path: "/users",
    permissions: READ,
    filters: FILTERS,
    searches: SEARCHES,
    countable: true,
    handle: ({ state }, request, { tenant }) => {
      const own = state.users.filter(({ tenantId }) => tenantId === tenant.id).map(userJson);
      return collection(request, "users", searched(request, SEARCHES, filtered(request, FILTERS, own)));
    },
  }),
  graphOperation({
    name: "User_GetById",
    method: "GET",
    path: "/users/:id",
    permissions: READ,
    handle: (context, request, call) => {
      const user = findUser(context, request, call);
      return {
        status: 200,
        body: { "@odata.context": `${request.origin}/v1.0/$metadata#users/$entity`, ...userJson(user) },
      };
    },
  }),
  graphOperation({
    name: "Organization_List",
    method: "GET",
    path: "/organization",
    permissions: READ_ORGANIZATION,
    handle: (_context, request, { tenant }) => {
      const verifiedDomains = [{ name: tenant.domain, isDefault: true, isInitial: true, type: "Managed" }];
      return collection(request, "organization", [{ id: tenant.id, displayName: tenant.displayName, verifiedDomains }]);
    },
  }),
];
