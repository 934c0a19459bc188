//! HTTP messages as programs show them when they debug: any first line, header lines behind it, a body behind these,
//! each decorated in whatever way.

use super::message_start::Start;
use super::{
    Exchange, Header, Place, Request, Response, decoration, found, http_message, label, loose,
    one_line, status,
};

/// More lines than this are not looked at.
const MAX_LINES: usize = 40_000;

/// More exchanges than this are not kept.
const MAX_EXCHANGES: usize = 256;

/// What was read of a text.
#[derive(Default)]
pub(super) struct Transcript {
    pub(super) exchanges: Vec<Exchange>,
    /// Which lines are spoken for.
    pub(super) is_read: Vec<bool>,
    /// Whether a message is shown with its head, so that the text is more than words.
    pub(super) is_http: bool,
}

/// Reads messages wherever they stand.
pub(super) fn read(text: &str) -> Transcript {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let is_read = reader.line(line, index + 1);
        reader.transcript.is_read.push(is_read);
        if !line.trim().is_empty() {
            reader.told = status::told(line).filter(|status| *status >= 400);
        }
        if reader.transcript.exchanges.len() > MAX_EXCHANGES {
            break;
        }
    }
    reader.end();
    reader.transcript
}

#[derive(Default)]
struct Reader {
    transcript: Transcript,
    message: Option<Message>,
    /// The status that the line above tells.
    told: Option<u16>,
}

/// A message that is being read.
struct Message {
    start: Start,
    is_whole: bool,
    line: usize,
    headers: Vec<Header>,
    body: String,
    /// What was read of an object that holds the head.
    fields: String,
    part: Part,
    strangers: usize,
}

