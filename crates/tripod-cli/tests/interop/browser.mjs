// A person at a browser: opens pages, fills in their forms, presses buttons.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescape = (text) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, number, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (number) return String.fromCodePoint(Number(number));
    return ENTITIES[name] ?? whole;
  });

const attributes = (tag) => {
  const found = {};
  for (const [, name, , quoted, bare] of tag.matchAll(/([\w-]+)(\s*=\s*(?:"([^"]*)"|([^\s>]+)))?/g))
    found[name.toLowerCase()] = unescape(quoted ?? bare ?? "");
  return found;
};

const forms = (html, url) => {
  const found = [];
  let form;
  for (const [, closing, name, rest] of html.matchAll(/<(\/?)(form|input|button)\b([^>]*)>/gi)) {
    const tag = attributes(rest);
    if (name === "form") {
      form = closing ? undefined : { fields: {}, buttons: [] };
      if (!form) continue;
      form.action = new URL(tag.action || url, url).href;
      form.method = (tag.method ?? "get").toLowerCase();
      found.push(form);
    } else if (form && !closing && tag.name) {
      if (name === "input") form.fields[tag.name] = tag.value ?? "";
      else form.buttons.push([tag.name, tag.value ?? ""]);
    }
  }
  return found;
};

export class Browser {
  #cookies = new Map();

  constructor(provider, username = "alice", password = "alice-password") {
    Object.assign(this, { provider, username, password });
  }

  /** Goes to a page, or returns the address outside the provider where it would be sent. */
  async open(url, init = {}) {
    for (let hops = 0; hops < 10; hops++) {
      if (!url.startsWith(this.provider)) return { left: url };
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...init.headers, ...(cookie && { cookie }) };
      const answer = await fetch(url, { ...init, headers, redirect: "manual" });
      for (const set of answer.headers.getSetCookie()) {
        const [name, value] = set.split(";")[0].split(/=(.*)/s);
        this.#cookies.set(name, value);
      }
      if (answer.status < 300 || answer.status >= 400) {
        const html = await answer.text();
        return { url, status: answer.status, html, forms: forms(html, url), headers: answer.headers };
      }
      url = new URL(answer.headers.get("location"), url).href;
      init = {};
    }
    throw new Error("the pages redirect in a circle");
  }

  submit(page, form, fields) {
    const body = new URLSearchParams({ ...form.fields, ...fields });
    const origin = new URL(page.url).origin;
    if (form.method === "get") return this.open(`${form.action}?${body}`);
    const headers = { origin, "sec-fetch-site": "same-origin" };
    return this.open(form.action, { method: "POST", body, headers });
  }

  /** Signs in and decides, until the client is told or the flow ends on a page. */
  async decide(url, decision = "allow", userCode) {
    let page = await this.open(String(url));
    for (let steps = 0; steps < 8; steps++) {
      if (page.left) return new URL(page.left);
      if (page.status !== 200) throw new Error(`${page.status} at ${page.url}: ${page.html}`);
      if (/\bid="?outcome"?/.test(page.html)) return page;
      const signIn = page.forms.find((form) => "password" in form.fields);
      const consent = page.forms.find((form) => form.buttons.some(([name]) => name === "decision"));
      const typed = !consent && page.forms.find((form) => "user_code" in form.fields);
      if (signIn) {
        const { username, password } = this;
        page = await this.submit(page, signIn, { username, password });
      } else if (typed && userCode) page = await this.submit(page, typed, { user_code: userCode });
      else if (consent) page = await this.submit(page, consent, { decision });
      else throw new Error(`no form to answer at ${page.url}: ${page.html}`);
    }
    throw new Error(`no end at ${page.url}`);
  }
}

export const assert = (holds, ...shown) => {
  if (!holds) throw new Error(shown.map((value) => JSON.stringify(value)).join(" "));
};

/** Expects a refusal with this OAuth error. */
export const refused = async (code, attempt) => {
  try {
    await attempt();
  } catch (error) {
    const told = error.error ?? error.cause?.error ?? error.cause?.[0]?.parameters?.error ?? error.message;
    assert(told === code, `${code} was due`, told, String(error));
    return;
  }
  throw new Error(`${code} was due, and it was allowed`);
};

export const run = async (tests) => {
  for (const test of tests) {
    await test();
    console.log("ok", test.name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  }
};
