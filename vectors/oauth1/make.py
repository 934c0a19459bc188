#!/usr/bin/env python3
"""Makes the oauthlib-* cases and the derived key files of this folder.

How to run (from anywhere):

    tools/python-env
    .venv/bin/python vectors/oauth1/make.py

The values come from oauthlib, which shares no code with this project. Nonces, timestamps and
keys are fixed, so a second run writes the same bytes. Only the oauthlib-* folders and
keys/rsa-2048.* (all but keys/rsa-2048.pem, which is the input) are written.

Only what oauthlib does as RFC 5849 says is asked of it. Two things of its interface matter here:
it adds oauth_body_hash (SHA-1) by itself where a body comes with a Content-Type that is not a
form, and it always sends oauth_version.
"""

import datetime
import json
import pathlib
import shutil

import oauthlib
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from oauthlib import oauth1
from oauthlib.common import Request
from oauthlib.oauth1.rfc5849 import signature as rules
from oauthlib.oauth1.rfc5849 import utils

HERE = pathlib.Path(__file__).resolve().parent
KEYS = HERE / "keys"
ORACLE = "4.0.1"
FORM = "application/x-www-form-urlencoded"

CONSUMER = {"consumer_key": "tripod-consumer", "consumer_secret": "consumer-secret-7Qm2"}
TOKEN = {"token": "tripod-token", "token_secret": "token-secret-x94K"}
RSA = {"rsa_key": "../keys/rsa-2048.pem"}


class Client(oauth1.Client):
    """oauthlib's client with room for oauth_* parameters it has no argument for."""

    more = ()

    def get_oauth_params(self, request):
        return super().get_oauth_params(request) + list(self.more)


def text(path, value):
    path.write_bytes(value.encode("utf-8"))


def write_keys():
    key = serialization.load_pem_private_key((KEYS / "rsa-2048.pem").read_bytes(), None)
    public = key.public_key()
    encoding, private, spki = serialization.Encoding, serialization.PrivateFormat, serialization.PublicFormat
    plain = serialization.NoEncryption()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "oauth1 test vectors")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2120, 1, 1))
        .sign(key, hashes.SHA256())
    )
    files = {
        "rsa-2048.pkcs1.pem": key.private_bytes(encoding.PEM, private.TraditionalOpenSSL, plain),
        "rsa-2048.pkcs1.der": key.private_bytes(encoding.DER, private.TraditionalOpenSSL, plain),
        "rsa-2048.pkcs8.der": key.private_bytes(encoding.DER, private.PKCS8, plain),
        "rsa-2048.public.pem": public.public_bytes(encoding.PEM, spki.SubjectPublicKeyInfo),
        "rsa-2048.public.pkcs1.pem": public.public_bytes(encoding.PEM, spki.PKCS1),
        "rsa-2048.certificate.pem": certificate.public_bytes(encoding.PEM),
    }
    for file, content in files.items():
        (KEYS / file).write_bytes(content)