/// Where the reader is in a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    /// In an object that holds the head, of which so many brackets are open.
    Fields(i64),
    /// Behind the head; a body may follow.
    Between,
    /// In an object of which so many brackets are open.
    Object(i64),
    Markup,
    Words,
    Done,
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) -> bool {
        let plain = decoration::plain(line);
        if plain.lines.is_empty() {
            return self.message.is_some();
        }
        let is_folded = line.starts_with([' ', '\t']) && !plain.is_decorated;
        let mut is_read = false;
        for shown in &plain.lines {
            is_read |= self.shown(shown, plain.is_decorated, is_folded, number);
        }
        is_read
    }

    fn shown(&mut self, line: &str, is_decorated: bool, is_folded: bool, number: usize) -> bool {
        let is_in_body = self
            .message
            .as_ref()
            .is_some_and(|message| matches!(message.part, Part::Object(_) | Part::Fields(_)));
        if !is_in_body && let Some(exchange) = one_line::exchange(line, number) {
            self.end();
            self.transcript.exchanges.push(exchange);
            return true;
        }
        if !is_in_body
            && self.is_awaited()
            && let Some((status, body)) = one_line::answer(line)
        {
            let is_whole = false;
            self.start(Start::Response { status, is_whole }, line, number);
            return self.body(body);
        }
        if !is_in_body && let Some(start) = Start::read(line, is_decorated) {
            return self.start(start, line, number);
        }
        let Some(message) = &mut self.message else {
            return false;
        };
        if message.is_answered_by(line) {
            // What follows a request that has no body is its answer.
            let status = self.told.unwrap_or_default();
            self.start(
                Start::Response {
                    status,
                    is_whole: false,
                },
                line,
                number,
            );
            return self
                .message
                .as_mut()
                .is_some_and(|message| message.read(line, is_decorated, is_folded));
        }
        let is_read = message.read(line, is_decorated, is_folded);
        if message.part == Part::Done {
            self.end();
        }
        is_read
    }

    /// Tells whether a request has no answer yet.
    fn is_awaited(&self) -> bool {
        match &self.message {
            Some(message) => matches!(message.start, Start::Request { .. }),
            None => {
                let last = self.transcript.exchanges.last();
                last.is_some_and(|last| last.response.is_none())
            }
        }
    }

    /// Takes a body that stands behind its status.
    fn body(&mut self, body: &str) -> bool {
        if let Some(message) = &mut self.message {
            message.part = Part::Between;
            message.between(body, true);
            if message.part == Part::Done {
                self.end();
            }
        }
        true
    }

    fn start(&mut self, start: Start, line: &str, number: usize) -> bool {
        let is_asked = self
            .message
            .as_ref()
            .is_some_and(|message| matches!(message.start, Start::Request { .. }));
        self.end();
        let last = self.transcript.exchanges.last();
        let awaits = last.is_some_and(|last| last.response.is_none());
        match &start {
            Start::Response {
                status,
                is_whole: false,
            } => {
                // Whoever tells the status again, or tells it of nothing, begins no message.
                let again = last
                    .and_then(|last| last.response.as_ref())
                    .is_some_and(|response| response.status == Some(*status) && *status > 0);
                if again || !(awaits || is_asked) {
                    return again;
                }
            }
            Start::Told {
                method,
                uri,
                status,
                rest,
            } => {
                self.told_line(method, uri, *status, rest, number);
                return false;
            }
            _ => {}
        }
        let told = self.told.filter(|_| {
            matches!(
                start,
                Start::Request {
                    is_whole: false,
                    ..
                }
            ) && !line.contains(" (")
                && !awaits
        });
        self.message = Some(Message::new(start, number));
        if let Some(status) = told {
            // `401 Unauthorized` above `POST https://…`: an exception that names its request.
            self.end();
            if let Some(request) = self
                .transcript
                .exchanges
                .last_mut()
                .and_then(|last| last.request.as_mut())
            {
                request.is_authorization_left_out = true;
                request.is_body_left_out = true;
            }
            self.message = Some(Message::new(
                Start::Response {
                    status,
                    is_whole: false,
                },
                number,
            ));
        }
        true
    }

    /// Takes a line that tells of a request and its status, and perhaps of the body.
    fn told_line(&mut self, method: &str, uri: &str, status: u16, rest: &str, number: usize) {
        let request = Request {
            is_authorization_left_out: true,
            is_body_left_out: true,
            place: Place::line(number),
            ..Request::new(method, uri)
        };
        let known = self
            .transcript
            .exchanges
            .last()
            .and_then(|last| last.request.as_ref())
            .is_some_and(|last| restates(&request, last));
        if !known
            || self
                .transcript
                .exchanges
                .last()
                .is_some_and(|last| last.response.is_some())
        {
            self.transcript
                .exchanges
                .push(Exchange::new(Some(request), None));
        }
        if status == 0 {
            return;
        }
        let mut message = Message::new(
            Start::Response {
                status,
                is_whole: false,
            },
            number,
        );
        message.part = Part::Between;
        let body = rest.find(['{', '<']).and_then(|at| rest.get(at..));
        if let Some(body) = body.filter(|body| body.len() > 2) {
            let length = loose::read(body).map_or(body.len(), |(_, length)| length);
            message.body = body.get(..length).unwrap_or(body).to_owned();
            message.part = Part::Done;
        }
        if body.is_none() && status < 300 {
            // That it went well is all that is known.
            self.transcript.exchanges.pop();
            return;
        }
        self.message = Some(message);
        if body.is_some() {
            self.end();
        }
    }

    fn end(&mut self) {
        let Some(message) = self.message.take() else {
            return;
        };
        let is_whole = message.is_whole && !message.headers.is_empty();
        self.transcript.is_http |= is_whole
            || message
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case("authorization"));
        let exchanges = &mut self.transcript.exchanges;
        match message.finish() {
            Half::Request(mut request) => match exchanges.last_mut() {
                Some(Exchange {
                    request: Some(last),
                    response: None,
                }) if restates(&request, last) => {
                    if last.uri().contains("://")
                        && (request.is_scheme_guessed || !request.uri().contains("://"))
                    {
                        request.uri = last.uri.take();
                        request.is_scheme_guessed = last.is_scheme_guessed;
                    }
                    if request.headers.is_empty() {
                        request.headers = std::mem::take(&mut last.headers);
                    }
                    request.body = request.body.or_else(|| last.body.take());
                    *last = request;
                }
                _ => exchanges.push(Exchange::new(Some(request), None)),
            },
            Half::Response(response) => match exchanges.last_mut() {
                Some(last) if last.response.is_none() => last.response = Some(response),
                // `100 Continue`, and what is shown twice.
                Some(Exchange {
                    response: Some(last),
                    ..
                }) if last.status == response.status
                    && (last.body.is_none() || last.body() == response.body())
                    || last.status.is_some_and(|status| status < 200) =>
                {
                    let known = std::mem::take(&mut last.headers);
                    *last = response;
                    if last.headers.is_empty() {
                        last.headers = known;
                    }
                }
                _ => exchanges.push(Exchange::new(None, Some(response))),
            },
        }
    }
}

