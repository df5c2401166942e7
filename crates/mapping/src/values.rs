//! The values the destination knows, and the way from an observed value to one of them. A value that is not on the
//! list never leaves this room.

use std::fmt;

use protocol::{MapSpec, ValueMap, map_spec};
use serde::{Deserialize, Serialize};

/// A ticket's status at the destination. Gorgias knows these two alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// Work to do.
    Open,
    /// Done.
    Closed,
}

/// A ticket's priority at the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketPriority {
    /// Above high.
    Critical,
    /// Above normal.
    High,
    /// The middle.
    Normal,
    /// Below normal.
    Low,
}

/// What a value map is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// Ticket status.
    Status,
    /// Ticket priority.
    Priority,
    /// Ticket source, which becomes a channel.
    Source,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 3] = [Self::Status, Self::Priority, Self::Source];

    /// Its name in a survey.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Source => "source",
        }
    }

    /// The map of a spec that is about it.
    #[must_use]
    pub fn map(self, spec: &MapSpec) -> &ValueMap {
        match self {
            Self::Status => &spec.status,
            Self::Priority => &spec.priority,
            Self::Source => &spec.channel,
        }
    }

    /// The same map, to be added to.
    pub fn map_mut(self, spec: &mut MapSpec) -> &mut ValueMap {
        match self {
            Self::Status => &mut spec.status,
            Self::Priority => &mut spec.priority,
            Self::Source => &mut spec.channel,
        }
    }

    /// Whether the destination knows this value.
    #[must_use]
    pub fn allows(self, value: &str) -> bool {
        match self {
            Self::Status => parse_status(value).is_some(),
            Self::Priority => parse_priority(value).is_some(),
            Self::Source => is_channel(value),
        }
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an observed status becomes.
///
/// # Errors
/// [`map_spec::Unmapped`] when the map has no place for it, or names a status the destination does not know.
pub fn status(spec: &MapSpec, observed: Option<&str>) -> Result<TicketStatus, map_spec::Unmapped> {
    parse_status(spec.status.apply(observed)?).ok_or(map_spec::Unmapped)
}

/// What an observed priority becomes.
///
/// # Errors
/// [`map_spec::Unmapped`] when the map has no place for it, or names a priority the destination does not know.
pub fn priority(spec: &MapSpec, observed: Option<&str>) -> Result<TicketPriority, map_spec::Unmapped> {
    parse_priority(spec.priority.apply(observed)?).ok_or(map_spec::Unmapped)
}

/// The channel slug an observed source becomes.
///
/// # Errors
/// [`map_spec::Unmapped`] when the map has no place for it, or names something that is no public channel.
pub fn channel<'a>(spec: &'a MapSpec, observed: Option<&str>) -> Result<&'a str, map_spec::Unmapped> {
    let slug = spec.channel.apply(observed)?;
    if is_channel(slug) { Ok(slug) } else { Err(map_spec::Unmapped) }
}

fn parse_status(value: &str) -> Option<TicketStatus> {
    Some(match value {
        "open" => TicketStatus::Open,
        "closed" => TicketStatus::Closed,
        _ => return None,
    })
}

fn parse_priority(value: &str) -> Option<TicketPriority> {
    Some(match value {
        "critical" => TicketPriority::Critical,
        "high" => TicketPriority::High,
        "normal" => TicketPriority::Normal,
        "low" => TicketPriority::Low,
        _ => return None,
    })
}

/// Any slug but the note's: an account may have channels of its own making.
fn is_channel(slug: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !slug.is_empty() && slug.chars().all(legal) && slug != "internal-note"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_to_a_value_the_destination_does_not_know_is_no_map() {
        let mut spec = MapSpec::default();
        assert_eq!(status(&spec, Some(" RESOLVED ")), Ok(TicketStatus::Closed));
        assert_eq!(status(&spec, Some("Waiting for parts")), Ok(TicketStatus::Open));
        spec.status.default = Some("pending".to_owned());
        assert_eq!(status(&spec, Some("Waiting for parts")), Err(map_spec::Unmapped));
        assert_eq!(priority(&spec, None), Ok(TicketPriority::Normal));
        spec.priority.default = None;
        assert_eq!(priority(&spec, None), Err(map_spec::Unmapped));
    }

    #[test]
    fn no_source_can_become_the_note_channel() {
        let mut spec = MapSpec::default();
        assert_eq!(channel(&spec, Some("Portal")), Ok("api"));
        spec.channel.default = Some("internal-note".to_owned());
        assert_eq!(channel(&spec, Some("Portal")), Err(map_spec::Unmapped));
    }
}
