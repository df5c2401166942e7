//! Every request of both APIs in order of arrival: the ground on which rates, requests per ticket and waits for
//! an event are judged. An entry is opened on arrival and closed when its answer is decided. Bodies are never kept.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// Which of the two APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Api {
    Atera,
    Gorgias,
}

/// One request, kept small: millions may be held.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Arrival, microseconds since the start.
    pub(crate) at_us: u64,
    pub(crate) api: Api,
    pub(crate) method: &'static str,
    /// Index into the list of templates.
    template: u16,
    pub(crate) path: Box<str>,
    /// The `external_id` in body or query, or the id of the ticket in the path.
    pub(crate) subject: Option<Box<str>>,
    /// 0 while unanswered, and for ever when the line was cut.
    pub(crate) status: u16,
    /// Bytes of the request body and of the answer's.
    pub(crate) bytes_in: u32,
    pub(crate) bytes_out: u32,
    /// The bucket after this request; limit 0 where no bucket is involved.
    pub(crate) used: u32,
    pub(crate) limit: u32,
    /// The answer is decided (though perhaps never sent).
    pub(crate) answered: bool,
}

/// What is known of a request on arrival.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) at_us: u64,
    pub(crate) api: Api,
    pub(crate) method: &'static str,
    pub(crate) path: Box<str>,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) bytes_in: usize,
}

/// What is known of a request once its answer is decided.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Departure {
    pub(crate) status: u16,
    pub(crate) bytes_out: u64,
    pub(crate) used: u32,
    pub(crate) limit: u32,
}

/// An entry as the admin routes show it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) seq: usize,
    pub(crate) t_ms: f64,
    pub(crate) api: Api,
    pub(crate) method: &'static str,
    pub(crate) template: String,
    pub(crate) path: Box<str>,
    pub(crate) subject: Option<Box<str>>,
    pub(crate) status: u16,
    pub(crate) bytes_in: u32,
    pub(crate) bytes_out: u32,
    pub(crate) used: u32,
    pub(crate) limit: u32,
    pub(crate) answered: bool,
}

#[derive(Debug, Default)]
struct Book {
    entries: Vec<Entry>,
    templates: Vec<String>,
    template_ids: HashMap<String, u16>,
}

/// The log itself.
#[derive(Debug)]
pub(crate) struct RequestLog {
    book: Mutex<Book>,
    changes: watch::Sender<u64>,
}

impl RequestLog {
    pub(crate) fn new() -> Self {
        Self { book: Mutex::default(), changes: watch::Sender::new(0) }
    }

    /// Opens an entry and gives its sequence number.
    pub(crate) fn arrive(&self, arrival: Arrival) -> usize {
        let mut book = self.book();
        let template = book.template_id(template_of(&arrival.path));
        book.entries.push(Entry {
            at_us: arrival.at_us,
            api: arrival.api,
            method: arrival.method,
            template,
            path: arrival.path,
            subject: arrival.subject,
            status: 0,
            bytes_in: u32::try_from(arrival.bytes_in).unwrap_or(u32::MAX),
            bytes_out: 0,
            used: 0,
            limit: 0,
            answered: false,
        });
        let seq = book.entries.len() - 1;
        drop(book);
        self.changes.send_modify(|count| *count += 1);
        seq
    }

    /// Closes an entry.
    pub(crate) fn depart(&self, seq: usize, departure: Departure) {
        let mut book = self.book();
        if let Some(entry) = book.entries.get_mut(seq) {
            entry.status = departure.status;
            entry.bytes_out = u32::try_from(departure.bytes_out).unwrap_or(u32::MAX);
            entry.used = departure.used;
            entry.limit = departure.limit;
            entry.answered = true;
        }
        drop(book);
        self.changes.send_modify(|count| *count += 1);
    }

    /// Wakes whenever an entry is opened or closed.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Rows from `since` on that `keep` accepts, at most `limit`.
    pub(crate) fn rows(&self, since: usize, limit: usize, keep: impl Fn(&Entry) -> bool) -> Vec<Row> {
        let book = self.book();
        let entries = book.entries.iter().enumerate().skip(since);
        entries
            .filter(|(_, entry)| keep(entry))
            .take(limit)
            .map(|(seq, entry)| book.row(seq, entry))
            .collect()
    }

    /// How many entries from `since` on `keep` accepts.
    pub(crate) fn count(&self, since: usize, keep: impl Fn(&Entry) -> bool) -> usize {
        self.book().entries.iter().skip(since).filter(|entry| keep(entry)).count()
    }

    /// Folds every entry, with its template, into one value.
    pub(crate) fn fold<T>(&self, start: T, mut step: impl FnMut(T, &Entry, &str) -> T) -> T {
        let book = self.book();
        book.entries.iter().fold(start, |sum, entry| step(sum, entry, book.template(entry)))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn template_id(&mut self, template: String) -> u16 {
        if let Some(id) = self.template_ids.get(&template) {
            return *id;
        }
        let id = u16::try_from(self.templates.len()).unwrap_or(u16::MAX);
        self.templates.push(template.clone());
        self.template_ids.insert(template, id);
        id
    }

    fn template(&self, entry: &Entry) -> &str {
        self.templates.get(usize::from(entry.template)).map_or("", String::as_str)
    }

    fn row(&self, seq: usize, entry: &Entry) -> Row {
        Row {
            seq,
            t_ms: entry.at_us as f64 / 1000.0,
            api: entry.api,
            method: entry.method,
            template: self.template(entry).to_owned(),
            path: entry.path.clone(),
            subject: entry.subject.clone(),
            status: entry.status,
            bytes_in: entry.bytes_in,
            bytes_out: entry.bytes_out,
            used: entry.used,
            limit: entry.limit,
            answered: entry.answered,
        }
    }
}

/// The path with every id replaced by `{id}`; files are folded into one template.
fn template_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    for stem in ["/files/", "/uploads/", "/foreign/"] {
        if path.starts_with(stem) {
            return format!("{stem}{{file}}");
        }
    }
    let segment = |part: &str| {
        let is_id = part.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && part.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_id { "{id}".to_owned() } else { part.to_owned() }
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::template_of;

    #[test]
    fn templates_hold_no_ids() {
        assert_eq!(template_of("/api/tickets/12/messages/34?x=1"), "/api/tickets/{id}/messages/{id}");
        assert_eq!(template_of("/files/a/b.png"), "/files/{file}");
        assert_eq!(template_of("/api/v3/tickets"), "/api/v3/tickets");
    }
}
