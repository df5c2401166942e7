//! Walking a listing by its cursor. A cursor is never kept beyond the walk, and a listing that gives one twice is an
//! error instead of an endless walk.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::policy;

/// The most rows one page can hold (reference section 1.5).
pub(crate) const PAGE_LIMIT: usize = 100;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct CursorPage<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; short-lived, never to be stored.
    pub next: Option<String>,
}

impl Client {
    /// Reads one page.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        call: &Call,
        cursor: Option<&str>,
    ) -> Result<CursorPage<T>, Error> {
        let mut call = call.clone().query("limit", &PAGE_LIMIT);
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        let body: Value = self.ask(&call).await?;
        read_page(body).ok_or_else(|| policy::unreadable(&call))
    }

    /// Reads a listing that takes no paging.
    pub(crate) async fn listed<T: DeserializeOwned>(&self, call: &Call) -> Result<Vec<T>, Error> {
        let body: Value = self.ask(call).await?;
        read_page(body).map(|page| page.items).ok_or_else(|| policy::unreadable(call))
    }

    /// Reads all pages.
    pub(crate) async fn all<T: DeserializeOwned>(&self, call: &Call) -> Result<Vec<T>, Error> {
        self.walk(call, |_| true).await
    }

    /// Reads the rows a filter should have left, and drops those it should not have. The walk ends with the first page
    /// that holds no wanted row, so that an ignored filter does not turn into a walk over the whole account.
    pub(crate) async fn matching<T: DeserializeOwned>(
        &self,
        call: &Call,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, Error> {
        self.walk(call, wanted).await
    }

    async fn walk<T: DeserializeOwned>(
        &self,
        call: &Call,
        keep: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, Error> {
        let mut rows = Vec::new();
        let mut seen = HashSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page(call, cursor.as_deref()).await?;
            let is_empty = page.items.is_empty();
            let before = rows.len();
            rows.extend(page.items.into_iter().filter(&keep));
            let next = page.next.filter(|_| is_empty || rows.len() > before);
            let Some(next) = next else { return Ok(rows) };
            if !seen.insert(next.clone()) {
                let error = Error::new(ErrorKind::RepeatedCursor, call.endpoint);
                return Err(error.with_record(call.record.as_deref()));
            }
            cursor = Some(next);
        }
    }
}

/// Reads `{data: [], meta: {next_cursor}}` and the bare `[]` some accounts answer.
fn read_page<T: DeserializeOwned>(body: Value) -> Option<CursorPage<T>> {
    let (items, next) = match body {
        Value::Array(_) => (body, None),
        Value::Object(mut body) => {
            let next = body.get("meta").and_then(|meta| meta.get("next_cursor")).and_then(Value::as_str);
            let next = next.filter(|cursor| !cursor.is_empty()).map(str::to_owned);
            (body.remove("data")?, next)
        }
        _ => return None,
    };
    Some(CursorPage { items: serde_json::from_value(items).ok()?, next })
}
