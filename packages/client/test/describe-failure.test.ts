import { BrowserAuthError, InteractionRequiredAuthError, ServerError } from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import { DirectExchangeError } from "../src/direct-exchange-errors.ts";
import { NoAccountError } from "../src/entra-tokens.ts";
import { describeFailure, failureDetails } from "../src/failure/describe-failure.ts";
import { NetworkError, ProblemError, UnexpectedResponseError } from "../src/server-errors.ts";

const problem = (name: string, headers = new Headers()) =>
  new ProblemError(
    { type: `/problems#${name}`, title: "T", status: 403, detail: "Do this.", requestId: "r-1", acsCode: "Forbidden" },
    headers,
  );

const entraText = (code: number) =>
  `AADSTS${code}: The user 'user@example.org' may not. Trace ID: 0a1b2c3d-1111-2222-3333-444455556666 Correlation ID: 9 Timestamp: now`;

describe("describeFailure", () => {
  it("takes the title and the remedy of a problem from the server and adds the cause", () => {
    expect(describeFailure(problem("teams-token-rejected"))).toMatchObject({
      code: "teams-token-rejected",
      title: "T",
      advice: "Do this.",
      cause: expect.stringContaining("license"),
      action: "other-user",
      acsCode: "Forbidden",
      references: [{ label: "Request ID", value: "r-1" }],
    });
  });

  it("shows a problem that it does not know", () => {
    expect(describeFailure(problem("brand-new"))).toMatchObject({ code: "brand-new", title: "T", action: "retry" });
  });

  it("keeps the claims of a challenge for the next sign-in", () => {
    const headers = new Headers({ "www-authenticate": `Bearer error="insufficient_claims", claims="${btoa("{}")}"` });
    expect(describeFailure(problem("insufficient-claims", headers))).toMatchObject({ action: "sign-in", claims: "{}" });
  });

  it.each([
    [65001, "grant-consent"],
    [65004, "grant-consent"],
    [90094, "sign-in"],
    [50076, "sign-in"],
    [50079, "sign-in"],
    [50105, "other-user"],
    [700016, "retry"],
    [9002326, "retry"],
    [700084, "sign-in"],
    [650052, "retry"],
  ])("knows AADSTS%i and its action", (code, action) => {
    const failure = describeFailure(new ServerError("invalid_grant", "corr", entraText(code)));
    expect(failure).toMatchObject({ code: `AADSTS${code}`, action });
    expect(failure.title).not.toBe("Entra ID refused the request");
  });

  it("finds trace and correlation IDs", () => {
    expect(describeFailure(new ServerError("invalid_grant", "corr", entraText(65001))).references).toEqual([
      { label: "Trace ID", value: "0a1b2c3d-1111-2222-3333-444455556666" },
      { label: "Correlation ID", value: "corr" },
    ]);
  });

  it("links to Microsoft for an unknown AADSTS code", () => {
    const failure = describeFailure(new ServerError("invalid_grant", "corr", entraText(123456)));
    expect(failure.link).toEqual({ to: "docs", href: "https://login.microsoftonline.com/error?code=123456" });
  });

  it("passes on the claims that Entra ID requires", () => {
    const error = new InteractionRequiredAuthError("interaction_required", "corr", entraText(50076), "", "", "", "{}");
    expect(describeFailure(error)).toMatchObject({ action: "sign-in", claims: "{}" });
  });

  it.each(["popup_window_error", "timed_out", "interaction_in_progress", "login_required", "network_error"])(
    "has its own text for %s, for which MSAL has none any more",
    (code) => {
      expect(describeFailure(new BrowserAuthError(code, "corr"))).toMatchObject({ code });
      expect(describeFailure(new BrowserAuthError(code, "corr")).title).not.toBe("The sign-in failed");
    },
  );

  it("distinguishes no response, an unexpected response and a defect of the page", () => {
    expect(describeFailure(new NetworkError("/api/config", new Error("x"))).code).toBe("network-error");
    expect(describeFailure(new UnexpectedResponseError("/api/config", 502)).code).toBe("http-502");
    expect(describeFailure(new NoAccountError("none")).code).toBe("no_account_error");
    expect(describeFailure(new RangeError("oops")).code).toBe("client-error");
    expect(describeFailure("a string").code).toBe("client-error");
  });

  it("never shows the message of an error, which can contain a name", () => {
    const failures = [
      describeFailure(new ServerError("invalid_grant", "corr", entraText(50105))),
      describeFailure(new BrowserAuthError("unknown_code", "corr", "user@example.org")),
      describeFailure(new Error("user@example.org")),
    ];
    for (const failure of failures) {
      expect(JSON.stringify(failure)).not.toContain("user@example.org");
      expect(failureDetails(failure, "Sign in")).not.toContain("user@example.org");
    }
  });
});

describe("describeFailure for a direct exchange", () => {
  it.each([
    [403, "acs-403", "not assigned"],
    [401, "acs-401", "does not accept"],
    [500, "acs-500", "failed"],
    [undefined, "acs-unreachable", "did not respond"],
  ])("describes status %s as %s, with the error code of ACS", (status, code, text) => {
    const failure = describeFailure(new DirectExchangeError(status, "Forbidden", undefined));
    expect(failure).toMatchObject({ code, title: expect.stringContaining(text), acsCode: "Forbidden" });
  });
});
