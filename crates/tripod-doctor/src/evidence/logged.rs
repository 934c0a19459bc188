//! A request and its answer that a logger wrote into one record, under whatever names programs give them.

use serde_json::{Map, Value};
use tripod_core::form;

use super::message_start::{METHODS, comes_back};
use super::{Exchange, Header, Place, Request, Response, found, http_message};

/// Deeper records are not looked through.
const MAX_DEPTH: usize = 5;

// The names are without their marks and capitals: `http.status_code` is `httpstatuscode`.
const METHOD: &[&str] = &[
    "method",
    "httpmethod",
    "requestmethod",
    "httprequestmethod",
    "reqmethod",
    "verb",
];
const URI: &[&str] = &[
    "url",
    "uri",
    "href",
    "requesturl",
    "requesturi",
    "requrl",
    "httpurl",
    "urlfull",
    "fullurl",
    "endpoint",
    "targeturl",
];
const HEADERS: &[&str] = &[
    "headers",
    "header",
    "requestheaders",
    "reqheaders",
    "httpheaders",
];
const BODY: &[&str] = &[
    "body",
    "data",
    "requestbody",
    "reqbody",
    "requestdata",
    "payload",
    "formdata",
    "postdata",
    "form",
    "httprequestbodycontent",
];
const STATUS: &[&str] = &[
    "status",
    "statuscode",
    "httpstatus",
    "httpstatuscode",
    "responsestatus",
    "responsestatuscode",
    "responsecode",
    "httpresponsestatuscode",
];
const ANSWER_HEADERS: &[&str] = &["responseheaders", "resheaders"];
const ANSWER: &[&str] = &[
    "response",
    "responsebody",
    "resbody",
    "responsedata",
    "responsetext",
    "httpresponsebodycontent",
];
const ASKED: &[&str] = &[
    "req",
    "request",
    "config",
    "options",
    "httprequest",
    "requestoptions",
];
const ANSWERED: &[&str] = &["res", "response", "resp", "httpresponse", "reply"];

/// Takes the exchange out of a record; what is left of the record are words.
pub(super) fn take(record: &mut Value, place: &Place) -> Option<Exchange> {
    within(record.as_object_mut()?, None, 0, place)
}

/// Tells whether all that is known is that something went well.
pub(super) fn is_mere_success(exchange: &Exchange) -> bool {
    let shows = exchange
        .request
        .as_ref()
        .is_some_and(|request| request.body.is_some() || request.header("authorization").is_some());
    let went_well = exchange
        .response
        .as_ref()
        .is_some_and(|response| response.status < Some(400) && response.body.is_none());
    went_well
        && !shows
        && !exchange
            .request
            .as_ref()
            .is_some_and(|it| comes_back(it.uri()))
}

type Members = Map<String, Value>;

fn within(
    members: &mut Members,
    outer: Option<&str>,
    depth: usize,
    place: &Place,
) -> Option<Exchange> {
    let own = uri(members);
    let outer = own.as_deref().or(outer);
    if let Some(exchange) = apart(members, outer, place).or_else(|| flat(members, place)) {
        return Some(exchange);
    }
    if depth == MAX_DEPTH {
        return None;
    }
    members
        .values_mut()
        .filter_map(Value::as_object_mut)
        .find_map(|inner| within(inner, outer, depth + 1, place))
}

/// Reads a record in which the request and the answer are objects of their own: `req` and `res`.
fn apart(members: &mut Members, outer: Option<&str>, place: &Place) -> Option<Exchange> {
    let is_object = |name: &&String| members.get(name.as_str()).is_some_and(Value::is_object);
    let asked = name(members, ASKED).filter(is_object).cloned();
    let answered = name(members, ANSWERED).filter(is_object).cloned();
    let response = answered
        .as_ref()
        .and_then(|name| answer(members.get(name)?.as_object()?, place));
    let request = asked.as_ref().and_then(|name| {
        let asked = members.get(name)?.as_object()?;
        request(asked, uri(asked).as_deref().or(outer)?, true, place)
    });
    // Where the answer is apart, the request may lie around it, or it may be told flatly.
    let request = request.or_else(|| around(members, response.as_ref()?, place));
    let response = response.or_else(|| {
        request.as_ref()?;
        told(members, place)
    });
    let (request, response) = (request?, response?);
    for name in asked.into_iter().chain(answered) {
        members.remove(&name);
    }
    Some(Exchange::new(Some(request), Some(response)))
}

/// Reads a request that lies around its answer.
fn around(members: &mut Members, response: &Response, place: &Place) -> Option<Request> {
    response.status?;
    method(members)?;
    let request = request(members, uri(members).as_deref()?, true, place)?;
    members.retain(|name, _| !is_one(name, &[METHOD, URI, BODY, HEADERS]));
    Some(request)
}

