// The members that a log line may have. Everything else is dropped.

/** Members with a plain value: words of closed unions, ids, codes, numbers. Nothing that a caller can choose freely. */
export const plainMembers: ReadonlySet<string> = new Set([
  // The request.
  ...["reqId", "requestId", "traceId", "method", "route", "status", "ms", "aborted"],
  // The decision: who, and why. Ids only, never a name or an address.
  ...["decision", "objectId", "tenantId", "tenant", "clientId", "problem", "reason", "teamsTokenForm"],
  // What Azure Communication Services said.
  ...["resource", "acsCode", "acsStatus", "msCv", "retryAfterSeconds"],
  // What Microsoft Entra ID said.
  ...["entraCode", "correlationId"],
  // The quota guard and the deny-list.
  ...["why", "instances", "denied", "removed", "restored", "entries", "revoked", "failed"],
  // How many times something failed before.
  "failures",
  // The process.
  ...["signal", "dropped", "setting"],
]);
