// What tools that check a deployment from outside share with the server: its settings, and how it reaches the authority.
export { type Config, ConfigError, readConfig, settingNames } from "./config.ts";
export { discoveryUrl, fetchSigningKeys } from "./entra/fetch-signing-keys.ts";
export { issuersOf } from "./entra/issuers.ts";
export { withSecretFiles } from "./secret-files.ts";