/// Tells whether a request is one that was shown a moment before: by another logger, or in less detail.
fn restates(request: &Request, last: &Request) -> bool {
    let target = |request: &Request| {
        let uri = request.uri();
        uri.split_once("://")
            .map_or(uri, |(_, rest)| {
                rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
            })
            .to_owned()
    };
    request.method == last.method && target(request) == target(last)
}

enum Half {
    Request(Request),
    Response(Response),
}

impl Message {
    fn new(start: Start, line: usize) -> Self {
        let is_whole = matches!(
            start,
            Start::Request { is_whole: true, .. } | Start::Response { is_whole: true, .. }
        );
        Self {
            start,
            is_whole,
            line,
            headers: Vec::new(),
            body: String::new(),
            fields: String::new(),
            part: Part::Head,
            strangers: 0,
        }
    }

    /// Tells whether a line can only be the answer to the request that is being read.
    fn is_answered_by(&self, line: &str) -> bool {
        let Start::Request { first, is_whole } = &self.start else {
            return false;
        };
        let is_body = line.starts_with(['{', '<']) || line.starts_with("[{");
        let is_next = matches!(self.part, Part::Head | Part::Between)
            && !line.starts_with("< ")
            && line.len() > 1;
        let is_read = first.starts_with("GET ") || first.starts_with("HEAD ");
        let is_answer = || loose::read(line).is_some_and(|(value, _)| found::is_answer(&value));
        is_body && is_next && (is_read || !is_whole && self.headers.is_empty() && is_answer())
    }

    /// Takes a line; tells whether it is of this message.
    fn read(&mut self, line: &str, is_decorated: bool, is_folded: bool) -> bool {
        match self.part {
            Part::Head => self.head(line, is_decorated, is_folded),
            Part::Between => self.between(line, is_decorated),
            Part::Fields(open) => {
                self.in_fields(line, open);
                true
            }
            Part::Object(open) => {
                self.push(line);
                let open = open + opened(line);
                self.part = if open > 0 {
                    Part::Object(open)
                } else {
                    Part::Done
                };
                true
            }
            Part::Markup | Part::Words => {
                if line.trim().is_empty() || is_chatter(line) {
                    self.part = Part::Done;
                    return false;
                }
                self.push(line);
                let is_end = line.contains("</html>")
                    || self
                        .length()
                        .is_some_and(|length| self.body.trim_end().len() >= length);
                self.part = if is_end { Part::Done } else { self.part };
                true
            }
            Part::Done => false,
        }
    }

    /// Reads an object that holds the head, as `console.log` and `print` show it.
    fn in_fields(&mut self, line: &str, open: i64) {
        const LONGEST: usize = 64 * 1024;
        if self.fields.len() < LONGEST {
            self.fields.push_str(line);
            self.fields.push('\n');
        }
        let open = open + opened(line);
        self.part = Part::Fields(open);
        if open <= 0 {
            let value = loose::read(&self.fields).map(|(value, _)| value);
            self.headers.extend(found::fields(value.as_ref()));
            self.fields.clear();
            self.part = Part::Head;
        }
    }

    fn labelled(&mut self, line: &str, is_decorated: bool) -> bool {
        match label::read(line) {
            Some(label::Label::Headers("")) => self.part = Part::Head,
            Some(label::Label::Headers(object)) => self.in_fields(object, 0),
            Some(label::Label::Body("")) => self.part = Part::Between,
            Some(label::Label::Body(body)) => {
                self.content(body, is_decorated);
            }
            None => return false,
        }
        true
    }

