// Requirements of the server, and the tests that prove them, each as "file > name". The name may be a part of the
// test's name. requirements.test.ts checks that every test exists.

export interface Requirement {
  readonly id: string;
  readonly what: string;
  readonly tests: readonly string[];
}

/** Threats of docs/threat-model.md, and what must hold. */
export const threats: readonly Requirement[] = [
  {
    id: "confused deputy",
    what: "A Teams token is exchanged only for its own user, tenant and client.",
    tests: [
      "packages/server/test/matrix.test.ts > asks ACS only for the caller's own token, out of every pair of user, tenant and client",
      "packages/rules/src/teams-token.test.ts > another user's token",
      "packages/rules/src/teams-token.test.ts > another tenant's token",
      "packages/rules/src/teams-token.test.ts > another client's token",
    ],
  },
  {
    id: "another tenant's or API's token",
    what: "The tenant is pinned, the key decides the issuer (`iss`) and the tenant (`tid`), and each token version has one exact audience.",
    tests: [
      "packages/rules/src/caller-token.test.ts > a genuine token of another tenant",
      "packages/rules/src/caller-token.test.ts > a key that belongs to another tenant",
      "packages/rules/src/caller-token.test.ts > another API's token",
      "packages/rules/src/caller-token.test.ts > the URI as audience of a v2 token",
    ],
  },
  {
    id: "algorithm confusion",
    what: "RS256 is the only algorithm, and the key type must fit it.",
    tests: [
      "packages/server/test/authentication.test.ts > alg none",
      "packages/server/test/authentication.test.ts > HS256 signed with the public key's text",
      "packages/server/test/authentication.test.ts > another algorithm of the same key type",
      "packages/server/src/entra/fetch-signing-keys.test.ts > is an elliptic curve",
    ],
  },
  {
    id: "keys sent with the token",
    what: "`jku`, `x5u` and `jwk` are never followed, and an unknown `crit` is refused.",
    tests: [
      "packages/server/test/authentication.test.ts > keys that the token itself brings: nothing is fetched, nothing believed",
      "packages/server/test/authentication.test.ts > a crit header that nobody knows",
      "packages/server/test/authentication.test.ts > b64 false",
    ],
  },
  {
    id: "weak or wrong keys in the key set",
    what: "Weak or wrong keys are skipped, and the good ones stay in use.",
    tests: [
      "packages/server/src/entra/fetch-signing-keys.test.ts > has 1024 bits",
      "packages/server/src/entra/fetch-signing-keys.test.ts > has the exponent 3",
      "packages/server/src/entra/fetch-signing-keys.test.ts > has an exponent of 40 bits",
      "packages/server/src/entra/fetch-signing-keys.test.ts > has a modulus of 8200 bits",
      "packages/server/src/entra/fetch-signing-keys.test.ts > is for encryption",
      "packages/server/src/entra/fetch-signing-keys.test.ts > has no id",
    ],
  },
  {
    id: "flood of unknown key ids",
    what: "At most one fetch in 30 s, claimed before the fetch starts.",
    tests: [
      "packages/server/src/entra/signing-keys.test.ts > fetches at most once per 30 s however many unknown ids come",
      "packages/server/src/entra/signing-keys.test.ts > keeps the cool-down also if %s, and still uses the last good keys",
      "packages/server/src/entra/signing-keys.test.ts > accepts a rotated key with one fetch for a thousand simultaneous requests",
      "test/load/key-flood.test.ts > 10,000 unknown key IDs per second for 30 s cause at most two fetches of the keys, and every valid caller is served",
    ],
  },
  {
    id: "key set outage",
    what: "At start: live but not ready. Later: the last good keys for up to 24 h, then 503.",
    tests: [
      "packages/server/test/outage.test.ts > the server is live but not ready, and answers 503, not 401",
      "packages/server/src/entra/signing-keys.test.ts > serves its last good keys for 24 hours of an outage, then says 503",
    ],
  },
  {
    id: "replay",
    what: "Clock skew is at most 60 s, `exp` is required and sizes are capped. ACS offers no proof of possession.",
    tests: [
      "packages/rules/src/caller-token.test.ts > a token that expired before the skew",
      "packages/rules/src/caller-token.test.ts > a missing expiry",
      "packages/server/test/authentication.test.ts > a token over 16 KB",
      "packages/rules/src/teams-token.test.ts > a token over 8 KB",
    ],
  },
  {
    id: "CORS, CSRF",
    what: "Origins are exact, credentials are never allowed, and bodies must be JSON.",
    tests: [
      "packages/server/test/http.test.ts > keeps %s out",
      "packages/server/test/http.test.ts > lets a listed origin in, without credentials",
      "packages/server/test/exchange.test.ts > a form",
      "packages/server/test/exchange.test.ts > plain text",
    ],
  },
  {
    id: "GET that returns a secret",
    what: "GET refuses navigations, is marked as deprecated and has no HEAD.",
    tests: [
      "packages/server/test/exchange.test.ts > is refused for the fetch mode %s",
      "packages/server/test/exchange.test.ts > says that it is deprecated, and what comes after it",
      "packages/server/test/http.test.ts > has no HEAD twin, which would spend quota for nothing",
    ],
  },
  {
    id: "caching of the response",
    what: "Every response has no-store, and none has an ETag.",
    tests: ["packages/server/test/http.test.ts > of %s carries a request id, no-store and the security headers"],
  },
  {
    id: "tokens in logs, errors and traces",
    what: "No token appears anywhere.",
    tests: [
      "packages/server/test/logs.test.ts > holds no fragment of a token, a key or an address with a query",
      "packages/server/test/heap.test.ts > a heap snapshot after the requests holds nothing of any token",
      "packages/server/test/telemetry.test.ts > gets a span for each request and each ACS call, and metrics; no token, key or address among them",
    ],
  },
  {
    id: "stack traces, upstream texts, oracles",
    what: "The problem catalogue is closed, and every bad signature gets the same response.",
    tests: [
      "packages/server/test/audit.test.ts > in a handler is a 500 problem; its text is neither in the answer nor in the log",
      "packages/server/test/authentication.test.ts > refuses with one and the same 401",
      "packages/server/test/answers-of-acs.test.ts > passes on what ACS says",
    ],
  },
  {
    id: "oversize, slow, many",
    what: "Headers, tokens, bodies, times and connections have limits.",
    tests: [
      "packages/server/test/exchange.test.ts > a body over 16 KB",
      "packages/server/test/http.test.ts > to %s is a problem with all headers and a log line, and repeats nothing",
      "packages/server/test/faults-of-the-process.test.ts > are cut off before their headers are complete",
      "packages/server/test/faults-of-the-process.test.ts > are cut off before their body is complete, with 408",
      "packages/server/test/faults-of-the-process.test.ts > may not open more connections than the limit",
      "packages/server/test/handler-deadline.test.ts > answers 503 if a handler does not, and survives the handler's late answer",
    ],
  },
  {
    id: "denial of wallet",
    what: "Nothing is spent before authentication. There are limits per user, per address and in total, and identical requests share a call.",
    tests: [
      "packages/server/test/quota-and-limits.test.ts > is not spent by callers who are not let in, or whose Teams token is not theirs",
      "packages/server/test/quota-and-limits.test.ts > 50 of them cost one call to ACS",
      "packages/server/test/quota-and-limits.test.ts > of one user are refused with 429 and Retry-After",
    ],
  },
  {
    id: "forged X-Forwarded-For",
    what: "Only trusted hops count, and IPv6 addresses are grouped by /64.",
    tests: [
      "packages/server/test/quota-and-limits.test.ts > are one address's, with any X-Forwarded-For",
      "packages/server/test/quota-and-limits.test.ts > from one IPv6 /64 are one address's",
    ],
  },
  {
    id: "connection string as SSRF",
    what: "https and Azure's hosts only, loopback only with an explicit setting, no redirects, no echo of the value.",
    tests: [
      "packages/server/src/settings/read-settings.test.ts > a host that only ends like Azure's",
      "packages/server/src/settings/read-settings.test.ts > an http endpoint beyond loopback, switch or not",
      "packages/server/test/faults-of-acs.test.ts > that redirects to another host: 502, and that host is never called",
      "packages/server/src/settings/read-settings.test.ts > no value of any setting",
    ],
  },
  {
    id: "forged or unusual responses of ACS",
    what: "A response of ACS must match the schema, the size limit, a plausible expiry and the caller's identity.",
    tests: [
      "packages/server/test/answers-of-acs.test.ts > a 200 that expires in an age",
      "packages/server/test/faults-of-acs.test.ts > of 100 MB",
      "packages/server/test/faults-of-acs.test.ts > with another user's token, %s: 502",
    ],
  },
  {
    id: "XSS in the client",
    what: "The policy (CSP) allows no eval and no inline script, and tokens stay in memory.",
    tests: [
      "test/e2e/tests/watch.spec.ts > a violation of the content security policy is noticed",
      "test/e2e/tests/session.spec.ts > a reload keeps the sign-in and drops the ACS token",
    ],
  },
  {
    id: "revocation",
    what: "The deny-list knows users, clients and tenants, and claims challenges are passed on.",
    tests: [
      "packages/server/test/deny-list.test.ts > an entry counts with the next exchange on the other instance, and so does its removal",
      "packages/server/test/authentication.test.ts > with 401 and the claims in the form that MSAL reads, if the client understands them",
    ],
  },
  {
    id: "emulator settings in production",
    what: "An emulator has its own issuers, and a server with mixed settings does not start.",
    tests: [
      "packages/rules/src/caller-token.test.ts > an emulator's token on Microsoft's cloud",
      "packages/server/src/settings/read-settings.test.ts > %s as mixed",
      "packages/server/src/settings/read-settings.test.ts > the switch where nothing is loopback",
    ],
  },
];

