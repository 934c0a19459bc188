"""Runs programs into mistakes, and keeps what their users would paste.

usage: run.py [NAME…], as root, with TRIPOD (the program, for `serve --dev`), VENV (a virtual environment with the packages
of requirements.txt) and NODE (a folder with the node_modules of package.json) in the environment.
All of it happens in a network and mount namespace of its own, where the hosts of vendors are 127.0.0.1.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import stub

MAKE = pathlib.Path(__file__).resolve().parent
OUT = MAKE.parent
APP = pathlib.Path("/home/me/app")
UNTRUSTED = ["keycloak.corp.example", "sso.corp.example"]
SECRET = re.compile(
    r"\b(?:access_token|refresh_token|id_token|client_secret|code_verifier|device_code|client_assertion|assertion"
    r"|oauth_token_secret|oauth_signature|oauth_verifier|Bearer|Basic|DPoP|code)"
    r"""\\?['"]?(?:\s*(?:[:=]|=>)\s*|\s+)\\?['"]?([A-Za-z0-9._~+/%=-]{16,})"""
)
JARS = "google-oauth-client google-http-client google-http-client-gson gson guava signpost-core signpost-commonshttp4 okhttp okhttp-signpost okio commons-codec opencensus-api opencensus-contrib-http-util grpc-context httpclient httpcore commons-logging".split()


def isolate():
    """Begins anew in namespaces of its own."""
    if "INSIDE" not in os.environ:
        os.environ["INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "-nm", "--propagation", "private", sys.executable, *sys.argv])
    hosts = sorted({a["host"] for _, _, _, text in cases() for a in stub.parse(text) if "*" not in a["host"]} | set(UNTRUSTED))
    folder = pathlib.Path(tempfile.mkdtemp())
    stub.certificates(folder, [h for h in hosts if h not in UNTRUSTED], UNTRUSTED)
    (folder / "hosts").write_text("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {h}\n" for h in hosts))
    (folder / "nsswitch").write_text("passwd: files\ngroup: files\nhosts: files\n")
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    (folder / "bundle").write_text(pathlib.Path(bundle).read_text() + (folder / "ca.pem").read_text())
    for command in (
        "ip link set lo up",
        f"mount --bind {folder}/hosts /etc/hosts",
        f"mount --bind {folder}/nsswitch /etc/nsswitch.conf",
        f"mount --bind {folder}/bundle {bundle}",
        "mount -t tmpfs tmpfs /home",
        f"mkdir -p {APP}/node_modules /home/me/.venv",
        f"mount --bind {os.environ['NODE']}/node_modules {APP}/node_modules",
        f"mount --bind {os.environ['VENV']} /home/me/.venv",
        f"keytool -importcert -noprompt -alias local -storepass changeit -keystore {folder}/trust.p12 -file {folder}/ca.pem",
    ):
        subprocess.run(command.split(), check=True, capture_output=True)
    stub.serve(folder, UNTRUSTED)
    return folder


def cases():
    for path in sorted(MAKE.glob("cases/*")):
        for text in path.read_text().split("\n#### ")[1:]:
            name, _, text = text.partition("\n")
            said = [line[3:].split(":", 1) for line in text.split("\n") if line.startswith("#: ")]
            yield name.strip(), path.suffix[1:], {k.strip(): v.strip() for k, v in said}, text


def source(kind, text):
    lines = [line for line in text.split("\n") if not line.startswith(("#: ", "#< ", "#|"))]
    program = "\n".join(lines).strip() + "\n"
    if kind == "php":
        return "<?php\n" + program
    prelude = MAKE / f"prelude.{kind}"
    return program if not prelude.exists() else prelude.read_text().replace("/*PROGRAM*/", program) if kind == "java" else program


