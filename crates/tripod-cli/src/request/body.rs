//! What is sent: forms, JSON, files, and what comes on standard input.

use std::io::Read as _;
use std::path::Path;

use reqwest::multipart::{Form, Part};
use tripod::session::RequestBuilder;

use super::Opts;
use crate::account::input;
use crate::failure::CallFailed;
use crate::secret_source::{FileError, read_octets};

/// Adds the body that was asked for.
pub(super) async fn add(
    request: RequestBuilder,
    opts: &Opts,
) -> Result<RequestBuilder, CallFailed> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let is_told = opts.headers.iter().any(|header| {
        let name = header.split(':').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("content-type")
    });
    let typed = |request: RequestBuilder, media_type: &str| match is_told {
        true => request,
        false => request.header("content-type", media_type),
    };
    if let Some(json) = &opts.json {
        let body = octets(json)?;
        let request = typed(request, "application/json").header("accept", "application/json");
        return Ok(request.body(body));
    }
    if !opts.form.is_empty() {
        let mut form = Form::new();
        for field in &opts.form {
            form = part(form, field).await?;
        }
        return Ok(request.multipart(form));
    }
    if let Some(data) = &opts.data_binary {
        let request = typed(request, FORM);
        return Ok(match data.as_str() {
            "@-" => request.body(stdin()),
            data => request.body(octets(data)?),
        });
    }
    if opts.data.is_empty() {
        return Ok(request);
    }
    let mut body = Vec::new();
    for data in &opts.data {
        if !body.is_empty() {
            body.push(b'&');
        }
        let mut octets = octets(data)?;
        // As curl: what an editor leaves at the end of a line is not meant.
        octets.retain(|octet| !matches!(octet, b'\r' | b'\n'));
        body.extend(octets);
    }
    Ok(typed(request, FORM).body(body))
}

fn octets(data: &str) -> Result<Vec<u8>, CallFailed> {
    match data.strip_prefix('@') {
        Some(path) => Ok(read_octets(Path::new(path))?),
        None => Ok(data.as_bytes().to_vec()),
    }
}

async fn part(form: Form, field: &str) -> Result<Form, CallFailed> {
    let Some((name, value)) = field.split_once('=') else {
        return Err(input(format!(
            "-F is NAME=VALUE or NAME=@FILE, not `{field}`"
        )));
    };
    let name = name.to_owned();
    let Some(path) = value.strip_prefix('@') else {
        return Ok(form.text(name, value.to_owned()));
    };
    let (path, media_type) = match path.split_once(";type=") {
        Some((path, media_type)) => (Path::new(path), Some(media_type)),
        None => (Path::new(path), None),
    };
    let part = Part::file(path).await;
    let part = part.map_err(|source| FileError::new(path, source))?;
    let part = match media_type {
        Some(media_type) => part
            .mime_str(media_type)
            .map_err(|_| input(format!("`{media_type}` is no media type")))?,
        None => part,
    };
    Ok(form.part(name, part))
}

/// Standard input as it comes; no more than a few chunks of it are held in memory.
fn stdin() -> reqwest::Body {
    let (sender, chunks) = tokio::sync::mpsc::channel(4);
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        loop {
            let mut chunk = vec![0; 64 * 1024];
            let read = stdin.read(&mut chunk);
            let is_over = !matches!(read, Ok(1..));
            let chunk = read.map(|count| {
                chunk.truncate(count);
                chunk
            });
            let is_empty = matches!(&chunk, Ok(chunk) if chunk.is_empty());
            if is_empty || sender.blocking_send(chunk).is_err() || is_over {
                return;
            }
        }
    });
    reqwest::Body::wrap_stream(futures_util::stream::unfold(chunks, async |mut chunks| {
        Some((chunks.recv().await?, chunks))
    }))
}
