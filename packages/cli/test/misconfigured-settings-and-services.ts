// What may be wrong outside the tenant: the settings, the packages, and the services and addresses that the settings name.
import { writeFileOf } from "./support.ts";
import { type Misconfiguration, otherId, settingOf } from "./support-correct-set-up.ts";

/** The pains of the list first, in its order; then the rest of what the checks know. */
export const misconfiguredSettingsAndServices: Misconfiguration[] = [
  [
    "the tenant id in the place of the client's id",
    "ids-mixed-up",
    { spoil: ({ set, tenant, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${tenant.id}` }) },
  ],
  [
    "the API's id in the place of the client's",
    "ids-mixed-up",
    { spoil: ({ set, api, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${api.appId}` }) },
  ],
  ["a wildcard as allowed origin", "cors-origin-not-exact", { spoil: ({ set }) => set({ ALLOWED_ORIGINS: "*" }) }],
  [
    "a page that CORS does not let in",
    "cors-origin-missing",
    {
      spoil: ({ client }) => {
        client.redirectUris?.spa?.push("https://app.example.com/");
      },
    },
  ],
  [
    "an allowed origin without a page",
    "cors-origin-without-page",
    { spoil: ({ set }) => set({ ALLOWED_ORIGINS: "https://old.example.com" }) },
  ],
  [
    "the v2 path in the authority",
    "setting-bad",
    { spoil: ({ set, emulator, tenant }) => set({ ENTRA_AUTHORITY: `${emulator.origin}/${tenant.id}/v2.0` }) },
  ],
  [
    "a setting by the name of another guide",
    "setting-unknown",
    { spoil: ({ set }) => set({ AAD_CLIENT_ID: otherId }) },
  ],
  [
    "a setting with a slip",
    "setting-unknown",
    { spoil: ({ set }) => set({ ALLOWED_ORIGIN: "https://app.example.com" }) },
  ],
  [
    "a setting that a service link of Kubernetes replaced",
    "setting-warning",
    { spoil: ({ set }) => set({ METRICS_PORT: "tcp://10.0.0.1:9464" }) },
  ],
  ["a setting with two letters swapped", "setting-unknown", { spoil: ({ set }) => set({ TRUSTED_PORXIES: "1" }) }],
  [
    "a file of a secret under a slightly wrong name",
    "setting-unknown",
    { spoil: ({ set }) => set({ REDIS_URL_FILES: "/run/secrets/redis-url" }) },
  ],
  ["an empty setting", "setting-empty", { spoil: ({ set }) => set({ LOG_LEVEL: "" }) }],
  ["a secret and its file", "setting-bad", { spoil: ({ set }) => set({ ACS_CONNECTION_STRING_FILE: "/dev/null" }) }],
  [
    "a lockfile of a private registry",
    "lockfile-names-a-host",
    {
      spoil: ({ folder }) =>
        writeFileOf(
          folder,
          "package-lock.json",
          JSON.stringify({ packages: { "node_modules/x": { resolved: "https://packages.example.com/x.tgz" } } }),
        ),
    },
  ],

  [
    "an authority that nobody can reach",
    "authority-unreachable",
    { spoil: ({ set }) => set({ ENTRA_AUTHORITY: "http://localhost:1" }) },
  ],
  [
    "a tenant that the authority does not know",
    "tenant-unknown",
    { spoil: ({ set }) => set({ ENTRA_TENANT_ID: otherId }) },
  ],
  [
    "an authority that issues in another name",
    "issuer-wrong",
    {
      spoil: ({ emulator }) =>
        emulator.addFault({
          operation: "discovery",
          fault: { kind: "status", status: 200, body: { json: { issuer: "https://sts.windows.net/x/" } } },
        }),
    },
  ],
  [
    "no usable signing key",
    "signing-keys-unusable",
    {
      spoil: ({ emulator }) =>
        emulator.addFault({ operation: "keys", fault: { kind: "status", status: 200, body: { json: { keys: [] } } } }),
    },
  ],
  [
    "a proxy that is not switched on",
    "setting-warning",
    { spoil: ({ set }) => set({ HTTPS_PROXY: "http://proxy.example.com:3128" }) },
  ],
  [
    "a proxy without a scheme",
    "setting-bad",
    { spoil: ({ set }) => set({ NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: "proxy.example.com:3128" }) },
  ],
  ["an http address to sign in at", "sign-in-over-http", { spoil: () => {}, doctor: { wantsSignIn: true } }],
  ["a clock ten minutes ahead", "clock-differs", { spoil: () => {}, doctor: { now: () => Date.now() + 600_000 } }],
  [
    "an ACS resource that nobody can reach",
    "acs-unreachable",
    { spoil: ({ set }) => set({ ACS_CONNECTION_STRING: `endpoint=http://localhost:1/;accesskey=${"a".repeat(88)}` }) },
  ],
  [
    "an ACS endpoint that nobody can reach, for an identity of the server's own",
    "acs-unreachable",
    { spoil: ({ set }) => set({ ACS_CONNECTION_STRING: undefined, ACS_ENDPOINT: "https://localhost:1" }) },
  ],
  [
    "a key that was regenerated",
    "acs-key-refused",
    { spoil: ({ emulator }) => void emulator.regenerateAccessKey("primary") },
  ],
  [
    "a wrong secondary key",
    "acs-key-refused",
    {
      spoil: ({ set, folder }) =>
        set({
          ACS_CONNECTION_STRING_SECONDARY: settingOf(folder, "ACS_CONNECTION_STRING").replace(
            /accesskey=.*/,
            `accesskey=${"b".repeat(88)}`,
          ),
        }),
    },
  ],
  ["a Redis that is not there", "redis-unusable", { spoil: ({ set }) => set({ REDIS_URL: "redis://127.0.0.1:9" }) }],
  [
    "a server without TLS",
    "server-not-https",
    { spoil: () => {}, doctor: { server: new URL("http://exchange.example.com") } },
  ],
  [
    "a permission of Azure AD Graph",
    "retired-azure-ad-graph",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { ...client.requiredPermissions, "00000002-0000-0000-c000-000000000000": [] };
      },
    },
  ],
  [
    "the retired UI library",
    "retired-acs-ui-library",
    {
      spoil: ({ folder }) =>
        writeFileOf(
          folder,
          "package.json",
          JSON.stringify({ dependencies: { "@azure/communication-react": "1.0.0" } }),
        ),
    },
  ],
];
