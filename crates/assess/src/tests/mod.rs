//! Judgements over accounts made up for the purpose: five for the five grades, and one that every pre-flight rule has
//! something to say about.

mod accounts;
mod estimates;
mod grades;
mod rules;
mod scores;
mod seats;
