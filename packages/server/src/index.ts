// What this package offers to programs that run the server themselves, or have a server already.
export { type AppOptions, createApp } from "./app.ts";
export type { LogDestination } from "./http/standard-output.ts";
export { type ConnectHandler, createConnectHandler } from "./library/connect-handler.ts";
export { type TokenExchangePluginOptions, tokenExchange } from "./library/fastify-plugin.ts";
export { type Config, ConfigError, readConfig } from "./settings/read-settings.ts";
