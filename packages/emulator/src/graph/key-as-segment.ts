// Graph also names objects as OData does: `/applications(appId='…')` and `/users('…')`. The router needs a segment.

const named = /^(\/v1\.0\/(?:applications|servicePrincipals))\(appId=(?:'|%27)([\w-]+)(?:'|%27)\)/i;
const keyed =
  /^(\/v1\.0\/(?:applications|servicePrincipals|users|oauth2PermissionGrants))\((?:'|%27)([^'/?]+?)(?:'|%27)\)/i;

/** @param url path and query. @returns the same with `/applications/appId=…` and `/users/…` */
export const withKeyAsSegment = (url: string): string => url.replace(named, "$1/appId=$2").replace(keyed, "$1/$2");
