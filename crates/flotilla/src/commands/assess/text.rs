//! An assessment for a person at a terminal: a page, the worst first. The whole document is `flotilla estimate`.

use std::fmt::Write as _;

use assess::{Assessment, Severity};

/// The page.
pub(super) fn of(found: &Assessment) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = page(&mut text, found);
    text
}

fn page(text: &mut String, found: &Assessment) -> std::fmt::Result {
    let Assessment { discovery, grade, estimate, score, .. } = found;
    writeln!(text, "grade {:?} ({:.2})", grade.letter, grade.value)?;
    for factor in &grade.factors {
        writeln!(text, "  {:<18} {:.2}  {}", factor.name, factor.value, factor.why)?;
    }
    writeln!(
        text,
        "\n{} tickets ({} active), {} customers, {} contacts, {} technicians, {} gaps",
        discovery.tickets,
        discovery.active_tickets,
        discovery.customers,
        discovery.contacts,
        discovery.technicians,
        found.gaps.len()
    )?;
    writeln!(text, "\nthe vendor: {}; {}", score.claims[0], score.claims[1])?;
    writeln!(text, "this account: {}; {}", score.ours[0], score.ours[1])?;
    for one in &score.objects {
        writeln!(text, "  {:<15} {:>9}  {:<14} {}", one.object, one.records, one.verdict, one.why)?;
    }
    let (run, days, calls) = (estimate.run_hours, estimate.project_days, estimate.target_calls.total);
    writeln!(
        text,
        "\nrun {:.2} h ({:.2} to {:.2}), bound by {}; project {:.0} working days ({:.0} to {:.0})",
        run.likely,
        run.low,
        run.high,
        estimate.bottleneck.words(),
        days.likely,
        days.low,
        days.high
    )?;
    writeln!(
        text,
        "{:.0} requests to Gorgias ({:.0} to {:.0}), {:.0} reads of Atera, {:.1} MB of files",
        calls.likely,
        calls.low,
        calls.high,
        estimate.source_calls.total.likely,
        estimate.bytes.likely / 1e6
    )?;
    writeln!(text)?;
    for severity in [Severity::Block, Severity::Warn, Severity::Info] {
        for finding in found.preflight.iter().filter(|finding| finding.severity == severity) {
            let word = match (finding.blocks, &finding.acknowledged) {
                (true, _) => "BLOCKS",
                (false, Some(_)) => "acknowledged",
                (false, None) if severity == Severity::Info => "info",
                (false, None) => "warn",
            };
            writeln!(text, "{word:<13} {:<22} {}", finding.rule, finding.says)?;
            if finding.blocks {
                writeln!(text, "{:<36} {}", "", finding.remedy)?;
            }
        }
    }
    Ok(())
}
