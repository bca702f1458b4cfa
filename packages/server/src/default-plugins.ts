// The one place that knows every plugin.
import type { Plugin } from "./core/plugin.ts";
import { acsUsers } from "./plugins/acs-users/acs-users-plugin.ts";
import { denyListAdministration } from "./plugins/deny-list/deny-list-plugin.ts";
import { oauthTokenEndpoint } from "./plugins/oauth/oauth-plugin.ts";
import { openApi } from "./plugins/openapi/openapi-plugin.ts";
import { page } from "./plugins/page/page-plugin.ts";
import type { Config } from "./settings/read-settings.ts";

/**
 * The plugins that these settings ask for: ACS users, the OAuth endpoint, the OpenAPI document, the page's settings and files,
 * and the administration of the deny-list if ADMIN_APP_ROLE is set. Filter the list to leave one out.
 *
 * @param config the settings, from `readConfig`
 * @param pageFolder the folder of a built page; `false` for none
 * @example
 * const plugins = defaultPlugins(config).filter(({ name }) => name !== "acs-users");
 * const app = await createApp(config, { plugins });
 */
export function defaultPlugins(config: Config, pageFolder: string | false = false): Plugin[] {
  const { entra, mappings, network, adminAppRole, teamsPhoneExtensibility, graphEndpoint } = config;
  const { endpoint } = config.acs;
  return [
    openApi(),
    page({ entra, teamsPhoneExtensibility, graphEndpoint, acs: { endpoint } }, pageFolder),
    acsUsers({ entra, mappings, network }),
    ...(adminAppRole === undefined ? [] : [denyListAdministration(adminAppRole)]),
    oauthTokenEndpoint(),
  ];
}
