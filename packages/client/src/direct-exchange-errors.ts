// The errors of the direct exchange. They are in their own file so that nobody loads the ACS SDK only to recognise them.

/** ACS refused the direct exchange, or the request did not reach it. */
export class DirectExchangeError extends Error {
  override readonly name = "DirectExchangeError";
  /** The HTTP status; undefined if no response arrived. */
  readonly status: number | undefined;
  /** The error code of ACS. */
  readonly acsCode: string | undefined;

  constructor(status: number | undefined, acsCode: string | undefined, cause: unknown) {
    super(`direct exchange failed (${status ?? "no response"})`, { cause });
    this.status = status;
    this.acsCode = acsCode;
  }
}

/** The exchange server does not offer the direct exchange (its setting `TEAMS_PHONE_EXTENSIBILITY`). */
export class DirectExchangeNotOfferedError extends Error {
  override readonly name = "DirectExchangeNotOfferedError";
}
