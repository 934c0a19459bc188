//! A real browser at the real pages, over a socket: what no test of requests can see.
//!
//! Chromium decides whether the policy of a page lets its forms through, which cookies are sent, and
//! where the focus is. Pictures of the pages are left in `target/tmp/pages`.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;
use tokio::net::TcpListener;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{Client, Consent, DeviceGrant, DeviceState, User, UserCodeLink};
use tripod_provider::config::{Config, Development, ScopeDescription};
use tripod_provider::edge::Edge;
use tripod_provider::handle::Handle;
use tripod_provider::password::PasswordHash;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::storage::Memory;
use tripod_provider::store::Changes;

use crate::browser::{CHALLENGE, PASSWORD};
use crate::fixture::{form, public};
use crate::webdriver::WebDriver;

/// Enter, as WebDriver writes it (W3C WebDriver §17.4.2).
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

/// A provider and a client that listen on sockets.
struct Site {
    provider: Provider,
    origin: String,
    client: String,
}

impl Site {
    async fn start() -> Self {
        Self::start_with(None).await
    }

    async fn start_with(development: Option<Development>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let provider = provider(&origin, development).await;
        serve(listener, provider.router());
        let client = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = client.local_addr().unwrap();
        let beyond = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let landing = format!("http://{}/landed", beyond.local_addr().unwrap());
        serve(beyond, Router::new().route("/landed", get(landed)));
        // A client that sends the browser on to another of its hosts, as many do.
        serve(
            client,
            Router::new()
                .route("/callback", get(callback))
                .with_state(landing),
        );
        Self {
            provider,
            origin,
            client: format!("http://{address}/callback"),
        }
    }

    fn authorization(&self, scope: &str) -> String {
        let query = form(&[
            ("response_type", "code"),
            ("client_id", "photos"),
            ("redirect_uri", &self.client),
            ("scope", scope),
            ("state", "xyz"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        format!("{}/oauth2/authorize?{query}", self.origin)
    }

    async fn apply(&self, changes: Changes) {
        self.provider.store().apply(changes).await.unwrap().unwrap();
    }

    async fn device(&self) -> Handle {
        let device = Handle::of(&Secret::from("device code"));
        let now = self.provider.now();
        let expires = now.plus(std::time::Duration::from_secs(900));
        let scope = Scope::parse("read write").unwrap();
        let grant = DeviceGrant::new("photos", scope, "family", now, expires, 5);
        let link = UserCodeLink::new(device, "photos", expires);
        let changes = Changes::new()
            .insert(device, &grant)
            .insert(UserCodeLink::handle(&Secret::from("WDJBMJHT")), &link);
        self.apply(changes).await;
        device
    }

    async fn consent(&self) -> Option<Consent> {
        let handle = Consent::handle("alice-id", "photos");
        let loaded = self.provider.store().load::<Consent>(handle).await;
        loaded
            .unwrap()
            .map(tripod_provider::store::Stored::into_value)
    }
}

async fn callback(State(landing): State<String>, request: axum::extract::Request) -> Redirect {
    Redirect::to(&format!(
        "{landing}?{}",
        request.uri().query().unwrap_or_default()
    ))
}

async fn landed() -> axum::response::Html<&'static str> {
    axum::response::Html("<title>Landed</title>")
}

fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await });
}

async fn provider(origin: &str, development: Option<Development>) -> Provider {
    let mut config = Config::new(Issuer::parse(origin).unwrap());
    config.development = development;
    config.name = "Example Accounts".to_owned();
    config.scopes = vec![
        ScopeDescription::new("read", "See your photos and albums"),
        ScopeDescription::new("write", "Add and change photos"),
        ScopeDescription::new("profile", "Know your name"),
    ];
    config.limits.attempts = None;
    let mut random = Edge::system();
    let sealer = Sealer::new(&Sealer::generate_key(&mut random)).unwrap();
    let provider = Provider::new(
        config,
        std::sync::Arc::new(Memory::new()),
        sealer,
        Edge::system(),
    );
    let mut client: Client = public("photos");
    client.metadata.client_name = Some("Photo Prints".to_owned());
    client.metadata.client_uri = Some("https://photoprints.example".to_owned());
    client.metadata.redirect_uris = vec!["http://127.0.0.1/callback".to_owned()];
    client.metadata.scope = None;
    let mut alice = User::new("alice-id", "alice", Timestamp::from_unix(0));
    alice.name = Some("Alice Example".to_owned());
    alice.password = Some(PasswordHash::new(&PASSWORD.into(), &mut random).unwrap());
    let changes = Changes::new()
        .insert(Client::handle(&client.id), &client)
        .insert(User::handle("alice"), &alice);
    provider.store().apply(changes).await.unwrap().unwrap();
    provider
}

