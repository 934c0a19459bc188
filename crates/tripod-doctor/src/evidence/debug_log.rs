//! What Python's `http.client` prints when it debugs: `send: b'…'`, `reply: '…'`, `header: …`.

use super::http_message;
use super::{Exchange, Header, Place, Request, Response};

/// Tells whether a text holds such a log.
pub(super) fn is_log(text: &str) -> bool {
    text.lines()
        .any(|line| sent(line).is_some_and(|sent| begins(&sent)))
}

/// Reads the exchanges.
pub(super) fn read(text: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = Place::line(index + 1);
        if let Some(sent) = sent(line) {
            if begins(&sent) {
                exchanges.extend(http_message::read(&sent).into_iter().map(|mut exchange| {
                    if let Some(request) = &mut exchange.request {
                        request.place = place.clone();
                    }
                    exchange
                }));
            } else if let Some(request) = last_request(&mut exchanges) {
                let body = format!("{}{sent}", request.body());
                request.body = Some(body.into());
            }
        } else if let Some(reply) = quoted(line, "reply: ") {
            let status = reply
                .split(' ')
                .nth(1)
                .and_then(|word| word.trim().parse().ok());
            if let Some(last) = exchanges.last_mut() {
                last.response = Some(Response {
                    status,
                    place,
                    ..Response::default()
                });
            }
        } else if let Some((name, value)) = line
            .strip_prefix("header: ")
            .and_then(|field| field.split_once(':'))
            && let Some(response) = exchanges.last_mut().and_then(|last| last.response.as_mut())
        {
            response
                .headers
                .push(Header::new(name.trim(), value.trim()));
        } else if let Some(response) = exchanges.last_mut().and_then(|last| last.response.as_mut())
            && response.body.is_none()
            && is_body(line)
        {
            response.body = Some(line.trim().into());
        }
    }
    exchanges
}

fn last_request(exchanges: &mut [Exchange]) -> Option<&mut Request> {
    exchanges.last_mut().and_then(|last| last.request.as_mut())
}

/// Programs that debug print the body themselves, on a line of its own.
fn is_body(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['{', '<']) || (line.contains('=') && !line.contains(' '))
}

fn begins(sent: &str) -> bool {
    sent.lines()
        .next()
        .is_some_and(http_message::begins_request)
}

fn sent(line: &str) -> Option<String> {
    quoted(line, "send: b")
}

/// Reads a Python literal behind a mark.
fn quoted(line: &str, mark: &str) -> Option<String> {
    let literal = line.strip_prefix(mark)?.trim_end();
    let quote = literal
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut octets = Vec::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match characters.next()? {
            'r' => octets.push(b'\r'),
            'n' => octets.push(b'\n'),
            't' => octets.push(b'\t'),
            'x' => {
                let digits: String = characters.by_ref().take(2).collect();
                octets.push(u8::from_str_radix(&digits, 16).ok()?);
            }
            character => octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Some(String::from_utf8_lossy(&octets).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_http_client_prints_is_read() {
        let log = "send: b'POST /token HTTP/1.1\\r\\nHost: as.example\\r\\n\\r\\n'\n\
                   send: b'a=%C3%BC&b=\\'x'\nreply: 'HTTP/1.0 400 Bad Request\\r\\n'\n\
                   header: Content-Type: text/html\n";
        assert!(is_log(log));
        let [exchange] = read(log).try_into().unwrap();
        assert_eq!(exchange.request.unwrap().body(), "a=%C3%BC&b='x");
        let response = exchange.response.unwrap();
        assert_eq!(
            (response.status, response.media_type().as_str()),
            (Some(400), "text/html")
        );
    }
}
