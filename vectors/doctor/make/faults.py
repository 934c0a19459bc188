"""Cases of what clients saw of a provider that failed on purpose.

    tripod serve --dev --auto-approve alice &
    cd crates/tripod-cli/tests/interop
    (python faults.py; node faults.mjs) | python ../../../../vectors/doctor/make/faults.py

What is expected is what the table of `crates/tripod-cli/tests/faults/expected.rs` says of the fault."""

import calendar
import email.utils
import json
import pathlib
import re
import sys

CORPUS = pathlib.Path(__file__).resolve().parent.parent
ROOT = CORPUS.parent.parent
TABLE = (ROOT / "crates/tripod-cli/tests/faults/expected.rs").read_text()
ROWS = re.findall(r'\(\s*"([^"]*)",\s*"([^"]*)",\s*"([^"]*)",?\s*\)', TABLE)
SECRETS = re.compile(
    r'"(?:access_token|refresh_token|id_token)":"([^"]+)"'
    r"|\b(?:access_token|refresh_token|code|code_verifier|device_code)=([\w.~-]{16,})"
    r"|\b(?:Bearer|DPoP) ([\w.~-]{20,})"
)


def expected(fault, client):
    return next(code for name, who, code in ROWS if name == fault and who in (client, ""))


def secrets(case):
    evidence, known = case["evidence"], case["known"]
    found = {next(filter(None, match)) for match in SECRETS.findall(evidence)}
    found |= {value for name, value in known.items() if name.endswith("_secret")}
    return sorted(found | {secret for secret in ("dev-client-secret",) if secret in evidence})


def now(evidence):
    dates = re.findall(r"^(?:< )?date: (.*)$", evidence, re.M | re.I)
    return calendar.timegm(email.utils.parsedate(dates[-1])) if dates else 1795284000


def main():
    for line in sys.stdin:
        case = json.loads(line)
        fault, client = case["fault"], case["client"]
        # Where the clients are installed is nobody's business.
        case["evidence"] = re.sub(r"(?<=[\"/( ])/[\w./-]*?/(?=\.venv/|node_modules/|[a-z]+\.m?(?:js|py)\b)", "/app/", case["evidence"])
        kind = "oauth1" if "OAuth 1" in client else "oauth2"
        words = f"{kind} fault {fault} {client.replace(' OAuth 1', '')}"
        folder = CORPUS / re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        folder.mkdir(exist_ok=True)
        (folder / "evidence").write_text(case["evidence"])
        described = {
            "expected": [expected(fault, client)],
            "made": f"fault `{fault}`, met by {client}",
            "secrets": secrets(case),
            "now": now(case["evidence"]),
        }
        if case["known"]:
            described["known"] = case["known"]
        (folder / "case.json").write_text(json.dumps(described, indent=1) + "\n")


if __name__ == "__main__":
    main()