    fn head(&mut self, line: &str, is_decorated: bool, is_folded: bool) -> bool {
        if self.labelled(line, is_decorated) {
            return true;
        }
        if line.trim().is_empty() || line == "}" {
            self.part = Part::Between;
            return true;
        }
        if line == "{"
            && !self
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case("content-length"))
            && is_whole_dot_net(&self.start)
        {
            return true;
        }
        if let Some(header) = field(line) {
            self.headers.push(header);
            return true;
        }
        if is_folded
            && !line.starts_with(['{', '[', '<'])
            && let Some(last) = self.headers.last_mut()
            && last.value.expose().ends_with(',')
        {
            let folded = format!("{} {}", last.value.expose(), line.trim());
            last.value = folded.into();
            return true;
        }
        self.part = Part::Between;
        self.between(line, is_decorated)
    }

    fn between(&mut self, line: &str, is_decorated: bool) -> bool {
        if self.body.is_empty() && self.labelled(line, is_decorated) {
            return true;
        }
        self.content(line, is_decorated)
    }

    fn content(&mut self, line: &str, is_decorated: bool) -> bool {
        if line.trim().is_empty() || is_chunk(line) {
            return true;
        }
        if line.starts_with(['{', '[']) {
            self.push(line);
            let open = opened(line);
            self.part = if open > 0 {
                Part::Object(open)
            } else {
                Part::Done
            };
            return true;
        }
        if line.starts_with('<') && line.contains('>') && !line.starts_with("< ") {
            self.push(line);
            self.part = if line.contains("</html>") {
                Part::Done
            } else {
                Part::Markup
            };
            return true;
        }
        if is_form(line) {
            self.push(line);
            self.part = Part::Done;
            return true;
        }
        if is_chatter(line) {
            return true;
        }
        if let Some(body) = skipped(line) {
            self.push(body);
            self.part = Part::Done;
            return true;
        }
        let is_words = self.length().is_some_and(|length| length >= line.len())
            || self.is_text() && !is_decorated;
        if is_words && self.is_whole {
            self.push(line);
            let is_end = self.length().is_some_and(|length| line.len() >= length);
            self.part = if is_end { Part::Done } else { Part::Words };
            return true;
        }
        self.strangers += 1;
        if !is_decorated || self.strangers > 3 {
            self.part = Part::Done;
        }
        false
    }

    fn push(&mut self, line: &str) {
        const LONGEST: usize = 512 * 1024;
        if self.body.len() < LONGEST {
            self.body.push_str(line);
            self.body.push('\n');
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let header = self
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name));
        header.map(|header| header.value.expose())
    }

    fn length(&self) -> Option<usize> {
        self.header("content-length")?
            .parse()
            .ok()
            .filter(|length| *length > 0)
    }

    fn is_text(&self) -> bool {
        self.header("content-type")
            .is_some_and(|media_type| media_type.starts_with("text/plain"))
    }

    fn finish(self) -> Half {
        let place = Place::line(self.line);
        let is_response = !matches!(self.start, Start::Request { .. });
        let plain = json_of(self.body.trim_end()).filter(|_| is_response);
        let body = plain.as_deref().unwrap_or_else(|| self.body.trim_end());
        let body = Some(body).filter(|body| !body.is_empty());
        match &self.start {
            Start::Request { first, .. } => Half::Request(Request {
                is_authorization_left_out: self.headers.is_empty(),
                is_body_left_out: body.is_none() && (self.headers.is_empty() || !self.is_whole),
                ..http_message::request(first, self.headers, body, place)
            }),
            Start::Response { status, .. } | Start::Told { status, .. } => {
                Half::Response(Response {
                    is_body_left_out: false,
                    status: Some(*status).filter(|status| *status > 0),
                    body: body.map(Into::into),
                    headers: self.headers,
                    place,
                })
            }
        }
    }
}