def case(name, shows, uri, method="GET", headers=(), body=None, sign_body=True, **given):
    """One folder. `given` is input.json; `sign_body` False keeps the body from oauthlib,
    which would otherwise send a body hash with it."""
    folder = HERE / f"oauthlib-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    order = ("consumer_key", "consumer_secret", "token", "token_secret", "signature_method", "timestamp",
             "nonce", "version", "realm", "placement", "rsa_key", "body_hash", "extra")
    given = {"signature_method": "HMAC-SHA1", "timestamp": 1700000000, "nonce": f"nonce-{name}",
             "version": "1.0", **given}
    given = {key: given[key] for key in order if key in given}
    method_name = given["signature_method"]

    extra = dict(given.get("extra", {}))
    client = Client(
        given["consumer_key"],
        client_secret=given.get("consumer_secret"),
        resource_owner_key=given.get("token"),
        resource_owner_secret=given.get("token_secret"),
        callback_uri=extra.pop("oauth_callback", None),
        verifier=extra.pop("oauth_verifier", None),
        signature_method=method_name,
        signature_type={"header": "AUTH_HEADER", "query": "QUERY", "body": "BODY"}[given.get("placement", "header")],
        rsa_key=(folder / given["rsa_key"]).read_text() if "rsa_key" in given else None,
        realm=given.get("realm"),
        nonce=given["nonce"],
        timestamp=str(given["timestamp"]),
    )
    client.more = tuple(extra.items())

    sent = dict(headers)
    signed_body = body if sign_body else None
    # The steps that Client.sign takes, one by one, so that the values between them can be kept.
    request = Request(uri, method, signed_body, dict(sent))
    request.oauth_params = client.get_oauth_params(request)
    oauth = dict(request.oauth_params)
    if ("oauth_body_hash" in oauth) != bool(given.get("body_hash")):
        raise SystemExit(f"{name}: oauthlib and input.json disagree about oauth_body_hash")
    is_form = sent.get("Content-Type") == FORM
    collected = rules.collect_parameters(
        uri_query=request.uri_query,
        body=signed_body if is_form else [],
        headers={"Authorization": "OAuth " + ", ".join(
            f'{k}="{utils.escape(v)}"' for k, v in request.oauth_params)},
    )
    parameters = rules.normalize_parameters(collected)
    base_uri = rules.base_string_uri(uri, sent.get("Host"))
    base = rules.signature_base_string(method, base_uri, parameters)

    new_uri, new_headers, new_body = client.sign(uri, method, signed_body, dict(sent))
    signature = client.get_oauth_signature(request)

    values = {}
    if method_name != "PLAINTEXT":
        values.update({"base-string-uri": base_uri, "parameters": parameters, "base-string": base})
    if not method_name.startswith("RSA"):
        values["key"] = utils.escape(given.get("consumer_secret", "")) + "&" + utils.escape(given.get("token_secret", ""))
    if "oauth_body_hash" in oauth:
        values["body-hash"] = oauth["oauth_body_hash"]
    values["signature"] = signature
    if given.get("placement", "header") == "header":
        values["authorization"] = new_headers["Authorization"]
        sent_signature = f'oauth_signature="{utils.escape(signature)}"'
        where = new_headers["Authorization"]
    else:
        sent_signature = "oauth_signature=" + utils.escape(signature)
        where = new_uri if given["placement"] == "query" else new_body
    if sent_signature not in where:
        raise SystemExit(f"{name}: the request that oauthlib made does not carry the signature")

    for file, value in values.items():
        text(folder / file, value)
    lines = [f"{method} {uri} HTTP/1.1"] + [f"{k}: {v}" for k, v in headers]
    text(folder / "request", "\n".join(lines) + "\n\n" + (body or ""))
    text(folder / "input.json", json.dumps(given, indent=2, ensure_ascii=False) + "\n")
    derived = "" if method_name.startswith("RSA") else ", but key, which is joined by make.py with its escaping"
    text(folder / "SOURCE", f"Shows: {shows}.\n"
         f"All values: computed with oauthlib {ORACLE} (PyPI), an independent implementation, by make.py{derived}.\n"
         "https://pypi.org/project/oauthlib/4.0.1/\n")


