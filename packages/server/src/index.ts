// What this package offers to programs that run the server themselves, or have a server already.
export { type AppOptions, createApp } from "./app.ts";
export { type ConnectHandler, createConnectHandler } from "./connect-handler.ts";
export { type TokenExchangePluginOptions, tokenExchange } from "./fastify-plugin.ts";
export type { LogDestination } from "./observability/standard-output.ts";
export { PackageMissing } from "./settings/optional-packages.ts";
export { type Config, ConfigError, readConfig } from "./settings/read-settings.ts";
