// OIDC discovery. It uses the address of the request, so that every port and host name works.

import type { EmulatorContext } from "../http/context.ts";
import type { Answer, Operation, OperationRequest } from "../http/operation.ts";
import { isPersonalTenant, PERSONAL_TENANT, tenantOf } from "./directory.ts";
import { withEntraErrors } from "./entra-error.ts";
import { issuerOf } from "./entra-tokens.ts";

/** Pages of any origin can read discovery and keys, as with Entra. */
export const anyOrigin = { "access-control-allow-origin": "*" };

// `common` has no issuer. Entra returns this placeholder, and clients replace it by the tenant of the token.
const TENANT_PLACEHOLDER = "{tenantid}";

/** Metadata that is the same for every tenant. */
const commonMetadata = {
  token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
  response_modes_supported: ["query", "fragment", "form_post"],
  response_types_supported: ["code"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
  scopes_supported: ["openid", "profile", "email", "offline_access"],
  claims_supported: [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "preferred_username",
    "name",
    "email",
    "sid",
    "tid",
    "ver",
  ],
  request_uri_parameter_supported: false,
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  tenant_region_scope: "EU",
};

/** v1 metadata differs only in issuer and keys; the endpoints are the same. */
function metadata(context: EmulatorContext, request: OperationRequest, version: 1 | 2): Answer {
  const { origin } = request;
  const segment = request.params["tenant"] ?? "";
  const tenantId = isPersonalTenant(segment) ? PERSONAL_TENANT : tenantOf(context.state, segment)?.id;
  const base = `${origin}/${tenantId ?? segment}`;
  const { host } = new URL(origin);
  return {
    status: 200,
    headers: anyOrigin,
    body: {
      issuer: issuerOf(origin, tenantId ?? TENANT_PLACEHOLDER, version),
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: version === 2 ? `${base}/discovery/v2.0/keys` : `${base}/discovery/keys`,
      userinfo_endpoint: `${origin}/oidc/userinfo`,
      ...commonMetadata,
      cloud_instance_name: host,
      cloud_graph_host_name: host,
      kerberos_endpoint: `${base}/kerberos`,
      msgraph_host: host,
      rbac_url: origin,
    },
  };
}

/** The only error here is an unknown tenant, for which discovery uses `invalid_tenant`. */
async function discoveryAnswer(context: EmulatorContext, request: OperationRequest, version: 1 | 2): Promise<Answer> {
  const answer = await withEntraErrors(context, request, () => metadata(context, request, version));
  return answer.status === 200 ? answer : { ...answer, body: { ...(answer.body as object), error: "invalid_tenant" } };
}

/** `/{tenant}/v2.0/.well-known/openid-configuration` and the same without `/v2.0`. */
export const discovery: readonly Operation[] = [
  {
    name: "discovery",
    method: "GET",
    answersHead: true,
    path: "/:tenant/v2.0/.well-known/openid-configuration",
    handle: (context, request) => discoveryAnswer(context, request, 2),
  },
  {
    name: "discovery",
    method: "GET",
    answersHead: true,
    path: "/:tenant/.well-known/openid-configuration",
    handle: (context, request) => discoveryAnswer(context, request, 1),
  },
];
