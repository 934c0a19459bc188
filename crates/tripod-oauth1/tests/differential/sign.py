"""Signs by oauthlib what it reads from standard input, one request in JSON a line.

The answer, a line for each, holds the base string (null for PLAINTEXT, which makes none), the
signature, and URI, headers and body as oauthlib would send them; or the error that it raised.
"""

import json
import pathlib
import sys

from cryptography.hazmat.primitives import serialization
from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature


class Client(oauth1.Client):
    """Notes the signature, which sign() hides in what it returns."""

    signature = None

    def get_oauth_signature(self, request):
        self.signature = super().get_oauth_signature(request)
        return self.signature


class Noted:
    """Stands in for the function that makes base strings, and notes what it returns."""

    def __init__(self, function):
        self.function, self.returned = function, None

    def __call__(self, *arguments):
        self.returned = self.function(*arguments)
        return self.returned


signature.signature_base_string = base_string = Noted(signature.signature_base_string)


def answer(case, rsa_key):
    base_string.returned = None
    client = Client(**case["client"], rsa_key=rsa_key)
    uri, headers, body = client.sign(**case["request"])
    return {
        "base_string": base_string.returned,
        "signature": client.signature,
        "uri": uri,
        "headers": dict(headers),
        "body": body,
    }


def main():
    # Parsed once: oauthlib would do so for every signature, which takes longer than all the rest.
    rsa_key = serialization.load_pem_private_key(pathlib.Path(sys.argv[1]).read_bytes(), None)
    for line in sys.stdin.buffer:
        try:
            answered = answer(json.loads(line), rsa_key)
        except Exception as error:  # whatever it is, it is for the test to tell
            answered = {"error": repr(error)}
        print(json.dumps(answered))


main()
