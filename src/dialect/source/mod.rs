//! A framework whose own source is at hand: its `parse_model`, its model class and its modules run as they stand there.

mod ends;
mod model;
mod registration;
mod rows;
mod yaml;

use std::fmt;
use std::sync::Arc;

pub use registration::{Branch, How, INPUT_ALONE, ParseModel, Way};

use super::{Built, Dialect, Key, ModuleInfo, Outcome, Published, Ran, builtin};
use crate::cost::{Convention, Counter};
use crate::interpret::Sources;
use crate::model::Model;
use crate::python::Literal;
use crate::torch::ops::Result;
use crate::torch::{Activation, Trace};

/// A framework whose own source is at hand.
pub struct SourceDialect {
    /// The files.
    sources: Arc<dyn Sources>,
    /// The dotted name of the module with `parse_model`: `ultralytics.nn.tasks`, `models.yolo`.
    entry: String,
    /// Paths of further files, whose classes count as the framework's.
    modules: Vec<String>,
    builtin: Arc<dyn Dialect>,
    /// A package of the same name that is installed, and isn't the same.
    installed: Option<Arc<SourceDialect>>,
}

impl SourceDialect {
    /// The framework that has `parse_model` in the module `entry`.
    pub fn new(sources: Arc<dyn Sources>, entry: &str) -> SourceDialect {
        SourceDialect { sources, entry: entry.to_owned(), modules: Vec::new(), builtin: builtin(), installed: None }
    }

    /// Puts the classes of further files among the framework's, as a training script may do.
    pub fn with_modules(self, paths: Vec<String>) -> SourceDialect {
        SourceDialect { modules: paths, ..self }
    }
}

impl SourceDialect {
    /// Names the package that is installed under the same name.
    pub fn with_installed(self, installed: SourceDialect) -> SourceDialect {
        SourceDialect { installed: Some(Arc::new(installed)), ..self }
    }

    /// The package of the same name that is installed, and isn't the same.
    pub fn installed(&self) -> Option<&SourceDialect> {
        self.installed.as_deref()
    }

    /// The folder from which its imports start.
    pub fn root(&self) -> &str {
        self.sources.roots().first().map_or("", String::as_str)
    }

    /// The name of its package.
    pub fn package(&self) -> &str {
        self.entry.split('.').next().unwrap_or_default()
    }
}

impl fmt::Debug for SourceDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Dialect for SourceDialect {
    fn name(&self) -> &str {
        self.package()
    }

    fn source(&self) -> Option<&SourceDialect> {
        Some(self)
    }

    fn keys(&self) -> &[Key] {
        self.builtin.keys()
    }

    fn module(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        self.builtin.module(name)
    }

    fn modules(&self) -> Vec<Arc<ModuleInfo>> {
        self.builtin.modules()
    }

    fn suggestion(&self, _: &str) -> Option<Arc<ModuleInfo>> {
        None
    }

    fn equivalent(&self, _: &str) -> Option<&str> {
        None
    }

    fn activation(&self, text: &str) -> Result<Activation> {
        self.builtin.activation(text)
    }

    fn run(&self, model: &Model, scale: &str, imgsz: [i64; 2]) -> Ran {
        model::run(self, model, scale, imgsz)
    }

    fn build(&self, _: &[(&str, Vec<Literal>)], _: &Activation) -> Option<Built> {
        None
    }

    fn image_multiple(&self, _: &Model, _: &str) -> Option<i64> {
        None
    }

    fn summary_gflops(&self, model: &Model, scale: &str, imgsz: [i64; 2]) -> Option<f64> {
        let Ran { rows, trace, .. } = self.run(model, scale, imgsz);
        if !rows.iter().all(|row| matches!(row.outcome, Outcome::Returned(_))) {
            return None;
        }
        let ops = Counter::new(Convention::Ultralytics, &trace.modules, trace.root).total(&trace.calls).ok()?;
        Some(ops as f64 / 1e9 * 2.0).filter(|&gflops| gflops > 0.0)
    }

    fn looks_fused(&self, trace: &Trace) -> bool {
        self.builtin.looks_fused(trace)
    }

    fn published(&self) -> Vec<Published> {
        Vec::new()
    }
}