/** Faults of ACS, by their ID in the fault catalogue, and what the caller gets. */
export const acsFaults: readonly Requirement[] = [
  {
    id: "acs-01",
    what: "Connection refused: 502 after one retry.",
    tests: ["packages/server/test/faults-of-acs.test.ts > connection refused: 502 after one more try"],
  },
  {
    id: "acs-02, acs-03",
    what: "Unknown host name: 502. The resolver does not respond: 504.",
    tests: [
      "packages/server/src/acs/acs-failure.test.ts > a call that fails with %s is %s",
      "packages/server/src/acs/acs-identity.test.ts > a call that is aborted is a timeout",
    ],
  },
  {
    id: "acs-04",
    what: "The name resolves to another address: the name in the certificate decides.",
    tests: ["packages/server/test/faults-of-tls.test.ts > of another host"],
  },
  {
    id: "acs-05, acs-10",
    what: "Connecting or the TLS handshake never ends: 504.",
    tests: ["packages/server/test/faults-of-tls.test.ts > with a handshake that never ends: 504"],
  },
  {
    id: "acs-06 to acs-09",
    what: "No trusted TLS connection: 502 upstream-tls, and nothing is sent.",
    tests: [
      "packages/server/test/faults-of-tls.test.ts > expired",
      "packages/server/test/faults-of-tls.test.ts > of another host",
      "packages/server/test/faults-of-tls.test.ts > self-signed",
      "packages/server/test/faults-of-tls.test.ts > with only TLS 1.1: 502 upstream-tls",
    ],
  },
  {
    id: "acs-11 to acs-14",
    what: "Silence or a slow drip: 504 at the deadline.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > connection accepted, then silence",
      "packages/server/test/faults-of-acs.test.ts > headers, then silence",
      "packages/server/test/faults-of-acs.test.ts > a dripping %s",
    ],
  },
  {
    id: "acs-15, acs-46",
    what: "Reset before the headers, or a kept-alive connection that was closed: one retry.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > a reset before the headers",
      "packages/server/test/faults-of-acs.test.ts > two resets: 502",
      "packages/server/test/faults-of-acs.test.ts > a kept-alive connection that ACS closed",
    ],
  },
  {
    id: "acs-16 to acs-19",
    what: "The response breaks off: 502 or 504.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > reset in the body",
      "packages/server/test/faults-of-acs.test.ts > cut off before its announced end",
      "packages/server/test/faults-of-acs.test.ts > cut off between chunks",
      "packages/server/test/faults-of-acs.test.ts > shorter than it says",
    ],
  },
  {
    id: "acs-20, acs-21, acs-49",
    what: "The response is too large: 502 at the cap.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > of 100 MB",
      "packages/server/test/faults-of-acs.test.ts > that is a gzip bomb",
      "packages/server/test/faults-of-acs.test.ts > with a header of 1 MB",
    ],
  },
  {
    id: "acs-22 to acs-29",
    what: "A 200 without a valid token: 502.",
    tests: [
      "packages/server/test/answers-of-acs.test.ts > a 200 with broken JSON",
      "packages/server/test/answers-of-acs.test.ts > an empty 200",
      "packages/server/test/answers-of-acs.test.ts > a 200 that is a page",
      "packages/server/test/answers-of-acs.test.ts > a 200 without a token",
      "packages/server/test/answers-of-acs.test.ts > a 200 whose token is a number",
      "packages/server/test/answers-of-acs.test.ts > a 200 whose token has expired",
      "packages/server/test/faults-of-acs.test.ts > with another user's token",
      "packages/server/test/answers-of-acs.test.ts > 204",
    ],
  },
  {
    id: "acs-30",
    what: "A redirect: 502, and it is never followed.",
    tests: ["packages/server/test/faults-of-acs.test.ts > that redirects to another host"],
  },
  {
    id: "acs-31 to acs-35",
    what: "Errors are mapped by status and code.",
    tests: [
      "packages/server/test/answers-of-acs.test.ts > 400 about the api-version",
      "packages/server/test/answers-of-acs.test.ts > 401 Denied: our own key",
      "packages/server/test/answers-of-acs.test.ts > 403 of any code",
      "packages/server/test/answers-of-acs.test.ts > 404",
      "packages/server/test/answers-of-acs.test.ts > 409",
    ],
  },
  {
    id: "acs-36 to acs-39, acs-42",
    what: "ACS is busy: 503 with a capped Retry-After, and no calls until then.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > %i with Retry-After",
      "packages/server/src/acs/retry-after.test.ts > an HTTP date",
      "packages/server/test/answers-of-acs.test.ts > 429 without Retry-After",
      "packages/server/test/answers-of-acs.test.ts > 429 with an endless Retry-After",
    ],
  },
  {
    id: "acs-40, acs-41, acs-43",
    what: "Status 500: one retry within a budget, then a circuit breaker.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > one 500: 200 after one more try",
      "packages/server/test/faults-of-acs.test.ts > nothing but 500",
      "packages/server/test/faults-of-acs.test.ts > half of all calls failing",
      "packages/server/src/acs/retry-budget.test.ts > repeats at most one in ten of %i calls",
    ],
  },
  {
    id: "acs-44, acs-45",
    what: "Too many calls in flight: refused immediately.",
    tests: ["packages/server/test/faults-of-acs.test.ts > too many calls in flight"],
  },
  {
    id: "acs-47, acs-48",
    what: "Unusual HTTP: ignored, or 502.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > after 103 Early Hints",
      "packages/server/test/faults-of-acs.test.ts > %s: 502",
    ],
  },
];

