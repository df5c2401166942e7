//! `flotilla articles list` and `review`: the articles of the knowledge base that ask for a person's look before they are
//! used, and the word of the person who looked.

use comfy_table::{Table, presets};
use protocol::documents::Articles;

use super::config_show::trimmed;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// What is to be done with articles.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ArticlesCommand {
    /// Lists those that asked for a look
    List,
    /// Says that one was looked at and may be used
    Review(Review),
}

/// Arguments of `articles review`.
#[derive(Debug, clap::Args)]
pub(crate) struct Review {
    /// The article's id at the source
    article: String,
    /// The person who looked; it stands in the audit log
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when there are no documents yet, or no such article.
pub(crate) async fn run(command: &ArticlesCommand, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let operator = operator::of(call, &settings)?;
    let articles = match command {
        ArticlesCommand::List => operator.articles().await?,
        ArticlesCommand::Review(review) => {
            let named = (1..=100).contains(&review.by.trim().chars().count());
            if !named || review.by.contains(char::is_control) {
                let what = "--by: give the name of the person who looked, at most 100 characters";
                return Err(Failure::configuration(what));
            }
            operator.review(&review.article, review.by.trim()).await?
        }
    };
    call.output.say(&articles, || text(&articles))?;
    Ok(Exit::Ok)
}

fn text(articles: &Articles) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["id", "state", "flags", "file", "looked at by"]);
    for one in &articles.flagged {
        let flags = [
            ("iframe", one.iframe),
            ("complex_html", one.complex_html),
            ("external_assets", one.external_assets),
        ];
        let flags: Vec<&str> =
            flags.into_iter().filter(|(_, stands)| *stands).map(|(name, _)| name).collect();
        let state = if one.ready { "ready" } else { "waits" };
        let by = one.reviewed_by.as_deref().unwrap_or_default();
        table.add_row([&one.id, state, &flags.join(", "), &one.path, by]);
    }
    format!(
        "{}\n\n{} articles are ready, {} wait for a look.",
        trimmed(&table),
        articles.ready,
        articles.held_back
    )
}
