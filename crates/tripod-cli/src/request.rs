//! `tripod request`: curl that is authorised.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use reqwest::Response;
use tripod::session::{Options, RequestBuilder, Session};
use tripod::trace::Trace;
use tripod_core::clock::Clock as _;

mod body;
mod opts;
mod progress;

pub(crate) use opts::Opts;
use progress::Progress;

use crate::account::{Account, input, wait_for};
use crate::edge::Edge;
use crate::explained::Explained;
use crate::failure::CallFailed;
use crate::output;
use crate::page;
use crate::secret_source::FileError;

/// Sends the request, and writes what is answered.
///
/// # Errors
///
/// [`CallFailed`] says what to do next.
pub(crate) fn run(opts: &Opts) -> Result<(), CallFailed> {
    let account = Account::find(&opts.home, &opts.profile)?;
    wait_for(async {
        let mut options = Options::default();
        if !opts.location {
            options.redirects = 0;
        }
        let trace = Trace::new();
        let session = account.session(&trace).await?.options(options);
        let request = request(opts, &session).await?;
        let request = request.build().map_err(|_| not_sendable(opts))?;
        if opts.verbose {
            show_request(&account, &request);
        }
        let answer = session.execute(request).await;
        let answer = answer.map_err(|error| account.failed(error))?;
        if opts.verbose {
            show_head("<", &answer);
        }
        let status = answer.status();
        write(opts, answer).await?;
        let explained = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let findings = session.diagnose(trace.exchanges());
                Explained::new(&account.name, &account.profile, findings)
            }
            _ => Explained::default(),
        };
        if opts.fail && status.as_u16() >= 400 {
            return Err(CallFailed::Api { status, explained });
        }
        explained.show();
        Ok(())
    })
}

async fn request(opts: &Opts, session: &Session) -> Result<RequestBuilder, CallFailed> {
    let method = Method::from_bytes(opts.method.to_uppercase().as_bytes());
    let method = method.map_err(|_| input(format!("`{}` is no HTTP method", opts.method)))?;
    let mut request = session.request(method, &opts.url);
    if let Some(seconds) = opts.max_time {
        request = request.timeout(Duration::from_secs(seconds));
    }
    request = body::add(request, opts).await?;
    for header in &opts.headers {
        let (name, value) = parse_header(header)?;
        request = request.header(name, value);
    }
    Ok(request)
}

fn parse_header(header: &str) -> Result<(HeaderName, HeaderValue), CallFailed> {
    let wrong = || {
        input(format!(
            "-H is `Name: value`, not `{}`",
            page::one_line(header)
        ))
    };
    let (name, value) = header.split_once(':').ok_or_else(wrong)?;
    let name: HeaderName = name.trim().parse().map_err(|_| wrong())?;
    if name == http::header::AUTHORIZATION {
        return Err(input(
            "the header `Authorization` is what the profile is for",
        ));
    }
    let value = value.trim().parse().map_err(|_| wrong())?;
    Ok((name, value))
}

fn not_sendable(opts: &Opts) -> CallFailed {
    input(format!(
        "`{}` is no address to send a request to: it begins with https://",
        page::one_line(&opts.url)
    ))
}

/// Writes the answer as it comes. Nothing else waits in this program meanwhile.
async fn write(opts: &Opts, mut answer: Response) -> Result<(), CallFailed> {
    let mut target: Box<dyn Write> = match &opts.output {
        Some(path) => Box::new(File::create(path).map_err(|source| FileError::new(path, source))?),
        None => output::raw(),
    };
    if opts.include {
        let head = format!("{}\r\n\r\n", head(&answer, "").join("\r\n"));
        if let Err(error) = target.write_all(head.as_bytes()) {
            return ended(error);
        }
    }
    let broken = |source| CallFailed::Call(tripod::error::Error::broken_off(source));
    let mut progress = match opts.output {
        Some(_) => Progress::begin(answer.content_length(), Edge.now()),
        None => None,
    };
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if let Some(progress) = &mut progress {
            progress.add(chunk.len(), Edge.now());
        }
        if let Err(error) = target.write_all(&chunk).and_then(|()| target.flush()) {
            return ended(error);
        }
    }
    target.flush().or_else(ended)
}

/// A reader that went away (`| head`) is no error.
fn ended(error: io::Error) -> Result<(), CallFailed> {
    match error.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(CallFailed::Output(error)),
    }
}

fn show_request(account: &Account, request: &reqwest::Request) {
    let uri = request.url();
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    output::note(&format!("> {} {}{query}", request.method(), uri.path()));
    output::note(&format!("> host: {}", uri.host_str().unwrap_or_default()));
    let authorization = match (account.is_oauth1(), account.profile.dpop) {
        (true, _) => "OAuth [masked: signed afresh for each try]",
        (false, true) => "DPoP [masked: proven afresh for each try]",
        (false, false) => "Bearer [masked]",
    };
    output::note(&format!("> authorization: {authorization}"));
    for (name, value) in request.headers() {
        let value = shown(name, value);
        output::note(&format!("> {name}: {value}"));
    }
    output::note(">");
}

fn show_head(mark: &str, answer: &Response) {
    for line in head(answer, mark) {
        output::note(&page::one_line(&line));
    }
    output::note(mark);
}

fn head(answer: &Response, mark: &str) -> Vec<String> {
    let mark = match mark {
        "" => String::new(),
        mark => format!("{mark} "),
    };
    let status = answer.status();
    let mut lines = vec![format!("{mark}{:?} {status}", answer.version())];
    for (name, value) in answer.headers() {
        let value = match mark.is_empty() {
            true => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            false => shown(name, value),
        };
        lines.push(format!("{mark}{name}: {value}"));
    }
    lines
}

/// Writes the value of a header, unless it is a secret.
fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    const SECRET: [&str; 7] = [
        "authorization",
        "cookie",
        "dpop",
        "proxy-authorization",
        "set-cookie",
        "x-api-key",
        "x-auth-token",
    ];
    match value.is_sensitive() || SECRET.contains(&name.as_str()) {
        true => "[masked]".to_owned(),
        false => String::from_utf8_lossy(value.as_bytes()).into_owned(),
    }
}
