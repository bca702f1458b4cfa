import { NetworkError } from "@teams-token-exchange/client";
import { expect, it } from "vitest";
import { describePageFailure, PartNotLoadedError } from "./page-failure.ts";

it("explains a part of the page that was not loaded, and leaves other errors to the client package", () => {
  expect(describePageFailure(new PartNotLoadedError("x"))).toMatchObject({ code: "part-not-loaded", action: "retry" });
  expect(describePageFailure(new NetworkError("/api/config", undefined)).code).toBe("network-error");
});
