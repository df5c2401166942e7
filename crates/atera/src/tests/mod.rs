//! The client against a fake of the source on loopback, and the supplements against files on disk. The fake
//! serves what each test wrote; it shares nothing with the client.

mod fake;
mod fields;
mod files;
mod listings;
mod refusals;
mod shapes;
mod supplements;
mod threads;
