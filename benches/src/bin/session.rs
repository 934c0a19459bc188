//! What a session costs beside the HTTP client that it sends by; see `session/run.py`.
//!
//! `session serve` answers every request, and `session measure URL SECONDS` times requests to it: one
//! after the other on one connection, by reqwest and by a session in turns. A line of JSON each. First
//! reqwest sends nothing that authorises, then the same that the session does, made by hand: the
//! difference of both is what the protocol costs whoever speaks it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::Url;
use tripod::authorizer::{self, Dpop};
use tripod::client::{Client, Registration};
use tripod::edge::Edge;
use tripod::http::{Http, Options};
use tripod::provider::Provider;
use tripod::session::Session;
use tripod::tokens::{Keeper, Renewal};
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::Jwk;
use tripod_oauth2::token::{TokenResponse, TokenType};
use tripod_oauth2::token_set::TokenSet;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve"] => serve(),
        ["measure", uri, seconds] => measure(uri.parse()?, Duration::from_secs(seconds.parse()?)),
        _ => Err("`serve` or `measure URL SECONDS` is due".into()),
    }
}

/// Serves on a free port, which it prints.
fn serve() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || answer(stream));
    }
    Ok(())
}

/// Answers requests without a body for as long as they come.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
        content-length: 20\r\n\r\n{\"username\":\"alice\"}";
    stream.set_nodelay(true)?;
    let mut read = Vec::with_capacity(4096);
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        read.extend_from_slice(&chunk[..count]);
        if read.ends_with(b"\r\n\r\n") {
            read.clear();
            stream.write_all(ANSWER)?;
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn measure(uri: Url, limit: Duration) -> Outcome<()> {
    let http = Http::new(&Options::default())?;
    let bare = http.client(&uri).clone();
    for (name, session, hand) in [
        ("OAuth 1, HMAC-SHA1", oauth1(&http)?, signed()?),
        ("bearer", oauth2(&http, None).await?, Hand::Bearer),
        (
            "DPoP, ES256",
            oauth2(&http, Some(dpop()?)).await?,
            proved()?,
        ),
    ] {
        for (beside, hand) in [("", &Hand::Nothing), (", beside the same by hand", &hand)] {
            let rounds = compare((&bare, hand), &session, &uri, limit).await?;
            let name = format!("{name}{beside}");
            println!("{}", serde_json::json!({ "name": name, "rounds": rounds }));
        }
    }
    Ok(())
}

/// How a program authorises a request that has no session.
enum Hand {
    Nothing,
    Bearer,
    OAuth1(Box<Signer>),
    Dpop(SigningKey),
}

impl Hand {
    fn get(&self, client: &reqwest::Client, uri: &Url) -> Outcome<reqwest::RequestBuilder> {
        let request = client.get(uri.clone());
        let edge = Edge::system();
        Ok(match self {
            Self::Nothing => request,
            Self::Bearer => request.bearer_auth(TOKEN),
            Self::OAuth1(signer) => {
                let mut signed = http::Request::get(uri.as_str()).body(Vec::new())?;
                let stamp = Stamp::new(edge.now(), &mut &edge);
                signer.sign(&signed, &stamp, &mut &edge)?.apply(&mut signed);
                request.headers(signed.into_parts().0.headers)
            }
            Self::Dpop(key) => {
                let token = Secret::from(TOKEN);
                let proof = Proof::new("GET", uri.as_str(), edge.now(), &mut &edge)?;
                let proof = proof.for_token(&token).encode(key)?;
                let request = request.header("authorization", format!("DPoP {TOKEN}"));
                request.header("dpop", proof.expose())
            }
        })
    }
}

fn signed() -> Outcome<Hand> {
    let client = Credentials::new("dev-consumer", "dev-consumer-secret");
    let token = Credentials::new(TOKEN_1, SECRET_1);
    let signer = Signer::with_secrets(&SignatureMethod::HmacSha1, &client, Some(&token))?;
    Ok(Hand::OAuth1(Box::new(signer)))
}

/// The key of RFC 7515 A.3.1.
fn proved() -> Outcome<Hand> {
    let key = br#"{"kty":"EC","crv":"P-256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
    let key = SigningKey::from_jwk(Algorithm::Es256, &Jwk::parse(key)?)?;
    Ok(Hand::Dpop(key))
}

const TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA2YotnFZFEjr1zCsicMWpAA";
const TOKEN_1: &str = "kd94hf93k423kf44";
const SECRET_1: &str = "pfkkdhi9sl3r4s00pfkkdhi9sl3r4s00";

/// Times both in turns, request by request, and returns nanoseconds: by hand, by the session.
async fn compare(
    (client, hand): (&reqwest::Client, &Hand),
    session: &Session,
    uri: &Url,
    limit: Duration,
) -> Outcome<Vec<[u128; 2]>> {
    let mut rounds = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < limit {
        let mut taken = [0; 2];
        // The first of the two changes from round to round.
        for turn in [rounds.len() % 2, (rounds.len() + 1) % 2] {
            let start = Instant::now();
            let answer = match turn {
                0 => hand.get(client, uri)?.send().await?,
                _ => session.get(uri.clone()).send().await?,
            };
            assert_eq!(answer.bytes().await?.len(), 20);
            taken[turn] = start.elapsed().as_nanos();
        }
        rounds.push(taken);
    }
    Ok(rounds)
}

fn oauth1(http: &Http) -> Outcome<Session> {
    let builder = tripod::OAuth1::consumer("dev-consumer", "dev-consumer-secret");
    let builder = builder.token(TOKEN_1, SECRET_1);
    Ok(builder.http(http.clone()).session()?)
}

async fn oauth2(http: &Http, dpop: Option<Dpop>) -> Outcome<Session> {
    let provider = Provider::at("https://id.example/token")?;
    let client = Registration::new("dev-client", provider);
    let client = Client::new(client, http.clone(), Edge::system());
    let token_type = match dpop {
        Some(_) => TokenType::Dpop,
        None => TokenType::Bearer,
    };
    let mut response = TokenResponse::new(TOKEN, token_type);
    response.expires_in = Some(24 * 60 * 60);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let tokens = TokenSet::new(response, None, Timestamp::from_unix(now.try_into()?));
    let key = Key::parse("bench")?;
    let keeper = Keeper::new(client, dpop, Vault::memory(), key, Renewal::RefreshToken);
    keeper.put(&tokens).await?;
    Ok(Session::new(http.clone(), authorizer::OAuth2::new(keeper)))
}

fn dpop() -> Outcome<Dpop> {
    Ok(Dpop::generate(&Edge::system())?.0)
}
