//! What stands in one line: a request with its credentials and how it was answered, or a status and the body behind it.

use super::message_start::METHODS;
use super::{Exchange, Header, Place, Request, Response};

/// What programs draw between a request and its answer.
const ARROWS: [&str; 6] = [" -> ", " => ", " --> ", " ==> ", " → ", " ⇒ "];

/// Reads `GET /me Authorization: Bearer … -> 401 Bearer error="invalid_token"`.
pub(super) fn exchange(line: &str, number: usize) -> Option<Exchange> {
    let line = line.trim();
    let (method, rest) = line.split_once(' ')?;
    let method = METHODS.iter().find(|known| **known == method)?;
    let (uri, rest) = rest.split_once(' ')?;
    let (header, answer) = ARROWS.iter().find_map(|arrow| rest.split_once(arrow))?;
    let (name, value) = header.split_once(": ")?;
    let is_credential = ["authorization", "dpop"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    let is_uri = uri.starts_with('/') || uri.contains("://");
    let (status, said) = status_and(answer)?;
    if !(is_credential && is_uri) {
        return None;
    }
    let place = Place::line(number);
    let request = Request {
        headers: vec![Header::new(name, value.trim())],
        is_body_left_out: true,
        place: place.clone(),
        ..Request::new(*method, uri)
    };
    let is_challenge = ["Bearer", "DPoP", "Basic", "OAuth"].iter().any(|scheme| {
        said.strip_prefix(scheme)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let headers = match is_challenge {
        true => vec![Header::new("WWW-Authenticate", said)],
        false => Vec::new(),
    };
    let body = Some(said).filter(|said| said.starts_with('{'));
    let response = Response {
        headers,
        is_body_left_out: body.is_none(),
        body: body.map(Into::into),
        place,
        ..Response::new(status)
    };
    Some(Exchange::new(Some(request), Some(response)))
}

/// Reads `401 {"error": …}`: the status, and the body behind it.
pub(super) fn answer(line: &str) -> Option<(u16, &str)> {
    let (status, body) = status_and(line.trim())?;
    let is_body = body.starts_with(['{', '<']) && body.len() > 2 || body.starts_with("[{");
    is_body.then_some((status, body))
}

fn status_and(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(3)?;
    let status = digits
        .parse()
        .ok()
        .filter(|status| (200..600).contains(status))?;
    let said = rest.trim_start_matches([' ', '\t', ':', ',', '|', '-']);
    (said.len() < rest.len() || rest.is_empty()).then_some((status, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_hold_a_whole_exchange() {
        let line = "PUT https://a.example/x Authorization: Bearer abc... => 403 Bearer error=\"insufficient_scope\"";
        let exchange = exchange(line, 3).unwrap();
        assert_eq!(
            exchange.request.unwrap().header("authorization"),
            Some("Bearer abc...")
        );
        let response = exchange.response.unwrap();
        assert_eq!(response.status, Some(403));
        assert_eq!(
            response.header("www-authenticate"),
            Some("Bearer error=\"insufficient_scope\"")
        );
    }

    #[test]
    fn a_status_may_stand_before_its_body() {
        assert_eq!(answer("401 {\"a\":1}"), Some((401, "{\"a\":1}")));
        assert_eq!(answer(" 400\t{'a': 1}"), Some((400, "{'a': 1}")));
        for line in ["401 apples", "4011 {\"a\":1}", "401{", "200", "PUT /x -> y"] {
            assert_eq!(answer(line), None, "{line}");
            assert!(exchange(line, 1).is_none(), "{line}");
        }
    }
}
