//! What there is to know of faults, made of their table: for `--fault help` and for `docs/faults.md`.

use super::Endpoint;
use super::kind::{Act, KINDS, Kind, Takes};

/// Lists all faults for a terminal, a line or two each.
#[must_use]
pub fn listing() -> String {
    let mut text = String::new();
    for kind in KINDS {
        text.push_str(&format!("  {}\n      {}\n", written(kind), kind.what));
        text.push_str(&format!("      at: {}\n", places(kind)));
    }
    text
}

/// Writes the guide in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(HEAD);
    for (title, is_meant) in SECTIONS {
        text.push_str(&format!(
            "\n## {title}\n\n| fault | what happens | where |\n|---|---|---|\n"
        ));
        for kind in KINDS.iter().filter(|kind| is_meant(kind.act)) {
            let name = written(kind);
            let (what, places) = (kind.what, places(kind));
            text.push_str(&format!("| `{name}` | {what} | {places} |\n"));
        }
    }
    text
}

type Meant = fn(Act) -> bool;

const SECTIONS: [(&str, Meant); 3] = [
    ("What is stored becomes so", |act| {
        matches!(act, Act::State(_))
    }),
    ("The provider is another for this request", |act| {
        matches!(act, Act::Setup(_))
    }),
    ("The answer does not come as it was meant", |act| {
        matches!(act, Act::Wire(_))
    }),
];

const HEAD: &str = "\
# Faults on demand

Made of the table in `tripod-provider`; do not edit. A provider in development fails as real ones do, when
it is told to, so that a client's handling of errors can be tested:

```console
$ tripod serve --dev --fault expired-token,every=2 --fault delay=300ms,endpoint=token
$ tripod serve --fault help
$ curl -H 'X-Tripod-Fault: status=502' http://127.0.0.1:9090/api/me
```

A fault is written `NAME[=VALUE][,every=N][,endpoint=NAME]…`. `every=N` lets it fire at each Nth request that
it concerns; `endpoint=NAME`, as often as needed, says at which endpoints, in place of those below. The header
`X-Tripod-Fault` means the request that it comes with, at whichever endpoint; several faults stand in several
headers, or with `;` between them. What is stored stays as a fault left it: a token that has expired is not
good again for the next request.

An access token that is a JWT is not stored, and says itself what it is good for. One that is given at `token`
says what the fault is about, properly signed, so that a resource server of your own meets it: its time ended
an hour ago, its audience is another, its scope is less. One that a request shows is verified as if it said so,
bound to a key or not, for this request alone. No JWT can be revoked here, so that `revoked-token` does not fire
for one.

An answer tells in `X-Tripod-Fault-Fired` which faults it owes itself to, and the log does, too. A fault that
finds nothing to act upon does not fire: there is no code to expire in a request without one. A program in a
browser may send the one header and read the other, wherever it may call at all; what the browser asks by itself
beforehand (a preflight) counts as no request. All of it is there with `--dev` alone; without, the option is
refused and the header ignored.

What a client saw of a fault can be given to `tripod explain`, which names it; the tests in
`crates/tripod-cli/tests/faults.rs` do that for each.

With `--seed TEXT` chance repeats, and with `--clock TIME` time stands still (`TIME,running`: begins there and
goes on): the same requests, one after the other, are then answered the same, byte for byte. Signatures by ES256
repeat, too: with a seed they follow from key and message (RFC 6979). What is measured is as it is: `/metrics`, and
how long an exchange took at `/dev/exchanges`.
";

fn written(kind: &Kind) -> String {
    let value = match kind.takes {
        Takes::Nothing => return kind.name.to_owned(),
        Takes::Algorithm => "ALG",
        Takes::Duration => "TIME",
        Takes::Issuer => "URL",
        Takes::Origin => "ORIGIN",
        Takes::Scope => "SCOPE",
        Takes::Seconds => "SECONDS",
        Takes::Status { .. } => "STATUS",
        Takes::Text => "TEXT",
    };
    match kind.default {
        Some(default) => format!("{}[={value}] (default {default})", kind.name),
        None if kind.takes == Takes::Seconds => format!("{}={value}", kind.name),
        None => format!("{}[={value}]", kind.name),
    }
}

fn places(kind: &Kind) -> String {
    if kind.endpoints.is_empty() {
        return "everywhere".to_owned();
    }
    let names: Vec<_> = kind.endpoints.iter().copied().map(Endpoint::name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_guide_in_the_repository_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
        let read = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            read == markdown(),
            "run `cargo run -p tripod-provider --example faults > docs/faults.md`"
        );
    }
}
