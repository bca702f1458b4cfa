// docs/openapi.json: the document of a server with every optional route, made without starting anything.
import { createApp } from "./create-app.ts";
import { openApiDocument } from "./plugins/openapi/openapi-document.ts";
import { readConfig } from "./settings/read-settings.ts";

const guid = "11111111-1111-4111-8111-111111111111";

/** The whole file. Written by `npm run docs`. */
export async function describeApi(): Promise<string> {
  const config = readConfig({
    ...{ ENTRA_TENANT_ID: guid, ENTRA_API_CLIENT_ID: guid, ENTRA_CLIENT_IDS: guid, ADMIN_APP_ROLE: "any" },
    ACS_CONNECTION_STRING: `endpoint=https://example.communication.azure.com/;accesskey=${"A".repeat(44)}`,
  });
  const app = await createApp(config, { logDestination: { write: () => {} } });
  const document = openApiDocument(app.ownRoutes, app.mountPath);
  await app.close();
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
