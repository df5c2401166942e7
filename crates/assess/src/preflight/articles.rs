//! Articles are put in by hand, and once for each language.

use super::{Rule, Seen, Severity};

pub(super) const RULE: Rule = Rule {
    id: "article-locales",
    remedy: "decide on the languages of the help center before the bundle is put in: each one is a separate text there",
    acknowledgeable: true,
    look: |sight| {
        let articles = sight.facts.source.counts.get("articles").copied().unwrap_or(0);
        let says = format!(
            "{articles} articles become an import bundle; the source has one language each, every further one is an article more"
        );
        if articles == 0 { None } else { Seen::of_account(Severity::Info, says, articles) }
    },
};
