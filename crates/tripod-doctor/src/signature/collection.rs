//! The first axis: which parameters are signed.

use serde_json::Value;

use super::{Mistake, Subject};
use crate::case::fields::Fields;
use crate::case::oauth1::{Parameter, Where};

/// A choice of parameters, with what is wrong with it.
pub(super) struct Collection {
    pub(super) mistake: Option<Mistake>,
    pub(super) parameters: Vec<Parameter>,
}

const LEFT_OUT: &str = "oauth1/signature/parameter-left-out";
const ADDED: &str = "oauth1/signature/parameter-added";

/// Lists the choices; the first is the right one.
pub(super) fn collections(subject: &Subject<'_>) -> Vec<Collection> {
    // RFC 5849 §3.4.1.3.1: all of header, query and form but `realm` and `oauth_signature`.
    let due: Vec<Parameter> = subject
        .call
        .parameters
        .iter()
        .filter(|parameter| parameter.name != b"oauth_signature")
        .cloned()
        .collect();
    let mut all = vec![Collection {
        mistake: None,
        parameters: due.clone(),
    }];
    let mut add = |code, words: String, parameters: Vec<Parameter>| {
        if parameters != due {
            all.push(Collection {
                mistake: Some(Mistake::new(code, words)),
                parameters,
            });
        }
    };
    places_left_out(&due, &mut add);
    bodies_included(subject, &due, &mut add);
    repetitions(&due, &mut add);
    protocol_added(subject, &due, &mut add);
    stamps(&due, &mut add);
    singles_left_out(&due, &mut add);
    all
}

type Add<'a> = dyn FnMut(&'static str, String, Vec<Parameter>) + 'a;

fn without(due: &[Parameter], is_out: impl Fn(&Parameter) -> bool) -> Vec<Parameter> {
    due.iter()
        .filter(|parameter| !is_out(parameter))
        .cloned()
        .collect()
}

fn is_protocol(parameter: &Parameter) -> bool {
    parameter.name.starts_with(b"oauth_")
}

fn places_left_out(due: &[Parameter], add: &mut Add<'_>) {
    let query = "oauth1/signature/query-parameters-left-out";
    let body = "oauth1/signature/body-parameters-left-out";
    let in_query =
        |parameter: &Parameter| parameter.place == Where::Query && !is_protocol(parameter);
    let in_body = |parameter: &Parameter| parameter.place == Where::Body && !is_protocol(parameter);
    add(
        body,
        "the parameters of the form body left out".into(),
        without(due, in_body),
    );
    add(
        query,
        "the parameters of the query left out".into(),
        without(due, in_query),
    );
    add(
        query,
        "the parameters of query and body left out".into(),
        without(due, |parameter| in_query(parameter) || in_body(parameter)),
    );
    add(
        LEFT_OUT,
        "parameters without a value left out".into(),
        without(due, |parameter| parameter.value.is_empty()),
    );
    add(
        LEFT_OUT,
        "all `oauth_*` parameters left out".into(),
        without(due, is_protocol),
    );
}

fn parameter(name: &str, value: &str) -> Parameter {
    Parameter {
        name: name.into(),
        value: value.into(),
        written: (name.to_owned(), value.to_owned()),
        place: Where::Body,
    }
}

fn bodies_included(subject: &Subject<'_>, due: &[Parameter], add: &mut Add<'_>) {
    const CODE: &str = "oauth1/signature/body-wrongly-included";
    let body = subject.request.body();
    if body.is_empty() || subject.call.has_form {
        return;
    }
    let with = |fields: Vec<Parameter>| {
        let mut parameters = due.to_vec();
        parameters.extend(fields);
        parameters
    };
    let of = |fields: &Fields| {
        fields
            .iter()
            .map(|(name, value)| parameter(name, value))
            .collect()
    };
    add(
        CODE,
        "the members of the JSON body included".into(),
        with(of(&json(body))),
    );
    add(
        CODE,
        "the body read as a form and included".into(),
        with(of(&Fields::form(body))),
    );
    add(
        CODE,
        "the whole body included as the name of a parameter".into(),
        with(vec![parameter(body, "")]),
    );
    add(
        CODE,
        "the whole body included as the value of `body`".into(),
        with(vec![parameter("body", body)]),
    );
    add(
        CODE,
        "the fields of the multipart body included".into(),
        with(of(&Fields::multipart(body))),
    );
}

