//! The operator's commands, one file each: its arguments, what it does, and how it says so.

pub(crate) mod accounts;
pub(crate) mod act;
pub(crate) mod articles;
pub(crate) mod config_show;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod failures;
pub(crate) mod fleet;
pub(crate) mod handoff;
pub(crate) mod init;
pub(crate) mod milestone;
pub(crate) mod probe;
pub(crate) mod report;
pub(crate) mod retry;
pub(crate) mod rollback;
pub(crate) mod run;
pub(crate) mod scheduler;
pub(crate) mod simulate;
pub(crate) mod status;
pub(crate) mod verify;
pub(crate) mod worker;
