//! What is spoken of.

/// Something of OAuth that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    AccessToken,
    Api,
    ApiKey,
    Audience,
    Challenge,
    Client,
    ClientAuthentication,
    ClientId,
    Code,
    Consent,
    DeviceCode,
    Flow,
    GrantType,
    Header,
    Pkce,
    RedirectUri,
    RefreshToken,
    ResponseType,
    Scope,
    Secret,
    Session,
    /// A code of which is not said what it is for.
    SomeCode,
    State,
    /// A token of which is not said what it is for.
    Token,
    User,
    Verifier,
}

impl Subject {
    /// Tells whether its words mean other things elsewhere, or stand beside what is really meant.
    pub(crate) const fn is_weak(self) -> bool {
        matches!(
            self,
            Self::Api
                | Self::Client
                | Self::Flow
                | Self::Session
                | Self::SomeCode
                | Self::State
                | Self::Token
                | Self::User
        )
    }

    /// Tells whether its words are used of other things than OAuth, too.
    pub(crate) const fn is_common(self) -> bool {
        self.is_weak()
            || matches!(
                self,
                Self::Scope | Self::ApiKey | Self::Audience | Self::Consent | Self::Verifier
            )
    }
}

/// Where a subject stands among the words.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) subject: Subject,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The longer of two that begin at the same word stands first.
const NAMES: &[(&str, Subject)] = &[
    ("access token", Subject::AccessToken),
    ("api access token", Subject::AccessToken),
    ("bearer token", Subject::AccessToken),
    ("oauth token", Subject::AccessToken),
    ("oauth2 token", Subject::AccessToken),
    ("oauth access token", Subject::AccessToken),
    ("auth token", Subject::AccessToken),
    ("authorization token", Subject::AccessToken),
    ("authentication token", Subject::AccessToken),
    ("api token", Subject::AccessToken),
    ("auth credentials", Subject::AccessToken),
    ("authentication credentials", Subject::AccessToken),
    ("security token", Subject::AccessToken),
    ("accesstoken", Subject::AccessToken),
    ("refresh token", Subject::RefreshToken),
    ("refreshtoken", Subject::RefreshToken),
    ("authorization code", Subject::Code),
    ("authorisation code", Subject::Code),
    ("auth code", Subject::Code),
    ("authcode", Subject::Code),
    ("oauth code", Subject::Code),
    ("grant code", Subject::Code),
    ("code", Subject::SomeCode),
    ("device code", Subject::DeviceCode),
    ("user code", Subject::DeviceCode),
    ("client secret", Subject::Secret),
    ("app secret", Subject::Secret),
    ("application secret", Subject::Secret),
    ("api secret", Subject::Secret),
    ("clientsecret", Subject::Secret),
    ("client authentication", Subject::ClientAuthentication),
    ("client credentials", Subject::ClientAuthentication),
    ("client credential", Subject::ClientAuthentication),
    ("client id", Subject::ClientId),
    ("client identifier", Subject::ClientId),
    ("clientid", Subject::ClientId),
    ("client key", Subject::ClientId),
    ("app id", Subject::ClientId),
    ("appid", Subject::ClientId),
    ("app key", Subject::ClientId),
    ("application id", Subject::ClientId),
    ("application identifier", Subject::ClientId),
    ("integrator key", Subject::ClientId),
    ("api key", Subject::ApiKey),
    ("apikey", Subject::ApiKey),
    ("redirect uri", Subject::RedirectUri),
    ("redirect uris", Subject::RedirectUri),
    ("redirect url", Subject::RedirectUri),
    ("redirect urls", Subject::RedirectUri),
    ("redirecturi", Subject::RedirectUri),
    ("redirection uri", Subject::RedirectUri),
    ("redirection url", Subject::RedirectUri),
    ("redirect endpoint", Subject::RedirectUri),
    ("callback url", Subject::RedirectUri),
    ("callback uri", Subject::RedirectUri),
    ("return url", Subject::RedirectUri),
    ("reply url", Subject::RedirectUri),
    ("reply address", Subject::RedirectUri),
    ("scope", Subject::Scope),
    ("scopes", Subject::Scope),
    ("permission", Subject::Scope),
    ("permissions", Subject::Scope),
    ("privilege", Subject::Scope),
    ("privileges", Subject::Scope),
    ("audience", Subject::Audience),
    ("aud", Subject::Audience),
    ("code verifier", Subject::Verifier),
    ("pkce verifier", Subject::Verifier),
    ("codeverifier", Subject::Verifier),
    ("code challenge", Subject::Challenge),
    ("pkce challenge", Subject::Challenge),
    ("code challenge method", Subject::Challenge),
    ("codechallenge", Subject::Challenge),
    ("pkce", Subject::Pkce),
    ("proof key", Subject::Pkce),
    ("state parameter", Subject::State),
    ("oauth state", Subject::State),
    ("state cookie", Subject::State),
    ("state", Subject::State),
    ("grant type", Subject::GrantType),
    ("granttype", Subject::GrantType),
    ("response type", Subject::ResponseType),
    ("authorization header", Subject::Header),
    ("authentication header", Subject::Header),
    ("auth header", Subject::Header),
    ("consent", Subject::Consent),
    ("device flow", Subject::Flow),
    ("implicit flow", Subject::Flow),
    ("code flow", Subject::Flow),
    ("standard flow", Subject::Flow),
    ("authorization flow", Subject::Flow),
    ("client", Subject::Client),
    ("application", Subject::Client),
    ("app", Subject::Client),
    ("integration", Subject::Client),
    ("connected app", Subject::Client),
    ("api", Subject::Api),
    ("session", Subject::Session),
    ("token", Subject::Token),
    ("user", Subject::User),
    ("resource owner", Subject::User),
];

