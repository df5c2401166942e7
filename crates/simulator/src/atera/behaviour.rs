//! What nobody outside Atera knows, as switches: each `[unknown]` of the API has one, with the likeliest default.
//! Changed at run time through `PUT /_sim/atera/settings`; never read by anything but the Atera half.

use serde::{Deserialize, Serialize};

/// How a date without a zone is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Zoneless {
    /// Written in UTC, the zone left out.
    #[default]
    Utc,
    /// Written in the zone of the account, the zone left out.
    Account,
}

/// What a read by id answers when nothing has that id and the API declares no 404.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownId {
    /// 404, empty body.
    #[default]
    NotFound,
    /// 500, empty body.
    ServerError,
    /// 200 with `null`.
    Null,
}

/// The switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Behaviour {
    /// Meaning of zone-less dates.
    pub(crate) zoneless: Zoneless,
    /// Whether a new comment moves its ticket in `/tickets/lastmodified`.
    pub(crate) comment_touches_ticket: bool,
    /// Whether tickets with the status `Deleted` stand in `/tickets/lastmodified`.
    pub(crate) deleted_in_lastmodified: bool,
    /// Newest change first in `/tickets/lastmodified`; oldest first otherwise, which skips rows while one walks.
    pub(crate) lastmodified_descending: bool,
    /// Answer for an unknown customer, contact, contract or agent.
    pub(crate) unknown_id: UnknownId,
    /// Seconds an attachment URL is good for.
    pub(crate) file_url_lifetime_s: i64,
    /// Whether the token is also taken as `X-API-KEY`; the short legacy key always is.
    pub(crate) token_as_key: bool,
    /// Whether the token is accepted; false answers 401 as an expired one does.
    pub(crate) token_valid: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            zoneless: Zoneless::Utc,
            comment_touches_ticket: true,
            deleted_in_lastmodified: true,
            lastmodified_descending: false,
            unknown_id: UnknownId::NotFound,
            file_url_lifetime_s: 900,
            token_as_key: true,
            token_valid: true,
        }
    }
}
