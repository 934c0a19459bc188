//! Random requests for which oauthlib keeps to RFC 5849; what lies outside is said where it is
//! avoided.

use serde_json::{Value, json};
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::SignatureMethod;

/// A request before it is signed, with all that it is signed with.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) method: String,
    pub(super) uri: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Option<String>,
    pub(super) signature_method: SignatureMethod,
    pub(super) placement: Placement,
    pub(super) client: Credentials,
    pub(super) token: Option<Credentials>,
    pub(super) timestamp: i64,
    pub(super) nonce: String,
    pub(super) realm: Option<String>,
    pub(super) callback: Option<String>,
    pub(super) verifier: Option<String>,
    pub(super) body_hash: bool,
}

impl Case {
    pub(super) fn draw(chance: &mut Chance, signature_method: SignatureMethod) -> Self {
        let method = chance.pick(&METHODS).to_owned();
        let placement = chance.pick(&[Placement::Header, Placement::Query, Placement::Body]);
        // It refuses a form where RFC 9110 gives a body no meaning.
        let may_be_form = !["GET", "HEAD"].contains(&method.to_ascii_uppercase().as_str());
        let placement = match placement {
            Placement::Body if !may_be_form => Placement::Header,
            placement => placement,
        };
        let content = match placement {
            Placement::Body => Content::form(chance),
            _ => Content::draw(chance, may_be_form, &signature_method),
        };
        let mut headers: Vec<_> = content
            .media_type
            .map(|text| ("Content-Type", text.to_owned()))
            .into_iter()
            .collect();
        let host = chance
            .one_in(4)
            .then(|| ("Host", format!("{}{}", host(chance), port(chance))));
        headers.extend(host);
        let mut identifier = || identifier(chance, placement);
        let (client, token, nonce) = (identifier(), identifier(), identifier());
        let (callback, verifier) = (identifier(), identifier());
        Self {
            uri: uri(chance),
            headers,
            body_hash: content.has_hash,
            body: content.body,
            placement,
            client: Credentials::new(client, text(chance)),
            // It takes an empty token for none, but with a secret of its own.
            token: (!chance.one_in(4)).then(|| Credentials::new(token, text(chance))),
            timestamp: 1 + i64::from(chance.below(1 << 31)),
            nonce,
            // It neither quotes nor refuses what must be quoted in a realm.
            realm: (placement == Placement::Header && chance.one_in(4)).then(|| realm(chance)),
            callback: chance.one_in(8).then_some(callback),
            verifier: chance.one_in(8).then_some(verifier),
            method,
            signature_method,
        }
    }

    /// Writes it as the arguments of oauthlib.
    pub(super) fn to_json(&self) -> Value {
        let secret = |credentials: &Credentials| credentials.secret.expose().to_owned();
        let headers: serde_json::Map<_, _> = self
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        json!({
            "client": {
                "client_key": self.client.identifier,
                "client_secret": secret(&self.client),
                "resource_owner_key": self.token.as_ref().map(|token| &token.identifier),
                "resource_owner_secret": self.token.as_ref().map(secret),
                "callback_uri": self.callback,
                "verifier": self.verifier,
                "realm": self.realm,
                "nonce": self.nonce,
                "timestamp": self.timestamp.to_string(),
                "signature_method": self.signature_method.as_str(),
                "signature_type": match self.placement {
                    Placement::Body => "BODY",
                    Placement::Query => "QUERY",
                    _ => "AUTH_HEADER",
                },
            },
            "request": {
                "uri": self.uri,
                "http_method": self.method,
                "headers": headers,
                "body": self.body,
            },
        })
    }
}

const METHODS: [&str; 12] = [
    "GET",
    "GET",
    "POST",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "get",
    "M-Search",
    "X!#$%&'*+.^_`|~9",
];

/// A body with what its type brings about.
struct Content {
    media_type: Option<&'static str>,
    body: Option<String>,
    has_hash: bool,
}

