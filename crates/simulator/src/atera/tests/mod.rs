//! Claims about the Atera half, checked over real HTTP on loopback. Each starts its own account and stops it.

mod changes;
mod documents;
mod files;
mod people;
mod reader;
mod threads;
mod traps;
mod walks;
