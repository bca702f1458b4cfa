// What tools that check a deployment from outside share with the server: its settings, and how it reaches the authority.

export { issuersOf } from "@teams-token-exchange/rules";
export { discoveryUrl, explainIssuer, fetchSigningKeys } from "./entra/fetch-signing-keys.ts";
export { codeOf, type Destination, explainFailure } from "./network/explain-failure.ts";
export { createAzureClient, createFetch } from "./network/network.ts";
export { redact } from "./observability/describe-error.ts";
export { readConfigurationText } from "./settings/configuration-text.ts";
export type { ProxySettings } from "./settings/network-settings.ts";
export {
  type Config,
  ConfigError,
  readConfig,
  readNetwork,
  readSetting,
  secretNames,
  settingNames,
  withSecretFiles,
} from "./settings/read-settings.ts";
export type { Setting, SettingNote } from "./settings/setting.ts";
export { settingRows } from "./settings/settings-table.ts";
export { isServiceLink, unknownSettings } from "./settings/unknown-settings.ts";
