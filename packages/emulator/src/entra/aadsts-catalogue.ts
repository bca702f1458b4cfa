// The AADSTS codes of this emulator, by number. The texts are Entra's, as found in public issues and documents, because
// people search for them.

/** The responses for a code. */
export interface Entry {
  /** OAuth error at the token endpoint. */
  error: string;
  /** OAuth error at the authorization endpoint, if it differs. */
  authorizeError?: string;
  status?: number;
  suberror?: string;
  /** The message; `{0}`, `{1}` … are placeholders. */
  text: string;
}

/** All codes. */
export const catalogue = {
  16000: {
    error: "interaction_required",
    text: "Either multiple user identities are available for the current request or selected account is not supported for the scenario.",
  },
  28000: {
    error: "invalid_request",
    text: "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {0} is not valid.",
  },
  50011: {
    error: "invalid_request",
    text: "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this.",
  },
  50013: {
    error: "invalid_grant",
    text: "Assertion failed signature validation. [Reason - {0}]",
  },
  50020: {
    error: "invalid_request",
    text: "User account '{0}' from identity provider '{1}' does not exist in tenant '{2}' and cannot access the application '{3}'({4}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  },
  50034: {
    error: "invalid_grant",
    text: "The user account {EmailHidden} does not exist in the {0} directory. To sign into this application, the account must be added to the directory.",
  },
  50027: { error: "invalid_request", text: "JWT token is invalid or malformed." },
  50048: {
    error: "invalid_client",
    status: 401,
    text: "Subject must match the issuer claim in the client assertion.",
  },
  50058: {
    error: "login_required",
    text: "Session information is not sufficient for single-sign-on.",
  },
  50059: {
    error: "invalid_request",
    text: "No tenant-identifying information found in either the request or implied by any provided credentials.",
  },
  50076: {
    error: "interaction_required",
    suberror: "basic_action",
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'.",
  },
  50105: {
    error: "invalid_grant",
    authorizeError: "interaction_required",
    text: "Your administrator has configured the application {0} ('{1}') to block users unless they are specifically granted ('assigned') access to the application. The signed-in user '{2}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.",
  },
  50126: {
    error: "invalid_grant",
    text: "Error validating credentials due to invalid username or password.",
  },
  50194: {
    error: "invalid_request",
    text: "Application '{0}'({1}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  54005: {
    error: "invalid_grant",
    text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  },
  65001: {
    error: "invalid_grant",
    authorizeError: "consent_required",
    suberror: "consent_required",
    text: "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource.",
  },
  // At the token endpoint, for a device whose user declined. The authorization endpoint answers access_denied.
  65004: {
    error: "authorization_declined",
    authorizeError: "access_denied",
    text: "User declined to consent to access the app.",
  },
  70000: {
    error: "invalid_grant",
    text: "Provided grant is invalid or malformed.",
  },
  70003: {
    error: "unsupported_grant_type",
    text: "The app requested an unsupported grant type '{0}'.",
  },
  70008: {
    error: "invalid_grant",
    text: "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  },
  70011: {
    error: "invalid_scope",
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0}.",
  },
  70007: {
    error: "unsupported_response_mode",
    text: "'{0}' is not a supported value of 'response_mode' when requesting a token.",
  },
  70016: {
    error: "authorization_pending",
    text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
  },
  70018: { error: "bad_verification_code", text: "Invalid verification code due to User typing in wrong user code." },
  70020: {
    error: "expired_token",
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  90023: { error: "invalid_request", text: "Unsupported 'prompt' value." },
  90002: {
    error: "invalid_request",
    text: "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90094: {
    error: "access_denied",
    text: "An administrator of {0} has set a policy that prevents you from granting {1} the permissions it is requesting.",
  },
  500011: {
    error: "invalid_resource",
    text: "The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
  },
  500201: {
    error: "invalid_request",
    authorizeError: "access_denied",
    text: "We are unable to issue tokens from this API version. Please contact the application vendor as they need to use version 2.0 of the protocol to support this.",
  },
  501661: { error: "invalid_request", text: "Request to External OIDC endpoint failed." },
  5000811: {
    error: "invalid_client",
    status: 401,
    text: "Unable to verify token signature. The signing key identifier does not match any valid registered keys.",
  },
  500112: {
    error: "invalid_client",
    status: 401,
    text: "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code.",
  },
  500131: {
    error: "invalid_grant",
    text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{0}' and the expected audience is '{1}'.",
  },
  500133: { error: "invalid_grant", text: "Assertion is not within its valid time range." },
  501481: {
    error: "invalid_grant",
    text: "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  650052: {
    error: "invalid_client",
    text: "The app is trying to access a service '{0}'({1}) that your organization '{2}' lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.",
  },
  650053: {
    error: "invalid_client",
    authorizeError: "invalid_client",
    text: "The application '{0}' asked for scope '{1}' that doesn't exist on the resource '{2}'. Contact the app vendor.",
  },
  700005: {
    error: "invalid_grant",
    text: "The provided authorization code is intended to be used against another tenant, and was therefore rejected. OAuth2 Authorization Code must be redeemed against the same tenant it was acquired for (/common or /{tenant-ID} as appropriate).",
  },
  700016: {
    error: "unauthorized_client",
    text: "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  700021: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700023: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
  },
  700024: {
    error: "invalid_client",
    status: 401,
    text: "Client assertion is not within its valid time range. Current time: {0}, assertion valid from {1}, expiry time of assertion {2}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
  },
  700025: {
    error: "invalid_client",
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: "invalid_client",
    status: 401,
    text: "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {0}, Thumbprint of key used by client: '{1}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{2}'.]",
  },
  700054: { error: "unsupported_response_type", text: "response_type '{0}' is not enabled for the application." },
  700084: {
    error: "invalid_grant",
    text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {0}.",
  },
  900561: {
    error: "invalid_request",
    text: "The endpoint only accepts {0} requests. Received a {1} request.",
  },
  901002: { error: "invalid_request", text: "The 'resource' request parameter is not supported." },
  900144: {
    error: "invalid_request",
    text: "The request body must contain the following parameter: '{0}'.",
  },
  1002012: {
    error: "invalid_scope",
    text: "The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
  },
  700211: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion issuer '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  },
  700212: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion audience '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  },
  700213: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion subject '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  },
  7002138: {
    error: "invalid_client",
    status: 401,
    text: "No matching federated identity record found for presented assertion subject '{0}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
  },
  7000215: {
    error: "invalid_client",
    status: 401,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  },
  7000218: {
    error: "invalid_client",
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  9001023: {
    error: "invalid_request",
    text: "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
  },
  9002332: {
    error: "invalid_request",
    text: "Application '{0}'({1}) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.",
  },
  9002313: { error: "invalid_request", text: "Invalid request. Request is malformed or invalid." },
  9002325: {
    error: "invalid_request",
    text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption.",
  },
  9002326: {
    error: "invalid_request",
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'.",
  },
  9002327: {
    error: "invalid_request",
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
} satisfies Record<number, Entry>;
