// The type of the entries in the tables of this folder: from an error code to what an app can tell the user.

/** The one useful thing to do about a failure. An app offers one button for it. */
export type FailureAction = "retry" | "sign-in" | "grant-consent" | "other-user";

/** What is known about an error code. */
export interface Advice {
  readonly title: string;
  /** The likely reason. */
  readonly cause: string;
  /** What to do about it. */
  readonly advice: string;
  readonly action: FailureAction;
  readonly link?: AdviceLink;
}

/** Where to read or do more. Turn `admin-consent` into the link that `adminConsentUrl` returns. */
export type AdviceLink = { readonly to: "admin-consent" } | { readonly to: "docs"; readonly href: string };

/** A link to Microsoft's documentation. */
export const docs = (href: string): AdviceLink => ({ to: "docs", href });
