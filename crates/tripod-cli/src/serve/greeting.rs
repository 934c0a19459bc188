//! What is said once it serves: where, and in development how to begin.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use tripod_provider::provider::Provider;
use tripod_provider::seed::{
    CLIENT, CLIENT_SECRET, CONSUMER, CONSUMER_SECRET, PASSWORD, PUBLIC_CLIENT, REDIRECT_URIS, USER,
};

use crate::database::Database;
use crate::output;

/// What there is to say.
pub(super) struct Greeting<'a> {
    pub(super) provider: &'a Provider,
    pub(super) address: SocketAddr,
    pub(super) database: &'a Database,
    /// Where the certificate is that was made up.
    pub(super) certificate: Option<&'a Path>,
    pub(super) is_dev: bool,
}

impl Greeting<'_> {
    /// Says it, to people or to machines.
    ///
    /// # Errors
    ///
    /// If standard output cannot take it.
    pub(super) fn show(&self, as_json: bool) -> io::Result<()> {
        if as_json {
            output::result(self.to_json().to_string().as_bytes())
        } else {
            output::styled(self.to_text().trim_end())
        }
    }

    fn issuer(&self) -> &str {
        self.provider.config().issuer.as_str()
    }

    fn to_json(&self) -> Value {
        let mut said = json!({
            "issuer": self.issuer(),
            "address": self.address.to_string(),
            "database": self.database.place(),
        });
        if let Some(path) = self.certificate {
            said["certificate"] = path.display().to_string().into();
        }
        if self.is_dev {
            said["dev"] = json!({
                "consumer_key": CONSUMER,
                "consumer_secret": CONSUMER_SECRET,
                "client_id": CLIENT,
                "client_secret": CLIENT_SECRET,
                "public_client_id": PUBLIC_CLIENT,
                "redirect_uris": REDIRECT_URIS,
                "username": USER,
                "password": PASSWORD,
                "auto_approve": self.auto_approve(),
                "faults": self.faults(),
                "exchanges": self.exchanges(),
            });
        }
        said
    }

    /// The page that shows what clients send, and why it is refused.
    fn exchanges(&self) -> String {
        self.provider.config().address("/dev/exchanges")
    }

    fn faults(&self) -> Vec<String> {
        let development = self.provider.config().development.as_ref();
        let faults = development.map(|development| development.faults.iter());
        faults
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect()
    }

    fn auto_approve(&self) -> Option<&str> {
        let development = self.provider.config().development.as_ref()?;
        development.auto_approve.as_deref()
    }

    fn to_text(&self) -> String {
        let issuer = self.issuer();
        let mut text = format!("\x1b[1mTripod serves {issuer}\x1b[0m\n");
        let mut row = |label: &str, value: &str| {
            text.push_str(&format!("  \x1b[2m{label:<22}\x1b[0m{value}\n"));
        };
        row("listens on", &self.address.to_string());
        row("database", &self.database.place());
        if let Some(path) = self.certificate {
            row("certificate", &path.display().to_string());
        }
        if !self.is_dev {
            return text;
        }
        text.push_str(
            "\nFor development, on this machine alone: everybody knows these credentials.\n",
        );
        let mut row = |label: &str, value: &str| {
            text.push_str(&format!("  \x1b[2m{label:<22}\x1b[0m{value}\n"));
        };
        row("user", &format!("{USER} / {PASSWORD}"));
        row(
            "OAuth 1 consumer",
            &format!("{CONSUMER} / {CONSUMER_SECRET}"),
        );
        row("OAuth 2 client", &format!("{CLIENT} / {CLIENT_SECRET}"));
        row("OAuth 2 public client", PUBLIC_CLIENT);
        row(
            "redirect URIs",
            &format!("{} (any port)", REDIRECT_URIS.join(" ")),
        );
        row("scopes", "read write openid profile email offline_access");
        if let Some(user) = self.auto_approve() {
            row("approved at once", &format!("whatever is asked, as {user}"));
        }
        for fault in self.faults() {
            row("fails on purpose", &fault);
        }
        row("requests, explained", &self.exchanges());
        text.push_str(&self.commands());
        text
    }

    /// Writes commands that work as they stand.
    fn commands(&self) -> String {
        let address = |path| self.provider.config().address(path);
        let trust = self.certificate.map_or_else(String::new, |path| {
            format!("--cacert '{}' ", path.display())
        });
        let token = address("/oauth2/token");
        let me = address("/api/me");
        let device = address("/oauth2/device_authorization");
        let request_token = address("/oauth1/request_token");
        format!(
            "\nTry it:\n  \
             \x1b[2m# a token for the client itself\x1b[0m\n  \
             curl {trust}-u {CLIENT}:{CLIENT_SECRET} -d grant_type=client_credentials -d scope=read {token}\n  \
             \x1b[2m# a token for {USER}, who types a code at {}\x1b[0m\n  \
             curl {trust}-d client_id={PUBLIC_CLIENT} -d scope='openid read' {device}\n  \
             \x1b[2m# call the sample API with it\x1b[0m\n  \
             curl {trust}-H \"Authorization: Bearer $TOKEN\" {me}\n  \
             \x1b[2m# OAuth 1: temporary credentials\x1b[0m\n  \
             curl {trust}-X POST -H \"$(TRIPOD_CONSUMER_SECRET={CONSUMER_SECRET} tripod sign POST {request_token} \
             --consumer-key {CONSUMER} --callback oob)\" {request_token}\n\n\
             Ctrl-C ends it.\n",
            address("/device"),
        )
    }
}
