//! What PostgreSQL's codes mean to the ledger (<https://www.postgresql.org/docs/current/errcodes-appendix.html>). A detail
//! never holds an address, a user or a password.

use std::sync::Arc;

use crate::Error;

/// What a failure of the server, or of the way to it, means.
pub(crate) fn failure(error: sqlx::Error) -> Error {
    let unreachable = |detail: &str| Error::Unreachable { detail: detail.to_owned() };
    match error {
        sqlx::Error::Database(ref said) => {
            let code = said.code().unwrap_or_default().into_owned();
            by_code(&code).unwrap_or_else(|| Error::Sql(Arc::new(error)))
        }
        sqlx::Error::Io(io) => unreachable(&io.kind().to_string()),
        sqlx::Error::Tls(_) => unreachable("no TLS session could be made"),
        sqlx::Error::PoolTimedOut => unreachable("no connection became free in time"),
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Error::Closed,
        sqlx::Error::Configuration(_) => unreachable("its address cannot be read"),
        sqlx::Error::Protocol(_) => unreachable("the connection broke in the middle of an answer"),
        sqlx::Error::ColumnDecode { index, .. } => Error::corrupt(format!("column {index} cannot be read")),
        other => Error::Sql(Arc::new(other)),
    }
}

/// The server has not answered for longer than anybody waits.
pub(crate) fn silent() -> Error {
    Error::Unreachable { detail: "it does not answer".to_owned() }
}

fn by_code(code: &str) -> Option<Error> {
    let unreachable = |what: &str| Error::Unreachable { detail: format!("{what}, {code}") };
    let full = |what: &str| Error::Full { detail: format!("{what}, {code}") };
    Some(match code {
        // Two calls were in each other's way, or one waited too long for a lock.
        "40001" | "40P01" | "55P03" | "57014" => Error::Busy,
        "53100" => full("the server's disk is full"),
        "58030" => full("the server cannot read or write its disk"),
        "25006" => Error::ReadOnly,
        "3D000" => unreachable("there is no such database"),
        "XX001" | "XX002" => Error::corrupt(format!("the server found damaged data, {code}")),
        _ if code.starts_with("28") => unreachable("it refuses the login"),
        _ if code.starts_with("08") => unreachable("the connection broke"),
        _ if code.starts_with("53") => unreachable("it is out of room for this"),
        _ if code.starts_with("57P") || code == "25P03" => unreachable("it is stopping or starting"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_becomes_the_trouble_it_is() {
        assert!(matches!(by_code("40P01"), Some(Error::Busy)));
        assert!(matches!(by_code("53100"), Some(Error::Full { .. })));
        assert!(matches!(by_code("53300"), Some(Error::Unreachable { .. })));
        assert!(matches!(by_code("57P01"), Some(Error::Unreachable { .. })));
        assert!(by_code("23505").is_none());
    }
}
