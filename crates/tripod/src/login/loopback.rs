//! Waiting for the browser on a port of this machine ([RFC 8252 §7.3]).
//!
//! [RFC 8252 §7.3]: https://www.rfc-editor.org/rfc/rfc8252#section-7.3

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::way::Browser;
use crate::error::{Error, Failure, Stage};

/// Waits for the browser; dropping it closes the port.
#[derive(Debug)]
pub(super) struct Loopback {
    redirect_uri: String,
    visits: mpsc::Receiver<Visit>,
    _tasks: JoinSet<()>,
}

/// A browser that came to the callback, and waits for a page.
#[derive(Debug)]
pub(super) struct Visit {
    /// The address by which it came.
    pub(super) uri: String,
    stream: TcpStream,
}

/// What the tab is told in the end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Page {
    Done,
    Failed,
    Stray,
}

struct Place {
    host: String,
    port: u16,
    path: String,
}

impl Loopback {
    /// A request whose head is longer is no browser's.
    const LONGEST_HEAD: usize = 32 * 1024;

    /// Browsers open connections ahead and leave them idle; those are not waited for.
    const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

    pub(super) async fn listen(browser: &Browser) -> Result<Self, Error> {
        let fail = |source| {
            let place = format!("{}:{}", browser.host, browser.port);
            Error::new(Stage::Authorization, Failure::Listener { place, source })
        };
        let (v4, v6, port) = bind(browser.port).await.map_err(fail)?;
        let place = Arc::new(Place {
            host: browser.host.clone(),
            port,
            path: browser.path.clone(),
        });
        let redirect_uri = place.uri(&place.path);
        let (sender, visits) = mpsc::channel(16);
        let mut tasks = JoinSet::new();
        for listener in std::iter::once(v4).chain(v6) {
            tasks.spawn(accept(listener, Arc::clone(&place), sender.clone()));
        }
        Ok(Self {
            redirect_uri,
            visits,
            _tasks: tasks,
        })
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the next browser that comes to the exact path.
    pub(super) async fn visit(&mut self) -> Option<Visit> {
        self.visits.recv().await
    }
}

impl Place {
    fn uri(&self, target: &str) -> String {
        format!("http://{}:{}{target}", self.host, self.port)
    }

    /// RFC 8252 §8.3: who comes by another name was sent by somebody else's page.
    fn is_host(&self, host: &str) -> bool {
        let port = self.port;
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|own| host.eq_ignore_ascii_case(&format!("{own}:{port}")))
    }
}

/// Listens on both loopback addresses, on the same port.
async fn bind(port: u16) -> io::Result<(TcpListener, Option<TcpListener>, u16)> {
    let mut attempts = 0;
    loop {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let bound = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)).await {
            Ok(v6) => return Ok((v4, Some(v6), bound)),
            // `localhost` might lead to whoever has the port there.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                attempts += 1;
                if port != 0 || attempts > 8 {
                    return Err(error);
                }
            }
            // This machine has no IPv6.
            Err(_) => return Ok((v4, None, bound)),
        }
    }
}

async fn accept(listener: TcpListener, place: Arc<Place>, visits: mpsc::Sender<Visit>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (place, visits) = (Arc::clone(&place), visits.clone());
        connections.spawn(async move {
            let served = serve(stream, &place, &visits);
            let _ = tokio::time::timeout(Loopback::HEAD_TIMEOUT, served).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, place: &Place, visits: &mpsc::Sender<Visit>) {
    let Some(head) = read_head(&mut stream).await else {
        return;
    };
    match target(&head, place) {
        Some(target) => {
            let uri = place.uri(target);
            let _ = visits.send(Visit { uri, stream }).await;
        }
        None => answer(stream, "404 Not Found", "").await,
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|octets| octets == b"\r\n\r\n") {
        if head.len() > Loopback::LONGEST_HEAD {
            return None;
        }
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.ok()?;
        if read == 0 {
            return None;
        }
        head.extend_from_slice(chunk.get(..read)?);
    }
    String::from_utf8(head).ok()
}

/// Finds where a request wants to go, if it is the callback's exact path.
fn target<'a>(head: &'a str, place: &Place) -> Option<&'a str> {
    let mut lines = head.split("\r\n");
    let mut line = lines.next()?.split(' ');
    let (method, target) = (line.next()?, line.next()?);
    let mut hosts = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    let is_ours = hosts.next().is_some_and(|host| place.is_host(host));
    let path = target.split('?').next();
    (method == "GET" && is_ours && path == Some(&place.path)).then_some(target)
}

impl Visit {
    /// Shows the tab how it ended.
    pub(super) async fn show(self, page: Page) {
        let (status, title, text) = match page {
            Page::Done => (
                "200 OK",
                "You are logged in",
                "You can close this tab and go back to the program.",
            ),
            Page::Failed => (
                "400 Bad Request",
                "The login failed",
                "The program says why. You can close this tab.",
            ),
            Page::Stray => (
                "400 Bad Request",
                "This is not the login that is waited for",
                "Please use the tab that was opened last.",
            ),
        };
        let body = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
             <style>body{{font:1.1em/1.5 system-ui,sans-serif;margin:15vh auto;max-width:32em;\
             padding:0 1em;color-scheme:light dark}}</style>\
             <h1 id=\"outcome\">{title}</h1><p>{text}</p></html>"
        );
        answer(self.stream, status, &body).await;
    }
}

async fn answer(mut stream: TcpStream, status: &str, body: &str) {
    // The address holds a code: nobody else is told of it, and nothing runs on this page.
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let written = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.shutdown().await
    };
    // A tab that was closed meanwhile misses nothing but this page.
    let _ = tokio::time::timeout(Duration::from_secs(5), written).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            host: "127.0.0.1".to_owned(),
            port: 4321,
            path: "/callback".to_owned(),
        }
    }

    #[test]
    fn only_a_get_of_the_exact_path_at_this_machine_is_the_callback() {
        let wanted = "GET /callback?code=c&state=s HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n";
        assert_eq!(target(wanted, &place()), Some("/callback?code=c&state=s"));
        for stray in [
            "GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
            "GET /callback/ HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
            "GET //callback HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
            "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
            "HEAD /callback?code=c HTTP/1.1\r\nHost: 127.0.0.1:4321\r\n\r\n",
            "GET /callback?code=c HTTP/1.1\r\nHost: evil.example:4321\r\n\r\n",
            "GET /callback?code=c HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n",
            "GET /callback?code=c HTTP/1.1\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert_eq!(target(stray, &place()), None, "{stray}");
        }
    }
}
