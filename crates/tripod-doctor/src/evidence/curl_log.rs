//! What `curl -v` prints: `>` before what was sent, `<` before what came back.

use tripod_core::secret::Secret;

use super::http_message::{begins_request, begins_response, headers, request};
use super::{Exchange, Place, Response};

/// Tells whether a text holds such a log.
pub(super) fn is_log(text: &str) -> bool {
    let sent = text
        .lines()
        .any(|line| line.strip_prefix("> ").is_some_and(begins_request));
    let came = text
        .lines()
        .any(|line| line.strip_prefix("< ").is_some_and(begins_response));
    sent || came
}

/// Reads the exchanges; what stands between them and is not marked is the body of an answer.
pub(super) fn read(text: &str) -> Vec<Exchange> {
    let mut log = Log::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if let Some(sent) = marked(line, '>') {
            log.sent(sent, index + 1);
        } else if let Some(came) = marked(line, '<') {
            log.came(came, index + 1);
        } else if log.is_in_request_head() {
            // libcurl marks a head once, at its beginning.
            log.sent.push(line);
        } else if !is_chatter(line) {
            log.body(line);
        }
    }
    log.finish()
}

#[derive(Default)]
struct Log<'a> {
    exchanges: Vec<Exchange>,
    sent: Vec<&'a str>,
    sent_at: usize,
    came: Vec<&'a str>,
    came_at: usize,
    body: String,
}

impl<'a> Log<'a> {
    fn sent(&mut self, line: &'a str, number: usize) {
        if begins_request(line) {
            self.end_exchange();
            self.sent_at = number;
        }
        self.sent.push(line);
    }

    fn is_in_request_head(&self) -> bool {
        self.came.is_empty() && self.sent.last().is_some_and(|line| !line.is_empty())
    }

    fn came(&mut self, line: &'a str, number: usize) {
        if begins_response(line) {
            // `100 Continue` and the like are followed by the answer itself.
            self.came.clear();
            self.came_at = number;
        }
        self.came.push(line);
    }

    fn body(&mut self, line: &str) {
        if self.came.last().is_some_and(|line| line.is_empty()) {
            self.body.push_str(line);
            self.body.push('\n');
        }
    }

    fn end_exchange(&mut self) {
        let (sent, came) = (
            std::mem::take(&mut self.sent),
            std::mem::take(&mut self.came),
        );
        let body = std::mem::take(&mut self.body);
        if sent.is_empty() && came.is_empty() {
            return;
        }
        let asked = sent.split_first().map(|(first, rest)| {
            let fields = headers(rest.iter().copied());
            request(first, fields, None, Place::line(self.sent_at))
        });
        let answered = came.split_first().map(|(first, rest)| Response {
            is_body_left_out: false,
            status: first.split(' ').nth(1).and_then(|word| word.parse().ok()),
            headers: headers(rest.iter().copied()),
            body: some(&body),
            place: Place::line(self.came_at),
        });
        self.exchanges.push(Exchange::new(asked, answered));
    }

    fn finish(mut self) -> Vec<Exchange> {
        self.end_exchange();
        self.exchanges
    }
}

fn some(body: &str) -> Option<Secret> {
    let body = body.trim_end();
    (!body.is_empty()).then(|| Secret::from(body))
}

fn marked(line: &str, mark: char) -> Option<&str> {
    let rest = line.strip_prefix(mark)?;
    (rest.is_empty() || rest.starts_with(' ')).then(|| rest.strip_prefix(' ').unwrap_or(rest))
}

/// Tells whether curl says this of itself.
pub(super) fn is_chatter(line: &str) -> bool {
    line.starts_with("* ")
        || line.starts_with("{ [")
        || line.starts_with("} [")
        || line.starts_with("curl: (")
        || line == "*"
        || line.contains("--:--:--")
        || line.trim_start().starts_with("% Total")
        || line.trim_start().starts_with("Dload")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_answer_and_body_are_told_apart() {
        let log = "* Connected to as.example (10.0.0.1) port 443\n> GET /me HTTP/1.1\n> Host: as.example\n\
                   > Authorization: Bearer abc\n>\n* Request completely sent off\n\
                   < HTTP/1.1 401 Unauthorized\n< www-authenticate: Bearer error=\"invalid_token\"\n< \n\
                   { [12 bytes data]\n{\"a\":1}\n* Connection #0 to host as.example left intact\n";
        assert!(is_log(log));
        let [exchange] = read(log).try_into().unwrap();
        assert_eq!(
            exchange.request.as_ref().unwrap().uri(),
            "https://as.example/me"
        );
        let response = exchange.response.unwrap();
        assert_eq!(response.status, Some(401));
        assert_eq!(response.body(), "{\"a\":1}");
    }
}
