//! What is installed: profiles, vault and presets; no server is asked.

use serde_json::{Value, json};

use crate::account::wait_for;
use crate::exit::Exit;
use crate::failure::CallFailed;
use crate::output;
use crate::page;
use crate::profile::{of, state};
use crate::profiles::{Home, Keys, Profile};

/// A part of the installation, and what is wrong with it or not.
struct Part {
    name: &'static str,
    state: Result<String, CallFailed>,
}

/// A profile in brief.
struct Brief {
    name: String,
    whom: String,
    state: &'static str,
}

/// Looks at what is installed.
pub(super) fn look(home: &Home, as_json: bool) -> Result<Exit, CallFailed> {
    let profiles = home.read();
    let count = |number: usize| match number {
        1 => "1 profile".to_owned(),
        number => format!("{number} profiles"),
    };
    let mut parts = Vec::new();
    let (by_name, state) = match profiles {
        Ok(profiles) => {
            let place = home.profiles_path()?;
            let said = format!("{} in {}", count(profiles.by_name.len()), place.display());
            (profiles.by_name, Ok(said))
        }
        Err(error) => (Default::default(), Err(error.into())),
    };
    parts.push(Part {
        name: "profiles",
        state,
    });
    let presets = home.presets();
    let presets = presets.map(|presets| format!("{} providers are known", presets.iter().count()));
    parts.push(Part {
        name: "presets",
        state: presets,
    });
    let briefs = briefs(home, by_name.iter());
    let (briefs, state) = match briefs {
        Ok((briefs, place)) => (briefs, Ok(format!("opens, {place}"))),
        Err(error) => (Vec::new(), Err(error)),
    };
    parts.push(Part {
        name: "vault",
        state,
    });
    let written = match as_json {
        true => output::result(page::json(&to_json(&parts, &briefs)).as_bytes()),
        false => output::styled(&text(&parts, &briefs)),
    };
    written.map_err(CallFailed::Output)?;
    let first = parts.iter().find_map(|part| part.state.as_ref().err());
    Ok(first.map_or(Exit::Ok, CallFailed::exit))
}

fn briefs<'a>(
    home: &Home,
    profiles: impl Iterator<Item = (&'a String, &'a Profile)>,
) -> Result<(Vec<Brief>, String), CallFailed> {
    let (vault, place) = (home.vault()?, home.vault_path()?.display().to_string());
    let profiles: Vec<_> = profiles.collect();
    wait_for(async {
        let mut briefs = Vec::new();
        // An empty vault has nothing to open, and asks for nothing.
        for (name, profile) in profiles {
            let found = vault.read(&Keys::of(name)?.tokens).await?;
            briefs.push(Brief {
                name: name.clone(),
                whom: of(profile).to_owned(),
                state: state(found.map(|entry| entry.document).as_ref()),
            });
        }
        Ok((briefs, place))
    })
}

fn text(parts: &[Part], briefs: &[Brief]) -> String {
    let mut lines = Vec::new();
    for Part { name, state } in parts {
        lines.push(match state {
            Ok(said) => format!("\x1b[32m✓\x1b[0m {name:<9} {}", page::one_line(said)),
            Err(error) => {
                let said = page::one_line(&output::chain(error));
                format!("\x1b[1;31m✗\x1b[0m {name:<9} {said}")
            }
        });
        let hint = state.as_ref().err().and_then(CallFailed::hint);
        lines.extend(hint.map(|hint| format!("  → {hint}")));
    }
    if !briefs.is_empty() {
        lines.push(String::new());
    }
    for Brief { name, whom, state } in briefs {
        let whom = page::one_line(whom);
        lines.push(format!("  {name}  {whom} ({state})"));
        lines.push(format!("  $ tripod doctor {name}"));
    }
    if briefs.is_empty() && parts.iter().all(|part| part.state.is_ok()) {
        lines.push("\nThere is no profile yet.".to_owned());
        lines.push("  $ tripod login PROFILE --provider NAME".to_owned());
    }
    lines.join("\n")
}

fn to_json(parts: &[Part], briefs: &[Brief]) -> Value {
    let parts = parts.iter().map(|Part { name, state }| match state {
        Ok(said) => json!({ "part": name, "ok": true, "what": said }),
        Err(error) => json!({ "part": name, "ok": false, "why": output::chain(error) }),
    });
    let briefs = briefs.iter().map(
        |Brief { name, whom, state }| json!({ "name": name, "provider": whom, "state": state }),
    );
    json!({
        "installation": parts.collect::<Vec<_>>(),
        "profiles": briefs.collect::<Vec<_>>(),
    })
}
