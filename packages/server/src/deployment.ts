// What tools that check a deployment from outside share with the server: its settings, and how it reaches the authority.

export { issuersOf } from "@teams-token-exchange/rules";
export { type Config, ConfigError, readConfig, settingNames } from "./config.ts";
export { discoveryUrl, fetchSigningKeys } from "./entra/fetch-signing-keys.ts";
export { withSecretFiles } from "./secret-files.ts";
