//! A curl command line, as people type it and as browsers copy it.

use std::iter::Peekable;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tripod_core::form;
use tripod_core::secret::Secret;

use super::{Header, Place, Request};

/// Finds the command line in a text; returns it and the number of its line.
pub(super) fn find(text: &str) -> Option<(String, usize)> {
    let mut lines = text.lines().enumerate();
    let (number, first) = lines.find(|(_, line)| bare(line).starts_with("curl "))?;
    let mut command = bare(first).to_owned();
    let is_open = |command: &str| command.ends_with('\\') || words(command).is_none();
    for (_, line) in lines.take(200) {
        if !is_open(&command) {
            break;
        }
        if command.ends_with('\\') {
            command.pop();
        } else {
            command.push('\n');
        }
        command.push_str(line);
    }
    Some((command, number + 1))
}

/// Cuts a text where a command begins; gives each piece and how many lines stand before it.
pub(super) fn pieces(text: &str) -> Vec<(&str, usize)> {
    let mut begins = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if let Some(prompt) = prompt(line) {
            begins.push((at + prompt, number));
        }
        at += line.len();
    }
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    begins
        .iter()
        .zip(ends)
        .filter_map(|(&(begin, before), end)| Some((text.get(begin..end)?, before)))
        .collect()
}

/// Finds where a command begins: what was printed before may not have ended its line.
fn prompt(line: &str) -> Option<usize> {
    if bare(line).starts_with("curl ") {
        return Some(0);
    }
    ["$ curl ", "% curl ", "# curl "]
        .iter()
        .find_map(|prompt| line.find(prompt))
}

fn bare(line: &str) -> &str {
    let line = line.trim_start();
    line.strip_prefix(['$', '%', '#']).unwrap_or(line).trim()
}

/// Reads a command line into the request that curl would send.
pub(super) fn read(command: &str, place: Place) -> Option<Request> {
    let words = words(command)?;
    let mut typed = Typed::default();
    let mut words = words.iter().skip(1).map(String::as_str);
    while let Some(word) = words.next() {
        match word.strip_prefix("--") {
            Some(long) => typed.long(long, &mut words),
            None if word.starts_with('-') && word.len() > 1 => typed.short(word, &mut words),
            None => typed.url(word),
        }
    }
    typed.into_request(place)
}

#[derive(Default)]
struct Typed {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<Header>,
    data: Vec<String>,
    user: Option<String>,
    json: bool,
    /// Whether the body is in a file, which is not shown.
    has_file: bool,
    form: bool,
    get: bool,
    head: bool,
}

impl Typed {
    fn url(&mut self, url: &str) {
        self.url.get_or_insert_with(|| url.to_owned());
    }

    fn short<'a>(&mut self, word: &'a str, words: &mut impl Iterator<Item = &'a str>) {
        let mut rest = word.get(1..).unwrap_or_default();
        while let Some(letter) = rest.chars().next() {
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            let name = match letter {
                'X' => "request",
                'H' => "header",
                'd' => "data",
                'u' => "user",
                'F' => "form",
                'A' => "user-agent",
                'e' => "referer",
                'b' => "cookie",
                'o' | 'w' | 'm' | 'x' | 'T' | 'c' | 'E' => "ignored",
                'G' => {
                    self.get = true;
                    continue;
                }
                'I' => {
                    self.head = true;
                    continue;
                }
                _ => continue,
            };
            let value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest)
            };
            self.option(name, value.unwrap_or_default());
            return;
        }
    }

    fn long<'a>(&mut self, long: &'a str, words: &mut impl Iterator<Item = &'a str>) {
        const FLAGS: [&str; 14] = [
            "verbose",
            "silent",
            "location",
            "compressed",
            "insecure",
            "include",
            "fail",
            "show-error",
            "http1.1",
            "http2",
            "globoff",
            "no-buffer",
            "location-trusted",
            "path-as-is",
        ];
        if FLAGS.contains(&long) {
            return;
        }
        match long {
            "get" => self.get = true,
            "head" => self.head = true,
            _ => match long.split_once('=') {
                Some((name, value)) => self.option(name, value),
                None => self.option(long, words.next().unwrap_or_default()),
            },
        }
    }

    fn option(&mut self, name: &str, value: &str) {
        match name {
            "request" => self.method = Some(value.to_owned()),
            "url" => self.url(value),
            "header" => {
                if let Some((name, value)) = value.split_once(':') {
                    self.headers.push(Header::new(name.trim(), value.trim()));
                }
            }
            "data" | "data-binary" | "data-ascii" | "json" if value.starts_with('@') => {
                self.json |= name == "json";
                self.has_file = true;
            }
            "data" | "data-raw" | "data-binary" | "data-ascii" => self.data.push(value.to_owned()),
            "data-urlencode" => self.data.push(url_encoded(value)),
            "json" => {
                self.json = true;
                self.data.push(value.to_owned());
            }
            "form" | "form-string" => self.form = true,
            "user" => self.user = Some(value.to_owned()),
            "oauth2-bearer" => self
                .headers
                .push(Header::new("Authorization", format!("Bearer {value}"))),
            "cookie" => self.headers.push(Header::new("Cookie", value)),
            "user-agent" => self.headers.push(Header::new("User-Agent", value)),
            _ => {}
        }
    }

    fn into_request(mut self, place: Place) -> Option<Request> {
        let mut url = self.url.take()?;
        if !url.contains("://") {
            url.insert_str(0, "http://");
        }
        let data = self.data.join(if self.json { "" } else { "&" });
        let has_data = !self.data.is_empty() || self.has_file;
        if self.get && has_data {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&data);
        }
        let sends_body = has_data && !self.get;
        let default_method = match () {
            () if self.head => "HEAD",
            () if sends_body || self.form => "POST",
            () => "GET",
        };
        self.add_headers(sends_body);
        Some(Request {
            method: Some(self.method.unwrap_or_else(|| default_method.to_owned())),
            uri: Some(url.into()),
            headers: self.headers,
            body: (sends_body && !self.has_file).then(|| Secret::new(data)),
            is_body_left_out: sends_body && self.has_file,
            place,
            ..Request::default()
        })
    }

    fn add_headers(&mut self, sends_body: bool) {
        let has = |headers: &[Header], name: &str| {
            headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case(name))
        };
        if sends_body && !has(&self.headers, "content-type") {
            let media_type = if self.json {
                "application/json"
            } else {
                "application/x-www-form-urlencoded"
            };
            self.headers.push(Header::new("Content-Type", media_type));
        }
        if self.form && !has(&self.headers, "content-type") {
            self.headers
                .push(Header::new("Content-Type", "multipart/form-data"));
        }
        if let Some(user) = self.user.take()
            && !has(&self.headers, "authorization")
        {
            let value = format!("Basic {}", STANDARD.encode(user));
            self.headers.push(Header::new("Authorization", value));
        }
    }
}

