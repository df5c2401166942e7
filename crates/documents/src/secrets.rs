//! What must not stand in a document although an operator or a device wrote it somewhere: passwords in addresses, tokens
//! in settings. Recognised by where it stands, never by what it looks like to a person.

/// What stands in a secret's place.
pub const HIDDEN: &str = "***";

/// Words after which a secret follows.
const NAMES: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "api_key",
    "api-key",
    "apikey",
    "authorization",
    "bearer",
    "community",
];

/// Whether a column or setting of this name holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase().replace([' ', '-'], "_");
    NAMES.iter().any(|secret| name.contains(&secret.replace('-', "_")))
}

/// An address without what signs in: neither user and password nor the values of its query.
#[must_use]
pub fn address(text: &str) -> String {
    let (before, query) = text.split_once('?').unwrap_or((text, ""));
    let shown = match before.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => before.to_owned(),
    };
    if query.is_empty() { shown } else { format!("{shown}?{HIDDEN}") }
}

/// What the words so far say of the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing.
    Plain,
    /// A secret's name was said: behind `=` or `:` stands its value.
    Value,
    /// It is a secret.
    Secret,
}

/// A free text without the values that follow a secret's name, and without tokens in the form of a JWT.
#[must_use]
pub fn text(free: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, ';' | ',');
    let mut next = Next::Plain;
    let mut told = String::with_capacity(free.len());
    for piece in free.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let (shown, then) = if word.is_empty() { (String::new(), next) } else { told_of(word, next) };
        told += &shown;
        told += &piece[word.len()..];
        next = then;
    }
    told
}

/// A word as it may be shown, and what it says of the next one.
fn told_of(word: &str, now: Next) -> (String, Next) {
    let scheme = ["bearer", "basic"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme));
    match now {
        Next::Value if matches!(word, "=" | ":") => return (word.to_owned(), Next::Secret),
        Next::Secret if scheme => return (word.to_owned(), Next::Secret),
        Next::Secret => return (HIDDEN.to_owned(), Next::Plain),
        Next::Plain | Next::Value => {}
    }
    if word.contains("://") {
        return (address(word), Next::Plain);
    }
    if word.eq_ignore_ascii_case("bearer") {
        return (word.to_owned(), Next::Secret);
    }
    match word.split_once(['=', ':']) {
        Some((name, "")) if is_secret_name(name) => (word.to_owned(), Next::Secret),
        Some((name, _)) if is_secret_name(name) => (format!("{}{HIDDEN}", &word[..=name.len()]), Next::Plain),
        None if is_secret_name(word) => (word.to_owned(), Next::Value),
        _ if is_jwt(word) => (HIDDEN.to_owned(), Next::Plain),
        _ => (word.to_owned(), Next::Plain),
    }
}

/// Three parts of base64url, the first of which begins as every JSON object does.
fn is_jwt(word: &str) -> bool {
    let part = |part: &str| {
        part.len() > 4 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let word = word.trim_matches(['"', '\'']);
    word.starts_with("eyJ") && word.split('.').count() == 3 && word.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_where_and_loses_who() {
        for (given, kept) in [
            ("https://ann:pw@erp.example/api?key=1", "https://erp.example/api?***"),
            ("https://erp.example/hook", "https://erp.example/hook"),
            ("https://a@b@c.example", "https://c.example"),
            ("192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(address(given), kept);
        }
    }

    #[test]
    fn a_value_behind_a_secrets_name_is_hidden_and_everything_else_kept() {
        for (given, kept) in [
            ("Token=abc123; monthly", "Token=***; monthly"),
            ("password: hunter2, then", "password: ***, then"),
            ("api_key = k-1 and more", "api_key = *** and more"),
            ("Authorization: Bearer abc.def x", "Authorization: Bearer *** x"),
            ("sends eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl daily", "sends *** daily"),
            ("see https://a:b@c.example/x?t=1 daily", "see https://c.example/x?*** daily"),
            ("the token expires monthly", "the token expires monthly"),
            ("Montant en €; par mois", "Montant en €; par mois"),
            ("Shared mailbox “helpdesk”", "Shared mailbox “helpdesk”"),
        ] {
            assert_eq!(text(given), kept);
        }
    }

    #[test]
    fn a_column_that_holds_a_secret_is_known_by_its_name() {
        for name in ["API Key", "api-key", "OAuth token", "Client Secret", "Community", "Passwd"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["Name", "Endpoint", "Active", "Business Hours"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
