//! The sixth axis: with which key is signed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tripod_core::{form, percent};
use zeroize::Zeroizing;

use super::{Mistake, Subject};

/// A key, with what is wrong with it. No `Debug`: it is the secrets.
pub(super) struct Key {
    pub(super) mistake: Option<Mistake>,
    pub(super) octets: Zeroizing<Vec<u8>>,
}

const ENCODING: &str = "oauth1/signature/secret-encoding";
const SEPARATOR: &str = "oauth1/signature/key-separator";
const STRAY: &str = "oauth1/signature/stray-characters-in-secret";
const SWAPPED: &str = "oauth1/signature/secrets-swapped";
const WITHOUT_TOKEN: &str = "oauth1/signature/token-secret-left-out";

/// Lists the keys; the first is the right one. None if the consumer's secret is not known.
pub(super) fn keys(subject: &Subject<'_>) -> Option<Vec<Key>> {
    let consumer = subject.known.consumer_secret.as_ref()?.expose();
    let token = subject
        .known
        .token_secret
        .as_ref()
        .map_or("", |secret| secret.expose());
    let mut keys = Keys::default();
    // RFC 5849 §3.4.2: both encoded, and `&` between them even when either is empty.
    keys.add_due(join(&percent::encode(consumer), &percent::encode(token)));
    keys.halves(consumer, token);
    keys.encodings(consumer, token);
    keys.strays(consumer, token);
    keys.mistaken_identity(subject, consumer, token);
    Some(keys.0)
}

#[derive(Default)]
struct Keys(Vec<Key>);

impl Keys {
    fn add_due(&mut self, key: String) {
        self.0.push(Key {
            mistake: None,
            octets: Zeroizing::new(key.into_bytes()),
        });
    }

    fn add(&mut self, code: &'static str, words: &str, key: impl Into<Vec<u8>>) {
        let octets = Zeroizing::new(key.into());
        if self.0.iter().all(|known| known.octets != octets) {
            let mistake = Some(Mistake::new(code, words));
            self.0.push(Key { mistake, octets });
        }
    }

    fn halves(&mut self, consumer: &str, token: &str) {
        let (first, second) = (percent::encode(consumer), percent::encode(token));
        self.add(SEPARATOR, "a key without `&` at its end", first.clone());
        self.add(WITHOUT_TOKEN, "an empty token secret", join(&first, ""));
        self.add(
            WITHOUT_TOKEN,
            "the consumer secret alone as the key",
            first.clone(),
        );
        self.add(
            SEPARATOR,
            "both secrets joined without `&`",
            format!("{first}{second}"),
        );
        self.add(
            SEPARATOR,
            "both secrets joined by `%26`",
            format!("{first}%26{second}"),
        );
        self.add(
            SEPARATOR,
            "two `&` in the key",
            format!("{first}&{second}&"),
        );
        self.add(
            SWAPPED,
            "the secrets in the wrong order",
            join(&second, &first),
        );
        let code = "oauth1/signature/consumer-secret-left-out";
        self.add(code, "an empty consumer secret", join("", &second));
        self.add(code, "the token secret alone as the key", second.clone());
        self.add(code, "both secrets empty", "&");
        self.add(code, "an empty key", "");
        self.add(
            SWAPPED,
            "the consumer secret in place of the token secret",
            join(&first, &first),
        );
        self.add(
            SWAPPED,
            "the token secret in place of the consumer secret",
            join(&second, &second),
        );
        for nothing in ["null", "undefined", "None", "nil"] {
            let words = format!("the word `{nothing}` in place of the token secret");
            self.add(WITHOUT_TOKEN, &words, join(&first, nothing));
        }
    }

