use std::fmt::Write;

use tripod_core::parameters::Parameters;

/// A page that posts the response to the client ([OAuth 2.0 Form Post Response Mode]).
///
/// It runs no script: the user presses its one button, and any content security policy allows it.
///
/// [OAuth 2.0 Form Post Response Mode]: https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormPost {
    /// Where the form is posted to.
    pub action: String,
    /// The fields of the form.
    pub fields: Parameters,
}

impl FormPost {
    /// Writes the page; the code stands in it.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Continue</title></head>\n\
             <body>\n<form method=\"post\" action=\"{}\">\n",
            escape(&self.action)
        );
        for (name, value) in self.fields.iter() {
            let (name, value) = (escape(name), escape(value));
            // Writing to a string cannot fail.
            let _ = writeln!(
                page,
                "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
            );
        }
        page.push_str("<button type=\"submit\">Continue</button>\n</form>\n</body>\n</html>\n");
        page
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // A browser would turn a line break in a value into another one, or drop it.
            '\r' => escaped.push_str("&#13;"),
            '\n' => escaped.push_str("&#10;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
