// What this package offers to programs that run the server themselves.
export { type AppOptions, createApp } from "./app.ts";
export { type Config, ConfigError, readConfig } from "./config.ts";