def run(kind, said, text, folder):
    name = {"php": "index.php", "py": "app.py", "mjs": "server.mjs", "java": "Main.java", "sh": "try.sh"}[kind]
    name = said.get("file", name)
    (APP / name).parent.mkdir(parents=True, exist_ok=True)
    (APP / name).write_text(source(kind, text))
    jars = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
    trust = [f"-Djavax.net.ssl.trustStore={folder}/trust.p12", "-Djavax.net.ssl.trustStorePassword=changeit"]
    command = {"php": ["php", "-d", "display_errors=1", "-d", "html_errors=0", "-d", "log_errors=0"], "py": ["/home/me/.venv/bin/python"],
               "mjs": ["node"], "java": ["java", *trust, "-cp", jars], "sh": ["bash"]}[kind]
    environment = {"PATH": "/home/me/.venv/bin:" + os.environ["PATH"], "HOME": "/home/me", "LANG": "C.UTF-8", "NODE_EXTRA_CA_CERTS": f"{folder}/ca.pem",
                   "REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt", "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
                   "PYTHONWARNINGS": "ignore", "TZ": "UTC", "PYENV_VERSION": "3.11.7"}
    if "colour" not in said:
        environment["NO_COLOR"] = "1"
    else:
        environment["FORCE_COLOR"] = "1"
    environment |= dict(pair.split("=", 1) for pair in said.get("env", "").split())
    stub.ANSWERS[:] = stub.parse(text)
    if "faketime" in said:
        command = ["faketime", "-f", said["faketime"], *command]
    done = subprocess.run([*command, name], cwd=APP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=90)
    printed = done.stdout.decode()
    for place, instead in (("/root/.pyenv/versions/3.11.7", "/usr"), (os.uname().release, "6.1.0-28-amd64"), (str(folder), "/home/me"), ("/tmp/", "/var/tmp/")):
        printed = printed.replace(place, instead)
    known = {}
    if (APP / "known").exists():
        known = json.loads((APP / "known").read_text())
        (APP / "known").unlink()
    return printed, known


def paste(said, printed, program, now):
    """What of it the user pastes, and what stands around it."""
    lines = printed.rstrip("\n").split("\n")
    if "only" in said:
        lines = [line for line in lines if re.search(said["only"], line)]
    if "head" in said:
        lines = lines[: int(said["head"])]
    if "tail" in said:
        lines = lines[-int(said["tail"]):]
    if "cut" in said:
        first, last = map(int, said["cut"].split())
        lines = [*lines[:first], "    ...", *lines[-last:]]
    text = "\n".join(lines)
    for pattern in said.get("redact", "").split():
        for value in {match for match in re.findall(pattern, text)}:
            text = text.replace(value, said.get("with", "XXXXXXXX"))
    stamp = lambda form, step: [time.strftime(form, time.gmtime(now)) + line for line in step]
    lines = text.split("\n")
    wraps = {"compose": lambda: ["app-1  | " + line for line in lines], "journald": lambda: stamp("%b %d %H:%M:%S web1 myapp[2117]: ", lines),
             "actions": lambda: stamp("%Y-%m-%dT%H:%M:%S.1234567Z ", lines), "pm2": lambda: stamp("0|server   | %Y-%m-%d %H:%M:%S: ", lines),
             "k8s": lambda: stamp("%Y-%m-%dT%H:%M:%S.482Z stderr F ", lines), "quote": lambda: ["> " + line for line in lines]}
    if "wrap" in said:
        text = "\n".join(wraps[said["wrap"]]())
    if "fence" in said:
        text = "```\n" + text + "\n```"
    if "before" in said:
        text = said["before"].replace("\\n", "\n").replace("{CODE}", program.strip()) + "\n\n" + text
    if "after" in said:
        text += "\n\n" + said["after"].replace("\\n", "\n").replace("{CODE}", program.strip())
    return text.rstrip("\n") + "\n"


def main():
    folder = isolate()
    names = sys.argv[1:]
    servers = [subprocess.Popen([os.environ["TRIPOD"], "serve", "--dev", "--auto-approve", "alice", "--listen", "127.0.0.1:9090"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
    for program in ("oauth2-server.mjs", "provider.mjs"):
        shutil.copy(MAKE / program, APP / program)
        servers.append(subprocess.Popen(["node", program], cwd=APP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    time.sleep(2.5)
    try:
        for name, kind, said, text in cases():
            if names and name not in names:
                continue
            now = int(time.time())
            try:
                printed, found = run(kind, said, text, folder)
            except subprocess.TimeoutExpired:
                print("TIMEOUT", name)
                continue
            program = source(kind, text)
            if kind in ("java",):
                program = "\n".join(line for line in text.split("\n") if not line.startswith(("#: ", "#< ", "#|")))
            evidence = paste(said, printed, program, now)
            target = OUT / name
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            (target / "evidence").write_text(evidence)
            known = json.loads(said.get("known", "{}")) | found
            secrets = set(said.get("secrets", "").split()) | {value for value in SECRET.findall(evidence) if re.search("[0-9]", value)}
            secrets |= set(re.findall(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{20,}", evidence))
            secrets |= {value for key, value in known.items() if "secret" in key or "verifier" in key}
            case = {"expected": said["expected"].split(), "certain": said.get("certain", "").split(), "made": said["made"], "secrets": sorted(secrets), "now": now}
            case |= {"known": known} if known else {}
            case |= {"healthy": True} if "healthy" in said else {}
            (target / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n")
            print(name, len(evidence))
    finally:
        for server in servers:
            server.terminate()


main()
