//! A framework by its own source: its `parse_model`, its model class and its modules are run as written.

mod classes;
mod ends;
mod model;
mod registration;
mod rows;
mod tracer;
mod yaml;

use std::fmt;
use std::sync::Arc;

use classes::NotImported;
pub use registration::{How, INPUT_ALONE, ParseModel, Way};

use super::{Built, Dataset, Dialect, Key, ModuleInfo, Outcome, Published, Ran, Traced, builtin};
use crate::bindings;
use crate::cost::{Convention, Counter};
use crate::interpret::{Machine, Sources};
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
    /// A machine on which nothing of the framework has run, apart from an earlier run's imports.
    fn machine(&self, eager: bool) -> Machine {
        self.sources.kept(eager, 0).filter(Machine::is_current).unwrap_or_else(|| {
            let mut m = Machine::new(self.sources.clone());
            m.eager = eager;
            bindings::install(&mut m);
            m.add_library(&yaml::LIBRARY);
            m.mark();
            m
        })
    }

    /// Keeps what a machine imported for the next run.
    fn keep(&self, m: Machine) {
        self.sources.keep(m, 0);
    }

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

    fn as_source(&self) -> Option<&SourceDialect> {
        Some(self)
    }

    fn keys(&self) -> &[Key] {
        self.builtin.keys()
    }

    fn module(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        match classes::called(self, name) {
            Ok(own) => own.or_else(|| self.builtin.module(name).filter(|_| name.contains('.'))),
            Err(NotImported) => self.builtin.module(name),
        }
    }

    fn modules(&self) -> Vec<Arc<ModuleInfo>> {
        let builtin = self.builtin.modules();
        let Ok(mut classes) = classes::read(self) else { return builtin };
        classes.sort_by_key(|module| self.builtin.module(&module.name).is_some());
        classes.extend(builtin.into_iter().filter(|module| module.name.contains('.')));
        classes
    }

    fn suggestion(&self, _: &str) -> Option<Arc<ModuleInfo>> {
        None
    }

    fn since(&self, name: &str) -> Option<&'static str> {
        self.builtin.since(name).filter(|_| self.package() == "ultralytics")
    }

    fn equivalent(&self, _: &str) -> Option<&str> {
        None
    }

    fn variables(&self) -> &[&str] {
        &[]
    }

    fn activation(&self, text: &str) -> Result<Activation> {
        self.builtin.activation(text)
    }

    fn run(&self, model: &Model, scale: &str, dataset: &Dataset, imgsz: [i64; 2]) -> Ran {
        model::run(self, model, scale, dataset, imgsz)
    }

    fn trace(
        &self,
        model: &Model,
        scale: &str,
        dataset: &Dataset,
        imgsz: [i64; 2],
        row: usize,
    ) -> Option<(Ran, Traced)> {
        Some(model::traced(self, model, scale, dataset, imgsz, row))
    }

    fn build(&self, _: &[(&str, Vec<Literal>)], _: &Activation) -> Option<Built> {
        None
    }

    fn image_multiple(&self, _: &Model, _: &str, _: &Dataset) -> Option<i64> {
        None
    }

    fn summary_gflops(
        &self,
        model: &Model,
        scale: &str,
        dataset: &Dataset,
        imgsz: [i64; 2],
        fused: bool,
        ran: Option<&Trace>,
    ) -> Option<f64> {
        if fused {
            return None;
        }
        let again;
        let trace = match ran {
            Some(trace) => trace,
            None => {
                again = self.run(model, scale, dataset, imgsz);
                again.rows.iter().all(|row| matches!(row.outcome, Outcome::Returned(_))).then_some(&again.trace)?
            }
        };
        let ops = Counter::new(Convention::Ultralytics, &trace.modules, trace.root).total(&trace.calls).ok()?;
        Some(ops as f64 / 1e9 * 2.0).filter(|&gflops| gflops > 0.0)
    }

    fn printed(&self, model: &Model, scale: &str, dataset: &Dataset, name: &str) -> Option<String> {
        model::printed(self, model, scale, dataset, name)
    }

    fn looks_fused(&self, trace: &Trace) -> bool {
        self.builtin.looks_fused(trace)
    }

    fn published(&self) -> Vec<Published> {
        Vec::new()
    }
}
