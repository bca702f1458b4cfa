// Which api-version knows which operation. The table of the REST specification, as data.

/** All versions of the Identity data plane, oldest first. */
export const apiVersions = [
  "2021-03-07",
  "2022-06-01",
  "2022-10-01",
  "2023-10-01",
  "2025-03-02-preview",
  "2025-06-30",
  "2026-09-23",
] as const;

/** One of them. */
export type ApiVersion = (typeof apiVersions)[number];

/** This version and all later ones. */
export const since = (first: ApiVersion): ApiVersion[] => apiVersions.slice(apiVersions.indexOf(first));

/** Whether the parameter names a version at all. */
export const isApiVersion = (value: string): value is ApiVersion => (apiVersions as readonly string[]).includes(value);
