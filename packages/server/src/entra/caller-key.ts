// Who spends: the user, through whatever client. Limits and promised places go by it.
import type { Caller } from "@teams-token-exchange/rules";

/** The same for all requests of one user of one tenant. */
export const callerKey = ({ tenantId, objectId }: Pick<Caller, "tenantId" | "objectId">): string =>
  `${tenantId}:${objectId}`;
