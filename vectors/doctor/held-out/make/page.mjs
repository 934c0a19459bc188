// Prints what a user copies from a page that chromium shows: node --experimental-websocket page.mjs URL PROFILE

import { spawn } from "node:child_process";

const [url, profile] = process.argv.slice(2);
const browser = spawn("chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"]);
const port = await new Promise((found) => browser.stderr.on("data", (text) => {
  const listens = /127\.0\.0\.1:(\d+)/.exec(text);
  if (listens) found(listens[1]);
}));
const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
const socket = new WebSocket(webSocketDebuggerUrl);
await new Promise((open) => (socket.onopen = open));
const call = (id, method, params) => new Promise((answered) => {
  socket.addEventListener("message", ({ data }) => JSON.parse(data).id === id && answered(JSON.parse(data).result));
  socket.send(JSON.stringify({ id, method, params }));
});
await call(1, "Page.navigate", { url });
await new Promise((done) => setTimeout(done, 2000));
const { result } = await call(2, "Runtime.evaluate", { expression: "document.body.innerText" });
console.log(`${url}\n\n${result.value}`);
browser.kill();
process.exit();
