#!/usr/bin/env python3
"""Measures `tripod serve` beside oidc-provider: requests per second, p50, p99, resident memory.

The server has core 0, the load core 1. Ratios within one run are what counts.

    cargo build --release -p tripod-cli && benches/provider/run.py [--seconds 8] [--million]

Needs wrk, taskset, node and npm. `--million` asks again once a million tokens are live.
"""

import argparse
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TRIPOD = ROOT / "target" / "release" / "tripod"
RESULT = re.compile(
    r"50%\s+(?P<p50>[\d.]+\w+).*?99%\s+(?P<p99>[\d.]+\w+).*?Requests/sec:\s+(?P<rate>[\d.]+)", re.S
)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--million", action="store_true")
    asked = options.parse_args()
    for command in ("wrk", "taskset", "node", "npm"):
        shutil.which(command) or sys.exit(f"{command} is not installed")
    TRIPOD.exists() or sys.exit("build first: cargo build --release -p tripod-cli")
    with tempfile.TemporaryDirectory(dir=ROOT / "target") as folder:
        rows = [*tripod(asked, Path(folder)), *oidc_provider(asked)]
    print(f"\n{'server':<34}{'call':<26}{'req/s':>9}{'p50':>10}{'p99':>10}{'MB':>6}")
    for row in rows:
        print(f"{row['server']:<34}{row['call']:<26}{row['rate']:>9,.0f}{row['p50']:>10}{row['p99']:>10}{row['memory']:>6.0f}")


def tripod(asked, folder):
    database = folder / "bench.db"
    administer = lambda *words: json.loads(
        subprocess.check_output([TRIPOD, "provider", *words, "--json", "--database", database])
    )
    client = administer(
        "client", "add", "--id", "bench", "--grant", "client_credentials", "--scope", "read", "--introspects"
    )
    serve = [TRIPOD, "serve", "--database", database, "--json", "--listen"]
    # A login goes by the users and clients of development; what is measured records no exchanges.
    server, port = start([*serve, "127.0.0.1:0", "--dev"])
    token = log_in(port)
    stop(server)
    settings = folder / "provider.toml"
    settings.write_text('[scopes]\nread = "Read"\nwrite = "Write"\n')
    issuer = ["--issuer", f"http://127.0.0.1:{port}", "--config", settings]
    server, port = start([*serve, f"127.0.0.1:{port}", *issuer])
    try:
        yield from calls("tripod, SQLite on disk", asked, server, port, "/oauth2", client, "/introspect")
        yield signed(asked, server, port, folder, token)
        if asked.million:
            live = fill(port, client, 1_000_000)
            name = f"tripod, {live:,} tokens"
            yield from calls(name, asked, server, port, "/oauth2", client, "/introspect")
            yield signed(asked, server, port, folder, token, name)
    finally:
        stop(server)


