//! Writes `Authorization` headers of OAuth 1 requests, one a line, each with a nonce of its own.
//!
//! `signed_headers COUNT URL CONSUMER_KEY CONSUMER_SECRET TOKEN TOKEN_SECRET`

use std::io::{BufWriter, Write as _, stdout};
use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;
use http::header::AUTHORIZATION;
use rand::Rng as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, url, key, secret, token, token_secret] = arguments.as_slice() else {
        return Err("COUNT URL CONSUMER_KEY CONSUMER_SECRET TOKEN TOKEN_SECRET are due".into());
    };
    let client = Credentials::new(key, secret.as_str());
    let token = Credentials::new(token, token_secret.as_str());
    let signer = Signer::with_secrets(&SignatureMethod::HmacSha1, &client, Some(&token))?;
    let mut random = |octets: &mut [u8]| rand::rng().fill_bytes(octets);
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let now = Timestamp::from_unix(seconds.try_into()?);
    let mut out = BufWriter::new(stdout().lock());
    for _ in 0..count.parse::<usize>()? {
        let mut request = Request::get(url.as_str()).body(Vec::new())?;
        let stamp = Stamp::new(now, &mut random);
        signer.sign(&request, &stamp, &mut random)?.apply(&mut request);
        out.write_all(request.headers()[AUTHORIZATION].as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