def main():
    if oauthlib.__version__ != ORACLE:
        raise SystemExit(f"oauthlib {ORACLE} is wanted, this is {oauthlib.__version__}")
    write_keys()
    api = "https://api.example.com/1/items"
    both = {**CONSUMER, **TOKEN}
    form = [("Content-Type", FORM)]
    json_type = [("Content-Type", "application/json")]

    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"):
        case(f"{method.lower()}-get", f"{method}, a GET with a query", api + "?page=2&size=50",
             signature_method=method, **both)
    for method in ("RSA-SHA1", "RSA-SHA256", "RSA-SHA512"):
        case(f"{method.lower()}-get", f"{method} with a 2048-bit key, a GET with a query", api + "?page=2&size=50",
             signature_method=method, consumer_key="tripod-consumer", token="tripod-token", **RSA)
    case("rsa-sha256-post-form", "RSA-SHA256 over a form body", api, "POST", form, "title=A+title&tags=x%2Cy",
         signature_method="RSA-SHA256", consumer_key="tripod-consumer", token="tripod-token", **RSA)
    case("hmac-sha256-post-form", "HMAC-SHA256 over a form body", api, "POST", form, "title=A+title&tags=x%2Cy",
         signature_method="HMAC-SHA256", **both)
    case("plaintext", "PLAINTEXT with both secrets", api, signature_method="PLAINTEXT", **both)
    case("plaintext-reserved-characters", "PLAINTEXT, secrets with reserved characters", api,
         signature_method="PLAINTEXT", consumer_key="k", consumer_secret="a&b%c d", token="t", token_secret="=+/~-._é")
    case("two-legged", "no token, no token secret: the key ends in &", api + "?q=1", **CONSUMER)
    case("empty-token-secret", "a token whose secret is empty", api, **CONSUMER, token="tripod-token", token_secret="")
    case("secrets-reserved-characters", "secrets and identifiers with reserved characters", api,
         consumer_key="key/with+reserved=&", consumer_secret="s&e%c r+e/t=", token="to:ken@#", token_secret="!*'();:@&=+$,/?#[]~-._")
    case("secrets-non-ascii", "secrets outside ASCII, encoded as UTF-8", api,
         consumer_key="clé-☃", consumer_secret="geheim-äöü-鍵", token="жетон", token_secret="🔑")
    case("realm", "realm is sent and not signed", api, realm="https://api.example.com/", **both)
    case("callback", "oauth_callback with a query of its own", "https://api.example.com/oauth/request_token", "POST",
         extra={"oauth_callback": "https://client.example.net/cb?x=1&y=a%20b"}, **CONSUMER)
    case("callback-oob", "oauth_callback oob", "https://api.example.com/oauth/request_token", "POST",
         extra={"oauth_callback": "oob"}, **CONSUMER)
    case("verifier", "oauth_verifier", "https://api.example.com/oauth/access_token", "POST",
         extra={"oauth_verifier": "verify/me+1=="}, **both)
    case("session-handle", "oauth_session_handle", "https://api.example.com/oauth/access_token", "POST",
         extra={"oauth_session_handle": "handle_A.B-1=="}, **both)
    case("query-placement", "parameters added to the query", api + "?page=2", placement="query", **both)
    case("body-placement", "parameters added to the form body", api + "?page=2", "POST", form, "title=A+title",
         placement="body", **both)
    case("duplicate-keys", "names that occur more than once, in query and body, sorted by value",
         api + "?tag=b&tag=a&tag=b&tag=%20", "POST", form, "tag=c&tag=a", **both)
    case("empty-values", "empty values", api + "?a=&b=&a=1", "POST", form, "c=&d=2", **both)
    case("key-without-equals", "names without an equals sign", api + "?flag&a=1", "POST", form, "c2&a3=2+q", **both)
    case("plus-and-percent-20", "+ and %20 are both a space, %2B is a plus sign",
         api + "?a=x+y&b=x%20y&c=x%2By", "POST", form, "d=x+y&e=x%20y&f=x%2By", **both)
    case("non-ascii-percent-encoded", "UTF-8 in path, query and body, percent-encoded",
         "https://api.example.com/caf%C3%A9?q=%E2%98%83&%C3%A9=1", "POST", form, "n=%F0%9F%94%91", **both)
    case("lower-case-percent-hex", "lower-case percent-encoding in the query becomes upper case",
         api + "?q=%c3%a9%2f&r=%7e", **both)
    case("reserved-characters-in-query", "characters that a query may hold unencoded but the parameters may not",
         api + "?a=x!y*z'(b),c:d@e/f?g;h$i&u=-._~", **both)
    case("sorted-by-encoded-name", "names sorted after their encoding: %C3%A9 before Z before a before b-1 before b1 before ~",
         api + "?~=1&b1=2&b-1=3&a=4&Z=5&%C3%A9=6", **both)
    case("name-prefix-of-another", "a name that begins another sorts first: a, then a-, a.b and a1 (sorting joined pairs would not)",
         api + "?a-=1&a=2&a.b=3&a1=4", **both)
    case("double-encoded-value", "a value that is itself percent-encoded", api + "?u=https%3A%2F%2Fx.example%2F%3Fq%3D%2520", **both)
    case("ipv6-host", "an IPv6 address with a port", "http://[2001:db8::1]:8080/items?q=1", **both)
    case("path-params", "path parameters after a semicolon stay in the URI", "https://api.example.com/items;v=1/x;y=2?q=1", **both)
    case("upper-case-host", "scheme and host become lower case, the path does not",
         "HTTPS://API.Example.COM/Items?Q=1", **both)
    case("default-port-http", "port 80 of http is left out", "http://api.example.com:80/items", **both)
    case("default-port-https", "port 443 of https is left out", "https://api.example.com:443/items", **both)
    case("port-443-of-http", "port 443 stays with http", "http://api.example.com:443/items", **both)
    case("non-default-port", "another port stays", "https://api.example.com:8443/items", **both)
    case("empty-path", "an empty path becomes /", "https://api.example.com?q=1", **both)
    case("host-header", "the Host header decides host and port", "https://10.0.0.7/items?q=1",
         headers=[("Host", "API.example.com:8443")], **both)
    case("encoded-path", "percent-encoding in the path is kept and encoded again",
         "https://api.example.com/a%20b/c%2Fd/%7Ee", **both)
    case("json-body-not-signed", "a JSON body without body hash takes no part", api, "POST", json_type,
         '{"a":"1","b":[2]}', sign_body=False, **both)
    case("put-form", "PUT with a form body", api + "/7", "PUT", form, "state=done&note=a%26b", **both)
    case("delete-form", "DELETE with a form body and a query", api + "/7?force=1", "DELETE", form, "reason=old", **both)
    case("patch-empty-form", "PATCH with a form type and an empty body", api + "/7", "PATCH", form, "", **both)
    case("body-hash-json", "oauth_body_hash (SHA-1) of a JSON body, HMAC-SHA1", api, "POST", json_type,
         '{"name":"Ünï","n":1}', body_hash=True, **both)
    case("body-hash-rsa-sha1", "oauth_body_hash (SHA-1) of an XML body, RSA-SHA1", api, "PUT",
         [("Content-Type", "application/xml")], "<a>\n  <b/>\n</a>\n", body_hash=True,
         signature_method="RSA-SHA1", consumer_key="tripod-consumer", token="tripod-token", **RSA)


if __name__ == "__main__":
    main()
