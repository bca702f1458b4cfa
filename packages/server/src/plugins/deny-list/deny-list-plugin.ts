// Administration of the deny-list over HTTP.
import type { Plugin } from "../../core/plugin.ts";
import { addDenyListRoutes } from "./deny-list-route.ts";

/** The plugin. @param adminAppRole the app role that the caller's token must have in `roles` */
export const denyListAdministration = (adminAppRole: string): Plugin => ({
  name: "deny-list",
  addPrivateRoutes: (scope, { denyList, now }) => addDenyListRoutes(scope, { denyList, adminAppRole, now }),
});