impl Content {
    fn draw(chance: &mut Chance, may_be_form: bool, method: &SignatureMethod) -> Self {
        match chance.below(4) {
            0 if may_be_form => Self::form(chance),
            1 => Self::other(chance, method),
            _ => Self {
                media_type: None,
                body: None,
                has_hash: false,
            },
        }
    }

    /// It knows the type without parameters alone, and checks every character of the form.
    fn form(chance: &mut Chance) -> Self {
        let media_type = Some("application/x-www-form-urlencoded");
        Self {
            media_type,
            body: Some(form(chance)),
            has_hash: false,
        }
    }

    /// It takes for a form what can be read as one, whatever its type: hence the quotes. It reads
    /// UTF-8 alone. Where there is a type it adds a hash, always SHA-1.
    fn other(chance: &mut Chance, method: &SignatureMethod) -> Self {
        let body = Some(format!("{{\"{}\": 1}}", text(chance)));
        let hashes_alike = matches!(
            method,
            SignatureMethod::HmacSha1 | SignatureMethod::Plaintext | SignatureMethod::RsaSha1
        );
        let types = [
            "application/json",
            "text/plain; charset=utf-8",
            "multipart/form-data; boundary=a",
        ];
        let media_type = (hashes_alike && !chance.one_in(4)).then(|| chance.pick(&types));
        Self {
            media_type,
            body,
            has_hash: media_type.is_some(),
        }
    }
}

fn uri(chance: &mut Chance) -> String {
    let scheme = chance.pick(&["http", "https", "https", "HTTPS", "Http"]);
    let user = if chance.one_in(16) {
        "user:p%40ss@"
    } else {
        ""
    };
    let mut uri = format!(
        "{scheme}://{user}{}{}{}",
        host(chance),
        port(chance),
        path(chance)
    );
    if !chance.one_in(4) {
        uri = format!("{uri}?{}", form(chance));
    }
    if chance.one_in(16) {
        uri.push_str("#fragment");
    }
    uri
}

/// It rewrites IP addresses: they are written here as it writes them, but for the case.
fn host(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => chance
            .pick(&["127.0.0.1", "[::1]", "[2001:db8::1]", "[2001:DB8::A]"])
            .to_owned(),
        _ => {
            let labels = 1 + chance.below(3);
            let labels = (0..labels).map(|_| {
                let length = 1 + chance.below(8);
                (0..length)
                    .map(|_| chance.pick(b"abcxyzABCXYZ0189") as char)
                    .collect::<String>()
            });
            format!("{}.example", labels.collect::<Vec<_>>().join("-."))
        }
    }
}

/// It refuses port 0.
fn port(chance: &mut Chance) -> String {
    match chance.below(8) {
        0 => ":80".to_owned(),
        1 => ":443".to_owned(),
        2 => format!(":{}", 1 + chance.below(65_535)),
        3 => chance.pick(&[":", ":0443", ":080", ":08080"]).to_owned(),
        _ => String::new(),
    }
}

fn path(chance: &mut Chance) -> String {
    let mut path = String::new();
    for _ in 0..chance.below(4) {
        path.push('/');
        for _ in 0..chance.below(6) {
            match chance.below(8) {
                0 => path.push_str(&escape(chance)),
                1 => path.push(chance.pick(b";;[]|\"{}") as char),
                2 => path.push(chance.pick(&['\u{fc}', '\u{2603}', '\u{1f600}'])),
                _ => path.push(chance.pick(b"azAZ09-._~!$&'()*+,=:@") as char),
            }
        }
    }
    // It loses a semicolon that begins empty parameters of the last segment.
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.find(';').is_some_and(|at| at + 1 == last.len()) {
        path.push('v');
    }
    path
}

