// The API of this package: a whole server, or its routes inside your server.
export type { AppOptions } from "./app-options.ts";
export { type ConnectHandler, createConnectHandler } from "./connect-handler.ts";
export type { Plugin } from "./core/plugin.ts";
export { createApp } from "./create-app.ts";
export { defaultPlugins } from "./default-plugins.ts";
export { type TokenExchangePluginOptions, tokenExchange } from "./fastify-plugin.ts";
export { createHandler, type FetchHandler, type RequestOrigin } from "./fetch-handler.ts";
export type { LogDestination } from "./observability/logging.ts";
export { PackageMissing } from "./settings/optional-packages.ts";
export { type Config, ConfigError, readConfig } from "./settings/read-settings.ts";
