"""Runs programs into mistakes against servers, and keeps what their users would paste.

usage: run.py TRIPOD INTEROP OUT [NAME…]   (as root: it makes its own mount and network namespace,
in which the vendors' host names are 127.0.0.1 and one CA more is trusted; nothing leaves the machine)

TRIPOD is the program, or - for none (its cases are skipped); INTEROP the folder with the servers of
crates/tripod-cli/tests/interop, beside a node_modules with oidc-provider and newman.

Case files: `#### name`, then `#: key: value` lines, then the program. Keys:
  expected, certain, made, known (JSON), healthy, secrets
  serve: METHOD URL STATUS [TYPE]   the stub's answer; `#+ Name: value` headers and `#| ` body follow.
         STATUS may be hang, reset, half. Several for one URL are given in turn, the last one again and again.
         In the body %SBS% is the base string (OAuth 1) of the request, %TS% its timestamp, %NOW% the time.
  tls: HOST expired|untrusted|othername|plain      hosts: HOST (known, though no URL names it)
  faketime: -20m          prefix: compose NAME|journald UNIT|actions|k8s|TEXT
  replace: REGEX => TEXT  what the user blots out before pasting
  only: REGEX             the user pastes matching lines alone;  tail: N / head: N
`#< ` lines stand before the evidence, `#> ` lines after it; {program} there is the program.
"""

import base64, datetime, hashlib, http.server, json, os, pathlib, re, shutil, socket, socketserver, ssl, struct, subprocess, sys
import tempfile, threading, time
from urllib.parse import parse_qsl, quote, urlsplit

MAKE = pathlib.Path(__file__).resolve().parent
SECRET = re.compile(
    r"\b(?:access_token|refresh_token|id_token|client_secret|code_verifier|device_code|client_assertion"
    r"|oauth_token_secret|oauth_signature|Bearer|Basic|code)"
    r"""['"\\]*(?:\s*(?:[:=]|=>)\s*|\s+)[\\'"]*([A-Za-z0-9._~+/%=-]{16,})"""
)


def cases():
    for path in sorted(MAKE.glob("cases/*")):
        for text in re.split(r"(?m)^#### ", path.read_text())[1:]:
            name, _, text = text.partition("\n")
            case = {"name": name.strip(), "kind": path.suffix[1:], "serve": [], "tls": {}, "before": [], "after": [],
                    "replace": [], "hosts": []}
            program = []
            for line in text.split("\n"):
                if line.startswith("#: "):
                    key, _, value = line[3:].partition(":")
                    key, value = key.strip(), value.strip()
                    if key == "serve":
                        method, url, status, *kind = value.split(" ", 3)
                        at = urlsplit(url)
                        case["serve"].append({"method": method, "host": at.hostname, "path": at.path or "/", "status": status,
                                              "type": kind[0] if kind else "application/json", "headers": [], "body": []})
                    elif key == "tls":
                        host, kind = value.split()
                        case["tls"][host] = kind
                    elif key in ("replace", "hosts"):
                        case[key].append(value)
                    else:
                        case[key] = value
                elif line.startswith("#+ "):
                    case["serve"][-1]["headers"].append(line[3:].split(": ", 1))
                elif line.startswith("#|"):
                    case["serve"][-1]["body"].append(line[2:])
                elif line.startswith("#<"):
                    case["before"].append(line[2:])
                elif line.startswith("#>"):
                    case["after"].append(line[2:])
                else:
                    program.append(line)
            case["program"] = "\n".join(program).strip() + "\n"
            yield case


# ---------------------------------------------------------------- the stub

INTEROP = pathlib.Path(sys.argv[2]).resolve()
STATE = {"case": None, "given": {}}


