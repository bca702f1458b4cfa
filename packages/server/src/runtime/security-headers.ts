// Headers of every response, also of those that Node's own errors get.

/**
 * Responses of the API are data: nothing may be loaded from them or frame them. Headers that only pages need are sent with
 * pages only.
 */
export const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};
