//! All tests that use yolint as others do: its library, its commands, its language server. `tests/README.md` says what is
//! where.

mod cli;
mod common;
mod docs;
mod fixes;
mod lsp;
mod parity;
mod project;
mod python;
mod rules;
mod suites;
mod syntax;
mod tidy;
mod typing;
