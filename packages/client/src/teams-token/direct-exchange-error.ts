// Why Azure Communication Services gave no token to this browser. Apart from direct-exchange.ts, so that whoever only talks
// about it does not load the SDK.

/** The direct exchange failed at ACS, or on the way to it. */
export class DirectExchangeError extends Error {
  override readonly name = "DirectExchangeError";
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** ACS's own error code. */
  readonly acsCode: string | undefined;

  constructor(status: number | undefined, acsCode: string | undefined, cause: unknown) {
    super(`direct exchange failed (${status ?? "no answer"})`, { cause });
    this.status = status;
    this.acsCode = acsCode;
  }
}

/** The server does not offer the direct exchange (TEAMS_PHONE_EXTENSIBILITY). */
export class DirectExchangeNotOfferedError extends Error {
  override readonly name = "DirectExchangeNotOfferedError";
}
