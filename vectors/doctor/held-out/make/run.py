"""Runs programs into mistakes against servers, and keeps what their users would paste.

usage: run.py TRIPOD [NAME…], where TRIPOD is the program, and NODE_PATH is where the packages of
package.json are. The servers that are not Tripod are those of crates/tripod-cli/tests/interop.
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

MAKE = pathlib.Path(__file__).resolve().parent
CORPUS = MAKE.parent
INTEROP = CORPUS.parents[2] / "crates/tripod-cli/tests/interop"
PRELUDE = {"sh": "prelude.sh", "py": "prelude.py", "mjs": "prelude.mjs"}

# What a parameter, a member or a header of these names holds is nobody's business.
SECRET = re.compile(
    r"\b(?:access_token|refresh_token|id_token|client_secret|code_verifier|device_code|client_assertion"
    r"|oauth_token_secret|oauth_signature|Bearer|Basic|code)"
    r"""['"]?(?:\s*[:=]\s*|\s+)['"]?([A-Za-z0-9._~+/%=-]{16,})"""
)


class Redirect(http.server.BaseHTTPRequestHandler):
    """A server in front, which sends everything to the same path of the host by name."""

    def do_GET(self):
        self.send_response(301)
        self.send_header("Location", self.server.target + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def start(command, **more):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)
    return process, process.stdout.readline()


def servers(tripod, folder):
    """Starts them all; returns the processes and the environment that tells where they listen."""
    python, node = sys.executable, pathlib.Path(os.environ["NODE_PATH"])
    shutil.copy(INTEROP / "oidc_provider.mjs", node.parent / "oidc_provider.mjs")
    started = {
        "T": start([tripod, "serve", "--dev", "--auto-approve", "alice", "--listen", "127.0.0.1:0", "--json"]),
        "AUTHLIB": start([python, INTEROP / "authlib_server_oauth2.py"]),
        "AUTHLIB1": start([python, INTEROP / "authlib_server_oauth1.py", folder]),
        "OAUTHLIB1": start([python, INTEROP / "oauthlib_server_oauth1.py", folder]),
        "OIDC": start(["node", node.parent / "oidc_provider.mjs"]),
    }
    where = {name: json.loads(line)["issuer"] for name, (_, line) in started.items()}
    front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirect)
    front.target = where["T"].replace("127.0.0.1", "localhost")
    threading.Thread(target=front.serve_forever, daemon=True).start()
    where["FRONT"] = f"http://127.0.0.1:{front.server_port}"
    return [process for process, _ in started.values()], where


def cases():
    """Reads the case files: `#: ` lines say what is expected, the rest is the program."""
    for path in sorted(MAKE.glob("cases/*")):
        for text in path.read_text().split("\n#### ")[1:]:
            name, _, text = text.partition("\n")
            lines = text.split("\n")
            said = [line[3:].split(":", 1) for line in lines if line.startswith("#: ")]
            program = "\n".join(line for line in lines if not line.startswith("#: "))
            yield name.strip(), path.suffix[1:], {k.strip(): v.strip() for k, v in said}, program


def run(kind, program, where, folder):
    """Returns what the program printed, on both channels, as one would paste it."""
    home = pathlib.Path(os.environ["NODE_PATH"]).parent if kind == "mjs" else folder
    prelude = MAKE / PRELUDE[kind]
    (home / prelude.name).write_text(prelude.read_text())
    script = home / f"app.{kind}"
    first = {"sh": ". ./prelude.sh", "py": "from prelude import *", "mjs": 'import * as it from "./prelude.mjs";'}
    script.write_text(first[kind] + "\n" + program.strip() + "\n")
    command = {"sh": ["bash"], "py": [sys.executable], "mjs": ["node"]}[kind]
    environment = {**os.environ, **where, "MAKE": str(MAKE), "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    if "OAUTHLIB_INSECURE_TRANSPORT" not in program:
        environment["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    done = subprocess.run([*command, script.name], cwd=home, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=60)
    text = done.stdout.decode()
    # Where things lie on this machine is nobody's business.
    for place, instead in ((str(home), "/home/me/app"), (sys.prefix, "/home/me/.venv"), (sys.base_prefix, "/usr")):
        text = text.replace(place, instead)
    return text, known_of(home)


def known_of(home):
    """What only the run could know, such as the secret of a token that was issued in it."""
    path = home / "known"
    if not path.exists():
        return {}
    known = json.loads(path.read_text())
    path.unlink()
    return known


def write(name, said, evidence, found, now):
    folder = CORPUS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "evidence").write_text(evidence)
    known = json.loads(said.get("known", "{}")) | found
    secrets = set(said.get("secrets", "").split()) | set(SECRET.findall(evidence))
    secrets |= {value for key, value in known.items() if "secret" in key or "verifier" in key}
    case = {"expected": said["expected"].split(), "made": said["made"], "secrets": sorted(secrets), "now": now}
    case |= {"known": known} if known else {}
    case |= {"healthy": True} if "healthy" in said else {}
    (folder / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n")


def main():
    tripod, *names = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        processes, where = servers(tripod, folder)
        try:
            for name, kind, said, program in cases():
                if not names or name in names:
                    write(name, said, *run(kind, program, where, pathlib.Path(folder)), int(time.time()))
        finally:
            for process in processes:
                process.terminate()


main()
