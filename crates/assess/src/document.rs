//! The written estimate, as Markdown: everything somebody needs to decide, from the facts alone and at once. It states what
//! the vendor claims beside what this account shows, and names every figure's source.

use std::fmt::Write as _;

use protocol::facts::Facts;

use crate::{Assessment, Range, Rate, Severity};

/// Writes it.
#[must_use]
pub fn document(migration: &str, facts: &Facts, rate: Rate, of: &Assessment) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = head(&mut text, migration, facts, of)
        .and_then(|()| what_lands(&mut text, of))
        .and_then(|()| how_long(&mut text, rate, of))
        .and_then(|()| in_the_way(&mut text, of));
    text
}

fn head(text: &mut String, migration: &str, facts: &Facts, of: &Assessment) -> std::fmt::Result {
    let Assessment { discovery, grade, .. } = of;
    let known =
        |count: Option<u64>| count.map_or_else(|| "not supplied".to_owned(), |count| count.to_string());
    writeln!(text, "# Estimate for migration {migration}: Atera to Gorgias\n")?;
    writeln!(text, "From facts of {} (ms since 1970). Price: by rule, no fee per record.\n", facts.at)?;
    writeln!(text, "## What is there\n")?;
    writeln!(text, "| figure | value |\n|---|---:|")?;
    let fields: u64 = discovery.custom_fields.values().sum();
    let rows = [
        ("plan", discovery.plan.clone().unwrap_or_else(|| "not told".to_owned())),
        ("tickets, active of all", format!("{} of {}", discovery.active_tickets, discovery.tickets)),
        ("customers", discovery.customers.to_string()),
        ("contacts", discovery.contacts.to_string()),
        ("technicians", discovery.technicians.to_string()),
        ("SLA policies", known(discovery.sla_policies)),
        ("contracts", discovery.contracts.to_string()),
        ("articles", discovery.articles.to_string()),
        ("tags", known(discovery.tags)),
        ("custom fields", fields.to_string()),
        ("integrations", known(discovery.integrations)),
        ("seats used and wanted", format!("{} and {}", discovery.seats.used, discovery.seats.wanted)),
    ];
    for (name, value) in rows {
        writeln!(text, "| {name} | {value} |")?;
    }
    writeln!(text, "\n## Grade {:?}\n", grade.letter)?;
    for factor in &grade.factors {
        writeln!(text, "- {}: {:.2} ({})", factor.name.replace('_', " "), factor.value, factor.why)?;
    }
    Ok(())
}

fn what_lands(text: &mut String, of: &Assessment) -> std::fmt::Result {
    let score = &of.score;
    writeln!(text, "\n## What lands\n")?;
    writeln!(
        text,
        "The vendor says \"{}\" and \"{}\". In this account {}; {}.\n",
        score.claims[0], score.claims[1], score.ours[0], score.ours[1]
    )?;
    writeln!(text, "| object | records | becomes | why |\n|---|---:|---|---|")?;
    for one in &score.objects {
        writeln!(text, "| {} | {} | {} | {} |", one.object, one.records, one.verdict, one.why)?;
    }
    writeln!(text, "\n{:.0} % of the records' worth arrives.", score.weighted * 100.0)
}

fn how_long(text: &mut String, rate: Rate, of: &Assessment) -> std::fmt::Result {
    let estimate = &of.estimate;
    let range = |range: Range, digits: usize| {
        format!("{:.digits$} ({:.digits$} to {:.digits$})", range.likely, range.low, range.high)
    };
    writeln!(text, "\n## How long it takes\n")?;
    writeln!(
        text,
        "- The run itself: {} hours, decided by {}.",
        range(estimate.run_hours, 2),
        estimate.bottleneck.words()
    )?;
    writeln!(
        text,
        "- The whole project: {} working days. (The vendor says 2-7 days in one place and 3-5 weeks in another.)",
        range(estimate.project_days, 0)
    )?;
    writeln!(
        text,
        "- Requests to Gorgias: {} at {:.2} a second ({} per {} s, {:.0} % left to others).",
        range(estimate.target_calls.total, 0),
        estimate.requests_per_s,
        rate.limit,
        rate.window_ms as f64 / 1_000.0,
        rate.reserve * 100.0
    )?;
    for (kind, count) in &estimate.target_calls.by_kind {
        writeln!(text, "  - {}: {count}", kind.replace('_', " "))?;
    }
    writeln!(text, "- Reads of Atera: {}.", range(estimate.source_calls.total, 0))?;
    writeln!(
        text,
        "- Files: {} MB.",
        range(
            Range {
                low: estimate.bytes.low / 1e6,
                likely: estimate.bytes.likely / 1e6,
                high: estimate.bytes.high / 1e6
            },
            1
        )
    )?;
    if estimate.over_two_million {
        writeln!(
            text,
            "- {} records are more than two million: batches are cut the same way, run and verification in stages; somebody looks at this plan first.",
            estimate.records
        )?;
    }
    Ok(())
}

fn in_the_way(text: &mut String, of: &Assessment) -> std::fmt::Result {
    writeln!(text, "\n## What has no place\n")?;
    writeln!(text, "| object | field | reason | action |\n|---|---|---|---|")?;
    for gap in &of.gaps {
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            gap.object,
            gap.field.replace('|', "/"),
            gap.reason,
            gap.action
        )?;
    }
    writeln!(text, "\n## What stands in the way\n")?;
    for severity in [Severity::Block, Severity::Warn, Severity::Info] {
        for finding in of.preflight.iter().filter(|finding| finding.severity == severity) {
            let word = match (finding.blocks, &finding.acknowledged) {
                (true, _) => "blocks".to_owned(),
                (false, Some(word)) => format!("acknowledged by {}", word.by),
                (false, None) => if severity == Severity::Info { "to know" } else { "look" }.to_owned(),
            };
            writeln!(text, "- [{word}] {} ({}). {}", finding.says, finding.rule, finding.remedy)?;
        }
    }
    Ok(())
}