def oidc_provider(asked):
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)
    environment = {**os.environ, "NODE_ENV": "production"}
    command = ["node", HERE / "oidc-provider.mjs", "9911"]
    server = subprocess.Popen(
        ["taskset", "-c", "0", *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    client = {"client_id": "bench", "client_secret": "bench-secret-of-no-importance-whatever-0001"}
    try:
        wait(9911, "/.well-known/openid-configuration")
        yield from calls("oidc-provider, in memory", asked, server, 9911, "", client, "/token/introspection")
    finally:
        stop(server)


def calls(name, asked, server, port, prefix, client, introspection):
    quoted = ":".join(urllib.parse.quote_plus(client[part]) for part in ("client_id", "client_secret"))
    basic = "Basic " + base64.b64encode(quoted.encode()).decode()
    token = json.load(post(port, f"{prefix}/token", basic, "grant_type=client_credentials&scope=read"))
    told = json.load(post(port, f"{prefix}{introspection}", basic, "token=" + token["access_token"]))
    assert told["active"], told
    environment = {"BASIC": basic, "TOKEN": token["access_token"]}
    for call, path, script in (
        ("token", f"{prefix}/token", "token.lua"),
        ("introspection", f"{prefix}{introspection}", "introspect.lua"),
    ):
        yield {"server": name, "call": call, **load(asked, server, port, path, script, environment)}


def signed(asked, server, port, folder, token, name="tripod, SQLite on disk"):
    """Calls `/api/me` by OAuth 1; every request writes its nonce."""
    count = asked.seconds * 60_000
    best = []
    for round_ in range(asked.rounds):
        headers = folder / f"signed-{round_}"
        with headers.open("w") as file:
            command = ["cargo", "run", "--quiet", "--release", "--bin", "signed_headers", "--"]
            arguments = [str(count), f"http://127.0.0.1:{port}/api/me", "dev-consumer", "dev-consumer-secret", *token]
            subprocess.run([*command, *arguments], cwd=HERE.parent, stdout=file, check=True)
        best.append(load(asked, server, port, "/api/me", "signed.lua", {"SIGNED": str(headers)}, rounds=1))
        headers.unlink()
    return {"server": name, "call": "OAuth 1 call", **median(best)}


def log_in(port):
    """Gets token credentials, as a consumer whose user allows it on the pages."""
    sys.path.insert(0, str(ROOT / "crates/tripod-cli/tests/interop"))
    python = ROOT / ".venv" / "bin" / "python"
    script = (
        "import json, os, requests_oauthlib_oauth1 as client\n"
        "token = client.log_in(client.session())\n"
        "print(json.dumps([token['oauth_token'], token['oauth_token_secret']]))\n"
    )
    folder = ROOT / "crates/tripod-cli/tests/interop"
    environment = {**os.environ, "TRIPOD_PROVIDER": f"http://127.0.0.1:{port}", "PYTHONPATH": str(folder)}
    return json.loads(subprocess.check_output([python, "-c", script], env=environment))


def load(asked, server, port, path, script, environment, rounds=None):
    taken = []
    for _ in range(rounds or asked.rounds):
        command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{asked.connections}", f"-d{asked.seconds}s", "--latency"]
        told = subprocess.run(
            [*command, "-s", HERE / script, f"http://127.0.0.1:{port}{path}"],
            env={**os.environ, **environment}, capture_output=True, text=True, check=True,
        ).stdout
        assert "Non-2xx" not in told, told
        found = RESULT.search(told)
        taken.append({
            "rate": float(found["rate"]), "p50": found["p50"], "p99": found["p99"], "memory": resident(server),
        })
        print(path, taken[-1], file=sys.stderr)
    return median(taken)


def median(taken):
    return sorted(taken, key=lambda one: one["rate"])[len(taken) // 2]


def fill(port, client, count):
    """Has tokens issued until `count` are live."""
    quoted = ":".join(client[part] for part in ("client_id", "client_secret"))
    basic = "Basic " + base64.b64encode(quoted.encode()).decode()
    issued = 0
    while issued < count:
        told = subprocess.run(
            ["wrk", "-t1", "-c64", "-d10s", "-s", HERE / "token.lua", f"http://127.0.0.1:{port}/oauth2/token"],
            env={**os.environ, "BASIC": basic}, capture_output=True, text=True, check=True,
        ).stdout
        issued += int(re.search(r"(\d+) requests in", told)[1])
        print(f"{issued:,} tokens issued", file=sys.stderr)
    return issued


def start(command):
    server = subprocess.Popen(
        ["taskset", "-c", "0", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    told = json.loads(server.stdout.readline())
    return server, urllib.parse.urlsplit(told["issuer"]).port


def stop(server):
    server.send_signal(signal.SIGTERM)
    server.wait(10)


def wait(port, path):
    for _ in range(100):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}")
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def post(port, path, basic, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body.encode(), {"Authorization": basic})
    return urllib.request.urlopen(request)


def resident(server):
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


if __name__ == "__main__":
    main()
