//! What Authlib and joserfc think of our tokens.
//!
//! Needs a Python with both: the one that `TRIPOD_PYTHON` names, or `.venv/bin/python` at the root
//! of the workspace. Without one the test says so and passes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::flow::{add_code, redeem, redemption, scope};
use super::token_exchange::{JWT_API, with_jwt_resource};
use crate::fixture::{ALICE, CLIENT, Fixture, ISSUER, START};

#[tokio::test]
async fn authlib_and_joserfc_verify_our_tokens_under_the_published_keys() {
    let Some(now) = run("now", "") else { return };
    let fixture = Fixture::with(with_jwt_resource).await;
    // These libraries know no clock but that of the machine.
    let now: i64 = now.trim().parse().unwrap();
    fixture.turn((now - START).try_into().unwrap());
    add_code(&fixture, "code", |code| {
        code.scope = scope("openid profile");
        code.nonce = Some("n-0S6_WzA2Mj".to_owned());
    })
    .await;
    let signed_in = redeem(&fixture, "code").await;
    signed_in.assert_ok();
    add_code(&fixture, "for a resource", |code| {
        code.resources = vec![JWT_API.to_owned()];
    })
    .await;
    let form = redemption("for a resource");
    let authorized = fixture.post_as_client(super::flow::TOKEN, &form).await;
    let given = json!({
        "metadata": fixture.get("/.well-known/openid-configuration").await.json(),
        "jwks": fixture.get("/oauth2/jwks").await.json(),
        "issuer": ISSUER,
        "client": CLIENT,
        "subject": ALICE,
        "resource": JWT_API,
        "code": "code",
        "nonce": "n-0S6_WzA2Mj",
        "access_token": signed_in.member("access_token"),
        "id_token": signed_in.member("id_token"),
        "jwt_access_token": authorized.member("access_token"),
    });
    run("read", &given.to_string()).unwrap();
}

/// Runs the peer; nothing where there is no Python with both libraries.
fn run(verb: &str, input: &str) -> Option<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/peer.py");
    let mut peer = Command::new(python()?)
        .arg(script)
        .arg(verb)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = peer.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = peer.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{verb}: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn python() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test says by it where its peer is"
    )]
    let named = std::env::var("TRIPOD_PYTHON").ok().map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let python = named.unwrap_or(root);
    let has_both = Command::new(&python)
        .args(["-c", "import authlib, joserfc"])
        .stderr(Stdio::null())
        .status();
    if has_both.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    eprintln!(
        "SKIPPED: {} is no Python with Authlib and joserfc; name one in TRIPOD_PYTHON",
        python.display()
    );
    None
}
