// Opens an address of the emulator like a person with a browser, and signs in as ada. It prints the address at which
// the sign-in ends, and opens that too, because an SDK may be listening there.
// Usage: node sign-in.mjs ADDRESS [DEVICE CODE]
import { Browser } from "../../packages/emulator/test/browserless-sign-in.ts";

const person = { upn: "ada@northwharf.example" };
const [address = "", deviceCode] = process.argv.slice(2);
const browser = new Browser();

if (deviceCode === undefined) {
  const landing = await browser.signIn(address, person);
  process.stdout.write(`${landing}\n`);
  // Suites that read the printed address do not listen.
  if (landing.search) await fetch(landing).catch(() => undefined);
} else {
  await browser.enterDeviceCode(address, deviceCode, person);
}
