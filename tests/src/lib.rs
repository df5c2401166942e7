//! What the integration tests stand on. Nothing here ships.
