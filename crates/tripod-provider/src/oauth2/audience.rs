//! Where a token is good ([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)).

use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::resource::Resource;

use super::failure::Refusal;
use crate::config::{AccessTokenFormat, Config};

/// Decides where a new token is good, of all that there is.
pub(crate) fn of_request(config: &Config, asked: &[Resource]) -> Result<Vec<String>, Refusal> {
    of_names(config, asked.iter().map(Resource::as_str))
}

/// Decides the same where it is asked for by name (RFC 8693 §2.1).
pub(super) fn of_names<'a>(
    config: &Config,
    asked: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, Refusal> {
    let mut audience: Vec<String> = Vec::new();
    for name in asked {
        if !is_known(config, name) {
            return Err(refuse("a resource is none that tokens are issued for"));
        }
        if !audience.iter().any(|own| own == name) {
            audience.push(name.to_owned());
        }
    }
    format(config, &audience).map(|_| audience)
}

/// Decides where an access token is good, of what was granted; nothing granted is everywhere.
pub(super) fn narrowed(
    config: &Config,
    granted: &[String],
    asked: &[Resource],
) -> Result<Vec<String>, Refusal> {
    if asked.is_empty() {
        return Ok(granted.to_vec());
    }
    let audience = of_request(config, asked)?;
    // RFC 8707 §2.2: what was not granted is invalid.
    let is_granted = |name: &String| granted.is_empty() || granted.contains(name);
    if audience.iter().all(is_granted) {
        Ok(audience)
    } else {
        Err(refuse("a resource is none that was granted"))
    }
}

/// Returns which form a token for these resources has.
pub(super) fn format(config: &Config, audience: &[String]) -> Result<AccessTokenFormat, Refusal> {
    let mut formats = audience.iter().map(|name| format_of(config, name));
    let Some(first) = formats.next() else {
        return Ok(AccessTokenFormat::Opaque);
    };
    if formats.all(|format| format == first) {
        Ok(first)
    } else {
        Err(refuse(
            "these resources take tokens of different forms: ask for one each",
        ))
    }
}

fn format_of(config: &Config, name: &str) -> AccessTokenFormat {
    let mut known = config.resources.iter();
    let known = known.find(|server| server.resource.as_str() == name);
    known.map_or(AccessTokenFormat::Opaque, |server| server.format)
}

/// The provider is a resource itself: userinfo, and whatever it guards.
fn is_known(config: &Config, name: &str) -> bool {
    let mut servers = config.resources.iter();
    name == config.issuer.as_str() || servers.any(|server| server.resource.as_str() == name)
}

fn refuse(description: &'static str) -> Refusal {
    Refusal::new(ErrorCode::InvalidTarget, description)
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::metadata::Issuer;

    use super::*;
    use crate::config::ResourceServer;

    const OPAQUE: &str = "https://api.example/";
    const JWT: &str = "https://jwt.example/";
    const ISSUER: &str = "https://id.example";

    fn config() -> Config {
        let mut config = Config::new(Issuer::parse(ISSUER).unwrap());
        let mut jwt = ResourceServer::new(resource(JWT));
        jwt.format = AccessTokenFormat::Jwt;
        config.resources = vec![ResourceServer::new(resource(OPAQUE)), jwt];
        config
    }

    fn resource(uri: &str) -> Resource {
        Resource::parse(uri).unwrap()
    }

    fn narrow(granted: &[&str], asked: &[&str]) -> Result<Vec<String>, Refusal> {
        let granted: Vec<String> = granted.iter().copied().map(str::to_owned).collect();
        let asked: Vec<_> = asked.iter().copied().map(resource).collect();
        narrowed(&config(), &granted, &asked)
    }

    #[test]
    fn an_audience_is_narrowed_and_never_widened() {
        assert_eq!(narrow(&[OPAQUE, ISSUER], &[ISSUER]).unwrap(), [ISSUER]);
        assert_eq!(narrow(&[OPAQUE], &[]).unwrap(), [OPAQUE]);
        assert_eq!(narrow(&[], &[OPAQUE, OPAQUE]).unwrap(), [OPAQUE]);
        assert!(narrow(&[], &[]).unwrap().is_empty());
        for (granted, asked) in [
            (&[OPAQUE][..], &[JWT][..]),
            (&[OPAQUE], &[OPAQUE, ISSUER]),
            (&[], &["https://other.example/"]),
            // RFC 8707 §2: compared as they are, with no normalisation.
            (&[], &["https://api.example"]),
            (&[], &["https://API.example/"]),
        ] {
            let refused = narrow(granted, asked).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidTarget, "{asked:?}");
        }
    }

    #[test]
    fn one_token_has_one_form() {
        let of = |audience: &[&str]| {
            let audience: Vec<String> = audience.iter().copied().map(str::to_owned).collect();
            format(&config(), &audience)
        };
        assert_eq!(of(&[]), Ok(AccessTokenFormat::Opaque));
        assert_eq!(of(&[OPAQUE, ISSUER]), Ok(AccessTokenFormat::Opaque));
        assert_eq!(of(&[JWT]), Ok(AccessTokenFormat::Jwt));
        assert!(of(&[JWT, OPAQUE]).is_err());
    }
}