/** Faults of the signing keys of Entra ID, and what happens. */
export const keySetFaults: readonly Requirement[] = [
  {
    id: "jwks-01",
    what: "At start: live, not ready, and ready later without a restart.",
    tests: ["packages/server/test/outage.test.ts > at start the server becomes ready as soon as the authority is back"],
  },
  {
    id: "jwks-02, jwks-03",
    what: "The last good keys, then 503.",
    tests: [
      "packages/server/src/entra/signing-keys.test.ts > serves its last good keys for 24 hours of an outage, then says 503",
      "packages/server/src/entra/fetch-signing-keys.test.ts > the status is 500",
    ],
  },
  {
    id: "jwks-04",
    what: "No request waits longer than the fetch may take, and one fetch serves all requests.",
    tests: [
      "packages/server/src/entra/fetch-signing-keys.test.ts > no longer than the time limit if %s does not answer",
      "packages/server/src/entra/signing-keys.test.ts > beyond an hour starts one fetch in the background, not one a request",
    ],
  },
  {
    id: "jwks-05 to jwks-07",
    what: "Unreadable, empty or endless documents: the last good keys stay in use.",
    tests: [
      "packages/server/src/entra/fetch-signing-keys.test.ts > the keys are not JSON",
      "packages/server/src/entra/signing-keys.test.ts > the set is empty",
      "packages/server/src/entra/fetch-signing-keys.test.ts > the keys are too large",
      "packages/server/src/entra/fetch-signing-keys.test.ts > there are 101 keys",
    ],
  },
  {
    id: "jwks-08",
    what: "Bad keys are skipped.",
    tests: [
      "packages/server/src/entra/fetch-signing-keys.test.ts > has 1024 bits",
      "packages/server/src/entra/fetch-signing-keys.test.ts > is a shared secret",
    ],
  },
  {
    id: "jwks-09 to jwks-11",
    what: "A redirect, another issuer or another host is refused.",
    tests: [
      "packages/server/src/entra/fetch-signing-keys.test.ts > no more where %s redirects, though the new address would answer",
      "packages/server/src/entra/fetch-signing-keys.test.ts > discovery is another issuer's",
      "packages/server/src/entra/fetch-signing-keys.test.ts > the keys are on another host",
      "packages/server/src/entra/fetch-signing-keys.test.ts > the keys are on http",
    ],
  },
  {
    id: "jwks-12, jwks-13",
    what: "Rotation: the new key works immediately, and the old one is gone after the next fetch.",
    tests: [
      "packages/server/src/entra/signing-keys.test.ts > accepts a rotated key with one fetch for a thousand simultaneous requests",
      "packages/server/src/entra/signing-keys.test.ts > forgets a withdrawn key with the fetch after an hour",
      "packages/server/test/outage.test.ts > a token of the new key is accepted immediately, after one more fetch",
    ],
  },
  {
    id: "jwks-14",
    what: "A key withdrawn in an emergency is refused immediately after SIGHUP.",
    tests: [
      "packages/server/test/faults-of-the-process.test.ts > a withdrawn signing key is refused immediately after SIGHUP",
      "packages/server/src/entra/signing-keys.test.ts > forgets a withdrawn key immediately on reload, also during the cool-down",
    ],
  },
  {
    id: "jwks-15, jwks-16",
    what: "A flood causes one fetch per cool-down, also in an outage.",
    tests: [
      "packages/server/src/entra/signing-keys.test.ts > fetches at most once per 30 s however many unknown ids come",
      "packages/server/src/entra/signing-keys.test.ts > keeps the cool-down also if %s, and still uses the last good keys",
    ],
  },
  {
    id: "jwks-17",
    what: "Status 304 means unchanged.",
    tests: [
      "packages/server/src/entra/signing-keys.test.ts > asks whether its version has changed, and takes 304 for an answer",
      "packages/server/src/entra/fetch-signing-keys.test.ts > nothing has changed since nothing",
    ],
  },
];

