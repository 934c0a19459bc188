use std::time::Duration;

use serde_json::{Map, Value, json};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::{Error, Mismatch};

use super::Opts;
use crate::jwt::keys::Keys;
use crate::jwt::time::Moment;
use crate::page::{Page, Tone};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Failed,
    Ok,
    /// Nobody asked, or there is nothing to check.
    Skipped,
}

/// One thing that was checked.
pub(super) struct Check {
    pub(super) name: &'static str,
    outcome: Outcome,
    pub(super) text: String,
}

/// All that was checked, in order; the claims only if the signature holds.
#[derive(Default)]
pub(super) struct Verdict {
    checks: Vec<Check>,
    claims: Option<Claims>,
}

impl Verdict {
    /// Checks everything that can be checked.
    pub(super) fn of(token: &str, keys: &KeySet, opts: &Opts, now: Timestamp) -> Self {
        let mut verdict = Self::default();
        let compact = match Compact::parse(token) {
            Ok(compact) => compact,
            Err(error) => {
                verdict.failed("form", error.to_string());
                return verdict;
            }
        };
        verdict.ok("form", "three parts of base64url, the header is JSON");
        match compact.verify_payload(keys) {
            Ok(payload) => verdict.signed(&compact, Claims::parse(payload), opts, now),
            Err(error) => verdict.unsigned(&compact, &error, &opts.keys),
        }
        verdict
    }

    /// Returns the check for whose sake the token is refused.
    pub(super) fn first_failed(&self) -> Option<&Check> {
        let mut checks = self.checks.iter();
        checks.find(|check| check.outcome == Outcome::Failed)
    }

    /// Tells it to machines.
    pub(super) fn json(&self) -> Value {
        let checks = self.checks.iter().map(|check| {
            let outcome = check.outcome.code();
            json!({"check": check.name, "outcome": outcome, "text": check.text})
        });
        json!({
            "verified": self.first_failed().is_none(),
            "checks": checks.collect::<Vec<_>>(),
            "claims": self.claims.clone().map(Map::from),
        })
    }

