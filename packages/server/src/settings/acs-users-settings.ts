// The settings of the ACS users plugin: where it stores which ACS user belongs to which Entra user. That is Microsoft Graph,
// PostgreSQL, or an embedded database in a folder.
import { publicGraph } from "@teams-token-exchange/rules";
import { z } from "zod";
import type { SettingRows, ValuesOf } from "./setting.ts";
import {
  certificateWithKey,
  graphOrigin,
  maxSocketPathBytes,
  passwordOrEntra,
  postgresAddress,
  text,
} from "./setting-formats.ts";

/** Folder-lock.ts adds `/lock` and, while it cleans up, a dot and eight characters. A pipe of Windows is not in the folder. */
const maxFolderBytes = process.platform === "win32" ? 32_000 : maxSocketPathBytes - "/lock.12345678".length;

export const acsUsersSettings = {
  DATA_FOLDER: {
    schema: text
      .refine((given) => Buffer.byteLength(given) <= maxFolderBytes, {
        error: `must be at most ${maxFolderBytes} bytes long, because the lock of the folder is a socket in it; use a shorter path, or one from the working directory on`,
      })
      .default(".data"),
    description:
      "Folder of the embedded database that maps Entra users to ACS users, for one process. Needs the package `@electric-sql/pglite`.",
    guide: "guides/acs-users.md",
  },
  DATABASE_URL: {
    schema: postgresAddress.optional(),
    description:
      "Address of a PostgreSQL database that stores the mapping instead, for any number of instances. Needs the package `pg`.",
    isSecret: true,
    example: "postgresql://user:password@db.example.com:5432/tokens",
  },
  DATABASE_AUTH: {
    schema: passwordOrEntra,
    description:
      "How the server signs in to PostgreSQL: `password` of the address, or `entra` with the Entra identity of its process, over verified TLS. Needs the package `@azure/identity`.",
    example: "entra",
  },
  ENTRA_API_CLIENT_SECRET: {
    schema: text.optional(),
    description:
      "Client secret of the API registration. With it, the mapping is stored in Microsoft Graph, on behalf of the user. Needs the package `@azure/msal-node`.",
    isSecret: true,
  },
  ENTRA_API_CLIENT_CERTIFICATE: {
    schema: certificateWithKey.optional(),
    description: "Certificate and private key of the API registration as PEM, instead of the client secret.",
    isSecret: true,
  },
  ENTRA_API_MANAGED_IDENTITY: {
    schema: text
      .toLowerCase()
      .refine((given) => given === "system" || z.guid().safeParse(given).success, {
        error: "must be system, or the client id of a user-assigned managed identity",
      })
      .optional(),
    description:
      "Managed identity that the API registration trusts, instead of the client secret: `system`, or the client ID of a user-assigned identity.",
    example: "system",
  },
  GRAPH_ENDPOINT: {
    schema: graphOrigin.prefault(publicGraph),
    description: "Origin of Microsoft Graph, or of Microsoft Graph in a national cloud.",
    guide: "guides/sovereign-clouds.md",
  },
  GRAPH_EXTENSION_NAME: {
    schema: text
      .regex(/^[A-Za-z][\w.]{1,120}$/, { error: "must be a name such as com.contoso.identityMapping" })
      .default("com.contoso.identityMapping"),
    description:
      "Name of the open extension in Microsoft Graph that holds the mapping. The default is the name that Microsoft's original sample uses.",
  },
} satisfies SettingRows;

/** How this API proves its identity to the authority. */
export type ApiCredential =
  | { readonly kind: "secret"; readonly secret: string }
  /** Certificate and private key, as PEM in one text. */
  | { readonly kind: "certificate"; readonly pem: string }
  /** A managed identity that the registration trusts (federated credential); without a client ID the system's own. */
  | { readonly kind: "managed-identity"; readonly clientId: string | undefined };

/** Where mappings are stored. */
export type MappingSettings =
  | {
      readonly kind: "graph";
      readonly endpoint: string;
      readonly extensionName: string;
      readonly credential: ApiCredential;
    }
  | { readonly kind: "postgres"; readonly url: string; readonly auth: "password" | "entra" }
  | { readonly kind: "embedded"; readonly folder: string };

type Values = ValuesOf<typeof acsUsersSettings>;

function credentialOf(values: Values): ApiCredential | undefined {
  if (values.ENTRA_API_CLIENT_SECRET !== undefined) return { kind: "secret", secret: values.ENTRA_API_CLIENT_SECRET };
  if (values.ENTRA_API_CLIENT_CERTIFICATE !== undefined) {
    return { kind: "certificate", pem: values.ENTRA_API_CLIENT_CERTIFICATE };
  }
  const identity = values.ENTRA_API_MANAGED_IDENTITY;
  if (identity === undefined) return undefined;
  return { kind: "managed-identity", clientId: identity === "system" ? undefined : identity };
}

/** Where mappings are stored: a credential of the API selects Graph, DATABASE_URL PostgreSQL, neither of them the folder. */
export function mappingSettingsOf(values: Values): MappingSettings {
  const credential = credentialOf(values);
  if (credential) {
    return { kind: "graph", endpoint: values.GRAPH_ENDPOINT, extensionName: values.GRAPH_EXTENSION_NAME, credential };
  }
  if (values.DATABASE_URL !== undefined)
    return { kind: "postgres", url: values.DATABASE_URL, auth: values.DATABASE_AUTH };
  return { kind: "embedded", folder: values.DATA_FOLDER };
}
