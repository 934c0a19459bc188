//! Objects as programs print them: JSON, dictionaries of Python, hashes of Ruby and Perl, what Node inspects, maps of Go.

use serde_json::{Map, Value};

/// Deeper objects are not read.
const MAX_DEPTH: usize = 24;

/// A longer object is not read.
const MAX_OCTETS: usize = 128 * 1024;

/// Reads the object or list with which the text begins, and tells how long it is.
pub(super) fn read(text: &str) -> Option<(Value, usize)> {
    let bound = (0..=MAX_OCTETS.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let text = text.get(..bound?)?;
    if let Some(read) = strict(text) {
        return Some(read);
    }
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    (value.is_object() || value.is_array()).then_some((value, reader.at))
}

fn strict(text: &str) -> Option<(Value, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, letters: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(letters).len();
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_there = self.rest().starts_with(text);
        self.at += if is_there { text.len() } else { 0 };
        is_there
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip(char::is_whitespace);
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            '{' => self.object(depth, '{', '}'),
            '[' => self.list(depth),
            '"' | '\'' | '`' => self.text_with_more().map(Value::String),
            _ => self.word(depth),
        }
    }

    fn object(&mut self, depth: usize, open: char, close: char) -> Option<Value> {
        self.at += open.len_utf8();
        let mut members = Map::new();
        loop {
            self.skip(|letter| letter.is_whitespace() || matches!(letter, ',' | ';'));
            let next = self.peek()?;
            if next == close {
                self.at += next.len_utf8();
                return Some(Value::Object(members));
            }
            if self.takes("...") || self.takes("…") {
                self.skip(|letter| letter != '\n' && letter != close);
                continue;
            }
            let name = self.name()?;
            self.skip(char::is_whitespace);
            if !(self.takes("=>") || self.takes(":") || self.takes("=")) {
                return None;
            }
            let value = self.value(depth + 1)?;
            members.insert(name, value);
        }
    }

    /// Reads the name of a member; `[Symbol(x)]` and `:x` are names, too.
    fn name(&mut self) -> Option<String> {
        self.skip(|letter| letter == ':');
        for prefix in ["u'", "b'", "u\"", "b\""] {
            if self.rest().starts_with(prefix) {
                self.at += 1;
            }
        }
        if matches!(self.peek()?, '"' | '\'' | '`') {
            return self.quoted();
        }
        let rest = self.rest();
        let end = rest.find(|letter: char| letter.is_whitespace() || ":=,{}".contains(letter))?;
        self.at += end;
        rest.get(..end)
            .filter(|name| !name.is_empty() && name.len() < 100)
            .map(str::to_owned)
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip(|letter| letter.is_whitespace() || letter == ',');
            match self.peek()? {
                ']' => {
                    self.at += 1;
                    // `[Object: null prototype] { … }`, `[Response] { … }`
                    let behind = self.rest().trim_start_matches(' ');
                    if behind.starts_with('{') && items.iter().all(Value::is_string) {
                        self.skip(|letter| letter == ' ');
                        return self.object(depth + 1, '{', '}');
                    }
                    return Some(Value::Array(items));
                }
                '}' => return None,
                _ => items.push(self.value(depth + 1)?),
            }
        }
    }

    /// Reads a text, and those that are joined to it: Node breaks long ones so.
    fn text_with_more(&mut self) -> Option<String> {
        let mut text = self.quoted()?;
        loop {
            let before = self.at;
            self.skip(char::is_whitespace);
            if !self.takes("+") {
                self.at = before;
                return Some(text);
            }
            self.skip(char::is_whitespace);
            text.push_str(&self.quoted()?);
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self
            .peek()
            .filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((index, letter)) = letters.next() {
            match letter {
                letter if letter == quote => {
                    self.at += index + 1;
                    return Some(text);
                }
                '\\' => match letters.next()?.1 {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'u' => {
                        let digits: String =
                            letters.by_ref().take(4).map(|(_, digit)| digit).collect();
                        text.extend(
                            u32::from_str_radix(&digits, 16)
                                .ok()
                                .and_then(char::from_u32),
                        );
                    }
                    other => text.push(other),
                },
                letter => text.push(letter),
            }
        }
        None
    }

    /// Reads what stands without quotes: a number, a word, or an object with the name of its class before it.
    fn word(&mut self, depth: usize) -> Option<Value> {
        for prefix in ["u'", "b'", "u\"", "b\""] {
            if self.rest().starts_with(prefix) {
                self.at += 1;
                return self.text_with_more().map(Value::String);
            }
        }
        let rest = self.rest();
        let line = rest.lines().next()?;
        if let Some(open) = line.find(['{', '(']) {
            let class = rest.get(..open)?;
            let is_closed = class.matches('[').count() == class.matches(']').count();
            let is_class = is_closed
                && !class.trim().is_empty()
                && class.chars().all(|letter| {
                    letter.is_ascii_alphanumeric() || " _.:#<>[]*-%".contains(letter)
                });
            if is_class {
                self.at += open;
                let opens = rest.get(open..)?.chars().next()?;
                return self.instance(depth, opens);
            }
        }
        let end = rest.find([',', '}', ']', '\n', '{', '('])?;
        let word = rest.get(..end)?.trim();
        self.at += end;
        Some(match word {
            "None" | "null" | "nil" | "undefined" | "NULL" | "<null>" => Value::Null,
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            "" => return None,
            word => word
                .parse::<i64>()
                .map_or_else(|_| Value::from(word.trim_start_matches(':')), Value::from),
        })
    }

    /// Reads `Headers { … }`, `HTTPHeaderDict({…})` and `datetime(2026, 11)`.
    fn instance(&mut self, depth: usize, opens: char) -> Option<Value> {
        if opens == '{' {
            return self.object(depth + 1, '{', '}');
        }
        self.at += 1;
        let inner = match self.peek()? {
            '{' | '[' | '"' | '\'' => self.value(depth + 1)?,
            _ => Value::Null,
        };
        self.skip(|letter| !matches!(letter, ')' | '\n'));
        self.takes(")").then_some(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_many_languages_are_read() {
        let expected =
            serde_json::json!({"error": "invalid_scope", "status": 400, "ok": false, "x": null});
        for text in [
            r#"{"error": "invalid_scope", "status": 400, "ok": false, "x": null} and more"#,
            "{'error': 'invalid_scope', 'status': 400, 'ok': False, 'x': None}",
            r#"{"error"=>"invalid_scope", "status"=>400, "ok"=>false, "x"=>nil}"#,
            r#"{:error=>"invalid_scope", :status=>400, :ok=>false, :x=>nil}"#,
            "{\n  error: 'invalid_scope',\n  status: 400,\n  ok: false,\n  x: undefined\n}",
            "{\n error: 'invalid_' +\n   'scope',\n status: 400,\n ok: false,\n x: null,\n}",
        ] {
            let (value, length) = read(text).unwrap();
            assert_eq!(value, expected, "{text}");
            assert_eq!(text.get(length - 1..length), Some("}"));
        }
    }

    #[test]
    fn classes_and_gaps_are_passed_over() {
        let text = "{\n a: Headers { date: 'x' },\n b: [Function: f],\n ...\n c: D({'e': 'f'}),\n}";
        let (value, _) = read(text).unwrap();
        assert_eq!(value["a"]["date"], "x");
        assert_eq!(value["c"]["e"], "f");
        let text = "{\n a: Object [Headers] { b: 'c' },\n d: <ref *1> Message { e: [Object: null prototype] { f: 1 } },\n g: [Circular *1],\n h: [class X], i: <Buffer 7b 22>\n}";
        let (value, _) = read(text).unwrap();
        assert_eq!(
            (&value["a"]["b"], &value["d"]["e"]["f"]),
            (&Value::from("c"), &Value::from(1))
        );
    }

    #[test]
    fn code_and_prose_are_no_objects() {
        for text in [
            "{ return x; }",
            "{",
            "{{token}}",
            "{a b}",
            "[",
            "{\"a\": ",
            "{x",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
