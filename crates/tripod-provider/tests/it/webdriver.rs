//! A browser that is driven by WebDriver ([W3C WebDriver]): the few commands that the tests need.
//!
//! The clients there are on crates.io draw in a second HTTP stack each, or a licence that is not
//! permissive, for what is a dozen JSON requests.
//!
//! [W3C WebDriver]: https://www.w3.org/TR/webdriver2/

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser, which ends with this.
pub(crate) struct WebDriver {
    driver: Child,
    http: reqwest::Client,
    session: String,
    _profile: TempDir,
}

/// The name under which WebDriver refers to elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl WebDriver {
    /// Starts a browser; `None` where there is no `chromedriver`.
    pub(crate) async fn start() -> Option<Self> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let lines = BufReader::new(driver.stdout.take()?).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        })?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(120))
            .build()
            .unwrap();
        let mut browser = Self {
            driver,
            http,
            session: format!("http://127.0.0.1:{port}/session"),
            _profile: tempfile::tempdir().unwrap(),
        };
        let profile = format!("--user-data-dir={}", browser._profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &profile,
        ];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let begun = browser
            .post("", json!({ "capabilities": { "alwaysMatch": options } }))
            .await;
        let id = begun["sessionId"].as_str().unwrap();
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
    }

    /// Goes to an address.
    pub(crate) async fn open(&self, address: &str) {
        self.post("/url", json!({ "url": address })).await;
    }

    /// Returns the address that is shown.
    pub(crate) async fn address(&self) -> String {
        let address = self.read("/url").await;
        address.as_str().unwrap().to_owned()
    }

    /// Returns the title that is shown.
    pub(crate) async fn title(&self) -> String {
        let title = self.read("/title").await;
        title.as_str().unwrap().to_owned()
    }

    /// Waits until the title that is shown has a text in it.
    pub(crate) async fn wait_for_title(&self, text: &str) {
        for _ in 0..200 {
            if self.title().await.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{text}: {} at {}", self.title().await, self.address().await);
    }

    /// Returns the text of an element.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let element = self.find(selector).await;
        let text = self.read(&format!("/element/{element}/text")).await;
        text.as_str().unwrap().to_owned()
    }

    /// Types into an element.
    pub(crate) async fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector).await;
        self.post(
            &format!("/element/{element}/value"),
            json!({ "text": text }),
        )
        .await;
    }

    /// Types into whatever has the focus, as somebody does who has no mouse.
    pub(crate) async fn press(&self, keys: &str) {
        let element = self.read("/element/active").await;
        let element = element[ELEMENT].as_str().unwrap();
        self.post(
            &format!("/element/{element}/value"),
            json!({ "text": keys }),
        )
        .await;
    }

    /// Clicks on an element.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        self.post(&format!("/element/{element}/click"), json!({}))
            .await;
    }

    /// Shows pages as a device of this width does, in the light or in the dark.
    pub(crate) async fn dress(&self, width: u32, scheme: &str) {
        let metrics = json!({
            "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Takes a picture of the whole page, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let whole = json!({ "captureBeyondViewport": false });
        let taken = self.devtools("Page.captureScreenshot", whole).await;
        BASE64_STANDARD
            .decode(taken["data"].as_str().unwrap())
            .unwrap()
    }

    /// Evaluates an expression in the page.
    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", body).await
    }

    async fn find(&self, selector: &str) -> String {
        let by = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", by).await;
        match element[ELEMENT].as_str() {
            Some(element) => element.to_owned(),
            None => panic!("{selector}: {element} at {}", self.address().await),
        }
    }

    async fn post(&self, command: &str, body: Value) -> Value {
        let address = format!("{}{command}", self.session);
        let request = self.http.post(address).body(body.to_string());
        value(request).await
    }

    async fn read(&self, command: &str) -> Value {
        let address = format!("{}{command}", self.session);
        value(self.http.get(address)).await
    }
}

async fn value(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap().bytes().await.unwrap();
    let mut answer: Value = serde_json::from_slice(&answer).unwrap();
    answer["value"].take()
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // The browser ends with its driver.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