/**
 * Faults of the process and its environment. process-16 (a million requests) is part of `npm run bench`, which prints the growth
 * of memory.
 */
export const processFaults: readonly Requirement[] = [
  {
    id: "process-01, process-02",
    what: "SIGTERM loses no request.",
    tests: [
      "packages/server/test/faults-of-the-process.test.ts > under load loses no request, and the process ends with 0",
      "packages/server/test/faults-of-the-process.test.ts > lets a slow exchange end",
    ],
  },
  {
    id: "process-03",
    what: "One of two instances is killed.",
    tests: [
      "packages/server/test/faults-of-the-process.test.ts > loses what it had in hand; the next request finds the other one",
    ],
  },
  {
    id: "process-04",
    what: "Ten times the load that ACS accepts.",
    tests: [
      "packages/server/test/faults-of-acs.test.ts > too many calls in flight",
      "test/load/overload.test.ts > at ten times the load that ACS accepts",
    ],
  },
  {
    id: "process-05 to process-08",
    what: "Slow and silent clients.",
    tests: [
      "packages/server/test/faults-of-the-process.test.ts > are cut off",
      "packages/server/test/faults-of-the-process.test.ts > are cut off",
      "packages/server/test/faults-of-the-process.test.ts > that send and never read",
      "packages/server/test/faults-of-the-process.test.ts > may not open more connections than the limit",
    ],
  },
  {
    id: "process-09",
    what: "A blocked event loop: not ready, load is shed, then recovery.",
    tests: ["packages/server/test/faults-of-the-process.test.ts > blocked for two seconds"],
  },
  {
    id: "process-10",
    what: "No file descriptors left.",
    tests: ["packages/server/test/faults-of-the-process.test.ts > out of file descriptors"],
  },
  {
    id: "process-11",
    what: "No process reads the log.",
    tests: [
      "packages/cli/test/serve-output.test.ts > into a pipe that is closed: the server continues, and ends with status 0",
      "packages/cli/test/serve-output.test.ts > into a pipe that nobody reads",
    ],
  },
  {
    id: "process-12",
    what: "A defect in our code.",
    tests: [
      "packages/server/test/audit.test.ts > in a handler is a 500 problem; its text is neither in the answer nor in the log",
      "packages/cli/test/serve-output.test.ts > is logged by the allow-list and ends the process with status 1",
    ],
  },
  {
    id: "process-13",
    what: "A clock that is ten minutes off.",
    tests: ["packages/server/test/faults-of-the-process.test.ts > with its clock %i s off"],
  },
  {
    id: "process-14",
    what: "Redis fails in every known way.",
    tests: [
      "packages/server/test/many-instances.test.ts > %s still serves, from its local share",
      "packages/server/test/many-instances.test.ts > stay within the limit together: a crowd, Redis killed in the middle and back again, empty",
    ],
  },
  {
    id: "process-15",
    what: "PostgreSQL fails.",
    tests: [
      "packages/server/test/acs-users.test.ts > two simultaneous servers make one ACS user; while it is down or frozen, 503, exchanges still work, and it recovers",
    ],
  },
  {
    id: "process-17",
    what: "A heap of 128 MB.",
    tests: ["packages/server/test/faults-of-the-process.test.ts > with a heap of 128 MB: serves on"],
  },
  {
    id: "process-18",
    what: "The access key rotates.",
    tests: ["packages/server/test/exchange.test.ts > a rotation loses no request, and ACS is asked twice only once"],
  },
  {
    id: "process-19",
    what: "Bad settings.",
    tests: ["packages/cli/test/serve-command.test.ts > without settings: names every missing one and exits with 1"],
  },
];

