// What a client of `fetch` saw: the exchanges as they were on the wire, and the error with its stack.

import { inspect } from "node:util";

let messages = null;

const shown = (headers) =>
  [...new Headers(headers)]
    // Without those that tell that something was on purpose.
    .filter(([name]) => !name.startsWith("x-tripod-"))
    .map(([name, value]) => `${name}: ${value}`);

/** `fetch`, with what goes over the wire noted down, and with headers of its own. */
export const watching = (extra = {}) => async (url, options = {}) => {
  const headers = new Headers(options.headers);
  for (const [name, value] of Object.entries(extra)) headers.set(name, value);
  const { pathname, search, host } = new URL(url);
  const body = options.body === undefined ? "" : String(options.body);
  messages?.push([`${options.method ?? "GET"} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...shown(headers), "", body].join("\n").trimEnd() + "\n");
  const answer = await fetch(url, { ...options, headers });
  const text = await answer.clone().text();
  messages?.push([`HTTP/1.1 ${answer.status} ${answer.statusText}`, ...shown(answer.headers), "", text].join("\n") + "\n");
  return answer;
};

/** Runs a step that is to fail, and returns what can be seen of that. */
export const seen = async (step) => {
  messages = [];
  try {
    const answer = await step();
    if (answer instanceof Response && !answer.ok) throw new Error(`the API answered ${answer.status}`);
  } catch (error) {
    const lines = inspect(error, { depth: 2 }).split("\n");
    messages.push(lines.filter((line) => !line.includes("x-tripod-")).join("\n"));
  }
  const text = messages.join("\n");
  messages = null;
  return text;
};
