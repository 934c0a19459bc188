//! Exchanges as Tripod records them: `{"exchanges": [{"request": …, "response": …}, …]}`.

use serde_json::{Map, Value, json};
use tripod_core::secret::Secret;

use super::{Exchange, Header, Place, Request, Response};

/// Reads a trace; a single exchange and a bare list of them are read too.
pub(super) fn read(trace: &Value) -> Option<Vec<Exchange>> {
    let exchanges = match trace {
        Value::Array(exchanges) => exchanges.as_slice(),
        Value::Object(members) => match members.get("exchanges") {
            Some(Value::Array(exchanges)) => exchanges.as_slice(),
            _ if members.contains_key("request") => std::slice::from_ref(trace),
            _ => return None,
        },
        _ => return None,
    };
    let read: Vec<_> = exchanges
        .iter()
        .enumerate()
        .map(|(index, value)| exchange(value, index + 1))
        .filter(|exchange| exchange.request.is_some() || exchange.response.is_some())
        .collect();
    (!read.is_empty()).then_some(read)
}

fn exchange(value: &Value, number: usize) -> Exchange {
    let place = Place::new(format!("exchange {number}"));
    let text = |value: &Value, name| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let request = value.get("request").filter(|value| value.is_object());
    let request = request.map(|value| Request {
        method: text(value, "method"),
        uri: text(value, "uri")
            .or_else(|| text(value, "url"))
            .map(Into::into),
        headers: headers(value),
        body: text(value, "body").map(Into::into),
        place: place.within("request"),
        ..Request::default()
    });
    let response = value.get("response").filter(|value| value.is_object());
    let response = response.map(|value| Response {
        is_body_left_out: false,
        status: value
            .get("status")
            .and_then(Value::as_u64)
            .and_then(|status| u16::try_from(status).ok()),
        headers: headers(value),
        body: text(value, "body").map(Into::into),
        place: place.within("response"),
    });
    Exchange::new(request, response)
}

/// Writes what [`read`] reads, secrets included.
pub(super) fn write(exchanges: &[Exchange]) -> Value {
    let exchanges = exchanges.iter().map(|exchange| {
        let mut written = Map::new();
        if let Some(request) = &exchange.request {
            let mut message = message(&request.headers, request.body.as_ref());
            message.insert("method".to_owned(), json!(request.method));
            message.insert("uri".to_owned(), text(request.uri.as_ref()));
            written.insert("request".to_owned(), message.into());
        }
        if let Some(response) = &exchange.response {
            let mut message = message(&response.headers, response.body.as_ref());
            message.insert("status".to_owned(), json!(response.status));
            written.insert("response".to_owned(), message.into());
        }
        Value::Object(written)
    });
    json!({ "exchanges": exchanges.collect::<Vec<_>>() })
}

fn message(headers: &[Header], body: Option<&Secret>) -> Map<String, Value> {
    let headers = headers.iter();
    let headers = headers.map(|header| json!([header.name, header.value.expose()]));
    let mut message = Map::new();
    message.insert("headers".to_owned(), headers.collect());
    if body.is_some() {
        message.insert("body".to_owned(), text(body));
    }
    message
}

fn text(secret: Option<&Secret>) -> Value {
    json!(secret.map(Secret::expose))
}

/// Reads `[[name, value], …]` and `{name: value, …}`.
fn headers(message: &Value) -> Vec<Header> {
    match message.get("headers") {
        Some(Value::Array(fields)) => fields
            .iter()
            .filter_map(|field| {
                let name = field.get(0).or_else(|| field.get("name"))?.as_str()?;
                let value = field.get(1).or_else(|| field.get("value"))?.as_str()?;
                Some(Header::new(name, value))
            })
            .collect(),
        Some(Value::Object(fields)) => fields
            .iter()
            .filter_map(|(name, value)| Some(Header::new(name.as_str(), value.as_str()?)))
            .collect(),
        _ => Vec::new(),
    }
}
