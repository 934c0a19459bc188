"""Reads what the provider gave out with Authlib and joserfc, for `it/oauth2/interop.rs`.

`peer.py now` tells the time; `peer.py read` reads tokens and documents as JSON and fails with a
traceback at the first thing that these libraries refuse.
"""

import json
import sys
import time
import warnings

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

warnings.simplefilter("ignore")


def read_id_token(given, keys):
    token = jwt.decode(given["id_token"], keys, algorithms=["RS256"])
    params = {key: given[key] for key in ("nonce", "access_token", "code")}
    options = {"iss": {"value": given["issuer"]}, "aud": {"value": given["client"]}}
    CodeIDToken(token.claims, token.header, options, {"client_id": given["client"], **params}).validate()
    assert token.claims["sub"] == given["subject"]
    assert token.claims["azp"] == given["client"]
    assert {"at_hash", "auth_time", "name"} <= token.claims.keys()


def read_access_token(given, keys):
    class Validator(JWTBearerTokenValidator):
        def get_jwks(self):
            return keys

    validator = Validator(issuer=given["issuer"], resource_server=given["resource"])
    claims = validator.authenticate_token(given["jwt_access_token"])
    validator.validate_token(claims, ["read"], None)
    assert claims.header["typ"] == "at+jwt"
    assert claims["sub"] == given["subject"] and claims["client_id"] == given["client"]


def read():
    given = json.load(sys.stdin)
    AuthorizationServerMetadata(given["metadata"]).validate()
    OpenIDProviderMetadata(given["metadata"]).validate()
    keys = KeySet.import_key_set(given["jwks"])
    assert not any(key.is_private for key in keys)
    read_id_token(given, keys)
    read_access_token(given, keys)


if __name__ == "__main__":
    if sys.argv[1] == "now":
        print(int(time.time()))
    else:
        read()
