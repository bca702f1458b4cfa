// All of Microsoft Graph that this emulator serves.
import type { Operation } from "../http/operation.ts";
import { applications } from "./applications.ts";
import { extensions } from "./extensions.ts";
import { me } from "./me.ts";
import { permissionGrants } from "./permission-grants.ts";
import { servicePrincipals } from "./service-principals.ts";
import { tokenLifetimePolicies } from "./token-lifetime-policies.ts";

/** By resource. */
export const graphOperations: readonly Operation[] = [
  ...me,
  ...extensions,
  ...applications,
  ...servicePrincipals,
  ...permissionGrants,
  ...tokenLifetimePolicies,
];
