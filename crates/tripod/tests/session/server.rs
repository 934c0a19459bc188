//! A small HTTP server whose answers a test decides.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    head: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The access token in the header, whatever its scheme.
    pub(crate) fn token(&self) -> Option<&str> {
        Some(self.header("authorization")?.split_once(' ')?.1)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: String,
    body: String,
    delay: Duration,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: String::new(),
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A server on a port of its own, which notes what it was asked.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) uri: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

type Answering = dyn Fn(&Asked) -> Reply + Send + Sync;

impl Server {
    pub(crate) async fn begin(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            uri: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
        };
        let (answer, asked): (Arc<Answering>, _) = (Arc::new(answer), Arc::clone(&server.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&asked));
                tokio::spawn(serve(stream, answer, asked));
            }
        });
        server
    }

    pub(crate) fn at(&self, target: &str) -> String {
        format!("{}{target}", self.uri)
    }

    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        let is_there = |asked: &&Asked| asked.target.split('?').next() == Some(path);
        asked.iter().filter(is_there).cloned().collect()
    }
}

async fn serve(mut stream: TcpStream, answer: Arc<Answering>, notes: Arc<Mutex<Vec<Asked>>>) {
    let mut read = Vec::new();
    while let Some(asked) = next(&mut stream, &mut read).await {
        notes.lock().unwrap().push(asked.clone());
        let reply = answer(&asked);
        tokio::time::sleep(reply.delay).await;
        let text = format!(
            "HTTP/1.1 {} Status\r\n{}content-length: {}\r\n\r\n{}",
            reply.status,
            reply.headers,
            reply.body.len(),
            reply.body
        );
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Asked> {
    loop {
        if let Some((asked, length)) = parse(read) {
            read.drain(..length);
            return Some(asked);
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(read: &[u8]) -> Option<(Asked, usize)> {
    let text = String::from_utf8_lossy(read).into_owned();
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let mut words = head.split(' ');
    let mut asked = Asked {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        head: head.to_owned(),
        body: String::new(),
    };
    let body = if asked.header("transfer-encoding") == Some("chunked") {
        let end = rest.find("0\r\n\r\n")?;
        rest.get(..end + 5)?
    } else {
        let length = asked.header("content-length").unwrap_or("0");
        rest.get(..length.parse().ok()?)?
    };
    asked.body = body.to_owned();
    Some((asked, head.len() + 4 + body.len()))
}
