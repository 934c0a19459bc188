"""A stub of vendors: answers each request with what the case says, in a network namespace of its own.

Lines of a case: `#< HOST PATH STATUS MEDIA-TYPE [| Header: value]…`, then `#| ` lines of the body.
Several answers for one path come in order, and the last one repeats. `{BASE_STRING}` in a body is the base string
of OAuth 1 as a server sees it that takes itself for http, `{NOW}` the time, `{ISO}` the time as text.
"""

import datetime
import fnmatch
import http.server
import ssl
import subprocess
import threading
import time
import urllib.parse

ANSWERS = []
SEEN = []


def parse(text):
    """Returns the answers of a case."""
    answers = []
    for line in text.split("\n"):
        if line.startswith("#< "):
            head, *headers = line[3:].split(" | ")
            host, path, status, media = head.split(" ")
            answers.append({"host": host, "path": path, "status": int(status), "media": media.replace(";charset", "; charset"), "headers": [h.split(": ", 1) for h in headers], "body": []})
        elif line.startswith("#|"):
            answers[-1]["body"].append(line[3:])
    return answers


def base_string(method, host, path, headers, body):
    encode = lambda text: urllib.parse.quote(text, safe="-._~")
    url, _, query = path.partition("?")
    pairs = urllib.parse.parse_qsl(query, True)
    if "form-urlencoded" in headers.get("Content-Type", ""):
        pairs += urllib.parse.parse_qsl(body.decode(), True)
    for part in headers.get("Authorization", "").removeprefix("OAuth ").split(","):
        name, _, value = part.strip().partition("=")
        if name and name not in ("realm", "oauth_signature"):
            pairs.append((name, urllib.parse.unquote(value.strip('"'))))
    joined = "&".join(f"{n}={v}" for n, v in sorted((encode(n), encode(v)) for n, v in pairs))
    return "&".join((method, encode(f"http://{host}{url}"), encode(joined)))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""

    def version_string(self):
        return "nginx"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length) if length else b""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while True:
                size = int(self.rfile.readline().strip() or b"0", 16)
                sent += self.rfile.read(size)
                self.rfile.readline()
                if not size:
                    break
        host = self.headers.get("Host", "").split(":")[0]
        SEEN.append((self.command, host, self.path, dict(self.headers), sent))
        fitting = [a for a in ANSWERS if fnmatch.fnmatch(host, a["host"]) and fnmatch.fnmatch(self.path.split("?")[0], a["path"])]
        said = fitting[0] if fitting else {"status": 404, "media": "text/html", "headers": [], "body": ["<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>"]}
        if len(fitting) > 1:
            ANSWERS.remove(said)
        if said["status"] == 0:
            time.sleep(20)
            return
        if said["status"] == 1:
            self.close_connection = True
            return
        text = "\n".join(said["body"])
        if "{BASE_STRING}" in text:
            text = text.replace("{BASE_STRING}", urllib.parse.quote(base_string(self.command, host, self.path, self.headers, sent)))
        now = time.time()
        text = text.replace("{NOW}", str(int(now))).replace("{ISO}", datetime.datetime.utcfromtimestamp(now - 500).strftime("%m/%d/%Y %H:%M:%S"))
        text = text.replace("{PAST}", str(int(now) - 300)).replace("{FUTURE}", str(int(now) + 300))
        body = text.encode()
        self.send_response(said["status"])
        if said["media"] != "-":
            self.send_header("Content-Type", said["media"])
        for name, value in said["headers"]:
            self.send_header(name, value.replace("{NOW}", str(int(now))))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def certificates(folder, hosts, untrusted):
    def ssl_(*args):
        subprocess.run(["faketime", "-f", "-2d", "openssl", *args], cwd=folder, check=True, capture_output=True)

    (folder / "san").write_text("subjectAltName=" + ",".join("DNS:" + h for h in hosts))
    (folder / "other").write_text("subjectAltName=" + ",".join("DNS:" + h for h in untrusted))
    ssl_("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/O=Local/CN=Local Root CA", "-days", "30")
    for name, extension in (("web", "san"), ("self", "other")):
        ssl_("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + (hosts if name == "web" else untrusted)[0])
    ssl_("x509", "-req", "-in", "web.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "web.pem", "-days", "20", "-extfile", "san")
    ssl_("x509", "-req", "-in", "self.csr", "-signkey", "self.key", "-out", "self.pem", "-days", "20", "-extfile", "other")


def serve(folder, untrusted):
    contexts = {}
    for name in ("web", "self"):
        contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[name].load_cert_chain(folder / (name + ".pem"), folder / (name + ".key"))

    def choose(sock, name, _):
        if name in untrusted:
            sock.context = contexts["self"]

    contexts["web"].sni_callback = choose
    for port in (80, 8080, 443):
        server = Server(("127.0.0.1", port), Handler)
        if port == 443:
            server.socket = contexts["web"].wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
