//! Presets that the user wrote, in files.

use std::error::Error;
use std::fs;

use tripod::preset::{DirectoryError, Origin, Presets, Protocol};

const MINE: &str = "title = \"Mine\"\naliases = [\"my-own\"]\n[oauth2]\n\
                    token_endpoint = \"http://127.0.0.1:9090/oauth2/token\"\n";

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

#[test]
fn a_file_adds_a_preset_or_takes_the_place_of_one() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("mine.toml"), MINE).unwrap();
    fs::write(
        directory.path().join("github.toml"),
        MINE.replace("my-own", "gh"),
    )
    .unwrap();
    fs::write(directory.path().join("notes.txt"), "not a preset").unwrap();
    fs::create_dir(directory.path().join("folder.toml")).unwrap();
    let presets = Presets::with_directory(directory.path()).unwrap();
    assert_eq!(
        presets.iter().count(),
        Presets::built_in().iter().count() + 1
    );
    let mine = presets.find("my-own").unwrap();
    assert_eq!(mine.name, "mine");
    assert!(matches!(mine.origin, Origin::File(_)));
    assert_eq!(presets.find("github").unwrap().title, "Mine");
    let Protocol::OAuth2(_) = presets.find("gitlab").unwrap().protocol else {
        panic!("the others stay");
    };
    assert_eq!(presets.search("mine").len(), 2);
}

#[test]
fn an_alias_of_ones_own_comes_before_a_built_in_one() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(Presets::built_in().find("jira").unwrap().name, "atlassian");
    fs::write(
        directory.path().join("mine.toml"),
        MINE.replace("my-own", "jira"),
    )
    .unwrap();
    let presets = Presets::with_directory(directory.path()).unwrap();
    assert_eq!(presets.find("jira").unwrap().name, "mine");
}

#[test]
fn a_directory_that_does_not_exist_holds_none() {
    let directory = tempfile::tempdir().unwrap();
    let presets = Presets::with_directory(directory.path().join("none")).unwrap();
    assert_eq!(presets.iter().count(), Presets::built_in().iter().count());
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mine.toml");
    let refusal = |text: &[u8]| {
        fs::write(&path, text).unwrap();
        let error = Presets::with_directory(directory.path()).unwrap_err();
        chain(&error).replace(directory.path().to_str().unwrap(), "DIR")
    };
    assert_eq!(
        refusal(MINE.replace("token_endpoint", "token_endpiont").as_bytes()),
        "cannot use the preset `DIR/mine.toml`: line 4: `token_endpiont` is not known here; did you \
         mean `token_endpoint`?"
    );
    assert!(refusal(b"\xff\xfe").starts_with("cannot read `DIR/mine.toml`: "));
    assert!(refusal(b"").contains("line 1: missing field `title`"));
}

#[test]
fn a_file_whose_name_is_no_name_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("My Provider.toml"), MINE).unwrap();
    let error = Presets::with_directory(directory.path()).unwrap_err();
    assert!(matches!(error, DirectoryError::Preset { .. }));
    assert!(
        chain(&error)
            .ends_with("`My Provider` is no name: use lower case letters, digits and hyphens")
    );
}

#[test]
fn a_directory_that_is_a_file_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("presets");
    fs::write(&file, "").unwrap();
    let error = Presets::with_directory(&file).unwrap_err();
    assert!(matches!(error, DirectoryError::Unreadable { .. }));
}