def base_string(method, url, headers, body):
    at = urlsplit(url)
    pairs = parse_qsl(at.query, True)
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(body, True)
    for name, value in re.findall(r'(\w+)="([^"]*)"', headers.get("Authorization", "")):
        if name not in ("realm", "oauth_signature"):
            pairs.append((name, parse_qsl("x=" + value.replace("+", "%2B"), True)[0][1]))
    pairs = [(n, v) for n, v in pairs if n != "oauth_signature"]
    enc = lambda text: quote(text, safe="~")
    joined = "&".join(f"{n}={v}" for n, v in sorted((enc(n), enc(v)) for n, v in pairs))
    return "&".join([method, enc(f"{at.scheme}://{at.netloc.lower()}{at.path}"), enc(joined)])


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""

    def version_string(self):
        return "nginx"

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode(errors="replace")
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                body += self.rfile.read(size).decode(errors="replace")
                self.rfile.readline()
            self.rfile.readline()
        host = (self.headers.get("Host") or "").split(":")[0]
        path = urlsplit(self.path).path
        found = [s for s in STATE["case"]["serve"] if (s["method"], s["host"], s["path"]) == (self.command, host, path)]
        if not found:
            found = [{"status": "404", "type": "text/html", "headers": [],
                      "body": ["<html>", "<head><title>404 Not Found</title></head>", "<body>",
                               "<center><h1>404 Not Found</h1></center>", "<hr><center>nginx</center>", "</body>", "</html>"]}]
        n = STATE["given"].get((host, path), 0)
        STATE["given"][(host, path)] = n + 1
        it = found[min(n, len(found) - 1)]
        if it["status"] == "hang":
            time.sleep(6)
            self.close_connection = True
            return
        if it["status"] == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        text = "\n".join(it["body"]).replace("%NOW%", str(int(time.time())))
        text = text.replace("%TS%", "".join(re.findall(r'oauth_timestamp="(\d+)"', self.headers.get("Authorization", ""))[:1]))
        if "%SBS" in text:
            seen = base_string(self.command, f"{scheme}://{self.headers['Host']}{self.path}", self.headers, body)
            behind = base_string(self.command, f"http://{self.headers['Host']}{self.path}", self.headers, body)
            text = text.replace("%SBS%", seen).replace("%SBS-QUOTED%", quote(seen, safe="")).replace("%SBS-HTTP-QUOTED%", quote(behind, safe=""))
        text = text.replace("%JWKS%", STATE.get("jwks", ""))
        text = re.sub(r"%PKT\{(.*?)\}(?=0000|%PKT|$)", lambda m: "%04x%s\n" % (len(m[1].replace("%NUL%", "0")) + 5, m[1]), text, flags=re.S).replace("%NUL%", "\0")
        data = text.encode()
        self.send_response(int(it["status"]))
        if data or it["status"] not in ("204", "301", "302"):
            self.send_header("Content-Type", it["type"])
        self.send_header("Content-Length", str(len(data)))
        for name, value in it["headers"]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_one

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def finish_request(self, request, address):
        if getattr(self, "tls", None):
            if STATE["case"]["tls"].get("*") == "plain":
                pass
            else:
                request.settimeout(8)
                try:
                    request = self.tls.wrap_socket(request, server_side=True)
                except (OSError, ssl.SSLError):
                    return
        self.RequestHandlerClass(request, address, self)

    def handle_error(self, *_):
        pass


def openssl(*arguments, stdin=None):
    # A month ago, so that they hold for a program whose clock is behind, too.
    subprocess.run(["faketime", "-f", "-30d", "openssl", *map(str, arguments)], check=True, capture_output=True, input=stdin)