/// Writes a query or a form of the characters that it knows: no `[`, `]`, `|`, `"`, no raw UTF-8.
///
/// No name begins with `oauth_`: those would stand in two places. A `%` that begins no escape it
/// takes at the very end alone.
fn form(chance: &mut Chance) -> String {
    let pieces = chance.below(7);
    let mut form = (0..pieces)
        .map(|_| pair(chance))
        .collect::<Vec<_>>()
        .join("&");
    if chance.one_in(16) {
        form.push_str(chance.pick(&["&", "%", "%4", "=100%"]));
    }
    form
}

fn pair(chance: &mut Chance) -> String {
    let name = match chance.below(3) {
        // Such as sort beside those of the protocol, or repeat.
        0 => chance
            .pick(&[
                "oauth",
                "oauth-a",
                "oauth%2Da",
                "oauthz",
                "OAUTH_a",
                "realm",
                "z",
                "a",
            ])
            .to_owned(),
        1 => chance.pick(&["a", "a%20", "a+", "a1", ""]).to_owned(),
        _ => component(chance),
    };
    match chance.below(8) {
        0 => name,
        1 => format!("{name}="),
        2 => format!("{name}=="),
        _ => format!("{name}={}", component(chance)),
    }
}

fn component(chance: &mut Chance) -> String {
    let length = chance.below(8);
    (0..length)
        .map(|_| match chance.below(4) {
            0 => escape(chance),
            1 => char::from(chance.pick(b"+;:~,*@!()/?'$._-")).to_string(),
            _ => char::from(chance.pick(b"azAZ09")).to_string(),
        })
        .collect()
}

/// Writes a character in escapes, with digits of either case. It reads UTF-8 alone.
fn escape(chance: &mut Chance) -> String {
    let character = match chance.below(3) {
        0 => chance.pick(&['\u{fc}', '\u{20ac}', '\u{2603}', '\u{1f600}', '\u{fffd}']),
        1 => chance.pick(b"&=+%;/?# ~\"[]|\\") as char,
        _ => char::from(u8::try_from(chance.below(128)).unwrap_or_default()),
    };
    let is_upper = chance.one_in(2);
    let octets = character.to_string().into_bytes().into_iter();
    octets
        .map(|octet| {
            if is_upper {
                format!("%{octet:02X}")
            } else {
                format!("%{octet:02x}")
            }
        })
        .collect()
}

/// Draws what names client, token or nonce, and is not empty.
///
/// Where it stands in query or body, oauthlib decodes it once too often, so there is no `%`.
fn identifier(chance: &mut Chance, placement: Placement) -> String {
    let identifier = format!("{}{}", chance.pick(b"azAZ09+/ &") as char, text(chance));
    match placement {
        Placement::Header => identifier,
        _ => identifier.replace('%', "!"),
    }
}

fn text(chance: &mut Chance) -> String {
    let length = chance.below(12);
    let mut character = || match chance.below(8) {
        0 => chance.pick(&['\u{fc}', '\u{20ac}', '\u{1f600}', '\u{7f}', '\u{0}', '\n']),
        1 => chance.pick(b"!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~ ") as char,
        2 => '%',
        _ => chance.pick(b"abcxyzABCXYZ0123456789-._~") as char,
    };
    (0..length).map(|_| character()).collect()
}

fn realm(chance: &mut Chance) -> String {
    let is_plain = |character: &char| !character.is_control() && !['"', '\\'].contains(character);
    format!(
        "r{}",
        text(chance).chars().filter(is_plain).collect::<String>()
    )
}

/// `SplitMix64`: the same cases every time, so that a failure can be looked into.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let drawn = (mixed ^ (mixed >> 31)) % u64::from(bound);
        u32::try_from(drawn).unwrap_or_default()
    }

    fn one_in(&mut self, cases: u32) -> bool {
        self.below(cases) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let drawn = self.below(u32::try_from(choices.len()).unwrap_or(u32::MAX));
        choices[usize::try_from(drawn).unwrap_or_default()]
    }
}