/** Clauses of standards, and what they ask for. */
export const standards: readonly Requirement[] = [
  {
    id: "RFC 8725, 3.1, 3.2",
    what: "A constant list of algorithms, and suitable keys.",
    tests: [
      "packages/server/test/authentication.test.ts > alg none",
      "packages/server/src/entra/fetch-signing-keys.test.ts > has 1024 bits",
    ],
  },
  {
    id: "RFC 8725, 3.8, 3.9",
    what: "Issuer and audience.",
    tests: [
      "packages/rules/src/caller-token.test.ts > the issuer of another tenant",
      "packages/rules/src/caller-token.test.ts > another API's token",
    ],
  },
  {
    id: "RFC 8725, 3.10",
    what: "Received claims are not trusted: `kid`, `jku`, `x5u`.",
    tests: [
      "packages/server/test/authentication.test.ts > keys that the token itself brings: nothing is fetched, nothing believed",
    ],
  },
  {
    id: "RFC 6750, 2",
    what: "One way to send the token.",
    tests: ["packages/server/test/authentication.test.ts > once: a token in the address as well is refused"],
  },
  {
    id: "RFC 6750, 3",
    what: "Challenges: bare, invalid_request, invalid_token, insufficient_scope.",
    tests: [
      "packages/server/test/authentication.test.ts > %s: a bare challenge",
      "packages/server/test/authentication.test.ts > refuses with one and the same 401",
      "packages/server/test/authentication.test.ts > a token without the scope, with the scope in the challenge",
    ],
  },
  {
    id: "RFC 9457",
    what: "Problem details for every failure.",
    tests: [
      "packages/server/test/http.test.ts > of %s carries a request id, no-store and the security headers",
      "packages/server/test/http.test.ts > has a section for the type of each problem that was answered",
    ],
  },
  {
    id: "RFC 9700, 2.3",
    what: "Tokens are restricted to client, audience and scope.",
    tests: [
      "packages/rules/src/caller-token.test.ts > a client that is not listed",
      "packages/rules/src/caller-token.test.ts > a missing scope",
      "packages/server/test/matrix.test.ts > asks ACS only for the caller's own token",
    ],
  },
  {
    id: "ASVS V4",
    what: "API: content types, methods, sizes, HTTP parsing.",
    tests: [
      "packages/server/test/exchange.test.ts > a form",
      "packages/server/test/http.test.ts > to %s is a problem with all headers and a log line, and repeats nothing",
      "packages/server/test/exchange.test.ts > a poisoned prototype",
    ],
  },
  {
    id: "ASVS V9",
    what: "Self-contained tokens: signature, algorithm, key source, lifetime, audience.",
    tests: [
      "packages/server/test/mutated-tokens.test.ts > mutated tokens: none accepted, none a server error, none sent to ACS",
    ],
  },
  {
    id: "ASVS V10",
    what: "OAuth: the resource server checks audience, scope, client and sender.",
    tests: [
      "packages/rules/src/caller-token.test.ts > a scope that only begins right",
      "packages/rules/src/caller-token.test.ts > an app-only token, even with the scope",
    ],
  },
  {
    id: "ASVS V12",
    what: "TLS: certificates of services are checked.",
    tests: [
      "packages/server/test/faults-of-tls.test.ts > expired",
      "packages/server/test/faults-of-tls.test.ts > with only TLS 1.1: 502 upstream-tls",
    ],
  },
  {
    id: "ASVS V13",
    what: "Configuration: secrets as files, no default secrets, no value echoed.",
    tests: [
      "packages/server/src/settings/read-settings.test.ts > a secret out of a file, without the line break at its end",
      "packages/server/src/settings/read-settings.test.ts > no value of any setting",
    ],
  },
  {
    id: "ASVS V16",
    what: "Logs: decisions are logged, nothing sensitive is in them, and errors fail closed.",
    tests: [
      "packages/server/test/audit.test.ts > to refuse the Teams token names the user, the problem and the reason",
      "packages/server/src/observability/logging.test.ts > takes listed members and drops every other",
    ],
  },
];
