//! The fourth and fifth axes: for which URL and which method is signed.

use tripod_core::percent;

use super::{Mistake, Subject};
use crate::case::uri::Uri;

/// A text, with what is wrong with it.
pub(super) struct Variant {
    pub(super) mistake: Option<Mistake>,
    pub(super) text: String,
}

/// Lists the URLs; the first is the right one.
pub(super) fn urls(subject: &Subject<'_>) -> Vec<Variant> {
    let sent = subject.uri;
    let due = due(subject);
    let mut all = vec![Variant {
        mistake: None,
        text: written(&due),
    }];
    let mut add = |code: &'static str, words: &str, text: String| {
        if all.iter().all(|variant| variant.text != text) {
            let mistake = Some(Mistake::new(code, words));
            all.push(Variant { mistake, text });
        }
    };
    let with = |change: &dyn Fn(&mut Uri)| {
        let mut uri = due.clone();
        change(&mut uri);
        written(&uri)
    };
    let (scheme, port) = if due.scheme == "https" {
        ("http", "443")
    } else {
        ("https", "80")
    };
    const SCHEME: &str = "oauth1/signature/other-scheme";
    const PORT: &str = "oauth1/signature/port";
    const HOST: &str = "oauth1/signature/other-host";
    add(
        SCHEME,
        &format!("`{scheme}://` in the URL"),
        with(&|uri| uri.scheme = scheme.into()),
    );
    add(
        PORT,
        "the default port in the URL",
        with(&|uri| {
            if uri.port.is_empty() {
                uri.port = port.into();
            }
        }),
    );
    add(
        PORT,
        "the port left out of the URL",
        with(&|uri| uri.port.clear()),
    );
    add(
        HOST,
        "the host as it was written, not in lower case",
        with(&|uri| uri.host = sent.host.clone()),
    );
    add(
        HOST,
        "the host of the URL, not that of the Host header",
        with(&|uri| {
            uri.host = sent.host.to_ascii_lowercase();
            uri.port.clone_from(&sent.port);
        }),
    );
    add(
        HOST,
        "`www.` before the host",
        with(&|uri| uri.host = format!("www.{}", uri.host)),
    );
    add(
        HOST,
        "the host without `www.`",
        with(&|uri| {
            uri.host = uri.host.trim_start_matches("www.").to_owned();
        }),
    );
    add(
        HOST,
        "`localhost` in place of 127.0.0.1",
        with(&|uri| uri.host = uri.host.replace("127.0.0.1", "localhost")),
    );
    add(
        HOST,
        "127.0.0.1 in place of `localhost`",
        with(&|uri| uri.host = uri.host.replace("localhost", "127.0.0.1")),
    );
    paths(sent, &with, &mut add);
    add(
        "oauth1/signature/query-in-url",
        "the user's name and password in the URL",
        with(&|uri| uri.host = format!("{}@{}", sent.user_info, uri.host)),
    );
    add(
        "oauth1/signature/path",
        "the path alone, without scheme and host",
        due.path.clone(),
    );
    all
}

/// Changes the right URL and writes it.
type Changed<'a> = dyn Fn(&dyn Fn(&mut Uri)) -> String + 'a;

fn paths(sent: &Uri, with: &Changed<'_>, add: &mut dyn FnMut(&'static str, &str, String)) {
    const PATH: &str = "oauth1/signature/path";
    const QUERY: &str = "oauth1/signature/query-in-url";
    let plain = with(&|_| {});
    if !sent.query.is_empty() {
        add(
            QUERY,
            "the query left in the URL",
            format!("{plain}?{}", sent.query),
        );
    }
    add(
        QUERY,
        "a question mark left in the URL",
        format!("{plain}?"),
    );
    if !sent.fragment.is_empty() {
        add(
            QUERY,
            "the fragment left in the URL",
            format!("{plain}#{}", sent.fragment),
        );
    }
    add(
        PATH,
        "a slash added at the end of the path",
        with(&|uri| uri.path.push('/')),
    );
    add(
        PATH,
        "the slash at the end of the path left out",
        with(&|uri| {
            uri.path = uri.path.trim_end_matches('/').to_owned();
        }),
    );
    add(
        PATH,
        "repeated slashes in the path joined",
        with(&|uri| {
            while uri.path.contains("//") {
                uri.path = uri.path.replace("//", "/");
            }
        }),
    );
    add(
        PATH,
        "dots in the path resolved",
        with(&|uri| uri.path = without_dots(&uri.path)),
    );
    add(
        PATH,
        "the path decoded",
        with(&|uri| {
            let octets = percent::decode(&uri.path).unwrap_or_default().into_owned();
            uri.path = String::from_utf8_lossy(&octets).into_owned();
        }),
    );
    add(
        PATH,
        "the escapes in the path encoded once more",
        with(&|uri| uri.path = uri.path.replace('%', "%25")),
    );
    add(
        PATH,
        "the path in lower case",
        with(&|uri| uri.path.make_ascii_lowercase()),
    );
    add(
        PATH,
        "the first segment of the path left out, as behind a proxy",
        with(&|uri| {
            let rest = uri
                .path
                .get(1..)
                .and_then(|path| path.find('/').and_then(|at| path.get(at..)));
            uri.path = rest.unwrap_or(&uri.path).to_owned();
        }),
    );
}

/// RFC 5849 §3.4.1.2.
fn due(subject: &Subject<'_>) -> Uri {
    let sent = subject.uri;
    let scheme = sent.scheme.to_ascii_lowercase();
    let authority = subject
        .request
        .header("host")
        .map(|host| Uri::parse(&format!("x://{host}")))
        .filter(|uri| !uri.host.is_empty());
    let (host, port) = authority.map_or_else(
        || (sent.host.clone(), sent.port.clone()),
        |uri| (uri.host, uri.port),
    );
    let is_default = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
    let path = if sent.path.is_empty() {
        "/"
    } else {
        &sent.path
    };
    Uri {
        host: host.to_ascii_lowercase(),
        port: if is_default { String::new() } else { port },
        path: path.to_owned(),
        scheme,
        ..Uri::default()
    }
}

fn written(uri: &Uri) -> String {
    uri.without_query()
}

fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}

/// Lists the methods; the first is the right one.
pub(super) fn methods(subject: &Subject<'_>) -> Vec<Variant> {
    const CODE: &str = "oauth1/signature/method";
    const ALL: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    let Some(sent) = subject.request.method.as_deref() else {
        // What the evidence does not show cannot be wrong.
        let shown = |method: &&str| Variant {
            mistake: None,
            text: (*method).to_owned(),
        };
        return ALL.iter().map(shown).collect();
    };
    let mut all = vec![Variant {
        mistake: None,
        text: sent.to_ascii_uppercase(),
    }];
    let overridden = [
        "x-http-method-override",
        "x-method-override",
        "x-http-method",
    ]
    .iter()
    .find_map(|name| subject.request.header(name));
    let mut add = |words: String, text: &str| {
        if all.iter().all(|variant| variant.text != text) {
            let mistake = Some(Mistake::new(CODE, words));
            all.push(Variant {
                mistake,
                text: text.to_owned(),
            });
        }
    };
    if let Some(method) = overridden {
        let words = format!("the method {method} of the override, not {sent}, which was sent");
        add(words, &method.to_ascii_uppercase());
    }
    add(
        "the method in lower case".into(),
        &sent.to_ascii_lowercase(),
    );
    for method in ALL {
        add(
            format!("the method {method}, though {sent} was sent"),
            method,
        );
    }
    add("no method".into(), "");
    all
}
