// Redis as the settings name it.
import { ownIdentity } from "../network/own-identity.ts";
import { entraCredentials } from "./entra-credentials.ts";
import { createRedis, type Redis, type RedisOptions } from "./redis.ts";

/**
 * Makes the connection object; nothing happens before `start()`.
 *
 * @param auth `password` for the one in the address, `entra` for the identity of this process
 * @param fetch sends the requests for that identity's tokens
 * @throws {PackageMissing} if the package @azure/identity is needed and not installed
 */
export async function openRedis(
  url: string,
  auth: "password" | "entra",
  fetch: typeof globalThis.fetch,
  options: Omit<RedisOptions, "url" | "credentials">,
): Promise<Redis> {
  if (auth === "password") return createRedis({ url, ...options });
  const username = decodeURIComponent(new URL(url).username) || undefined;
  const credentials = entraCredentials(await ownIdentity("REDIS_AUTH", fetch), username, Date.now);
  return createRedis({ url, credentials, ...options });
}