/// Tokens that are not meant: of forms, pages, phones and parsers.
const OTHER_TOKENS: [&str; 32] = [
    "authenticity",
    "antiforgery",
    "csrf",
    "xsrf",
    "page",
    "reset",
    "device",
    "push",
    "registration",
    "sync",
    "next",
    "unexpected",
    "verification",
    "invitation",
    "lock",
    "confirmation",
    "password",
    "forgery",
    "crumb",
    "syntax",
    "continuation",
    "upload",
    "download",
    "captcha",
    "recaptcha",
    "id",
    "fcm",
    "request",
    "near",
    "unsubscribe",
    "webhook",
    "pagination",
];

/// Codes that are not meant: of an error, a place, an offer or a second factor.
const OTHER_CODES: [&str; 24] = [
    "error", "status", "exit", "return", "response", "zip", "postal", "promo", "coupon",
    "discount", "country", "currency", "language", "source", "byte", "machine", "qr", "area",
    "sms", "totp", "otp", "mfa", "invite", "key",
];

/// Tells whether a code or a token that this word stands before is not one of OAuth.
pub(crate) fn is_other(word: &str) -> bool {
    OTHER_TOKENS.contains(&word) || OTHER_CODES.contains(&word)
}

pub(crate) fn find(words: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match longest(words, at) {
            Some((subject, length)) if is_meant(subject, words, at) => {
                let end = at + length;
                found.push(Found {
                    subject,
                    start: at,
                    end,
                });
                at = end;
            }
            Some((_, length)) => at += length,
            None => at += 1,
        }
    }
    found
}

fn longest(words: &[&str], at: usize) -> Option<(Subject, usize)> {
    let rest = words.get(at..)?;
    NAMES
        .iter()
        .filter_map(|(name, subject)| {
            let length = name.split(' ').count();
            let is_there =
                rest.len() >= length && name.split(' ').eq(rest.iter().copied().take(length));
            is_there.then_some((*subject, length))
        })
        .max_by_key(|(_, length)| *length)
}

fn is_meant(subject: Subject, words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at)).copied();
    let next = words.get(at + 1).copied();
    match subject {
        Subject::Token => {
            !before.is_some_and(|word| OTHER_TOKENS.contains(&word))
                && !matches!(
                    next,
                    Some("at" | "in" | "type" | "endpoint" | "request" | "response")
                )
        }
        Subject::Client => !matches!(
            next,
            Some("error" | "exception" | "side" | "closed" | "s" | "request")
        ),
        Subject::SomeCode => {
            !before.is_some_and(|word| OTHER_CODES.contains(&word)) && next != Some("status")
        }
        Subject::Session => !matches!(before, Some("database" | "ssh" | "db" | "sql")),
        Subject::State => !matches!(next, Some("machine")),
        _ => true,
    }
}
