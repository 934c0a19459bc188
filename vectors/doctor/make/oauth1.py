"""Requests signed by oauthlib with one real mistake each, sent by requests, refused by oauthlib."""

import base64
import hashlib
import hmac
import urllib.parse
from unittest import mock

import oauthlib.oauth1 as oauth1
import requests
from oauthlib.oauth1.rfc5849 import signature, utils
from oauthlib.oauth1.rfc5849 import endpoints, request_validator

import wire

KEY, SECRET = "dpf43f3p2l4k3l03", "kd94hf93k423kf44-cs"
TOKEN, TOKEN_SECRET = "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00-ts"
SECRETS = [SECRET, TOKEN_SECRET]
KNOWN = {"consumer_secret": SECRET, "token_secret": TOKEN_SECRET}
server = wire.Server()
BASE = server.origin
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Validator(request_validator.RequestValidator):
    enforce_ssl = False
    client_key_length = (1, 200)
    nonce_length = (1, 200)
    access_token_length = (1, 200)
    safe_characters = set(map(chr, range(33, 127)))
    dummy_client = "dummy"
    dummy_access_token = "dummy"
    secrets = (SECRET, TOKEN_SECRET)
    nonces = set()
    allowed_signature_methods = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"]

    def validate_client_key(self, key, request):
        return key == KEY

    def validate_access_token(self, key, token, request):
        return token == TOKEN

    def validate_timestamp_and_nonce(self, *a, **k):
        return True

    def validate_realms(self, *a, **k):
        return True

    def get_client_secret(self, key, request):
        return self.secrets[0]

    def get_access_token_secret(self, key, token, request):
        return self.secrets[1]


def problem(text, status=401):
    return (status, {"Content-Type": "application/x-www-form-urlencoded"}, text)


def verify(request, refuse_with="oauth_problem=signature_invalid"):
    """What oauthlib says, in the words of OAuth Problem Reporting."""
    endpoint = endpoints.ResourceEndpoint(Validator())
    with mock.patch("time.time", lambda: float(wire.NOW)):
        valid, _ = endpoint.validate_protected_resource_request(
            wire.url(request), request["method"], request["body"], dict(request["headers"]), realms=[])
    return (200, {}, {"ok": True}) if valid else problem(refuse_with)


def send(prepared):
    """Sends what was signed, or what was made of it, and takes what went over the wire."""
    server.seen.clear()
    uri, method, headers, body = prepared
    request = requests.Request(method, uri, headers=headers, data=body).prepare()
    request.url = uri if "#" not in uri else uri.split("#")[0]
    requests.Session().send(request, allow_redirects=False)
    return list(server.seen)


def client(**kwargs):
    arguments = dict(client_secret=SECRET, resource_owner_key=TOKEN, resource_owner_secret=TOKEN_SECRET,
                     timestamp=str(wire.NOW), nonce="kllo9940pd9333jh")
    arguments.update(kwargs)
    return oauth1.Client(KEY, **arguments)


def sign(uri, method="GET", body=None, headers=None, **kwargs):
    return client(**kwargs).sign(uri, method, body, headers or {})


forms = ["http", "http", "har", "trace", "debug"]
count = 0


def case(name, prepared, expected, made, known=KNOWN, form=None, healthy=False, answer=None, secrets=SECRETS):
    global count
    count += 1
    server.answer = answer or verify
    seen = send(prepared) if not isinstance(prepared, list) else sum((send(one) for one in prepared), [])
    status = seen[-1]["response"]["status"]
    assert healthy == (status == 200), (name, status)
    form = form or forms[count % len(forms)]
    wire.write("oauth1-" + name, wire.FORMS[form](seen), expected, made, known, secrets, healthy)


def headers_of(signed, **extra):
    return {**signed[1], **extra}


S = "oauth1/signature/"
GET = BASE + "/photos?file=vacation.jpg&size=original"
PLAIN = BASE + "/photos"
DATA = "title=A+walk&text=two+%26+three"