/// Writes an object of another language as the JSON that it was.
fn json_of(body: &str) -> Option<String> {
    let is_other = body.starts_with(['{', '['])
        && body.ends_with(['}', ']'])
        && serde_json::from_str::<serde_json::Value>(body).is_err();
    let (value, length) = is_other.then(|| loose::read(body))??;
    (length == body.len()).then(|| value.to_string())
}

fn is_whole_dot_net(start: &Start) -> bool {
    matches!(
        start,
        Start::Request { is_whole: true, .. } | Start::Response { is_whole: true, .. }
    )
}

/// Reads a header field; its value may stand in quotes, as Faraday shows it.
fn field(line: &str) -> Option<Header> {
    if let Some(header) = listed(line) {
        return Some(header);
    }
    let (name, value) = line.split_once(':').or_else(|| line.split_once(" => "))?;
    let name = name.trim_matches(['"', '\'']);
    let is_name = !name.is_empty()
        && name.len() <= 60
        && name
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'));
    let is_uri = value.starts_with("//");
    if !is_name || is_uri || name.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let value = value.trim().trim_end_matches(',');
    let inner = value
        .strip_prefix(['"', '\'', '['])
        .and_then(|inner| inner.strip_suffix(['"', '\'', ']']));
    let value = match inner {
        Some(inner) if value.starts_with('"') || value.starts_with('\'') => {
            decoration::unescaped(inner)
        }
        Some(inner) if !inner.contains(',') => inner.trim_matches('"').to_owned(),
        _ => value.to_owned(),
    };
    Some(Header::new(name, value))
}

/// Reads a field as lists and tuples of many languages have it: `Authorization {OAuth …}` (Tcl),
/// `{"authorization", "…"}` (Erlang, Elixir), `authorization=…`, `(b'Authorization', b'…')`.
fn listed(line: &str) -> Option<Header> {
    const NAMES: [&str; 8] = [
        "Authorization",
        "Content-Type",
        "Cookie",
        "DPoP",
        "Host",
        "Location",
        "Set-Cookie",
        "WWW-Authenticate",
    ];
    let around = |letter: char| " \t{}()[]\"'`,;".contains(letter);
    let rest = line.trim_start_matches(around);
    let rest = rest
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['\'', '"']))
        .unwrap_or(rest)
        .trim_start_matches(['\'', '"']);
    let name = NAMES.iter().find(|name| {
        rest.get(..name.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(name))
    })?;
    let behind = rest.get(name.len()..)?.trim_start_matches(['"', '\'']);
    let value = behind.trim_start();
    let value = value
        .strip_prefix("=>")
        .or_else(|| value.strip_prefix(['=', ',']))
        .or_else(|| {
            behind
                .starts_with(' ')
                .then_some(value)?
                .strip_prefix('{')
                .map(|_| value)
        })?
        .trim();
    let value = value
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['\'', '"']))
        .unwrap_or(value);
    // What is open on the line ends where it closes: the value of OAuth has quotes of its own.
    let opens = value.chars().next().filter(|mark| "{\"'".contains(*mark));
    let value = match opens {
        Some('{') => value
            .strip_prefix('{')?
            .trim_end_matches([' ', '}', ',', ']']),
        Some(quote) => {
            let inner = value.strip_prefix(quote)?;
            inner.get(..inner.rfind(quote)?)?
        }
        None => value,
    };
    (!value.is_empty()).then(|| Header::new(*name, decoration::unescaped(value)))
}

/// Counts the brackets that are open at the end of a line, outside of its texts.
fn opened(line: &str) -> i64 {
    let mut open = 0;
    let mut is_text = false;
    let mut is_escaped = false;
    for letter in line.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_text = !is_text,
            '{' | '[' if !is_text => open += 1,
            '}' | ']' if !is_text => open -= 1,
            _ => {}
        }
    }
    open
}

fn is_form(line: &str) -> bool {
    let name = line.split('=').next().unwrap_or_default();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"_-.%[]".contains(&octet));
    line.contains('=') && is_name && !line.trim_end().contains([' ', '"', '<', '{', '('])
}

