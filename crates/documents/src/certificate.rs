//! The certificate of silence as papers: for people and for programs.

use protocol::certificate::Certificate;

use crate::{deliverables::Deliverables, error::Error};

/// The paper for people; the one for programs ends in `.json`.
pub const FILE: &str = "certificate.txt";

/// Stores both.
///
/// # Errors
/// [`Error::Store`] or [`Error::Form`].
pub async fn put(papers: &Deliverables, certificate: &Certificate) -> Result<(), Error> {
    let mut json = serde_json::to_string_pretty(certificate)?;
    json.push('\n');
    papers.put("certificate.json", json).await?;
    papers.put(FILE, text(certificate)).await?;
    Ok(())
}

/// What it says, in lines.
#[must_use]
pub fn text(certificate: &Certificate) -> String {
    let Certificate { migration, state, program, .. } = certificate;
    let mut lines = vec![
        format!("Certificate of silence for migration {migration}"),
        String::new(),
        match certificate.silent {
            true => {
                "No customer was e-mailed and no internal note was made public by this migration.".to_owned()
            }
            false => "This does NOT show silence yet:".to_owned(),
        },
    ];
    lines.extend(certificate.open.iter().map(|open| format!("  - {open}")));
    lines.extend([
        String::new(),
        format!("state {state}, flotilla {program}, as of {}", when(certificate.at.0)),
        "written:".to_owned(),
    ]);
    lines.extend(certificate.written.iter().map(|(kind, count)| format!("  {kind:<14}{count:>10}")));
    lines.push(format!(
        "kept from leaving by the wire gate: {}. It lets no message pass without the time it was written.",
        certificate.kept_from_leaving
    ));
    if let Some(seen) = &certificate.read_back {
        lines.push(format!(
            "read back in pass {}: {} tickets with every message, its time and its privacy; {} records not as meant.",
            seen.pass, seen.tickets, seen.left
        ));
        lines.extend(seen.merkle_roots.iter().map(|(kind, root)| format!("  {kind:<14}{root}")));
    }
    let audit = &certificate.audit;
    let holds = if audit.holds { "holds" } else { "is broken" };
    lines.push(format!("audit log: {} lines, its chain {holds}, last hash {}", audit.lines, audit.head));
    lines.push(String::new());
    lines.join("\n")
}

fn when(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use protocol::{MigrationId, MigrationState, Pass, UnixMs, certificate::AuditProof};

    use super::*;

    fn certificate(open: &[&str]) -> Certificate {
        Certificate {
            migration: MigrationId::new("acme").unwrap(),
            at: UnixMs(1_790_000_000_000),
            state: MigrationState::Ready,
            program: "0.1.0".to_owned(),
            silent: open.is_empty(),
            open: open.iter().map(|line| (*line).to_owned()).collect(),
            written: [(protocol::ObjectKind::Ticket, 3)].into(),
            kept_from_leaving: 0,
            wrote_last: Pass(1),
            read_back: None,
            audit: AuditProof { lines: 9, head: "ab".to_owned(), holds: true },
        }
    }

    #[test]
    fn what_is_not_shown_is_said_before_anything_else() {
        assert!(text(&certificate(&[])).contains("No customer was e-mailed"));
        let told = text(&certificate(&["verify it"]));
        assert!(told.contains("NOT show silence") && !told.contains("No customer was e-mailed"), "{told}");
        assert!(told.contains("  - verify it\n"), "{told}");
    }
}
