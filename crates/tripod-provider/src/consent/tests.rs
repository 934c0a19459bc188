use super::*;

const NOW: Timestamp = Timestamp::from_unix(2_000);

fn consent(scope: &str, resources: &[&str]) -> Consent {
    let mut consent = Consent::new(
        "u",
        "c",
        Scope::parse(scope).unwrap(),
        Timestamp::from_unix(1_000),
    );
    consent.resources = resources.iter().copied().map(str::to_owned).collect();
    consent
}

fn widened_by(before: &Consent, scope: &str, resources: &[&str]) -> Consent {
    let resources: Vec<String> = resources.iter().copied().map(str::to_owned).collect();
    let allowed = Allowed {
        scope: &Scope::parse(scope).unwrap(),
        resources: &resources,
        protocol: "oauth2",
    };
    widened(before, &allowed, NOW)
}

#[test]
fn what_was_allowed_before_stays_allowed() {
    let widened = widened_by(&consent("a b", &[]), "c b", &[]);
    assert_eq!(widened.scope, Scope::parse("a b c").unwrap());
    assert_eq!((widened.granted, widened.used), (NOW, NOW));
}

#[test]
fn the_day_of_a_consent_changes_only_with_what_it_covers() {
    let same = widened_by(&consent("a b", &[]), "a", &["https://a/"]);
    assert_eq!(same.granted, Timestamp::from_unix(1_000));
    assert_eq!(same.used, NOW);
}

#[test]
fn no_resource_is_every_resource() {
    let own = consent("a", &["https://a/"]);
    assert_eq!(widened_by(&own, "a", &[]).resources, [""; 0]);
    let both = widened_by(&own, "a", &["https://b/", "https://a/"]);
    assert_eq!(both.resources, ["https://a/", "https://b/"]);
    let everywhere = widened_by(&consent("a", &[]), "b", &["https://b/"]);
    assert_eq!(everywhere.resources, [""; 0]);
}

#[test]
fn a_consent_covers_no_more_than_it_says() {
    let within = |scope: &str, resources: &[&str], consent: &Consent| {
        let resources: Vec<String> = resources.iter().copied().map(str::to_owned).collect();
        let allowed = Allowed {
            scope: &Scope::parse(scope).unwrap(),
            resources: &resources,
            protocol: "oauth2",
        };
        allowed.is_within(consent)
    };
    let everywhere = consent("a b", &[]);
    assert!(within("a", &[], &everywhere));
    assert!(within("b a", &["https://a/"], &everywhere));
    assert!(!within("a c", &[], &everywhere));
    let here = consent("a b", &["https://a/"]);
    assert!(within("a", &["https://a/"], &here));
    assert!(!within("a", &[], &here));
    assert!(!within("a", &["https://a/", "https://b/"], &here));
}

#[test]
fn a_destination_is_shown_as_what_it_is() {
    let site = |uri| match Destination::of(uri) {
        Destination::Site(site) => site,
        Destination::App => "",
    };
    assert_eq!(site("https://client.example/cb?x=1"), "client.example");
    assert_eq!(site("https://client.example:8443"), "client.example:8443");
    assert_eq!(
        site("https://127.0.0.1.evil.example/"),
        "127.0.0.1.evil.example"
    );
    for uri in [
        "http://127.0.0.1:5000/cb",
        "http://[::1]/",
        "http://localhost/cb",
        "com.example.app:/cb",
        "com.example.app://bank.example/",
    ] {
        assert_eq!(site(uri), "", "{uri}");
    }
}
