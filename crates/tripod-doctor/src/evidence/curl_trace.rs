//! What `curl --trace-ascii` writes: every octet that went and came, in lines with their offsets.

use super::http_message;
use super::{Exchange, Place};

/// Reads the exchanges; none if the text is no such trace.
pub(super) fn read(text: &str) -> Vec<Exchange> {
    let mut trace = Trace::default();
    for (index, line) in text.lines().enumerate() {
        trace.take(line.trim_end_matches('\r'), index + 1);
    }
    trace.end_part();
    trace.messages.into_iter().fold(Vec::new(), pair)
}

/// What a line that begins a part says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    SentHead,
    SentBody,
    CameHead,
    CameBody,
}

impl Part {
    fn begun_by(line: &str) -> Option<Self> {
        [
            ("=> Send header, ", Self::SentHead),
            ("=> Send data, ", Self::SentBody),
            ("<= Recv header, ", Self::CameHead),
            ("<= Recv data, ", Self::CameBody),
        ]
        .into_iter()
        .find_map(|(mark, part)| line.strip_prefix(mark).map(|_| part))
    }
}

#[derive(Default)]
struct Trace {
    /// Messages as they stand on the wire, each with the line where it begins.
    messages: Vec<(String, usize)>,
    part: Option<Part>,
    text: String,
    /// Where the next octet stands in the part.
    offset: usize,
    line: usize,
}

impl Trace {
    fn take(&mut self, line: &str, number: usize) {
        if let Some(part) = Part::begun_by(line) {
            self.end_part();
            (self.part, self.line) = (Some(part), number);
        } else if line.starts_with("== Info: ") {
            self.end_part();
        } else if let (Some(_), Some((offset, content))) = (self.part, numbered(line)) {
            // Offsets that leave something out leave out a line break.
            if offset > self.offset {
                self.text.push('\n');
            }
            self.text.push_str(content);
            self.offset = offset + content.len();
        }
    }

    /// Keeps the part that is over: a head begins a message, and all else goes on with it.
    fn end_part(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        self.offset = 0;
        let Some(part) = self.part.take() else { return };
        if matches!(part, Part::SentHead | Part::CameHead) {
            text.push('\n');
        }
        let first = text.lines().next().unwrap_or_default();
        let begins = match part {
            Part::SentHead => http_message::begins_request(first),
            Part::CameHead => http_message::begins_response(first),
            Part::SentBody | Part::CameBody => false,
        };
        match self.messages.last_mut() {
            _ if begins => self.messages.push((text, self.line)),
            Some((message, _)) => message.push_str(&text),
            None => {}
        }
    }
}

/// Parts the offset from what stands there: `0040: …`.
fn numbered(line: &str) -> Option<(usize, &str)> {
    let (offset, content) = line
        .split_once(": ")
        .or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let offset = usize::from_str_radix(offset, 16)
        .ok()
        .filter(|_| offset.len() >= 4)?;
    Some((offset, content))
}

fn pair(mut exchanges: Vec<Exchange>, (message, line): (String, usize)) -> Vec<Exchange> {
    for mut exchange in http_message::read(&message) {
        let place = Place::line(line);
        if let Some(request) = &mut exchange.request {
            request.place = place.clone();
        }
        let Some(mut response) = exchange.response.take() else {
            exchanges.push(exchange);
            continue;
        };
        response.place = place;
        match exchanges.last_mut() {
            // `100 Continue` and the like are followed by the answer itself.
            Some(last) if last.response.as_ref().is_none_or(is_interim) => {
                last.response = Some(response);
            }
            _ => exchanges.push(Exchange::new(None, Some(response))),
        }
    }
    exchanges
}

fn is_interim(response: &super::Response) -> bool {
    response.status.is_some_and(|status| status < 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_and_what_came_are_put_together() {
        let trace = "== Info: Connected to as.example (10.0.0.1) port 443\n\
                     => Send header, 90 bytes (0x5a)\n0000: POST /token HTTP/1.1\n0016: Host: as.example\n\
                     0028: Content-Type: application/x-www-form-urlencoded\n0059: \n\
                     => Send data, 70 bytes (0x46)\n\
                     0000: grant_type=authorization_code&code=0123456789012345678901234567x\n0040: y&b=c\n\
                     <= Recv header, 26 bytes (0x1a)\n0000: HTTP/1.1 400 Bad Request\n\
                     <= Recv header, 81 bytes (0x51)\n\
                     0000: access-control-expose-headers: dpop-nonce,location,retry-after,w\n0040: ww-authenticate\n\
                     <= Recv header, 2 bytes (0x2)\n0000: \n\
                     <= Recv data, 25 bytes (0x19)\n0000: {\"error\":\"invalid_grant\"}\n{\"error\":\"invalid_grant\"}== Info: Closing\n";
        let [exchange] = read(trace).try_into().unwrap();
        let (request, response) = (exchange.request.unwrap(), exchange.response.unwrap());
        assert_eq!(request.uri(), "https://as.example/token");
        assert!(request.body().ends_with("4567xy&b=c"), "{}", request.body());
        assert_eq!(response.status, Some(400));
        assert_eq!(
            response.header("access-control-expose-headers"),
            Some("dpop-nonce,location,retry-after,www-authenticate")
        );
        assert_eq!(response.body(), "{\"error\":\"invalid_grant\"}");
    }
}
