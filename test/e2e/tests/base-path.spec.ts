// The page below a path of a host, through nginx as the deploy guide configures it.
import { hasNginx, locations, startNginx } from "../../../packages/server/test/support/nginx.ts";
import { deploy } from "../support/deployment.ts";
import { freePort } from "../support/free-port.ts";
import { expect, test } from "../support/test.ts";
import { TokenPage } from "../support/token-page.ts";

for (const [form, location] of Object.entries(locations)) {
  test(`below a path, behind an nginx that ${form}, a user signs in and exchanges`, async ({ page, watched }) => {
    test.skip(!hasNginx, "nginx is not installed");
    watched.expectedErrors.push(/status of 422/);
    const deployment = await deploy({ settings: { BASE_PATH: "/teams" } });
    const [port, { port: serverPort }] = [await freePort(), new URL(deployment.origin)];
    const endNginx = await startNginx(location, `http://127.0.0.1:${serverPort}`, port);
    const origin = `http://localhost:${port}`;
    const uris = ["/teams/", "/teams/redirect.html"].map((path) => origin + path);
    deployment.emulator.registration("spa").redirectUris = { spa: uris };

    const paths = new Set<string>();
    page.context().on("request", (request) => {
      const { origin: asked, pathname } = new URL(request.url());
      if (asked === origin) paths.add(pathname);
    });
    const tokenPage = new TokenPage(page, { ...deployment, origin: `${origin}/teams` });
    await tokenPage.open();
    await expect(page).toHaveURL(uris[0] ?? "");
    await tokenPage.signInByPopup();
    await tokenPage.getTokens();
    await tokenPage.exchange();
    await tokenPage.expectDone("Exchange");
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(tokenPage.card("Sign in").getByText("Not started")).toBeVisible();
    await tokenPage.card("Sign in").getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: deployment.emulator.user("ada").upn }).click();
    await tokenPage.expectDone("Sign in");
    await expect(page).toHaveURL(({ pathname }) => pathname === "/teams/");

    await page.goto(`${origin}/teams/explain.html`);
    await expect(page.getByRole("button", { name: "Explain", exact: true })).toBeVisible();
    await page.getByRole("link", { name: "Back to the page" }).click();
    await expect(page).toHaveURL(uris[0] ?? "");
    await tokenPage.expectDone("Sign in");

    expect([...paths].filter((path) => !path.startsWith("/teams"))).toEqual([]);
    await watched.end();
    await endNginx();
    await deployment.close();
  });
}
