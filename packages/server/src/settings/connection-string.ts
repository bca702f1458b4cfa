// Reads an ACS connection string, `endpoint=https://<resource>.communication.azure.com/;accesskey=<base64>`.
// The SDK would put the whole string, secret included, into its error; so it only ever sees one that was read here.
import { accept, type Result, refuse } from "@teams-token-exchange/rules";

export type ConnectionStringRefusal =
  | "must look like endpoint=https://…;accesskey=…"
  | "must name an endpoint that is an origin, without a path"
  | "must carry an access key in base64";

/**
 * Splits a connection string into its endpoint and access key (base64). The order of the parts is free.
 * Whether the endpoint may be used is judged in cross-checks.ts.
 */
export function parseConnectionString(
  text: string,
): Result<{ endpoint: URL; accessKey: string }, ConnectionStringRefusal> {
  const parts = new Map(
    text.split(";").map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  const endpointText = parts.get("endpoint");
  const accessKey = parts.get("accesskey");
  if (!endpointText || accessKey === undefined) return refuse("must look like endpoint=https://…;accesskey=…");
  const endpoint = URL.canParse(endpointText) ? new URL(endpointText) : undefined;
  const isBareOrigin = endpoint && endpoint.pathname === "/" && !endpoint.search && !endpoint.hash;
  if (!isBareOrigin || endpoint.username || endpoint.password || !/^https?:$/.test(endpoint.protocol)) {
    return refuse("must name an endpoint that is an origin, without a path");
  }
  if (!/^[A-Za-z0-9+/]{22,}={0,2}$/.test(accessKey)) return refuse("must carry an access key in base64");
  return accept({ endpoint, accessKey });
}
