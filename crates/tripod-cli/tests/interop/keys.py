"""Writes an RSA key into a folder: private.pem, public.pem, and jwks.json."""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey


def make(folder):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "private.pem").write_bytes(private)
    (folder / "public.pem").write_bytes(public)
    published = RSAKey.import_key(public, {"alg": "RS256", "use": "sig"}).as_dict(private=False)
    (folder / "jwks.json").write_text(json.dumps({"keys": [published]}))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
