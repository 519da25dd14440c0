//! Commands as a person, a script or CI meets them.

mod budgets;
mod chinese;
mod commands;
mod diff;
mod first_tries;
mod framework;
mod graph;
pub(crate) mod register;
mod reports;
#[cfg(unix)]
mod widths;
