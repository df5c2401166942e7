//! The servers a fleet stands on, one pair for one stack after another: a fresh database and an empty Redis each time.

use servers::{Postgres, Redis};

/// The user of Redis that has a password.
const USER: &str = "flotilla";

/// Redis and PostgreSQL, and the database of the present stack.
#[derive(Debug)]
pub struct Servers {
    /// Queue and limiter.
    pub redis: Redis,
    /// The ledger.
    pub postgres: Postgres,
    database: Option<String>,
    databases: usize,
}

impl Servers {
    /// Starts both.
    pub(super) async fn start() -> Self {
        let (redis, postgres) = tokio::join!(Redis::start(), Postgres::start());
        Self { redis: redis.unwrap(), postgres: postgres.unwrap(), database: None, databases: 0 }
    }

    /// Makes everything empty.
    pub(super) async fn empty(&mut self) {
        self.redis.flush().await.unwrap();
        if let Some(old) = self.database.take() {
            self.postgres.drop_database(&old).await.unwrap();
        }
        self.databases += 1;
        let new = format!("stack_{}", self.databases);
        self.postgres.create_database(&new).await.unwrap();
        self.database = Some(new);
    }

    /// Name of the present database.
    ///
    /// # Panics
    /// Before a stack has begun.
    #[must_use]
    pub fn database(&self) -> &str {
        self.database.as_deref().unwrap()
    }

    /// Its address.
    #[must_use]
    pub fn postgres_url(&self) -> String {
        self.postgres.url_of(self.database())
    }

    /// The addresses of Redis and PostgreSQL as the programs are told them. PostgreSQL trusts whoever asks from here, so
    /// its password is only carried; Redis wants its own.
    pub(super) async fn addresses(&self, passwords: Option<[&str; 2]>) -> [String; 2] {
        let addresses = [self.redis.url(), self.postgres_url()];
        let Some([redis, postgres]) = passwords else { return addresses };
        let rule = format!(">{redis}");
        let words = ["ACL", "SETUSER", USER, "on", &rule, "allkeys", "allchannels", "allcommands"];
        let said = self.redis.command(&words).await.unwrap();
        assert_eq!(said, "+OK\r\n");
        let [own, theirs] = addresses;
        [
            own.replace("redis://", &format!("redis://{USER}:{redis}@")),
            theirs.replace("postgres@", &format!("postgres:{postgres}@")),
        ]
    }

    /// Whether the user with a password may use Redis. Who may not is thrown out.
    ///
    /// # Panics
    /// When Redis cannot be asked.
    pub async fn admit_to_redis(&self, may: bool) {
        let said =
            self.redis.command(&["ACL", "SETUSER", USER, if may { "on" } else { "off" }]).await.unwrap();
        assert_eq!(said, "+OK\r\n");
        if !may {
            let _ = self.redis.command(&["CLIENT", "KILL", "USER", USER]).await.unwrap();
        }
    }

    /// Rows of the ledger, fields separated by `|`.
    ///
    /// # Panics
    /// When PostgreSQL refuses.
    pub async fn sql(&self, statement: &str) -> Vec<String> {
        let said = self.postgres.sql(self.database(), statement).await.unwrap();
        said.lines().map(str::to_owned).collect()
    }
}
