//! What makes a ticket worth a look in a sample.

use super::{Ticket, TicketSource};
use crate::{
    ObjectType, Trait, html,
    traits::{ages, field_types, is_other_script},
};

/// As far as its row shows it.
pub(super) fn of_row(row: &atera::Ticket) -> Vec<Trait> {
    let mut traits = ages(row.created.as_ref());
    traits.extend(Ticket::facets(row).into_iter().map(|(facet, value)| match (facet, value.as_str()) {
        ("assignee", "absent") => Trait::has("unassigned"),
        ("requester", "absent") => Trait::has("orphan"),
        (facet, value) => Trait::has(format!("{facet}:{value}")),
    }));
    if row.title.as_deref().is_none_or(|title| title.trim().is_empty()) {
        traits.push(Trait::has("no_subject"));
    }
    traits
        .extend(row.title.as_deref().filter(|title| is_other_script(title)).map(|_| Trait::has("non_latin")));
    traits
}

/// Of its thread, files, values and tags.
pub(super) fn of_thread(source: &TicketSource) -> Vec<Trait> {
    let comments = &source.comments;
    let notes = comments.iter().filter(|comment| comment.is_internal).count();
    let images =
        comments.iter().filter_map(|comment| comment.html.as_deref()).map(|html| html::images(html).len());
    let mut traits = vec![
        Trait::most("longest_thread", comments.len()),
        Trait::most("most_files", Ticket::assets(source).len()),
        Trait::most("most_notes", notes),
        Trait::most("most_images", images.sum()),
        Trait::most("most_values", source.values.len()),
        Trait::most("most_tags", source.tags.len()),
    ];
    if comments.is_empty() {
        traits.push(Trait::has("no_comments"));
    } else if notes == comments.len() {
        traits.push(Trait::has("notes_alone"));
    }
    let undated = comments.iter().any(|comment| comment.date.as_ref().is_none_or(|date| date.at.is_none()));
    traits.extend(undated.then(|| Trait::has("undated_comment")));
    let other = comments.iter().filter_map(|comment| comment.text.as_deref()).any(is_other_script);
    traits.extend(other.then(|| Trait::has("non_latin_thread")));
    traits.extend(field_types(&source.values));
    traits
}
