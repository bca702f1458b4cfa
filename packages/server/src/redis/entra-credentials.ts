// Signs in to Redis with Entra tokens, and again before each of them expires: Azure Managed Redis ends a connection whose token has.
import type { TokenCredential } from "@azure/core-auth";
import type { createClient } from "@redis/client";

type Options = NonNullable<Parameters<typeof createClient>[0]>;
export type CredentialsProvider = NonNullable<Options["credentialsProvider"]>;

const scope = "https://redis.azure.com/.default";
/** Identity libraries keep a token until five minutes before it expires, so from then on they get a new one. */
const beforeExpiryMs = 4 * 60_000;
const retryMs = 10_000;
const leastMs = 500;

/** The object ID of the identity: Redis knows its users by it. */
function objectIdIn(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { oid?: string };
  return claims.oid ?? "";
}

/**
 * Credentials that renew themselves on each connection.
 *
 * @param username the user that Redis knows; without it, the object ID of the identity
 * @param now the time, in milliseconds since 1970
 */
export function entraCredentials(
  credential: TokenCredential,
  username: string | undefined,
  now: () => number,
): CredentialsProvider {
  return {
    type: "streaming-credentials-provider",
    onReAuthenticationError: () => {},
    async subscribe(listener) {
      let timer: NodeJS.Timeout | undefined;
      const renewIn = (ms: number) => {
        timer = setTimeout(() => void renew(), ms).unref();
      };
      async function sign() {
        const token = await credential.getToken(scope);
        if (!token) throw new Error("No Entra token for Redis");
        const leftMs = token.expiresOnTimestamp - now();
        renewIn(Math.max(leftMs - beforeExpiryMs, leftMs / 2, leastMs));
        return { username: username ?? objectIdIn(token.token), password: token.token };
      }
      async function renew(): Promise<void> {
        await sign().then(
          (credentials) => listener.onNext(credentials),
          () => renewIn(retryMs),
        );
      }
      return [await sign(), { dispose: () => clearTimeout(timer) }];
    },
  };
}
