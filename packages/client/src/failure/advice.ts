// The form of an entry in the tables from code to advice.

/** The one useful thing to do about a failure; each has one button. */
export type FailureAction = "retry" | "sign-in" | "grant-consent" | "other-user";

/** What is known about a code. */
export interface Advice {
  readonly title: string;
  /** Why it happened, as far as the code tells. */
  readonly cause: string;
  /** What to do about it. */
  readonly advice: string;
  readonly action: FailureAction;
  readonly link?: AdviceLink;
}

/** Where to read or do more. `admin-consent` becomes the tenant's consent page, which only an administrator can use. */
export type AdviceLink = { readonly to: "admin-consent" } | { readonly to: "docs"; readonly href: string };

/** A page of Microsoft's documentation. */
export const docs = (href: string): AdviceLink => ({ to: "docs", href });