    /// Tells it to people.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::default();
        match self.first_failed() {
            None => page.line(Tone::Good, "VERIFIED: everything that was checked holds."),
            Some(_) => page.line(Tone::Bad, "NOT VALID: do not believe this token."),
        }
        page.heading("Checks");
        let rows: Vec<_> = self.checks.iter().map(Check::row).collect();
        page.rows(&rows);
        if let Some(claims) = &self.claims {
            page.heading("Claims");
            page.json(&claims.clone().into());
        }
        page
    }

    fn unsigned(&mut self, compact: &Compact<'_>, error: &Error, keys: &Keys) {
        let algorithm = compact.header().algorithm();
        let mut text = error.to_string();
        let check = match error {
            Error::Mismatch(Mismatch::Algorithm) => {
                text = format!("{text}: {algorithm}{}", keys.hint(algorithm));
                "algorithm"
            }
            Error::Mismatch(Mismatch::UnknownAlgorithm | Mismatch::Unsecured) => "algorithm",
            Error::Mismatch(Mismatch::KeyAmbiguous | Mismatch::KeyUnknown) => "key",
            Error::Mismatch(Mismatch::Signature) => {
                self.ok("algorithm", format!("{algorithm}, which the key is for"));
                "signature"
            }
            _ => "header",
        };
        self.failed(check, text);
    }

    fn signed(
        &mut self,
        compact: &Compact<'_>,
        claims: Result<Claims, Error>,
        opts: &Opts,
        now: Timestamp,
    ) {
        let header = compact.header();
        self.ok("header", "asks for nothing that would have to be refused");
        self.ok(
            "algorithm",
            format!("{}, which the key is for", header.algorithm()),
        );
        self.ok("signature", "made with the key");
        self.typ(compact, opts.typ.as_deref());
        let claims = match claims {
            Ok(claims) => claims,
            Err(error) => return self.failed("claims", error.to_string()),
        };
        for claim in ["exp", "nbf", "iat"] {
            self.time(&claims, claim, opts.leeway, now);
        }
        self.issuer(&claims, opts.issuer.as_deref());
        self.audience(&claims, opts.audience.as_deref());
        self.nonce(&claims, opts.nonce.as_deref());
        self.claims = Some(claims);
    }

    fn typ(&mut self, compact: &Compact<'_>, due: Option<&str>) {
        let found = compact.header().media_type().unwrap_or("not there");
        let Some(due) = due else {
            return self.skipped("typ", format!("is {found}; --typ checks it"));
        };
        // RFC 7515 §4.1.9: `application/` may be left out.
        let bare = due.strip_prefix("application/").unwrap_or(due);
        match compact.expect_type(&[bare]) {
            Ok(()) => self.ok("typ", found),
            Err(error) => self.failed("typ", format!("{error}: {found}")),
        }
    }

    fn time(&mut self, claims: &Claims, claim: &'static str, leeway: u32, now: Timestamp) {
        let Some(value) = claims.value(claim) else {
            if claim == "exp" {
                self.skipped(claim, "is missing: the token never expires by itself");
            }
            return;
        };
        let alone = Claims::new().with(claim, value.clone());
        let checked = alone.check_times(now, Duration::from_secs(leeway.into()));
        let relative = Moment::of(claims, claim).map(|moment| moment.relative(now));
        match (checked, relative) {
            (Ok(_), Some(relative)) => self.ok(claim, relative),
            (Err(error), Some(relative)) => self.failed(claim, format!("{error}: {relative}")),
            (Err(error), None) => self.failed(claim, error.to_string()),
            (Ok(_), None) => {}
        }
    }

    fn issuer(&mut self, claims: &Claims, due: Option<&str>) {
        match (due, claims.text("iss")) {
            (None, Ok(found)) => self.skipped("issuer", format!("is {found}; --issuer checks it")),
            (None, Err(_)) => self.skipped("issuer", "is not named"),
            (Some(due), Ok(found)) if due == found => self.ok("issuer", found),
            (Some(due), Ok(found)) => self.failed("issuer", format!("is {found}, and not {due}")),
            (Some(_), Err(error)) => self.failed("issuer", error.to_string()),
        }
    }

    fn audience(&mut self, claims: &Claims, due: Option<&str>) {
        let found = claims.audiences().map(|all| all.join(", "));
        match (due, found) {
            (None, Ok(found)) => {
                self.skipped("audience", format!("is {found}; --audience checks it"));
            }
            (None, Err(_)) => self.skipped("audience", "is not named"),
            (Some(due), Ok(found)) => match claims.is_for(due) {
                Ok(true) => self.ok("audience", due),
                _ => self.failed("audience", format!("is {found}, and not {due}")),
            },
            (Some(_), Err(error)) => self.failed("audience", error.to_string()),
        }
    }

    fn nonce(&mut self, claims: &Claims, due: Option<&str>) {
        match (due, claims.text("nonce")) {
            (None, Ok(_)) => self.skipped("nonce", "is there; --nonce checks it"),
            (None, Err(_)) => {}
            (Some(due), Ok(found)) if due == found => self.ok("nonce", "is the one expected"),
            (Some(_), Ok(_)) => self.failed("nonce", "is another one".to_owned()),
            (Some(_), Err(error)) => self.failed("nonce", error.to_string()),
        }
    }

    fn ok(&mut self, name: &'static str, text: impl Into<String>) {
        self.add(name, Outcome::Ok, text.into());
    }

    fn failed(&mut self, name: &'static str, text: String) {
        self.add(name, Outcome::Failed, text);
    }

    fn skipped(&mut self, name: &'static str, text: impl Into<String>) {
        self.add(name, Outcome::Skipped, text.into());
    }

    fn add(&mut self, name: &'static str, outcome: Outcome, text: String) {
        self.checks.push(Check {
            name,
            outcome,
            text,
        });
    }
}

impl Outcome {
    const fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Ok => "ok",
            Self::Skipped => "skipped",
        }
    }
}

impl Check {
    fn row(&self) -> (Tone, &'static str, String) {
        let tone = match self.outcome {
            Outcome::Failed => Tone::Bad,
            Outcome::Ok => Tone::Good,
            Outcome::Skipped => Tone::Quiet,
        };
        (
            tone,
            self.outcome.code(),
            format!("{:<9}  {}", self.name, self.text),
        )
    }
}
