//! Labels with which programs say which part of a message they print next: `request headers: {…}`, `Body: …`.

/// What follows a label, on its own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label<'a> {
    /// An object that holds the head, or nothing if fields follow line by line.
    Headers(&'a str),
    Body(&'a str),
}

/// Reads a label.
pub(super) fn read(line: &str) -> Option<Label<'_>> {
    const LONGEST: usize = 24;
    let end = line.find([':', '=']).filter(|end| *end <= LONGEST)?;
    let (name, rest) = line.split_at_checked(end)?;
    let rest = rest
        .trim_start_matches([':', '='])
        .trim_start_matches('>')
        .trim();
    let name = name
        .trim()
        .to_ascii_lowercase()
        .replace(['_', '-', '.'], " ");
    let mut words = name.split(' ').rev();
    let part = words.next()?;
    let is_of_message = words.all(|word| {
        [
            "request", "response", "req", "res", "resp", "http", "the", "raw", "post",
        ]
        .contains(&word)
    });
    match part {
        "headers" if is_of_message => {
            let object = rest.find('{').map(|at| rest.split_at(at));
            match object {
                None if rest.is_empty() => Some(Label::Headers("")),
                // `Headers {`, `HTTPHeaderDict({`, `Object [null] {`
                Some((class, object)) if !class.contains([':', '"']) => {
                    Some(Label::Headers(object))
                }
                _ => None,
            }
        }
        "body" | "data" | "payload" | "content" | "params" | "form" if is_of_message => {
            Some(Label::Body(rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_known_by_their_labels() {
        assert_eq!(read("request headers: {"), Some(Label::Headers("{")));
        assert_eq!(
            read("Response Headers: Headers {"),
            Some(Label::Headers("{"))
        );
        assert_eq!(read("headers = {'a': 1}"), Some(Label::Headers("{'a': 1}")));
        assert_eq!(read("req.body => a=b"), Some(Label::Body("a=b")));
        assert_eq!(read("Body: {\"a\":1}"), Some(Label::Body("{\"a\":1}")));
        for line in [
            "Host: a",
            "x-request-body-length: 1",
            "data",
            "somebody: x",
            "Content-Type: body",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