def certificates(folder, hosts):
    def authority(name, cn):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "900", "-keyout", folder / f"{name}.key", "-out",
                folder / f"{name}.pem", "-subj", f"/C=US/O={cn}/CN={cn}")

    def leaf(name, ca, cn, names, *dates):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr", "-subj", f"/CN={cn}")
        (folder / "ext").write_text("subjectAltName=" + ",".join(f"DNS:{n}" for n in names) + "\n")
        if dates:
            (folder / "ca.cnf").write_text(
                f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\n"
                "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
            (folder / "index").write_text("")
            (folder / "serial").write_text("1001\n")
            openssl("ca", "-batch", "-config", folder / "ca.cnf", "-cert", folder / f"{ca}.pem", "-keyfile", folder / f"{ca}.key", "-in",
                    folder / f"{name}.csr", "-out", folder / f"{name}.pem", "-extfile", folder / "ext", "-startdate", dates[0], "-enddate", dates[1])
        else:
            openssl("x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / f"{ca}.pem", "-CAkey", folder / f"{ca}.key", "-days", "200",
                    "-CAcreateserial", "-out", folder / f"{name}.pem", "-extfile", folder / "ext")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        return context

    authority("ca", "Example Trust Services")
    authority("corp", "ACME Corp Internal CA")
    stamp = lambda days: (datetime.datetime.utcnow() + datetime.timedelta(days=days)).strftime("%y%m%d%H%M%SZ")
    bad = sorted({h for c in CASES for h in c["tls"] if h != "*"}) or ["none.example"]
    good = [leaf(f"good-{h}", "ca", h, [h]) for h in hosts]
    return dict(zip(hosts, good)), {
        "untrusted": leaf("untrusted", "corp", "internal", bad),
        "othername": leaf("othername", "ca", "lb-17.internal.example", ["lb-17.internal.example"]),
        "expired": leaf("expired", "ca", bad[0], bad, stamp(-100), stamp(-3)),
    }


def serve_stub(folder, hosts):
    good, odd = certificates(folder, hosts)

    def choose(connection, name, context):
        kind = STATE["case"]["tls"].get(name) if STATE["case"] else None
        if kind in odd:
            connection.context = odd[kind]
        elif name in good:
            connection.context = good[name]

    for port in (80, 443):
        server = Server(("127.0.0.1", port), Stub)
        if port == 443:
            server.tls = next(iter(good.values()))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / f"good-{hosts[0]}.pem", folder / f"good-{hosts[0]}.key")
            context.sni_callback = choose
            server.tls = context
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Smtp(socketserver.StreamRequestHandler):
    """A mail server that refuses XOAUTH2 as Gmail (or Exchange Online) does; `#: mail:` has what it says, by command."""

    def handle(self):
        say = lambda line: (self.wfile.write(line.encode() + b"\r\n"), self.wfile.flush())
        mail = [line.split("|") for line in STATE["case"].get("mail", "").split(";;")]
        say(mail[0][0])
        for line in self.rfile:
            words = line.decode(errors="replace").strip()
            tag = words.split(" ")[0]
            for start, *answers in mail[1:]:
                if start.lower() in words.lower() or (start == "" and not words):
                    for answer in answers:
                        say(answer.replace("TAG", tag))
                        self.last = tag if "TAG" not in answer else ""
                    break
            else:
                say("235 ok")


def serve_mail(folder):
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

        def handle_error(self, *_):
            pass

    for port in (465, 993):
        server = Server(("127.0.0.1", port), Smtp)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        name = "smtp.gmail.com" if port == 465 else "outlook.office365.com"
        if not (folder / f"good-{name}.pem").exists():
            continue
        context.load_cert_chain(folder / f"good-{name}.pem", folder / f"good-{name}.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()


# ---------------------------------------------------------------- the others

def start(command, **more):
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)
    return process, process.stdout.readline()


def servers(tripod, interop, folder):
    commands = {
        "AUTHLIB": [sys.executable, interop / "authlib_server_oauth2.py"],
        "AUTHLIB1": [sys.executable, interop / "authlib_server_oauth1.py", folder],
        "OAUTHLIB1": [sys.executable, interop / "oauthlib_server_oauth1.py", folder],
        "OIDC": ["node", interop / "oidc_provider.mjs"],
    }
    if tripod != "-":
        commands["T"] = [tripod, "serve", "--dev", "--auto-approve", "alice", "--listen", "127.0.0.1:9090", "--json"]
    started = {name: start(command) for name, command in commands.items()}
    return [p for p, _ in started.values()], {name: json.loads(line)["issuer"] for name, (_, line) in started.items()}