# Nothing wrong.
case("right-get", (GET, "GET", sign(GET)[1], None), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(PLAIN, "POST", DATA, FORM)
case("right-form", (PLAIN, "POST", h, b), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(GET, signature_method="HMAC-SHA256")
case("right-sha256", (u, "GET", h, b), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(GET, signature_type="QUERY")
case("right-query", (u, "GET", h, b), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(PLAIN, "POST", DATA, FORM, signature_type="BODY")
case("right-body", (u, "POST", h, b), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(GET, signature_method="PLAINTEXT")
case("right-plaintext", (u, "GET", h, b), "oauth1/signature/mismatch", "nothing is wrong", healthy=True)
u, h, b = sign(GET)
case("right-without-secrets", (u, "GET", h, b), "none", "nothing is wrong, and no secret is known", known=None, healthy=True)

# What is signed is not what is sent.
case("body-left-out", (PLAIN, "POST", headers_of(sign(PLAIN, "POST"), **FORM), DATA), S + "body-parameters-left-out", "signed without the body")
charset = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
case("body-left-out-charset", (PLAIN, "POST", headers_of(sign(PLAIN, "POST"), **charset), DATA), S + "body-parameters-left-out",
     "the library does not take a type with charset for a form")
case("query-left-out", (GET, "GET", sign(PLAIN)[1], None), S + "query-parameters-left-out", "signed the URL without its query")
both = GET + "&x=1"
case("query-and-body-left-out", (both, "POST", headers_of(sign(PLAIN, "POST"), **FORM), DATA), S + "query-parameters-left-out", "signed the bare URL")
case("one-parameter-added-later", (GET + "&page=2", "GET", sign(GET)[1], None), S + "parameter-left-out", "a parameter was added after signing")
case("https-signed", (GET, "GET", sign(GET.replace("http://", "https://"))[1], None), S + "other-scheme", "signed for https, called over http")
case("localhost-signed", (GET, "GET", sign(GET.replace("127.0.0.1", "localhost"))[1], None), S + "other-host", "signed for localhost, called by number")
case("port-left-out", (GET, "GET", sign(GET.replace(":8765", ""))[1], None), S + "port", "signed without the port")
case("slash-added", (PLAIN + "/", "GET", sign(PLAIN)[1], None), S + "path", "the framework added a slash")
case("slash-removed", (PLAIN, "GET", sign(PLAIN + "/")[1], None), S + "path", "the framework removed the slash")
case("method-get-signed", (PLAIN, "DELETE", sign(PLAIN, "GET")[1], None), S + "method", "signed for GET, sent as DELETE")
override = {"X-HTTP-Method-Override": "PATCH"}
case("method-override", (PLAIN, "POST", headers_of(sign(PLAIN, "PATCH"), **override), None), S + "method", "signed for the method of the override")
case("prefix-of-proxy", (BASE + "/api/photos", "GET", sign(BASE + "/photos")[1], None), S + "path", "signed for the path behind the proxy")
json_body = '{"title": "walk", "size": "large"}'
u, h, b = sign(PLAIN, "POST", "title=walk&size=large", FORM)
case("json-signed", (PLAIN, "POST", {**h, "Content-Type": "application/json"}, json_body), S + "body-wrongly-included", "signed the members of the JSON body")
u, h, b = sign(PLAIN + "?tag=b", "GET")
case("duplicates-last", (PLAIN + "?tag=a&tag=b", "GET", h, None), S + "duplicates-dropped", "parameters went through a map",)
u, h, b = sign(GET + "&" + "size=original&file=vacation.jpg")
case("parameters-twice", (GET, "GET", h, None), S + "parameters-twice", "the query was signed as URL and as data")
u, h, b = sign(GET)
later = {"Authorization": h["Authorization"].replace(str(wire.NOW), str(wire.NOW + 1))}
case("timestamp-made-twice", (GET, "GET", later, None), S + "stamp-made-twice", "the header has the time of a second later")
other = {"Authorization": h["Authorization"].replace("kllo9940pd9333jh", "zzzzz940pd9333jh")}
case("nonce-made-twice", (GET, "GET", other, None), S + "mismatch", "the header has another nonce than was signed: nobody can tell")
extra = {"Authorization": h["Authorization"].replace('oauth_version="1.0", ', "")}
case("version-signed-not-sent", (GET, "GET", extra, None), S + "parameter-added", "oauth_version was signed and not sent")

# Keys.
def key_case(name, expected, made, **kwargs):
    u, h, b = sign(GET, **kwargs)
    case("key-" + name, (GET, "GET", h, None), expected, made)

key_case("token-secret-empty", S + "token-secret-left-out", "no token secret", resource_owner_secret="")
key_case("token-secret-undefined", S + "token-secret-left-out", "the word undefined", resource_owner_secret="undefined")
key_case("swapped", S + "secrets-swapped", "secrets swapped", client_secret=TOKEN_SECRET, resource_owner_secret=SECRET)
key_case("consumer-secret-twice", S + "secrets-swapped", "consumer secret as token secret", resource_owner_secret=SECRET)
key_case("consumer-secret-empty", S + "consumer-secret-left-out", "variable not set", client_secret="")
key_case("newline", S + "stray-characters-in-secret", "read from a file with a newline", client_secret=SECRET + "\n")
key_case("crlf", S + "stray-characters-in-secret", "read from a Windows file", client_secret=SECRET + "\r\n")
key_case("token-space", S + "stray-characters-in-secret", "copied with a space", resource_owner_secret=TOKEN_SECRET + " ")
key_case("quoted", S + "stray-characters-in-secret", "quotes from an env file", client_secret='"%s"' % SECRET)
key_case("both-newline", S + "stray-characters-in-secret", "both from files", client_secret=SECRET + "\n", resource_owner_secret=TOKEN_SECRET + "\n")
key_case("consumer-key-as-secret", S + "identifier-as-secret", "key in place of secret", client_secret=KEY)
key_case("token-as-secret", S + "identifier-as-secret", "token in place of its secret", resource_owner_secret=TOKEN)
key_case("other-secret", S + "mismatch", "the secret of another app", client_secret="4ko49vn20fkw93mfnb")
key_case("upper-case", S + "secret-encoding", "a form upper-cased it", client_secret=SECRET.upper(), resource_owner_secret=TOKEN_SECRET.upper())

# What the library gets wrong, as others do.
def patched(name, expected, made, patches, uri=GET, method="GET", body=None, headers=None, known=KNOWN, secrets=SECRETS, sign_arguments=None):
    started = [mock.patch.object(*patch) for patch in patches]
    for patch in started:
        patch.start()
    try:
        u, h, b = sign(uri, method, body, headers, **(sign_arguments or {}))
    finally:
        for patch in started:
            patch.stop()
    case("library-" + name, (uri, method, {**(headers or {}), **h}, body), expected, made, known=known, secrets=secrets)


escape = utils.escape
def quoting(safe=b"~", plus=False, charset="utf-8"):
    quote = urllib.parse.quote_plus if plus else urllib.parse.quote
    return lambda text: quote(text.encode(charset) if isinstance(text, str) else text, safe=safe)

walk = BASE + "/search?q=" + urllib.parse.quote("two words (and) more!", safe="") + "&b=c%2Fd"
umlaut = BASE + "/search?q=" + urllib.parse.quote("grüße", safe="")
lower = lambda text: escape(text) if "%" not in escape(text) else __import__("re").sub("%[0-9A-F]{2}", lambda m: m.group().lower(), escape(text))
normalize = signature.normalize_parameters
join = lambda pairs: "&".join("{}={}".format(k, v) for k, v in pairs)
encoded = lambda params: [(utils.escape(k), utils.escape(v)) for k, v in params]
patched("unsorted", S + "parameters-unsorted", "not sorted", [(signature, "normalize_parameters", lambda p: join(encoded(p)))])
patched("plus-for-space", S + "plus-for-space", "quote_plus", [(utils, "escape", quoting(plus=True, safe=b"~"))], uri=BASE + "/search?q=two%20words")
patched("script-encoding", S + "reserved-characters-raw", "encodeURIComponent", [(utils, "escape", quoting(safe=b"~!*'()"))], uri=walk)
patched("lower-case-escapes", S + "lower-case-escapes", "lower-case hex", [(utils, "escape", lower)])
patched("latin-1", S + "other-charset", "latin-1", [(utils, "escape", quoting(charset="latin-1"))], uri=umlaut)
patched("not-encoded", S + "not-encoded", "values not encoded", [(signature, "normalize_parameters", lambda p: join(sorted(p)))], uri=walk)
patched("encoded-twice", S + "encoded-twice", "values encoded twice",
        [(signature, "normalize_parameters", lambda p: join(sorted((escape(escape(k)), escape(escape(v))) for k, v in p)))], uri=walk)
patched("sorted-before-encoding", S + "parameters-missorted", "sorted before encoding",
        [(signature, "normalize_parameters", lambda p: join(encoded(sorted(p))))], uri=BASE + "/search?a%5B=1&a1=2&aZ=3&a%7E=4")
patched("values-not-sorted", S + "parameters-missorted", "same names not sorted by value",
        [(signature, "normalize_parameters", lambda p: join(sorted(encoded(p), key=lambda kv: kv[0])))], uri=BASE + "/search?a=3&a=1&a=2")
digest = lambda form, name="sha1": lambda base, one: form(hmac.new(
    (escape(one.client_secret) + "&" + escape(one.resource_owner_secret)).encode(), base.encode(), name).digest())
methods = lambda f: [(oauth1.Client, "SIGNATURE_METHODS", {**oauth1.Client.SIGNATURE_METHODS, "HMAC-SHA1": f})]
patched("hex", S + "encoding", "hexdigest() in place of digest()", methods(digest(bytes.hex)))
patched("base64-of-hex", S + "encoding", "base64 of hexdigest()", methods(digest(lambda d: base64.b64encode(d.hex().encode()).decode())))
special = next(GET + f"&n={n}" for n in range(99) if any(x in sign(GET + f"&n={n}")[1]["Authorization"].split("oauth_signature=")[1] for x in ("%2B", "%2F")))
patched("urlsafe", S + "encoding", "urlsafe_b64encode", methods(digest(lambda d: base64.urlsafe_b64encode(d).decode())), uri=special)
patched("unpadded", S + "encoding", "without padding", methods(digest(lambda d: base64.b64encode(d).decode().rstrip("="))))
patched("sha256-as-sha1", S + "other-hash", "SHA-256, named SHA-1", methods(digest(lambda d: base64.b64encode(d).decode(), "sha256")))
raw = lambda base, one: base64.b64encode(hmac.new((one.client_secret + "&" + one.resource_owner_secret).encode(), base.encode(), "sha1").digest()).decode()
Validator.secrets = ("p+s/ecret=9fK2xPq7", TOKEN_SECRET)
patched("secret-not-encoded", S + "secret-encoding", "secrets joined raw", methods(raw), known={"consumer_secret": "p+s/ecret=9fK2xPq7", "token_secret": TOKEN_SECRET},
        secrets=["p+s/ecret=9fK2xPq7", TOKEN_SECRET], sign_arguments={"client_secret": "p+s/ecret=9fK2xPq7"})
Validator.secrets = (SECRET, TOKEN_SECRET)
bare = lambda base, one: base64.b64encode(hmac.new((escape(one.client_secret) + escape(one.resource_owner_secret)).encode(), base.encode(), "sha1").digest()).decode()
patched("key-without-ampersand", S + "key-separator", "secrets joined without &", methods(bare))
c = client(realm="Photos")
with mock.patch.object(signature, "normalize_parameters", lambda p: normalize(p + [("realm", "Photos")])):
    u, h, b = c.sign(GET)
case("library-realm", (GET, "GET", h, None), S + "realm-included", "realm signed")
u, h, b = sign(GET)
twice = {"Authorization": h["Authorization"].replace("%", "%25")}
case("signature-escaped-twice", (GET, "GET", twice, None), S + "encoding", "the header was percent-encoded twice")

# Two mistakes at once.
case("pair-body-and-scheme", (PLAIN, "POST", headers_of(sign(PLAIN.replace("http:", "https:"), "POST"), **FORM), DATA),
     (S + "body-parameters-left-out", S + "other-scheme"), "no body, other scheme")
case("pair-query-and-newline", (GET, "GET", sign(PLAIN, client_secret=SECRET + "\n")[1], None),
     (S + "query-parameters-left-out", S + "stray-characters-in-secret"), "no query, newline")
case("pair-method-and-port", (GET, "POST", sign(GET.replace(":8765", ""), "GET")[1], None), (S + "method", S + "port"), "other method, no port")
case("pair-slash-and-token", (PLAIN + "/?a=1", "GET", sign(PLAIN + "?a=1", resource_owner_secret="")[1], None),
     (S + "path", S + "token-secret-left-out"), "no slash, no token secret")

# Not the signature.
u, h, b = sign(GET, timestamp=str(wire.NOW - 3700))
refused = lambda text, status=401: lambda request: problem(text, status)
case("timestamp-behind", (GET, "GET", h, None), "oauth1/timestamp/refused", "clock an hour behind", answer=refused("oauth_problem=timestamp_refused"))
case("timestamp-acceptable", (GET, "GET", h, None), "oauth1/timestamp/refused", "clock an hour behind", known=None,
     answer=refused(f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={wire.NOW-300}-{wire.NOW+300}"))
case("timestamp-yelp", (GET, "GET", h, None), "oauth1/timestamp/refused", "clock behind", known=None, answer=lambda r: (400, {}, {
    "error": {"text": f"Expired timestamp: given {wire.NOW-3700} and now {wire.NOW} has a greater difference than threshold 300", "id": "EXPIRED_TIMESTAMP"}}))
case("timestamp-hidden", (GET, "GET", h, None), "oauth1/timestamp/refused", "clock behind; the server blames the signature",
     answer=lambda r: (401, {}, {"errors": [{"code": 32, "message": "Could not authenticate you."}]}))
u, h, b = sign(GET, timestamp=str(wire.NOW * 1000))
case("timestamp-milliseconds", (GET, "GET", h, None), "oauth1/timestamp/malformed", "Date.now()", answer=refused("oauth_problem=timestamp_refused"))
u, h, b = sign(GET)
replies = iter([(200, {}, {}), problem("oauth_problem=nonce_used")])
case("nonce-used", [(GET, "GET", h, None), (GET, "GET", h, None)], "oauth1/nonce/used", "a retry sent the same header again", answer=lambda r: next(replies))
case("nonce-schoology", (GET, "GET", h, None), "oauth1/nonce/used", "a redirect repeated the header", known=None,
     answer=lambda r: (401, {"Content-Type": "text/plain"}, "Duplicate timestamp/nonce combination, possible replay attack. Request rejected."))
drop = lambda name: {"Authorization": ", ".join(p for p in h["Authorization"].split(", ") if name not in p)}
case("nonce-missing", (GET, "GET", drop("oauth_nonce"), None), "oauth1/request/parameter-missing", "no nonce", answer=refused("oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce", 400))
case("method-missing", (GET, "GET", drop("oauth_signature_method"), None), "oauth1/request/parameter-missing", "no method", known=None, answer=refused("Missing mandatory OAuth parameters.", 400))
q, _, _ = sign(GET, signature_type="QUERY")
case("two-places", (q, "GET", h, None), "oauth1/request/parameter-repeated", "header and query", known=None, answer=refused("error=invalid_request&error_description=oauth_+params+must+come+from+only+1+signaturetype", 400))
v = {"Authorization": h["Authorization"].replace('oauth_version="1.0"', 'oauth_version="1.0a"')}
case("version", (GET, "GET", v, None), "oauth1/request/version", "1.0a", known=None, answer=refused("oauth_problem=version_rejected", 400))
amp = {"Authorization": h["Authorization"].replace(", ", "&")}
case("header-ampersands", (GET, "GET", amp, None), ("oauth1/request/header-malformed", "oauth1/request/no-authentication-data"), "joined by &", known=None,
     answer=lambda r: (400, {}, {"errors": [{"code": 215, "message": "Bad Authentication data."}]}))
case("consumer-unknown", (GET, "GET", h, None), "oauth1/consumer-key/unknown", "key of another app", known=None, answer=refused("oauth_problem=consumer_key_unknown"))
case("token-revoked", (GET, "GET", h, None), "oauth1/token/rejected", "revoked", answer=refused("oauth_problem=token_revoked"))
case("token-expired-x", (GET, "GET", h, None), "oauth1/token/rejected", "revoked at X", known=None, answer=lambda r: (401, {}, {"errors": [{"code": 89, "message": "Invalid or expired token."}]}))
case("permission", (GET, "GET", h, None), "oauth1/token/permission-denied", "read-only app", known=None, answer=refused("oauth_problem=permission_denied", 403))
case("verifier", (PLAIN, "POST", sign(PLAIN, "POST", verifier="hfdp7dh39dks9884")[1], None), "oauth1/verifier/invalid", "verifier of another attempt", answer=refused("oauth_problem=verifier_invalid"))
case("callback-x", (PLAIN, "POST", sign(PLAIN, "POST", callback_uri="https://app.example/cb")[1], None), "oauth1/callback/not-approved", "callback not registered", known=None,
     answer=lambda r: (403, {"Content-Type": "application/xml"}, '<?xml version="1.0"?><errors><error code="415">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>'))
case("bad-data-x", (GET, "GET", {}, None), "oauth1/request/no-authentication-data", "a proxy took the header", known=None,
     answer=lambda r: (400, {}, {"errors": [{"code": 215, "message": "Bad Authentication data."}]}))
x2 = base64.b64encode(b"M1M5R3BMVy13QmpvOXhDSzBhbmY6MTpjaQ:1:ci").decode()
case("oauth2-key-x", (GET, "GET", oauth1.Client(x2, client_secret="whatever-9fK2xPq7").sign(GET)[1], None), "oauth1/consumer-key/oauth2-credentials", "client id of OAuth 2", known=None,
     answer=lambda r: (401, {}, {"errors": [{"code": 32, "message": "Could not authenticate you."}]}), secrets=["whatever-9fK2xPq7"])
case("netsuite", (GET, "GET", h, None), "oauth1/netsuite/invalid-login", "no realm", known=None,
     answer=lambda r: (401, {"WWW-Authenticate": 'OAuth realm="1234567", error="token_rejected", error_description="Invalid login attempt."'}, {"error": {"code": "INVALID_LOGIN_ATTEMPT", "message": "Invalid login attempt."}}))
server_sbs = lambda request: signature.signature_base_string(request["method"], signature.base_string_uri(wire.url(request).replace("http:", "https:")),
    signature.normalize_parameters(signature.collect_parameters(urllib.parse.urlsplit(wire.url(request)).query, [], dict(request["headers"]))))
flickr = lambda r: problem("oauth_problem=signature_invalid&debug_sbs=" + urllib.parse.quote_plus(server_sbs(r)))
case("flickr-behind-proxy", (GET, "GET", h, None), S + "base-strings-differ", "the server believes it was called over https", answer=flickr)
discogs = lambda r: (401, {}, {"message": "Invalid signature. Expected signature base string: " + server_sbs(r)})
case("discogs-behind-proxy", (GET, "GET", h, None), S + "base-strings-differ", "the server believes it was called over https", known=None, answer=discogs)
same_sbs = lambda r: problem("oauth_problem=signature_invalid&debug_sbs=" + urllib.parse.quote_plus(server_sbs(r).replace("https%3A", "http%3A")))
u, h2, b = sign(GET, client_secret="the-secret-of-another-app")
case("flickr-other-secret", (GET, "GET", h2, None), S + "secrets-differ", "the secret of another app", known=None, answer=same_sbs, secrets=["the-secret-of-another-app"])
case("fits", (GET, "GET", h, None), S + "fits-the-request", "the server has another secret", answer=refused("oauth_problem=signature_invalid"))
case("woocommerce-left-out", (GET, "GET", sign(PLAIN)[1], None), S + "query-parameters-left-out", "query not signed",
     answer=lambda r: (401, {}, {"code": "woocommerce_rest_authentication_error", "message": "Invalid signature - provided signature does not match.", "data": {"status": 401}}))
hash_of = lambda name, body: base64.b64encode(hashlib.new(name, body.encode()).digest()).decode()
def body_hash(value, **kwargs):
    url_with = PLAIN
    c = client(**kwargs)
    original = oauth1.Client.get_oauth_params
    with mock.patch.object(oauth1.Client, "get_oauth_params", lambda self, r: [p for p in original(self, r) if p[0] != "oauth_body_hash"] + [("oauth_body_hash", value)]):
        return c.sign(url_with, "POST", json_body, {"Content-Type": "application/json"})
for name, value in [("sha1-for-sha256", hash_of("sha1", json_body)), ("empty-body", hash_of("sha256", ""))]:
    u, hb, b = body_hash(value, signature_method="HMAC-SHA256")
    case("body-hash-" + name, (PLAIN, "POST", hb, json_body), "oauth1/body-hash/mismatch", name, answer=refused("oauth_problem=signature_invalid"))
server.shutdown()
print(count, "cases of OAuth 1")
