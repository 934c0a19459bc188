#!/usr/bin/env python3
"""Measures what a session costs beside reqwest, and requests-oauthlib beside requests.

    tools/python-env && benches/session/run.py [--seconds 20]

Requests go to a server on this machine, one after the other on one connection each: by the session, and by
the HTTP client itself, first with nothing that authorises them and then with the same that the session
sends. Two take turns request by request, so that whatever else runs meets both alike, and medians are
told: of either, and of how they compare from one fortieth of the run to the next, with the interval that
holds that in 95 of 100 runs. The server has core 0, the load core 1.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
SLICES = 40
SESSION = HERE.parent / "target" / "release" / "session"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=20)
    asked = options.parse_args()
    shutil.which("taskset") or sys.exit("taskset is not installed")
    PYTHON.exists() or sys.exit("run tools/python-env first")
    subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "session"], cwd=HERE.parent, check=True)
    load = "load before and after: {:.1f}".format(os.getloadavg()[0])
    server = subprocess.Popen(["taskset", "-c", "0", SESSION, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        uri = f"http://127.0.0.1:{server.stdout.readline().strip()}/api/me?limit=10"
        rows = [
            *rows_of("tripod", [SESSION, "measure"], uri, asked.seconds),
            *rows_of("requests-oauthlib", [PYTHON, HERE / "python_sessions.py"], uri, asked.seconds),
        ]
    finally:
        server.kill()
        server.wait()
    print(f"{'':<52}{'alone':>10}{'with':>10}{'more':>8}   {'in 95 of 100':<18}")
    print("\n".join(rows))
    print(f"{load}, {os.getloadavg()[0]:.1f}")


def rows_of(who, command, uri, seconds):
    command = ["taskset", "-c", "1", *command, uri, str(seconds)]
    # requests-oauthlib has to be told that http will do.
    environment = {**os.environ, "OAUTHLIB_INSECURE_TRANSPORT": "1"}
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment).stdout
    for line in told.splitlines():
        measured = json.loads(line)
        yield row(f"{who}: {measured['name']}", measured["rounds"])


def row(name, rounds):
    rounds = rounds[len(rounds) // 20 :]  # until connections and caches are warm
    alone, with_ = medians(rounds)
    slices = (rounds[at * len(rounds) // SLICES : (at + 1) * len(rounds) // SLICES] for at in range(SLICES))
    ratios = sorted(with_ / alone - 1 for alone, with_ in map(medians, slices))
    more = statistics.median(ratios)
    # The ranks between which the median lies, by the binomial distribution.
    spread = math.ceil(0.98 * math.sqrt(SLICES))
    low, high = ratios[SLICES // 2 - spread], ratios[SLICES // 2 + spread - 1]
    return f"{name:<52}{alone / 1000:>7.1f} µs{with_ / 1000:>7.1f} µs{more:>+8.1%}   {low:+.1%} … {high:+.1%}"


def medians(rounds):
    return [statistics.median(one[turn] for one in rounds) for turn in (0, 1)]


if __name__ == "__main__":
    main()
