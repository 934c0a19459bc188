#![no_main]
//! A token that an answer brings is written as it was read; an error keeps at most 512 octets.
//!
//! The first octet chooses quirks; the answer follows.

use libfuzzer_sys::fuzz_target;
use tripod_oauth2::answer::Answer;
use tripod_oauth2::error::Error;
use tripod_oauth2::scope::Separator;
use tripod_oauth2::token::{LifetimeUnit, Quirks, TokenResponse, TokenType, read};
use tripod_oauth2::token_set::TokenSet;

fuzz_target!(|octets: &[u8]| {
    let Some((flags, text)) = octets.split_first() else {
        return;
    };
    let Some(answer) = tripod_fuzz::response(text) else {
        return;
    };
    let answer = Answer::new(answer.status(), answer.headers(), answer.body());
    match read(&answer, &quirks(*flags)) {
        Ok(reading) => {
            let response = reading.response;
            assert!(!response.access_token.is_empty());
            assert_eq!(
                TokenResponse::parse(response.encode()).as_ref(),
                Ok(&response)
            );
            let now = tripod_core::timestamp::Timestamp::from_unix(1_700_000_000);
            let tokens = TokenSet::new(response, None, now);
            assert_eq!(TokenSet::from_json(&tokens.to_json()).as_ref(), Ok(&tokens));
            let _ = tokens.access_token(now);
        }
        Err(error) => {
            let _ = error.to_string();
            if let Error::Refused(refusal) = error {
                let error = refusal.error;
                let _ = error.encode();
            }
        }
    }
});

fn quirks(flags: u8) -> Quirks {
    let mut quirks = Quirks::default();
    quirks.camel_case = flags & 1 != 0;
    quirks.zero_means_endless = flags & 2 != 0;
    if flags & 4 != 0 {
        quirks.lifetime_unit = LifetimeUnit::Milliseconds;
    }
    if flags & 8 != 0 {
        quirks.nested_token = Some("authed_user".to_owned());
    }
    if flags & 16 != 0 {
        quirks.scope_separator = Some(Separator::Plus);
    }
    if flags & 32 != 0 {
        quirks.token_type = Some(TokenType::Bearer);
    }
    if flags & 64 != 0 {
        quirks.renamed = vec![("token".to_owned(), "access_token".to_owned())];
    }
    quirks
}
