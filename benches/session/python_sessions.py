"""Times requests-oauthlib beside requests, as `session measure` times a session beside reqwest."""

import json
import sys
import time

import requests
from requests_oauthlib import OAuth1Session, OAuth2Session

uri, seconds = sys.argv[1], int(sys.argv[2])
token = {"access_token": "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer"}
sessions = {
    "OAuth 1, HMAC-SHA1": OAuth1Session(
        "dev-consumer", "dev-consumer-secret", "kd94hf93k423kf44", "pfkkdhi9sl3r4s00pfkkdhi9sl3r4s00"
    ),
    "bearer": OAuth2Session("dev-client", token=token),
}


def timed(session):
    start = time.perf_counter_ns()
    assert len(session.get(uri).content) == 20
    return time.perf_counter_ns() - start


for name, session in sessions.items():
    bare, rounds = requests.Session(), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        taken = [0, 0]
        for turn in (len(rounds) % 2, (len(rounds) + 1) % 2):
            taken[turn] = timed((bare, session)[turn])
        rounds.append(taken)
    print(json.dumps({"name": name, "rounds": rounds}))