/// Reads a record in which all stands side by side.
fn flat(members: &mut Members, place: &Place) -> Option<Exchange> {
    method(members)?;
    let response = told(members, place)?;
    let is_of_answer = get(members, BODY).is_some_and(is_answer);
    let request = request(members, uri(members).as_deref()?, !is_of_answer, place)?;
    let used = [
        METHOD,
        URI,
        HEADERS,
        BODY,
        STATUS,
        ANSWER,
        ANSWER_HEADERS,
        &["error"],
    ];
    members.retain(|name, _| !is_one(name, &used));
    Some(Exchange::new(Some(request), Some(response)))
}

fn request(asked: &Members, uri: &str, has_body: bool, place: &Place) -> Option<Request> {
    let headers = fields(get(asked, HEADERS));
    let media_type = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-type"));
    let is_json = media_type.is_some_and(|header| header.value.expose().contains("json"));
    let body = get(asked, BODY).filter(|_| has_body);
    let body = body.and_then(|body| sent(body, is_json));
    let method = method(asked).unwrap_or_else(|| match body {
        Some(_) => "POST".to_owned(),
        None => "GET".to_owned(),
    });
    let is_left_out = headers.is_empty() || asked.contains_key("auth");
    let shows_token = headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case("authorization"));
    // Of what a server of one's own logs, little is of interest.
    if !uri.contains("://") && !(uri.starts_with('/') && (comes_back(uri) || shows_token)) {
        return None;
    }
    Some(Request {
        is_authorization_left_out: is_left_out,
        is_body_left_out: body.is_none() && method != "GET",
        ..http_message::request(
            &format!("{method} {uri}"),
            headers,
            body.as_deref(),
            place.clone(),
        )
    })
}

/// Reads an answer that is an object of its own.
fn answer(answered: &Members, place: &Place) -> Option<Response> {
    let body = get(
        answered,
        &[
            "body",
            "data",
            "text",
            "json",
            "content",
            "payload",
            "responsebody",
        ],
    );
    let body = body.and_then(text);
    let status = status(answered);
    let headers = fields(get(answered, &["headers", "header", "responseheaders"]));
    if status.is_none() && body.is_none() {
        return None;
    }
    Some(response(status, headers, body, place))
}

/// Reads an answer of which status and body are told beside the request.
fn told(members: &Members, place: &Place) -> Option<Response> {
    let status = status(members);
    let own = get(members, BODY).filter(|body| is_answer(body));
    let body = get(members, ANSWER).or(own).and_then(text);
    let body = body.or_else(|| stated(members, status?));
    status?;
    Some(response(
        status,
        fields(get(members, ANSWER_HEADERS)),
        body,
        place,
    ))
}

/// A logger may keep the code of an error alone.
fn stated(members: &Members, status: u16) -> Option<String> {
    let code = members.get("error")?;
    let is_code = |code: &str| {
        code.contains('_')
            && code
                .bytes()
                .all(|octet| octet.is_ascii_lowercase() || octet == b'_')
    };
    if code.is_object() && found::is_answer(code) {
        return Some(code.to_string());
    }
    code.as_str()
        .filter(|code| status >= 400 && is_code(code))?;
    let mut answer = Map::new();
    for name in ["error", "error_description", "error_uri"] {
        if let Some(value) = members.get(name) {
            answer.insert(name.to_owned(), value.clone());
        }
    }
    Some(Value::from(answer).to_string())
}

fn response(
    status: Option<u16>,
    headers: Vec<Header>,
    body: Option<String>,
    place: &Place,
) -> Response {
    let is_json = body
        .as_deref()
        .is_some_and(|body| body.starts_with(['{', '[']));
    let headers = match headers.is_empty() && is_json {
        true => vec![Header::new("Content-Type", "application/json")],
        false => headers,
    };
    Response {
        status,
        headers,
        is_body_left_out: body.is_none(),
        body: body.map(Into::into),
        place: place.clone(),
    }
}

fn is_answer(body: &Value) -> bool {
    match body.as_str() {
        Some(text) => serde_json::from_str(text).is_ok_and(|value| found::is_answer(&value)),
        None => found::is_answer(body),
    }
}

/// What was sent; loggers show forms as objects, too.
fn sent(body: &Value, is_json: bool) -> Option<String> {
    let Some(members) = body.as_object().filter(|_| !is_json) else {
        return text(body);
    };
    if let Some(content) = members.get("content") {
        return text(content);
    }
    let pairs = members.iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        Some(format!("{}={}", form::encode(name), form::encode(&value)))
    });
    let pairs: Vec<_> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Object(members) => match members.get("content") {
            Some(content) if members.len() < 4 => text(content),
            _ => Some(value.to_string()),
        },
        Value::Array(_) => Some(value.to_string()),
    }
}

fn method(members: &Members) -> Option<String> {
    let written = get(members, METHOD)?.as_str()?.to_ascii_uppercase();
    METHODS.contains(&written.as_str()).then_some(written)
}