/// Members as JavaScript and Python turn them into text.
fn json(body: &str) -> Fields {
    let is_object = serde_json::from_str::<Value>(body).is_ok_and(|value| value.is_object());
    if is_object {
        Fields::json(body)
    } else {
        Fields::default()
    }
}

fn repetitions(due: &[Parameter], add: &mut Add<'_>) {
    const CODE: &str = "oauth1/signature/duplicates-dropped";
    let mut first: Vec<Parameter> = Vec::new();
    let mut last: Vec<Parameter> = Vec::new();
    for one in due {
        if !first.iter().any(|known| known.name == one.name) {
            first.push(one.clone());
        }
        last.retain(|known| known.name != one.name);
        last.push(one.clone());
    }
    add(
        CODE,
        "of parameters with the same name only the first".into(),
        first,
    );
    add(
        CODE,
        "of parameters with the same name only the last".into(),
        last,
    );
    let doubled = |place| {
        let again = due
            .iter()
            .filter(move |parameter| parameter.place == place && !is_protocol(parameter));
        let mut parameters = due.to_vec();
        parameters.extend(again.cloned());
        parameters
    };
    let twice = "oauth1/signature/parameters-twice";
    add(
        twice,
        "the parameters of the query twice".into(),
        doubled(Where::Query),
    );
    add(
        twice,
        "the parameters of the body twice".into(),
        doubled(Where::Body),
    );
}

fn protocol_added(subject: &Subject<'_>, due: &[Parameter], add: &mut Add<'_>) {
    let with = |name: &str, value: &str| {
        let mut parameters = due.to_vec();
        parameters.push(parameter(name, value));
        parameters
    };
    let has = |name: &str| {
        due.iter()
            .any(|parameter| parameter.name == name.as_bytes())
    };
    if let Some(realm) = &subject.call.realm {
        let code = "oauth1/signature/realm-included";
        add(code, "`realm` included".into(), with("realm", realm));
    }
    let code = "oauth1/signature/signature-included";
    add(
        code,
        "an empty `oauth_signature` included".into(),
        with("oauth_signature", ""),
    );
    for (name, value) in [
        ("oauth_version", "1.0"),
        ("oauth_token", ""),
        ("oauth_callback", ""),
        ("oauth_callback", "oob"),
        ("oauth_verifier", ""),
    ] {
        if !has(name) {
            let words = format!("`{name}={value}` included, which was not sent");
            add(ADDED, words, with(name, value));
        }
    }
}

fn stamps(due: &[Parameter], add: &mut Add<'_>) {
    const CODE: &str = "oauth1/signature/stamp-made-twice";
    let at = due
        .iter()
        .position(|parameter| parameter.name == b"oauth_timestamp");
    let Some((at, sent)) = at.and_then(|at| {
        let text = String::from_utf8_lossy(&due.get(at)?.value).into_owned();
        Some((at, text.trim().parse::<i64>().ok()?))
    }) else {
        return;
    };
    let mut with = |seconds: i64, words: String| {
        let mut parameters = due.to_vec();
        if let Some(parameter) = parameters.get_mut(at) {
            parameter.value = seconds.to_string().into_bytes();
            parameter.written.1 = seconds.to_string();
        }
        add(CODE, words, parameters);
    };
    for shift in [-1, 1, -2, 2, -3, 3, -4, 4, -5, 5] {
        let words = format!("another timestamp than the one that was sent ({shift:+} s)");
        with(sent.saturating_add(shift), words);
    }
    with(
        sent.saturating_mul(1000),
        "the timestamp in milliseconds".into(),
    );
    with(
        sent / 1000,
        "the timestamp in seconds, though milliseconds were sent".into(),
    );
}

fn singles_left_out(due: &[Parameter], add: &mut Add<'_>) {
    const MOST: usize = 40;
    for index in 0..due.len().min(MOST) {
        let mut parameters = due.to_vec();
        let out = parameters.remove(index);
        let name = String::from_utf8_lossy(&out.name).into_owned();
        add(LEFT_OUT, format!("`{name}` left out"), parameters);
    }
}
