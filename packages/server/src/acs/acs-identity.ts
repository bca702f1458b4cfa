// The exchange for a Teams user through the Identity SDK. It turns one SDK call into a result of a closed union, because the
// SDK's error objects carry the Entra token and must never leave this folder.
import type { CommunicationIdentityClient } from "@azure/communication-identity";
import { readClaims } from "../entra/jws.ts";
import { type AcsIdentityOptions, alternate, createSdkClients } from "./acs-connection.ts";
import type { AcsFailure, AcsIdentity, AcsOutcome, AcsToken, TeamsTokenExchange } from "./acs-failure.ts";
import { failureOf } from "./acs-failure.ts";
import { readMsCv } from "./transport-request.ts";

/** Longer than any Entra access token lives. */
const maxLifetimeMs = 48 * 60 * 60_000;

/** The client of ACS. With two keys, a refusal of the one in use changes to the other, so that rotation loses no request. */
export function createAcsIdentity(options: AcsIdentityOptions): AcsIdentity {
  const clients = createSdkClients(options);

  async function exchangeWith(
    client: CommunicationIdentityClient,
    exchange: TeamsTokenExchange,
    abortSignal: AbortSignal,
  ): Promise<AcsOutcome<AcsToken>> {
    let msCv: string | undefined;
    try {
      const answer: unknown = await client.getTokenForTeamsUser({
        teamsUserAadToken: exchange.teamsToken,
        clientId: exchange.caller.clientId,
        userObjectId: exchange.caller.objectId,
        abortSignal,
        ...(exchange.traceparent && { requestOptions: { customHeaders: { traceparent: exchange.traceparent } } }),
        onResponse: ({ headers }) => {
          msCv = readMsCv(headers);
        },
      });
      const outcome = readAnswer(answer, exchange, options);
      return outcome.ok ? ({ ok: true, value: { ...outcome.value, msCv } } as const) : { ...outcome, msCv };
    } catch (error) {
      return failureOf(error, options);
    }
  }

  const [client, ...others] = clients;
  if (client && others.length === 0) {
    return { exchangeTeamsToken: (exchange, abortSignal) => exchangeWith(client, exchange, abortSignal) };
  }
  const withKey = alternate(clients);
  return {
    exchangeTeamsToken: (exchange, abortSignal) => withKey((inUse) => exchangeWith(inUse, exchange, abortSignal)),
  };
}

/**
 * Reads an answer of the SDK that should hold a token. The SDK resolves with any content of a 200, even none: only a token
 * with a plausible expiry is an answer.
 */
export function readToken(answer: unknown, nowMs: number): AcsOutcome<AcsToken> {
  const badResponse = { ok: false, reason: "bad-response", status: 200 } as const satisfies AcsFailure;
  const { token, expiresOn } = (answer ?? {}) as Partial<Record<keyof AcsToken, unknown>>;
  if (typeof token !== "string" || token === "" || !(expiresOn instanceof Date)) return badResponse;
  const lifetimeMs = expiresOn.getTime() - nowMs;
  // A date that is none has no time, which compares to nothing.
  return lifetimeMs > 0 && lifetimeMs <= maxLifetimeMs ? { ok: true, value: { token, expiresOn } } : badResponse;
}

function readAnswer(answer: unknown, { caller }: TeamsTokenExchange, options: AcsIdentityOptions) {
  const read = readToken(answer, options.now());
  if (!read.ok || isForUser(read.value.token, caller.objectId, options.onUnknownTokenForm)) return read;
  return { ok: false, reason: "bad-response", status: 200 } as const;
}

/** Whether the token may go to the user. Only a known form names its user for certain: Microsoft may bring another one. */
function isForUser(acsToken: string, userObjectId: string, onUnknownForm: () => void): boolean {
  const skypeid = String(readClaims(acsToken)?.["skypeid"]);
  const [, named] = /^(?:8:)?(?:orgid|dod|gcch|gallatin):([0-9a-f-]{36})$/i.exec(skypeid) ?? [];
  if (named === undefined) onUnknownForm();
  return named === undefined || named.toLowerCase() === userObjectId;
}
