// The settings of where mappings are stored: with the users in Microsoft Graph, in a PostgreSQL, or in a folder here.
import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { isLoopback } from "./cross-checks.ts";

const graphHosts = [
  "graph.microsoft.com",
  "graph.microsoft.us",
  "dod-graph.microsoft.us",
  "microsoftgraph.chinacloudapi.cn",
];

const asUrl = (text: string | undefined) => (text !== undefined && URL.canParse(text) ? new URL(text) : undefined);

const databaseUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(asUrl(text)?.protocol ?? ""), {
  error: "must be an address such as postgresql://user:password@host:5432/database",
});

const graphEndpoint = z
  .string()
  .default("https://graph.microsoft.com")
  .transform((text, context) => {
    const url = asUrl(text.trim());
    const isBare = url && url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
    if (isBare && (isLoopback(url) || (url.protocol === "https:" && graphHosts.includes(url.host)))) return url.origin;
    context.addIssue(`must be the origin of Microsoft Graph, https://${graphHosts[0]} or that of a national cloud`);
    return z.NEVER;
  });

function isCertificateWithKey(pem: string): boolean {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return false;
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** Members of the schema of all settings. */
export const mappingSettings = {
  DATABASE_URL: databaseUrl.optional(),
  DATA_FOLDER: z.string().trim().default(".data"),
  ENTRA_API_CLIENT_SECRET: z.string().trim().optional(),
  ENTRA_API_CLIENT_CERTIFICATE: z
    .string()
    .refine(isCertificateWithKey, { error: "must hold a certificate and its private key, both as PEM" })
    .optional(),
  ENTRA_API_MANAGED_IDENTITY: z
    .string()
    .trim()
    .toLowerCase()
    .refine((text) => text === "system" || z.guid().safeParse(text).success, {
      error: "must be system, or the client id of a user-assigned managed identity",
    })
    .optional(),
  GRAPH_ENDPOINT: graphEndpoint,
  GRAPH_EXTENSION_NAME: z
    .string()
    .trim()
    .regex(/^[A-Za-z][\w.]{1,120}$/, { error: "must be a name such as com.contoso.identityMapping" })
    .default("com.contoso.identityMapping"),
};

/** How this API proves to the authority who it is. */
export type ApiCredential =
  | { readonly kind: "secret"; readonly secret: string }
  /** Certificate and private key, as PEM in one text. */
  | { readonly kind: "certificate"; readonly pem: string }
  /** A managed identity that the registration trusts (federated credential); without a client id the system's own. */
  | { readonly kind: "managed-identity"; readonly clientId: string | undefined };

/** Where mappings are stored. */
export type MappingSettings =
  | {
      readonly kind: "graph";
      readonly endpoint: string;
      readonly extensionName: string;
      readonly credential: ApiCredential;
    }
  | { readonly kind: "postgres"; readonly url: string }
  | { readonly kind: "embedded"; readonly folder: string };

type Values = z.infer<z.ZodObject<typeof mappingSettings>>;

function credentialOf(env: Values): ApiCredential | undefined {
  if (env.ENTRA_API_CLIENT_SECRET !== undefined) return { kind: "secret", secret: env.ENTRA_API_CLIENT_SECRET };
  if (env.ENTRA_API_CLIENT_CERTIFICATE !== undefined) {
    return { kind: "certificate", pem: env.ENTRA_API_CLIENT_CERTIFICATE };
  }
  const identity = env.ENTRA_API_MANAGED_IDENTITY;
  if (identity === undefined) return undefined;
  return { kind: "managed-identity", clientId: identity === "system" ? undefined : identity };
}

/** Where mappings are stored: a credential of the API chooses Graph, DATABASE_URL PostgreSQL, neither the folder. */
export function mappingSettingsOf(env: Values): MappingSettings {
  const credential = credentialOf(env);
  if (credential) {
    return { kind: "graph", endpoint: env.GRAPH_ENDPOINT, extensionName: env.GRAPH_EXTENSION_NAME, credential };
  }
  if (env.DATABASE_URL !== undefined) return { kind: "postgres", url: env.DATABASE_URL };
  return { kind: "embedded", folder: env.DATA_FOLDER };
}

const choices = [
  "ENTRA_API_CLIENT_SECRET",
  "ENTRA_API_CLIENT_CERTIFICATE",
  "ENTRA_API_MANAGED_IDENTITY",
  "DATABASE_URL",
] as const;

/** What no single setting can tell, as the setting's name and what is wrong with it. */
export function* mappingProblems(
  env: Record<string, string | undefined>,
  authority: URL | undefined,
): Generator<[setting: string, problem: string]> {
  const [first, ...others] = choices.filter((setting) => env[setting]);
  for (const setting of others)
    yield [setting, `and ${first} are both set; keep the one that says where mappings are stored`];
  if (first === undefined || first === "DATABASE_URL") return;
  const graph = asUrl(env["GRAPH_ENDPOINT"] ?? "https://graph.microsoft.com");
  // The caller's token must not be traded at an emulator for one that is sent to Microsoft, nor the other way round.
  if (graph && authority && isLoopback(graph) !== isLoopback(authority)) {
    yield ["GRAPH_ENDPOINT", "and ENTRA_AUTHORITY must both be an emulator's or both be Microsoft's"];
  } else if (graph && isLoopback(graph) && env["ALLOW_INSECURE_LOOPBACK"] !== "true") {
    yield ["GRAPH_ENDPOINT", "may be loopback only with ALLOW_INSECURE_LOOPBACK=true"];
  }
}