fn uri(members: &Members) -> Option<String> {
    let value = get(members, URI)?;
    let text = value
        .as_str()
        .or_else(|| value.get("full").or_else(|| value.get("href"))?.as_str())?;
    let is_uri = (text.contains("://") || text.starts_with('/')) && !text.contains(' ');
    if !text.contains("://")
        && let Some(base) = members.get("baseURL").and_then(Value::as_str)
    {
        // Axios joins the two so.
        return Some(format!(
            "{}/{}",
            base.trim_end_matches('/'),
            text.trim_start_matches('/')
        ));
    }
    is_uri.then(|| text.to_owned())
}

fn status(members: &Members) -> Option<u16> {
    let value = get(members, STATUS)?;
    let number = value
        .as_u64()
        .or_else(|| value.as_str()?.get(..3)?.parse().ok())?;
    u16::try_from(number)
        .ok()
        .filter(|number| (100..600).contains(number))
}

fn get<'a>(members: &'a Members, names: &[&str]) -> Option<&'a Value> {
    let value = members.get(name(members, names)?)?;
    (!value.is_null()).then_some(value)
}

fn name<'a>(members: &'a Members, names: &[&str]) -> Option<&'a String> {
    names
        .iter()
        .find_map(|name| members.keys().find(|own| is_name(own, name)))
}

fn is_one(name: &str, names: &[&[&str]]) -> bool {
    names
        .iter()
        .copied()
        .flatten()
        .any(|own| is_name(name, own))
}

/// Compares without marks and capitals.
fn is_name(own: &str, name: &str) -> bool {
    let letters = own.bytes().filter(u8::is_ascii_alphanumeric);
    letters
        .map(|letter| letter.to_ascii_lowercase())
        .eq(name.bytes())
}

fn fields(headers: Option<&Value>) -> Vec<Header> {
    let members = headers.and_then(Value::as_object);
    let pairs = members.into_iter().flatten();
    let fields = pairs.filter_map(|(name, value)| {
        let value = match value {
            Value::Number(number) => number.to_string(),
            value => value
                .as_str()
                .or_else(|| value.get(0)?.as_str())?
                .to_owned(),
        };
        Some(Header::new(name.as_str(), value))
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(record: &str) -> Option<Exchange> {
        take(&mut serde_json::from_str(record).unwrap(), &Place::line(1))
    }

    #[test]
    fn an_exchange_is_taken_under_whatever_names() {
        for record in [
            r#"{"method":"post","url":"https://a.example/t","body":"a=b","status":400,"error":"invalid_grant"}"#,
            r#"{"m":1,"req":{"method":"POST","url":"https://a.example/t","body":{"a":"b"}},"res":{"statusCode":400,"body":{"error":"invalid_grant"}}}"#,
            r#"{"err":{"config":{"url":"https://a.example/t","data":"a=b"},"response":{"status":400,"data":{"error":"invalid_grant"}}}}"#,
            r#"{"err":{"config":{"url":"/t","baseURL":"https://a.example/","data":"a=b"},"response":{"status":400,"data":{"error":"invalid_grant"}}}}"#,
            r#"{"url":{"full":"https://a.example/t"},"http":{"request":{"method":"POST","body":{"content":"a=b"}},"response":{"status_code":400,"body":{"content":"{\"error\":\"invalid_grant\"}"}}}}"#,
            r#"{"http.method":"POST","http.url":"https://a.example/t","request_body":"a=b","http.status_code":"400","response_body":"{\"error\":\"invalid_grant\"}"}"#,
            r#"{"RequestMethod":"POST","RequestUri":"https://a.example/t","RequestBody":"a=b","StatusCode":400,"ResponseBody":"{\"error\":\"invalid_grant\"}"}"#,
        ] {
            let exchange = taken(record).unwrap_or_else(|| panic!("{record}"));
            let request = exchange.request.unwrap();
            let response = exchange.response.unwrap();
            assert_eq!(request.method.as_deref(), Some("POST"), "{record}");
            assert_eq!(
                (request.uri(), request.body()),
                ("https://a.example/t", "a=b"),
                "{record}"
            );
            assert_eq!(response.status, Some(400), "{record}");
            assert_eq!(response.body(), r#"{"error":"invalid_grant"}"#, "{record}");
        }
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        let record =
            r#"{"req":{"method":"POST","url":"https://a.example/t"},"res":{"statusCode":200}}"#;
        let exchange = taken(record).unwrap();
        assert!(is_mere_success(&exchange));
        assert!(
            exchange
                .request
                .is_some_and(|request| request.is_body_left_out)
        );
        assert!(
            exchange
                .response
                .is_some_and(|response| response.is_body_left_out)
        );
    }

    #[test]
    fn other_objects_hold_no_exchange() {
        for record in [
            r#"{"url":"https://a.example/issues/1","status":"open"}"#,
            r#"{"method":"POST","url":"/api/orders","status":200}"#,
            r#"{"error":"invalid_grant","status":400}"#,
            r#"{"request":"https://a.example","response":"no"}"#,
        ] {
            assert!(taken(record).is_none(), "{record}");
        }
    }
}
