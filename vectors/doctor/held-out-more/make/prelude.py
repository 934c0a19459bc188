"""What the Python cases share: a key, tokens, a service account, requests that are shown as curl -i shows them."""

import base64
import json
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def key():
    return rsa.generate_private_key(65537, 2048)


def pem(private):
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def jwk(private, kid):
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key())) | {"kid": kid, "use": "sig", "alg": "RS256"}


def token(private, kid="k1", **claims):
    now = int(time.time())
    return jwt.encode({"iat": now, "exp": now + 3600} | claims, pem(private), "RS256", {"kid": kid})


def service_account(path, **more):
    it = {"type": "service_account", "project_id": "acme-prod", "private_key_id": "9f1b", "private_key": pem(key()),
          "client_email": "sync@acme-prod.iam.gserviceaccount.com", "client_id": "104", "token_uri": "https://oauth2.googleapis.com/token"} | more
    with open(path, "w") as file:
        json.dump(it, file)
    return it


def shown(response, body=True):
    print(f"HTTP/1.1 {response.status_code} {response.reason_phrase}")
    for name, value in response.headers.items():
        print(f"{name}: {value}")
    print()
    if body:
        print(response.text)