    fn encodings(&mut self, consumer: &str, token: &str) {
        let twice = |text: &str| percent::encode(percent::encode(text));
        let script = |text: &str| {
            let encoded = percent::encode(text);
            [
                ("%21", "!"),
                ("%2A", "*"),
                ("%27", "'"),
                ("%28", "("),
                ("%29", ")"),
            ]
            .iter()
            .fold(encoded, |text, (escape, raw)| text.replace(escape, raw))
        };
        let decoded = |text: &str| {
            let octets = percent::decode(text).unwrap_or_default().into_owned();
            percent::encode(octets)
        };
        self.add(
            ENCODING,
            "secrets that are not encoded",
            join(consumer, token),
        );
        self.add(
            ENCODING,
            "secrets encoded twice",
            join(&twice(consumer), &twice(token)),
        );
        self.add(
            ENCODING,
            "secrets encoded as a form, with `+` for a space",
            join(&form::encode(consumer), &form::encode(token)),
        );
        self.add(
            ENCODING,
            "secrets in which `!*'()` are not encoded",
            join(&script(consumer), &script(token)),
        );
        self.add(
            ENCODING,
            "secrets that were percent-decoded first",
            join(&decoded(consumer), &decoded(token)),
        );
        let case = "secrets in another case";
        self.add(
            ENCODING,
            case,
            join(
                &percent::encode(consumer.to_lowercase()),
                &percent::encode(token.to_lowercase()),
            ),
        );
        self.add(
            ENCODING,
            case,
            join(
                &percent::encode(consumer.to_uppercase()),
                &percent::encode(token.to_uppercase()),
            ),
        );
        for engine in [&STANDARD, &URL_SAFE_NO_PAD] {
            if let Ok(octets) = engine
                .decode(consumer.trim_end_matches('=').as_bytes())
                .or_else(|_| engine.decode(consumer))
            {
                let mut key = octets;
                key.push(b'&');
                key.extend_from_slice(percent::encode(token).as_bytes());
                self.add(
                    ENCODING,
                    "a consumer secret that was base64-decoded first",
                    key,
                );
            }
        }
    }

    fn strays(&mut self, consumer: &str, token: &str) {
        let forms: [(&str, &str, &str); 9] = [
            ("a line break at the end of", "", "\n"),
            ("a line break (CR LF) at the end of", "", "\r\n"),
            ("a space at the end of", "", " "),
            ("a space before", " ", ""),
            ("double quotes around", "\"", "\""),
            ("single quotes around", "'", "'"),
            ("a tab at the end of", "", "\t"),
            ("a byte order mark before", "\u{feff}", ""),
            ("angle brackets around", "<", ">"),
        ];
        for (words, before, behind) in forms {
            let stray = |text: &str| format!("{before}{text}{behind}");
            for encode in [
                (|text| percent::encode(text)) as fn(String) -> String,
                |text| text,
            ] {
                let (first, second) = (encode(stray(consumer)), encode(stray(token)));
                self.add(
                    STRAY,
                    &format!("{words} the consumer secret"),
                    join(&first, &percent::encode(token)),
                );
                if !token.is_empty() {
                    self.add(
                        STRAY,
                        &format!("{words} the token secret"),
                        join(&percent::encode(consumer), &second),
                    );
                    self.add(
                        STRAY,
                        &format!("{words} both secrets"),
                        join(&first, &second),
                    );
                }
            }
        }
        let (first, second) = (bare(consumer), bare(token));
        let words = "a secret without the white space or quotes that stand around the one you gave";
        self.add(
            STRAY,
            words,
            join(&percent::encode(first), &percent::encode(second)),
        );
    }

    fn mistaken_identity(&mut self, subject: &Subject<'_>, consumer: &str, token: &str) {
        const IDENTIFIER: &str = "oauth1/signature/identifier-as-secret";
        let (first, second) = (percent::encode(consumer), percent::encode(token));
        let consumer_key = subject.call.first("oauth_consumer_key").unwrap_or_default();
        let token_key = subject.call.first("oauth_token").unwrap_or_default();
        let words = "the consumer key in place of the consumer secret";
        self.add(
            IDENTIFIER,
            words,
            join(&percent::encode(&consumer_key), &second),
        );
        if !token_key.is_empty() {
            let token_key = percent::encode(&token_key);
            self.add(
                IDENTIFIER,
                "the token in place of the token secret",
                join(&first, &token_key),
            );
            let words = "key and token in place of their secrets";
            self.add(
                IDENTIFIER,
                words,
                join(&percent::encode(&consumer_key), &token_key),
            );
        }
    }
}

fn bare(secret: &str) -> &str {
    secret.trim().trim_matches(['"', '\'', '`'])
}

fn join(first: &str, second: &str) -> String {
    format!("{first}&{second}")
}