/// Starts a browser, or says that there is none.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
async fn browser() -> Option<WebDriver> {
    let browser = WebDriver::start().await;
    if browser.is_none() {
        eprintln!("skipped: there is no chromedriver");
    }
    browser
}

/// Leaves pictures of a page as it is on a desk and in a hand, in the light and in the dark.
async fn take_pictures(browser: &WebDriver, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    for (width, device) in [(1280, "desk"), (390, "hand")] {
        for scheme in ["light", "dark"] {
            browser.dress(width, scheme).await;
            let file = folder.join(format!("{name}-{device}-{scheme}.png"));
            std::fs::write(file, browser.picture().await).unwrap();
            // Nothing is cut off, however narrow it is.
            let wide = browser
                .evaluate("document.documentElement.scrollWidth > window.innerWidth")
                .await;
            assert_eq!(wide, false, "{name} {device}");
        }
    }
}

async fn sign_in(browser: &WebDriver) {
    browser.wait_for_title("Sign in").await;
    browser.write("#username", "alice").await;
    browser.write("#password", PASSWORD).await;
    browser.click("button[type=submit]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_consents_denies_and_revokes() {
    let Some(browser) = browser().await else {
        return;
    };
    let site = Site::start().await;

    browser.open(&site.authorization("read")).await;
    take_pictures(&browser, "sign-in").await;
    browser.write("#username", "alice").await;
    browser.write("#password", "wrong").await;
    browser.press(ENTER).await;
    browser.wait_for_title("Error: Sign in").await;
    take_pictures(&browser, "sign-in-again").await;
    // The name is still there, so that the focus is where the password goes.
    assert_eq!(
        browser.evaluate("document.activeElement.id").await,
        "password"
    );
    browser.press(PASSWORD).await;
    browser.press(ENTER).await;

    browser.wait_for_title("Allow Photo Prints?").await;
    take_pictures(&browser, "consent").await;
    browser.click("button[value=deny]").await;
    browser.wait_for_title("Landed").await;
    assert!(browser.address().await.contains("error=access_denied"));
    assert!(site.consent().await.is_none());

    browser.open(&site.authorization("read")).await;
    browser.wait_for_title("Allow Photo Prints?").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_title("Landed").await;
    let address = browser.address().await;
    assert!(
        address.contains("code=") && address.contains("state=xyz"),
        "{address}"
    );
    assert!(site.consent().await.is_some());

    browser
        .open(&site.authorization("read write profile"))
        .await;
    browser.wait_for_title("Allow Photo Prints?").await;
    take_pictures(&browser, "consent-again").await;

    browser.open(&format!("{}/", site.origin)).await;
    take_pictures(&browser, "home").await;
    browser.click("button.danger").await;
    browser.wait_for_title("Your account").await;
    assert!(
        browser
            .text("main")
            .await
            .contains("No app may use your account")
    );
    assert!(site.consent().await.is_none());
    take_pictures(&browser, "home-empty").await;

    browser
        .open(&format!("{}/oauth2/logout", site.origin))
        .await;
    take_pictures(&browser, "logout").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_title("Signed out").await;
    browser.open(&format!("{}/", site.origin)).await;
    browser.wait_for_title("Sign in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_connects_a_device_with_the_keyboard_alone() {
    let Some(browser) = browser().await else {
        return;
    };
    let site = Site::start().await;
    let device = site.device().await;
    browser.open(&format!("{}/device", site.origin)).await;
    take_pictures(&browser, "device").await;
    browser.press("BBBB-BBBB").await;
    browser.press(ENTER).await;
    browser.wait_for_title("Error: Connect a device").await;
    take_pictures(&browser, "device-again").await;
    browser.evaluate("document.activeElement.select()").await;
    browser.press("wdjb mjht").await;
    browser.press(ENTER).await;
    browser.wait_for_title("Sign in").await;
    browser.press(&format!("alice{TAB}")).await;
    browser.press(PASSWORD).await;
    browser.press(ENTER).await;
    browser.wait_for_title("Allow Photo Prints?").await;
    assert!(browser.text("main").await.contains("WDJB-MJHT"));
    take_pictures(&browser, "device-consent").await;
    browser
        .evaluate("document.querySelector('button[value=allow]').focus()")
        .await;
    browser.press(ENTER).await;
    browser.wait_for_title("Device connected").await;
    take_pictures(&browser, "outcome").await;
    assert!(browser.text("#outcome").await.contains("Photo Prints"));
    let state = site.provider.store().load::<DeviceGrant>(device).await;
    let state = state.unwrap().unwrap().state.clone();
    assert!(matches!(state, DeviceState::Approved(_)), "{state:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_wrong_is_explained_and_no_page_needs_a_script() {
    let Some(browser) = browser().await else {
        return;
    };
    let site = Site::start().await;
    let wrong = site.authorization("read").replace("callback", "elsewhere");
    browser.open(&wrong).await;
    browser.wait_for_title("Error: ").await;
    take_pictures(&browser, "failure").await;
    assert!(browser.text(".advice").await.contains("redirect_uri"));
    assert!(browser.address().await.starts_with(&site.origin));

    let by_form = format!("{}&response_mode=form_post", site.authorization("read"));
    browser.open(&by_form).await;
    sign_in(&browser).await;
    browser.wait_for_title("Allow Photo Prints?").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_title("Back to Photo Prints").await;
    take_pictures(&browser, "form-post").await;
    assert_eq!(browser.evaluate("document.scripts.length").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_sees_what_was_sent_and_why_it_was_refused() {
    let Some(browser) = browser().await else {
        return;
    };
    let site = Site::start_with(Some(Development::default())).await;
    browser.open(&site.authorization("read write")).await;
    sign_in(&browser).await;
    browser.wait_for_title("Allow Photo Prints?").await;
    browser.click("button[value=allow]").await;
    browser.wait_for_title("Landed").await;
    let wrong = site.authorization("read").replace("callback", "callback/");
    browser.open(&wrong).await;
    browser.wait_for_title("Error: ").await;
    take_pictures(&browser, "failure-explained").await;
    let text = browser.text("main").await;
    assert!(text.contains("a slash at the end of the path"), "{text}");

    browser.click("#doctor ~ p a").await;
    browser.wait_for_title("Exchange ").await;
    take_pictures(&browser, "exchange").await;
    assert!(browser.text("main").await.contains("/oauth2/authorize?"));
    browser
        .open(&format!("{}/dev/exchanges", site.origin))
        .await;
    browser.wait_for_title("The last exchanges").await;
    take_pictures(&browser, "exchanges").await;
    // With the keyboard alone: a message opens where the focus is.
    let is_open = "document.querySelector('details').open";
    assert_eq!(browser.evaluate(is_open).await, false);
    browser
        .evaluate("document.querySelector('summary').focus()")
        .await;
    browser.press(ENTER).await;
    assert_eq!(browser.evaluate(is_open).await, true);
    // The policy lets the style through, and nothing of what was drawn is out of the picture.
    let outside = browser
        .evaluate(
            "Array.from(document.querySelectorAll('svg *')).filter(it => it.getBBox).map(it => { \
               const box = it.getBBox(), seen = it.ownerSVGElement.viewBox.baseVal; \
               const is_in = box.x >= 0 && box.x + box.width <= seen.width \
                 && box.y >= 0 && box.y + box.height <= seen.height; \
               return is_in ? '' : `${it.outerHTML} ${box.x} ${box.y} ${box.width} ${box.height}`; \
             }).join('')",
        )
        .await;
    assert_eq!(outside, "");
    let stroke = "getComputedStyle(document.querySelector('.request line')).stroke";
    assert_ne!(browser.evaluate(stroke).await, "none");
    browser.open(&format!("{}/dev/explain", site.origin)).await;
    browser.wait_for_title("What can go wrong").await;
    take_pictures(&browser, "catalogue").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_in_a_browser_asks_for_a_fault_and_reads_of_it() {
    let Some(browser) = browser().await else {
        return;
    };
    let site = Site::start_with(Some(Development::default())).await;
    browser.open(&site.client).await;
    browser.wait_for_title("Landed").await;
    for (path, method, fault, due) in [
        ("/api/me", "GET", "status=429", "429 status 2"),
        (
            "/api/echo",
            "PATCH",
            "html-answer=403",
            "403 html-answer null",
        ),
        ("/api/me", "GET", "delay=0", "401 delay null"),
        ("/oauth2/token", "POST", "status-200", "200 status-200 null"),
        ("/oauth2/token", "POST", "no-such-fault", "400 null null"),
    ] {
        let headers =
            format!("{{'Authorization': 'DPoP x', 'DPoP': 'x', 'X-Tripod-Fault': '{fault}'}}");
        let read = browser
            .evaluate(&format!(
                "fetch('{}{path}', {{method: '{method}', headers: {headers}}}).then(it => \
                 [it.status, it.headers.get('X-Tripod-Fault-Fired'), it.headers.get('Retry-After')]\
                 .map(String).join(' '), String)",
                site.origin
            ))
            .await;
        assert_eq!(read, due, "{method} {path} {fault}");
    }
}
