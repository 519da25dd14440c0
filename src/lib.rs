//! yolint reads YOLO model YAML files, computes their cost and reports errors in them.
//!
//! Data flows in one direction: text → syntax → model → dialect → catalog → torch → cost → analysis → output.
//! `ARCHITECTURE.md` describes the rooms.
//!
//! The program is what people use. As a library, this crate offers the server for a client in the same thread; what its own
//! tests and benchmarks use besides is listed in [`internals`].

// Without the program, some of the core has no caller.
#![cfg_attr(not(all(feature = "cli", feature = "lsp")), allow(dead_code, unused_imports))]

mod align;
mod analysis;
mod bindings;
mod bound;
mod budget;
mod catalog;
mod check;
#[cfg(feature = "cli")]
mod cli;
mod config;
mod cost;
mod dialect;
mod diff;
mod fit;
mod fix;
mod graph;
mod heads;
mod ide;
mod interpret;
mod model;
mod project;
mod python;
mod register;
mod rewrite;
mod rules;
#[cfg(feature = "embedded")]
mod server;
mod syntax;
mod text;
mod torch;
mod weights;
mod words;

#[cfg(feature = "cli")]
pub use cli::run;
#[cfg(feature = "embedded")]
pub use server::Embedded;

/// What `tests/` and `benches/` use, by room. It may change in any release.
///
/// The rooms themselves are private, so that the compiler finds what nobody uses.
#[doc(hidden)]
pub mod internals {
    pub mod analysis {
        pub use crate::analysis::{Analysis, Options, RowAnalysis, Status, Totals, analyse, at_every_scale};
    }
    pub mod bindings {
        pub use crate::bindings::install;
    }
    pub mod budget {
        pub use crate::budget::{Baselines, Budgets, named};
    }
    pub mod check {
        pub use crate::check::{Analyses, Checked, Finding, Request, Scales, analyses, check, checked, with_analyses};
    }
    pub mod config {
        pub use crate::config::{Config, FILE_NAME, FrameworkSetting, Parts, Sought, canonical, parse};
    }
    pub mod cost {
        pub use crate::cost::{Convention, units};
    }
    pub mod dialect {
        pub use crate::dialect::{
            Dataset, HeaderFault, ModuleInfo, Param, RELEASE, RowParam, SourceDialect, builtin, choose_scale,
        };
    }
    pub mod diff {
        pub use crate::diff::{Change, Diff, RowDiff, RowStatus, Side, diff};
    }
    pub mod fit {
        pub use crate::fit::{Figures, Problem, fit};
    }
    pub mod fix {
        pub use crate::fix::{Which, apply, fix};
    }
    pub mod graph {
        pub use crate::graph::layout::{Layout, Rect, layout};
        pub use crate::graph::{Graph, Metric, dot::dot, graph, html::html, json::json, mermaid::mermaid, svg::svg};
    }
    pub mod heads {
        pub use crate::heads::{HeadEdit, edit};
    }
    pub mod ide {
        pub use crate::ide::ModelFile;
        pub use crate::ide::actions::{lighter, rows};
        pub use crate::ide::calls::{readers, row_at, sources};
        pub use crate::ide::hints::{Hint, MAX_LABEL, hints};
        pub use crate::ide::hover::hover;
        pub use crate::ide::lens::lenses;
        pub use crate::ide::ranges::{folds, selections};
        pub use crate::ide::symbols::symbols;
        pub use crate::ide::wiring::{definition, references};
    }
    pub mod interpret {
        pub use crate::interpret::{Args, Machine, Sources, Stop, Value};
    }
    pub mod model {
        pub use crate::model::comments::{IndexClaim, index_claims};
        pub use crate::model::{Model, ReadFile, Source, read};
    }
    pub mod project {
        pub use crate::project::{Choice, Files, Framework, ImportPath, Project, Surroundings, choose};
    }
    pub mod python {
        pub use crate::python::Literal;
        pub use crate::python::file::File;
        pub use crate::python::ir::{Stmt, Variable};
    }
    pub mod rules {
        pub use crate::rules::{Diagnostic, Fix, Level, RULES, Severity};
    }
    pub mod syntax {
        pub use crate::syntax::{
            Node, NodeKind, Parse, Style, SyntaxError, SyntaxErrorKind, SyntaxFix, TokenKind, Tree, Value, parse,
        };
    }
    pub mod text {
        pub use crate::text::{LineIndex, SourceFile, Span};
    }
    pub mod torch {
        pub use crate::torch::dtype::DType;
        pub use crate::torch::ops::{FaultKind, Result, Shape};
        pub use crate::torch::{Run, Value, natives};
    }
    pub mod weights {
        pub use crate::weights::{Base, StateDict};
    }
    pub mod words {
        pub use crate::words::{Language, Message, SIMPLIFIED, TRADITIONAL, WORDS, traditional};
    }
}