def run(case, where, home):
    kind, program = case["kind"], case["program"]
    for old in home.iterdir():
        if old.is_file():
            old.unlink()
    environment = {**os.environ, **where, "MAKE": str(MAKE), "HOME": str(home), "LANG": "C.UTF-8", "CURL_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt", "SYSTEM_CERTIFICATE_PATH": "/etc/ssl/certs/ca-certificates.crt", "HTTPLIB2_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt",
                   "JWT_KEY": str(home.parent / "jwt.key"), "NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt",
                   "PATH": os.environ["PATH"] + ":" + where["BIN"]}
    main = {"cpp": "app.cpp", "c": "app.c", "cs": "App.cs", "java": "App.java", "hs": "Main.hs", "ml": "app.ml", "nim": "app.nim", "el": "app.el"}
    script = home / main.get(kind, f"app.{kind}")
    script.write_text(program)
    build = lambda *command: subprocess.run(list(map(str, command)), cwd=home, env=environment, check=True, capture_output=True)
    flags = lambda *names: subprocess.run(["pkg-config", "--cflags", "--libs", *names], capture_output=True, text=True).stdout.split()
    node = INTEROP / "node_modules"
    if kind in ("mjs", "cjs") and not (home / "node_modules").exists():
        (home / "node_modules").symlink_to(node)
    if kind == "sh":
        (home / "prelude.sh").write_text((MAKE / "prelude.sh").read_text())
        script.write_text(". ./prelude.sh\n" + program)
        command = ["bash", script.name]
    elif kind == "py":
        command = [sys.executable, str(script)]
    elif kind in ("mjs", "cjs"):
        command = ["node", "--no-deprecation", script.name]
    elif kind == "cpp":
        libraries = {"cpprest": ["-lcpprest", "-lssl", "-lcrypto", "-lboost_system", "-lpthread"], "Poco": ["-lPocoNetSSL", "-lPocoCrypto", "-lPocoNet", "-lPocoFoundation", "-lssl", "-lcrypto"]}
        more = flags("Qt6NetworkAuth", "Qt6Network", "Qt6Core") or ["-fPIC", "-I/usr/include/x86_64-linux-gnu/qt6", *(f"-I/usr/include/x86_64-linux-gnu/qt6/{m}" for m in ("QtCore", "QtNetwork", "QtNetworkAuth")), "-lQt6NetworkAuth", "-lQt6Network", "-lQt6Core"]
        for name, those in libraries.items():
            if name in program:
                more = those
        build("g++", "-std=c++17", "-w", "-O0", "-o", "app", script.name, *more)
        command = ["./app"]
    elif kind == "c":
        build("gcc", "-w", "-o", "app", script.name, *flags("rest-1.0", "libsoup-3.0"))
        command = ["./app"]
    elif kind == "cs":
        build("cert-sync", "--user", "/etc/ssl/certs/ca-certificates.crt")
        build("mcs", "-debug", "-out:App.exe", script.name, "-r:System.Net.Http", "-r:System.Web.Extensions")
        command = ["mono", "--debug", "App.exe"]
    elif kind == "java":
        jars = ":".join("/usr/share/java/" + j + ".jar" for j in ("httpclient", "httpcore", "commons-logging", "commons-codec", "signpost-core", "signpost-commonshttp4", "jackson-databind"))
        command = ["java", "-cp", jars, "-Djavax.net.ssl.trustStore=" + str(home.parent / "trust.p12"), "-Djavax.net.ssl.trustStorePassword=changeit",
                   "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.SimpleLog", "-Dorg.apache.commons.logging.simplelog.showdatetime=true",
                   *case.get("java", "").split(), script.name]
    elif kind == "hs":
        command = ["runghc", script.name]
    elif kind == "ml":
        build("ocamlfind", "ocamlopt", "-thread", "-package", "cohttp-lwt-unix", "-linkpkg", "-o", "app", script.name)
        command = ["./app"]
    elif kind == "nim":
        build("nim", "c", "-d:ssl", "--hints:off", f"--nimcache:{home}/cache", script.name)
        command = ["./app"]
    elif kind == "el":
        command = ["emacs", "-Q", "--batch", "-l", script.name]
    if "faketime" in case:
        command = ["faketime", "-f", case["faketime"], *command]
    done = subprocess.run(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=100)
    text = done.stdout.decode(errors="replace")
    for place, instead in ((str(home), "/home/me/app"), (str(MAKE), "/home/me/app/lib"), (str(INTEROP / "node_modules"), "/home/me/app/node_modules"), (str(pathlib.Path(sys.prefix)), "/home/me/app/.venv"), (sys.base_prefix, "/usr"), ("/root/", "/home/me/")):
        text = text.replace(place, instead)
    known = json.loads(case.get("known", "{}"))
    if (home / "known").exists():
        known |= json.loads((home / "known").read_text())
    return pasted(case, text), known


def pasted(case, text):
    if "only" in case:
        text = "".join(line + "\n" for line in text.split("\n") if re.search(case["only"], line))
    lines = text.split("\n")
    if "tail" in case:
        text = "\n".join(text.rstrip("\n").split("\n")[-int(case["tail"]):]) + "\n"
    if "head" in case:
        text = "\n".join(lines[: int(case["head"])]) + "\n"
    for rule in case["replace"]:
        pattern, _, instead = rule.partition(" =>")
        text = re.sub(pattern, instead.strip().replace("\\n", "\n"), text)
    if "prefix" in case:
        kind, _, name = case["prefix"].partition(" ")
        now = datetime.datetime.utcnow()
        out = []
        for n, line in enumerate(text.rstrip("\n").split("\n")):
            at = now + datetime.timedelta(milliseconds=3 * n)
            out.append({"compose": f"{name}  | ",
                        "journald": f"{at:%b %d %H:%M:%S} {name}[4127]: ",
                        "actions": f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z ",
                        "k8s": f"{at:%Y-%m-%dT%H:%M:%S.%f}103Z stderr F "}.get(kind, case["prefix"] + " ") + line)
        text = "\n".join(out) + "\n"
    fill = lambda lines: "".join(line.replace("{program}", case["program"].strip()) + "\n" for line in lines)
    return fill(case["before"]) + text + fill(case["after"])


