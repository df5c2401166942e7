//! Where a message came through: closed lists of slugs, so that a value map cannot invent one.
//! The note channel is not among them on purpose: only `HistoricalMessage::internal_note` makes notes.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// The slug of the note channel, never a public one.
pub(crate) const INTERNAL_NOTE: &str = "internal-note";

/// The channel of a public message or of a ticket: a known slug or a custom one of the account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Channel(Cow<'static, str>);

/// A slug that cannot be used here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this slug cannot be used for a public message; take one of the documented slugs, never internal-note"
)]
pub struct UnknownSlug;

impl Channel {
    /// Made by the API; needs no routing, and auto-reply rules leave it alone (reference section 2.7).
    pub const API: Self = Self(Cow::Borrowed("api"));
    /// E-mail. Gorgias' own messages of this channel carry a `source`, which history does not.
    pub const EMAIL: Self = Self(Cow::Borrowed("email"));
    /// Live chat.
    pub const CHAT: Self = Self(Cow::Borrowed("chat"));
    /// A contact form.
    pub const CONTACT_FORM: Self = Self(Cow::Borrowed("contact_form"));
    /// The help center's form.
    pub const HELP_CENTER: Self = Self(Cow::Borrowed("help-center"));
    /// Telephone.
    pub const PHONE: Self = Self(Cow::Borrowed("phone"));
    /// Text message.
    pub const SMS: Self = Self(Cow::Borrowed("sms"));
    pub(crate) const NOTE: Self = Self(Cow::Borrowed(INTERNAL_NOTE));

    /// A channel by its slug, known or of the account's own making.
    ///
    /// # Errors
    /// [`UnknownSlug`] for `internal-note`, for an empty slug and for one with other characters than `a-z 0-9 - _`.
    pub fn from_slug(slug: &str) -> Result<Self, UnknownSlug> {
        let clean =
            slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if slug.is_empty() || !clean || slug == INTERNAL_NOTE {
            return Err(UnknownSlug);
        }
        Ok(Self(Cow::Owned(slug.to_owned())))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a message reached the helpdesk; the list is closed (reference section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Via(&'static str);

/// The documented values of `via`, without the note's.
const VIAS: [&str; 31] = [
    "aircall",
    "api",
    "chat",
    "contact_form",
    "email",
    "facebook",
    "facebook-mention",
    "facebook-messenger",
    "facebook-recommendations",
    "form",
    "gorgias_chat",
    "help-center",
    "helpdesk",
    "instagram",
    "instagram-ad-comment",
    "instagram-comment",
    "instagram-direct-message",
    "instagram-mention",
    "offline_capture",
    "phone",
    "rule",
    "self_service",
    "shopify",
    "sms",
    "twilio",
    "twitter",
    "twitter-direct-message",
    "whatsapp",
    "yotpo",
    "yotpo-review",
    "zendesk",
];

impl Via {
    /// Through the API.
    pub const API: Self = Self("api");
    /// By e-mail.
    pub const EMAIL: Self = Self("email");
    /// Typed in the helpdesk.
    pub const HELPDESK: Self = Self("helpdesk");
    pub(crate) const NOTE: Self = Self(INTERNAL_NOTE);

    /// A value by its slug.
    ///
    /// # Errors
    /// [`UnknownSlug`] when the slug is not among the documented ones, or is the note's.
    pub fn from_slug(slug: &str) -> Result<Self, UnknownSlug> {
        VIAS.iter().find(|known| **known == slug).map(|known| Self(known)).ok_or(UnknownSlug)
    }

    /// The slug.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Serialize for Via {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.serialize_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_slug_is_out_of_reach() {
        assert_eq!(Channel::from_slug("internal-note"), Err(UnknownSlug));
        assert_eq!(Via::from_slug("internal-note"), Err(UnknownSlug));
        assert_eq!(Channel::from_slug("Internal-Note"), Err(UnknownSlug));
        assert_eq!(Via::from_slug("carrier-pigeon"), Err(UnknownSlug));
    }

    #[test]
    fn a_custom_channel_is_taken_by_its_slug() {
        assert_eq!(
            Channel::from_slug("our-app_2").map(|c| c.as_str().to_owned()),
            Ok("our-app_2".to_owned())
        );
        assert_eq!(Via::from_slug("email"), Ok(Via::EMAIL));
    }
}
