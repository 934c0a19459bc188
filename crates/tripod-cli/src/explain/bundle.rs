//! A report without secrets, fit for a public issue.

use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::Finding;

/// Writes what was found and what the evidence is, and nothing of it that is not masked.
pub(super) fn markdown(evidence: &Evidence, findings: &[Finding]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text =
        format!("## OAuth diagnosis\n\nBy `tripod explain` {version}; secrets are masked.\n\n");
    text.push_str(&format!("* Evidence: {}\n", evidence.kind.as_str()));
    text.push_str(&format!(
        "* Exchanges: {}, and {} passed over\n",
        evidence.exchanges.len(),
        evidence.passed_over
    ));
    for (index, exchange) in evidence.exchanges.iter().enumerate() {
        let method = exchange
            .request
            .as_ref()
            .and_then(|request| request.method.as_deref());
        let status = exchange
            .response
            .as_ref()
            .and_then(|response| response.status);
        let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        // No URL: hosts of a company are nobody's business.
        text.push_str(&format!(
            "  {}. {} → {status}\n",
            index + 1,
            method.unwrap_or("(no request)")
        ));
    }
    if findings.is_empty() {
        text.push_str("\nNothing was found.\n");
    }
    for finding in findings {
        text.push_str(&format!(
            "\n### {}: {}\n\n`{}`\n\n{}\n",
            finding.likelihood, finding.title, finding.code, finding.cause
        ));
        for quote in &finding.evidence {
            text.push_str(&format!(
                "\n* {}: `{}`",
                quote.place,
                quote.text.replace('`', "'")
            ));
        }
        text.push_str(&format!(
            "\n\n**What to do:** {} *({})*\n",
            finding.fix, finding.reference
        ));
    }
    text.trim_end().to_owned()
}
