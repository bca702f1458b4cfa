// TokenLifetimePolicy_List: the tenant's policy for token lifetimes, if it is not Entra's default of 60 to 90 minutes.
// The setting `accessTokenLifetime` stands in for that policy.

import { guidFromText } from "../crypto/random-values.ts";
import type { Operation } from "../http/operation.ts";
import { collection, graphOperation } from "./graph-operation.ts";

const ENTRA_MIN_SECONDS = 3600;
const ENTRA_MAX_SECONDS = 5399;

const asTimeSpan = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 19);

/** GET /policies/tokenLifetimePolicies. */
export const tokenLifetimePolicies: readonly Operation[] = [
  graphOperation({
    name: "TokenLifetimePolicy_List",
    method: "GET",
    path: "/policies/tokenLifetimePolicies",
    permissions: ["Policy.Read.All"],
    handle: (context, request, { tenant }) => {
      const { min, max } = context.state.settings.accessTokenLifetime;
      const definition = { TokenLifetimePolicy: { Version: 1, AccessTokenLifetime: asTimeSpan(min) } };
      const policy = {
        id: guidFromText(`token lifetime policy ${tenant.id}`),
        displayName: "Default access token lifetime",
        isOrganizationDefault: true,
        definition: [JSON.stringify(definition)],
      };
      const isEntrasOwn = min === ENTRA_MIN_SECONDS && max === ENTRA_MAX_SECONDS;
      return collection(request, "policies/tokenLifetimePolicies", isEntrasOwn ? [] : [policy]);
    },
  }),
];