/// The length of a chunk (RFC 9112 §7.1).
fn is_chunk(line: &str) -> bool {
    line.len() <= 6 && line.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// Wget shows a body that it does not want: `Skipping 39 bytes of body: […] done.`
fn skipped(line: &str) -> Option<&str> {
    let (_, body) = line
        .strip_prefix("Skipping ")?
        .split_once(" bytes of body: [")?;
    body.strip_suffix("] done.")
}

/// Tells whether a program says this of itself between head and body.
fn is_chatter(line: &str) -> bool {
    const BEGINS: [&str; 22] = [
        "END ",
        "--> END",
        "<-- END",
        "---",
        "===",
        "Total: ",
        "reading ",
        "read ",
        "Conn ",
        "opening connection",
        "opened",
        "starting SSL",
        "SSL ",
        "curl -",
        "curl: (",
        "Closing connection",
        "Connection #",
        "HTTP request sent",
        "Registered socket",
        "* ",
        "Request:",
        "Response:",
    ];
    BEGINS.iter().any(|begin| line.starts_with(begin)) || is_source(line)
}

/// `com.google.api.client.http.HttpRequest execute`: where java.util.logging was called.
fn is_source(line: &str) -> bool {
    let mut words = line.split(' ');
    let (class, method) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    words.next().is_none()
        && class.matches('.').count() >= 2
        && !method.is_empty()
        && !class.contains(['=', ':', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: [&str; 4] = [
        "POST /token HTTP/1.1",
        "Host: as.example",
        "Authorization: Basic YTpi",
        "",
    ];
    const ANSWER: [&str; 3] = [
        "HTTP/1.1 400 Bad Request",
        "Content-Type: application/json",
        "",
    ];

    fn check(text: &str) {
        let transcript = read(text);
        let [exchange] = transcript
            .exchanges
            .try_into()
            .unwrap_or_else(|all: Vec<_>| panic!("{} in {text}", all.len()));
        let request = exchange.request.unwrap();
        assert!(request.uri().ends_with("as.example/token"), "{text}");
        assert_eq!(
            request.header("authorization"),
            Some("Basic YTpi"),
            "{text}"
        );
        assert_eq!(request.body(), "grant_type=x&a=b", "{text}");
        let response = exchange.response.unwrap();
        assert_eq!(
            (response.status, response.body()),
            (Some(400), "{\"error\":\"y\"}"),
            "{text}"
        );
    }

    fn shown(line: impl Fn(&str, bool) -> String) -> String {
        let sent = HEAD
            .iter()
            .chain(&["grant_type=x&a=b"])
            .map(|text| line(text, true));
        let came = ANSWER
            .iter()
            .chain(&["{\"error\":\"y\"}"])
            .map(|text| line(text, false));
        sent.chain(came).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn whatever_decorates_a_message_it_is_read() {
        let arrow =
            |sent: bool, one: &str, two: &str| if sent { one.to_owned() } else { two.to_owned() };
        check(&format!(
            "I get this, why?\n\n{}\n\nIt worked before.",
            shown(|text, _| text.to_owned())
        ));
        check(&shown(|text, sent| {
            format!("{}{text}", arrow(sent, "> ", "< "))
        }));
        check(&shown(|text, sent| {
            format!(
                "{}\"{}\\r\\n\"",
                arrow(sent, "<- ", "-> "),
                text.replace('"', "\\\"")
            )
        }));
        check(&shown(|text, sent| {
            format!(
                "21:17:02.123 [main] DEBUG o.a.http.wire - http-outgoing-0 {} \"{text}[\\r][\\n]\"",
                arrow(sent, ">>", "<<")
            )
        }));
        check(&shown(|text, _| {
            format!("2026-11-21T21:19:56Z TRACE hyper::proto::h1: {text}")
        }));
        check(&shown(|text, _| format!("    {text}")));
        check(&shown(|text, sent| {
            format!(
                "D, [2026-11-21T21:17:02.1 #1] DEBUG -- {}: {text}",
                arrow(sent, "request", "response")
            )
        }));
    }

    #[test]
    fn the_loggers_of_many_clients_are_read() {
        check(
            "--> POST https://as.example/token\nAuthorization: Basic YTpi\nContent-Length: 16\n\ngrant_type=x&a=b\n--> END POST (16-byte body)\n<-- 400 Bad Request https://as.example/token (12ms)\nContent-Type: application/json\n\n{\"error\":\"y\"}\n<-- END HTTP (13-byte body)",
        );
        check(
            "I, [2026-11-21T21:17:02.1 #1]  INFO -- request: POST https://as.example/token\nI, [2026-11-21T21:17:02.1 #1]  INFO -- request: Authorization: \"Basic YTpi\"\nUser-Agent: \"F\"\nI, [2026-11-21T21:17:02.1 #1]  INFO -- request: grant_type=x&a=b\nI, [2026-11-21T21:17:02.1 #1]  INFO -- response: Status 400\nI, [2026-11-21T21:17:02.1 #1]  INFO -- response: server: \"n\"\ndate: \"d\"\nI, [2026-11-21T21:17:02.1 #1]  INFO -- response: {\"error\":\"y\"}",
        );
        check(
            "Nov 21, 2026 9:19:08 PM com.google.api.client.http.HttpRequest execute\nCONFIG: -------------- REQUEST  --------------\nPOST https://as.example/token\nAuthorization: Basic YTpi\n\nNov 21, 2026 9:19:08 PM com.google.api.client.util.LoggingByteArrayOutputStream close\nCONFIG: Total: 16 bytes\nNov 21, 2026 9:19:08 PM com.google.api.client.util.LoggingByteArrayOutputStream close\nCONFIG: grant_type=x&a=b\nNov 21, 2026 9:19:08 PM com.google.api.client.http.HttpResponse <init>\nCONFIG: -------------- RESPONSE --------------\nHTTP/1.1 400 Bad Request\ndate: x\n\nCONFIG: {\"error\":\"y\"}",
        );
        check(
            "opening connection to as.example:443...\nopened\n<- \"POST /token HTTP/1.1\\r\\nHost: as.example\\r\\nAuthorization: Basic YTpi\\r\\n\\r\\n\"\n<- \"grant_type=x&a=b\"\n-> \"HTTP/1.1 400 Bad Request\\r\\n\"\n-> \"Server: n\\r\\n\"\n-> \"\\r\\n\"\nreading 13 bytes...\n-> \"\"\n-> \"{\\\"error\\\":\\\"y\\\"}\"\nread 13 bytes\nConn close",
        );
        check(
            "info: System.Net.Http.HttpClient.x.ClientHandler[101]\n      Method: POST, RequestUri: 'https://as.example/token', Version: 1.1, Content: x, Headers:\n{\n  Authorization: Basic YTpi\n}\ngrant_type=x&a=b\nStatusCode: 400, ReasonPhrase: 'Bad Request', Version: 1.1, Content: x, Headers:\n{\n  Server: n\n}\n{\"error\":\"y\"}",
        );
    }

    #[test]
    fn a_request_that_a_sentence_names_leaves_out_what_it_does_not_show() {
        let text = "com.x.TokenException: 401 Unauthorized\nPOST https://as.example/token\n{\n  \"error\": \"z\"\n}\n\tat a.B.c(D.java:1)";
        for text in [
            text,
            "Fatal: `POST https://as.example/token` resulted in a `401 Unauthorized` response:\n{\"error\": \"z\"}\n in x.php:1",
        ] {
            let [exchange] = read(text).exchanges.try_into().unwrap();
            let request = exchange.request.unwrap();
            assert!(request.is_authorization_left_out && request.is_body_left_out);
            let response = exchange.response.unwrap();
            assert_eq!(response.status, Some(401), "{text}");
            assert!(
                response.body().contains("\"z\"") && !response.body().contains("php"),
                "{text}"
            );
        }
    }

    #[test]
    fn prose_is_no_message() {
        for text in [
            "GET a token first, then POST it.\nHost: x",
            "Note: it fails\nStatus: unknown\n\n{ a }",
            "401 is what I get\nServer: mine",
        ] {
            assert!(read(text).exchanges.is_empty(), "{text}");
        }
    }
}
