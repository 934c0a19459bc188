//! Writes the table of `docs/doctor.md`: how often the first finding is right, by what went wrong.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::Likelihood;
use tripod_doctor::known::Known;

#[derive(Default)]
struct Row {
    cases: usize,
    right: usize,
    certain: usize,
    wrongly_certain: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/doctor");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("case.json").exists() {
            count(&path, &mut rows)?;
        }
    }
    println!("| what went wrong | cases | first finding right | certain | certain and wrong |");
    println!("|---|--:|--:|--:|--:|");
    let mut all = Row::default();
    for (family, row) in &rows {
        write(family, row);
        all.cases += row.cases;
        all.right += row.right;
        all.certain += row.certain;
        all.wrongly_certain += row.wrongly_certain;
    }
    write("**all**", &all);
    Ok(())
}

fn count(path: &Path, rows: &mut BTreeMap<String, Row>) -> Result<(), Box<dyn Error>> {
    let case: Value = serde_json::from_slice(&fs::read(path.join("case.json"))?)?;
    let known = match case.get("known") {
        Some(known) => Known::parse(&known.to_string())?,
        None => Known::default(),
    };
    let evidence = Evidence::read(&fs::read(path.join("evidence"))?, known);
    let now = Timestamp::from_unix(case["now"].as_i64().unwrap_or_default());
    let findings = diagnose(&evidence, now);
    let first = findings.first();
    let code = first.map_or("none", |finding| finding.code);
    let code = match code.starts_with("doctor/") {
        true => "none",
        false => code,
    };
    let expected = case["expected"].as_array().cloned().unwrap_or_default();
    let expected: Vec<_> = expected.iter().filter_map(Value::as_str).collect();
    let is_right = expected.contains(&code);
    let is_certain = first.is_some_and(|finding| finding.likelihood == Likelihood::Certain);
    let is_healthy = case.get("healthy").is_some();
    let row = rows.entry(family(&expected, is_healthy)).or_default();
    row.cases += 1;
    row.right += usize::from(is_right);
    row.certain += usize::from(is_certain);
    row.wrongly_certain += usize::from(is_certain && !is_right);
    Ok(())
}

/// Names a family by what was expected: `oauth1/signature`, `oauth2/pkce` and the like.
fn family(expected: &[&str], is_healthy: bool) -> String {
    let first = expected.first().copied().unwrap_or("none");
    if is_healthy || first == "none" {
        return "nothing wrong, or nothing to know".to_owned();
    }
    let family = first.rsplit_once('/').map_or(first, |(family, _)| family);
    format!("`{family}`")
}

fn write(family: &str, row: &Row) {
    let Row {
        cases,
        right,
        certain,
        wrongly_certain,
    } = row;
    println!("| {family} | {cases} | {right} | {certain} | {wrongly_certain} |");
}