/// `name=content` encodes the content, `=content` and `content` all of it.
fn url_encoded(value: &str) -> String {
    match value.split_once('=') {
        Some(("", content)) => form::encode(content),
        Some((name, content)) => format!("{name}={}", form::encode(content)),
        None => form::encode(value),
    }
}

/// Splits a command line as a shell does; `None` if a quotation does not end.
///
/// `$'…'` is read too, as browsers write it, which is why no ready-made splitter does. What a
/// variable held is not shown: it is a gap, as if somebody had taken it out.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\'' => word
                .get_or_insert_default()
                .push_str(&single(&mut characters)?),
            '"' => word
                .get_or_insert_default()
                .push_str(&double(&mut characters)?),
            '$' if characters.peek() == Some(&'\'') => {
                characters.next();
                word.get_or_insert_default()
                    .push_str(&escaped(&mut characters)?);
            }
            '$' if begins_variable(characters.peek()) => {
                skip_variable(&mut characters);
                word.get_or_insert_default().push(GAP);
            }
            '\\' => match characters.next() {
                Some('\n') => {}
                Some(character) => word.get_or_insert_default().push(character),
                None => return None,
            },
            '|' | ';' | '>' if word.is_none() => break,
            character if character.is_whitespace() => words.extend(word.take()),
            character => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    Some(words)
}

fn single(characters: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '\'' => return Some(text),
            character => text.push(character),
        }
    }
}

const GAP: char = '…';

fn begins_variable(next: Option<&char>) -> bool {
    next.is_some_and(|next| next.is_ascii_alphabetic() || "_{(".contains(*next))
}

/// Skips `NAME`, `{NAME}` or `(command)`.
fn skip_variable(characters: &mut Peekable<impl Iterator<Item = char>>) {
    let end = match characters.peek() {
        Some('{') => '}',
        Some('(') => ')',
        _ => {
            let is_name = |next: &char| next.is_ascii_alphanumeric() || *next == '_';
            while characters.next_if(is_name).is_some() {}
            return;
        }
    };
    while characters.next().is_some_and(|next| next != end) {}
}

fn double(characters: &mut Peekable<impl Iterator<Item = char>>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '$' if begins_variable(characters.peek()) => {
                skip_variable(characters);
                text.push(GAP);
            }
            '\\' => match characters.next()? {
                '\n' => {}
                character @ ('"' | '\\' | '$' | '`') => text.push(character),
                character => text.extend(['\\', character]),
            },
            character => text.push(character),
        }
    }
}

fn escaped(characters: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '\'' => return Some(text),
            '\\' => match characters.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = characters.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok();
                    text.extend(code.and_then(char::from_u32));
                }
                character => text.push(character),
            },
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_variable_held_is_a_gap_and_single_quotes_hold_none() {
        let request = request(
            "curl https://a.example/token -d code=$CODE -d \"id=${ID:-x}&b=$(cat f)\" \
             -H \"Authorization: Bearer $TOKEN\" -H 'X-Cost: $5 $NAME' -d price=5$",
        );
        assert_eq!(request.body(), "code=…&id=…&b=…&price=5$");
        assert_eq!(request.header("authorization"), Some("Bearer …"));
        assert_eq!(request.header("x-cost"), Some("$5 $NAME"));
    }

    fn request(command: &str) -> Request {
        let (command, _) = find(command).unwrap();
        read(&command, Place::default()).unwrap()
    }

    #[test]
    fn a_command_over_several_lines_is_one_request() {
        let request = request(
            "$ curl -sS -u 'id:se\"cret' -X POST https://as.example/token \\\n  \
             -d grant_type=refresh_token --data-urlencode \"refresh_token=a b\" | jq .",
        );
        assert_eq!(request.method.as_deref(), Some("POST"));
        assert_eq!(request.uri(), "https://as.example/token");
        assert_eq!(request.body(), "grant_type=refresh_token&refresh_token=a+b");
        assert_eq!(
            request.header("authorization"),
            Some("Basic aWQ6c2UiY3JldA==")
        );
        assert_eq!(request.media_type(), "application/x-www-form-urlencoded");
    }

    #[test]
    fn what_browsers_copy_is_read() {
        let request = request(
            "curl 'https://a.example/x' -H 'authorization: Bearer t' \\\n \
             --data-raw $'it\\'s \\u0041' --compressed",
        );
        assert_eq!(request.body(), "it's A");
        assert_eq!(request.header("Authorization"), Some("Bearer t"));
    }

    #[test]
    fn a_quotation_that_never_ends_is_no_command() {
        assert!(read("curl 'https://a.example", Place::default()).is_none());
    }
}
