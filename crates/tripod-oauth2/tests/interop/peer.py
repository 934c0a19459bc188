"""Makes and reads tokens with Authlib and joserfc, for `interop.rs`.

`peer.py make` writes keys and tokens as JSON; `peer.py read` reads what Tripod made as JSON and
fails with a traceback at the first thing that these libraries refuse.
"""

import hashlib
import json
import secrets
import sys
import time
import warnings

from authlib.oauth2.rfc7523 import JWTBearerClientAssertion, client_secret_jwt_sign, private_key_jwt_sign
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator, JWTBearerTokenValidator
from authlib.oidc.core import HybridIDToken
from authlib.oidc.core.grants.util import generate_id_token
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey, import_key
from joserfc.util import urlsafe_b64encode

warnings.simplefilter("ignore")

ISSUER = "https://as.example"
CLIENT = "client"
API = "https://api.example"
ACCESS_TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
CODE = "SplxlOBeZQQYbYS6WxSbIA"
NONCE = "n-0S6_WzA2Mj"
ALGORITHMS = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip

for name in ALGORITHMS:
    # `recommended` is what `jwt.decode` falls back to inside Authlib.
    if name not in jws.JWSRegistry.recommended:
        jws.JWSRegistry.recommended.append(name)


def generate(algorithm):
    match algorithm[:2]:
        case "HS":
            return OctKey.generate_key(512)
        case "RS" | "PS":
            return RSAKey.generate_key(2048)
        case "ES":
            curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[algorithm]
            return ECKey.generate_key(curve)
        case _:
            return OKPKey.generate_key("Ed25519")


class Client:
    def get_client_id(self):
        return CLIENT

    def check_endpoint_auth_method(self, _method, _endpoint):
        return True


class User:
    def get_user_id(self):
        return "alice"


def access_token(algorithm, key):
    class Generator(JWTBearerTokenGenerator):
        def get_jwks(self):
            return key

        def get_audiences(self, client, user, scope):
            return API

        def get_acr(self, user):
            return "gold"

        def get_extra_claims(self, client, grant_type, user, scope):
            return {"cnf": {"jkt": key.thumbprint()}}

    generator = Generator(ISSUER, alg=algorithm)
    return generator.access_token_generator(Client(), "authorization_code", User(), "read write")


def id_token(algorithm, key):
    return generate_id_token(
        {"access_token": ACCESS_TOKEN}, {"sub": "alice", "name": "Alice"}, key, ISSUER, CLIENT,
        alg=algorithm, nonce=NONCE, acr="gold", amr=["pwd"], code=CODE,
    )  # fmt: skip


def assertion(algorithm, key):
    sign = client_secret_jwt_sign if algorithm.startswith("HS") else private_key_jwt_sign
    return sign(key, CLIENT, ISSUER + "/oauth2/token", alg=algorithm, expires_in=60)


def proof(algorithm, key):
    if algorithm.startswith("HS"):
        return None
    header = {"typ": "dpop+jwt", "alg": algorithm, "jwk": key.as_dict(private=False)}
    claims = {
        "jti": secrets.token_urlsafe(12), "htm": "GET", "htu": API + "/me", "iat": int(time.time()),
        "ath": urlsafe_b64encode(hashlib.sha256(ACCESS_TOKEN.encode()).digest()).decode(),
        "nonce": NONCE,
    }  # fmt: skip
    return jwt.encode(header, claims, key, registry=registry())


def registry():
    registry = jws.JWSRegistry(algorithms=ALGORITHMS)
    # A proof carries an RSA key in its header, for which 512 octets do not suffice.
    registry.max_header_length = 4096
    return registry


def make():
    made = []
    for algorithm in ALGORITHMS:
        key = generate(algorithm)
        made.append(
            {
                "algorithm": algorithm,
                "key": key.as_dict(private=True),
                "thumbprint": key.thumbprint(),
                "assertion": assertion(algorithm, key),
                "proof": proof(algorithm, key),
                "access_token": access_token(algorithm, key),
                "id_token": id_token(algorithm, key),
            }
        )
    json.dump({"now": int(time.time()), "made": made}, sys.stdout)


def read_assertion(item, key):
    class Assertion(JWTBearerClientAssertion):
        def get_audiences(self):
            return [ISSUER]

        def validate_jti(self, claims, jti):
            return len(jti) >= 16

    claims = Assertion().process_assertion_claims(item["assertion"], key)
    assert claims["sub"] == CLIENT


def read_access_token(item, key):
    class Validator(JWTBearerTokenValidator):
        def get_jwks(self):
            return key

    validator = Validator(issuer=ISSUER, resource_server=API)
    claims = validator.authenticate_token(item["access_token"])
    validator.validate_token(claims, ["read"], None)
    assert claims.header["typ"] == "at+jwt"
    assert claims["cnf"] == {"jkt": item["thumbprint"]} and claims["client_id"] == CLIENT


def read_id_token(item, key):
    token = jwt.decode(item["id_token"], key)
    params = {"client_id": CLIENT, "nonce": NONCE, "access_token": ACCESS_TOKEN, "code": CODE}
    options = {"iss": {"value": ISSUER}, "aud": {"value": CLIENT}}
    HybridIDToken(token.claims, token.header, options, params).validate()
    assert {"at_hash", "c_hash"} <= token.claims.keys()


def read_proof(item, key):
    header = jws.extract_compact(item["proof"].encode(), registry=registry()).headers()
    shown = import_key(header["jwk"])
    assert not shown.is_private and shown.thumbprint() == key.thumbprint()
    token = jwt.decode(item["proof"], shown, registry=registry())
    assert token.header["typ"] == "dpop+jwt"
    assert token.claims["htu"] == API + "/me" and token.claims["htm"] == "GET"
    digest = hashlib.sha256(ACCESS_TOKEN.encode()).digest()
    assert token.claims["ath"] == urlsafe_b64encode(digest).decode()


def read():
    for item in json.load(sys.stdin):
        key = import_key(item["key"])
        assert key.thumbprint() == item["thumbprint"], item["algorithm"]
        read_assertion(item, key)
        read_access_token(item, key)
        read_id_token(item, key)
        if item["proof"]:
            read_proof(item, key)


if __name__ == "__main__":
    {"make": make, "read": read}[sys.argv[1]]()