def write(out, case, evidence, known, now):
    folder = out / case["name"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "evidence").write_text(evidence)
    secrets = set(case.get("secrets", "").split()) | {s for s in SECRET.findall(re.sub(r"\x1b\[[0-9;]*m", "", evidence)) if re.search(r"\d", s)}
    secrets |= set(re.findall(r"[?& ]token=([\w-]{16,})", evidence))
    secrets |= {value for key, value in known.items() if "secret" in key or "verifier" in key}
    it = {"expected": case["expected"].split(), "certain": case.get("certain", "").split(), "made": case["made"],
          "secrets": sorted(secrets), "now": now}
    it |= {"known": known} if known else {}
    it |= {"healthy": True} if "healthy" in case else {}
    (folder / "case.json").write_text(json.dumps(it, indent=1, ensure_ascii=False) + "\n")


CASES = list(cases())


def main():
    tripod, interop, out, *names = sys.argv[1:]
    interop, out = pathlib.Path(interop).resolve(), pathlib.Path(out).resolve()
    if "HELDOUT_INSIDE" not in os.environ:
        os.execvpe("unshare", ["unshare", "-mn", sys.executable, *sys.argv], {**os.environ, "HELDOUT_INSIDE": "1"})
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        home = folder / "home"
        home.mkdir()
        hosts = sorted({s["host"] for c in CASES for s in c["serve"]} | {h for c in CASES for h in c["hosts"]} | {h for c in CASES for h in c["tls"] if h != "*"})
        subprocess.run("ip link set lo up && mount --make-rprivate /", shell=True, check=True)
        (folder / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n" + "".join(f"127.0.0.1 {h}\n" for h in hosts if "." in h or h in ("keycloak", "api")))
        (folder / "nsswitch").write_text("passwd: files\ngroup: files\nhosts: files\n")
        for name, place in (("hosts", "/etc/hosts"), ("nsswitch", "/etc/nsswitch.conf")):
            subprocess.run(["mount", "--bind", folder / name, place], check=True)
        serve_stub(folder, hosts)
        serve_mail(folder)
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", folder / "jwt.key")
        modulus = subprocess.run(["openssl", "rsa", "-in", folder / "jwt.key", "-noout", "-modulus"], capture_output=True, text=True).stdout.strip().split("=")[1]
        STATE["jwks"] = base64.urlsafe_b64encode(bytes.fromhex(modulus)).decode().rstrip("=")
        subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", folder / "ca.pem", "-keystore", folder / "trust.p12", "-storetype", "PKCS12", "-storepass", "changeit"], check=True, capture_output=True)
        bundle = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
        (folder / "bundle").write_text(bundle.read_text() + (folder / "ca.pem").read_text())
        subprocess.run(["mount", "--bind", folder / "bundle", bundle], check=True)
        for certifi in pathlib.Path(sys.prefix).glob("lib/*/site-packages/*/cacert.pem"):
            subprocess.run(["mount", "--bind", folder / "bundle", certifi], check=True)
        os.environ["SSL_CERT_FILE"] = os.environ["PERL_LWP_SSL_CA_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(bundle)
        processes, where = servers(tripod, interop, folder)
        where["BIN"] = str(interop / "node_modules/.bin")
        try:
            for case in CASES:
                if names and case["name"] not in names:
                    continue
                if "T" not in where and re.search(r"\$T\b|\$\{T\}|ENV\{T\}|ENV\[.T.\]|Getenv\(.T.\)|getenv\(.T.\)", case["program"]):
                    print("skipped", case["name"])
                    continue
                STATE["case"], STATE["given"] = case, {}
                try:
                    evidence, known = run(case, where, home)
                    write(out, case, evidence, known, int(time.time()))
                except subprocess.SubprocessError as error:
                    print(case["name"], error)
        finally:
            for process in processes:
                process.terminate()


main()
