// Completes the sign-in pages without a browser: follows redirects, keeps cookies, submits forms.

/** The choices of the user: the account to pick, and the answers. */
export interface Person {
  /** Sign-in name of the account button. */
  upn: string;
  consent?: "accept" | "cancel";
  mfa?: "approve" | "deny";
}

const hidden = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";

const textOf = (text: string) => text.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"');

/** All hidden fields of a page. */
const hiddenFields = (page: string) =>
  Object.fromEntries(
    Array.from(page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g), ([, name, value]) => [
      textOf(name ?? ""),
      textOf(value ?? ""),
    ]),
  );

/** Fetches with cookies and without following redirects. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly pages: string[] = [];

  async send(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      this.cookies.set(name, value);
    }
    return response;
  }

  /**
   * Signs in. With `response_mode=form_post`, it also sends the answer to the client.
   * @returns the address outside the emulator at which the sign-in ends
   * @throws Error with the page that stopped it
   */
  async signIn(authorizeUrl: string, person: Person): Promise<URL> {
    const origin = new URL(authorizeUrl).origin;
    let response = await this.send(authorizeUrl);
    for (let step = 0; step < 12; step += 1) {
      const location = response.headers.get("location");
      if (location) {
        const next = new URL(location, origin);
        if (next.origin !== origin) return next;
        response = await this.send(next.href);
        continue;
      }
      const page = await response.text();
      this.pages.push(page);
      const client = /<form method="post" action="(http[^"]*)"/.exec(page)?.[1];
      if (client) {
        await this.send(textOf(client), hiddenFields(page));
        return new URL(textOf(client));
      }
      response = await this.answer(origin, page, person);
    }
    throw new Error("the sign-in does not end");
  }

  /** Enters a device code and picks the account. @throws Error with the page that refuses it */
  async enterDeviceCode(address: string, code: string, { upn }: Person): Promise<void> {
    const question = await (await this.send(`${address}?otc=${code}`)).text();
    const done = await (await this.send(address, { ...hiddenFields(question), account: upn })).text();
    if (!done.includes("You may now close this window")) throw new Error(done);
  }

  private answer(origin: string, page: string, person: Person): Promise<Response> {
    const ctx = hidden(page, "ctx");
    const action = (name: string) => `${origin}${new RegExp(`action="(/[^"]*/${name})"`).exec(page)?.[1]}`;
    if (page.includes("Pick an account")) return this.send(action("login"), { ctx, account: person.upn });
    if (page.includes("Approve sign in request"))
      return this.send(action("mfa"), { ctx, outcome: person.mfa ?? "approve" });
    if (page.includes("Permissions requested")) {
      return this.send(action("consent"), { ctx, outcome: person.consent ?? "accept" });
    }
    if (page.includes("Need admin approval")) return this.send(action("cancel"), { ctx });
    throw new Error(textOf(/class="error"[^>]*>([^<]*)/.exec(page)?.[1] ?? page));
  }
}
