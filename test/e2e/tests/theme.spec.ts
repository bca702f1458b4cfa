import { expect, test } from "../support/test.ts";

test("follows the system's theme until another is chosen, and remembers the choice", async ({ tokenPage }) => {
  const { page } = tokenPage;
  const background = () => page.locator("#root > *").evaluate((element) => getComputedStyle(element).backgroundColor);
  const choice = page.getByLabel("Theme");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(choice).toHaveValue("system");
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);
  await choice.selectOption("light");
  await expect.poll(background).toBe(light);
  await page.reload();
  await expect(choice).toHaveValue("light");
  await expect.poll(background).toBe(light);
});
