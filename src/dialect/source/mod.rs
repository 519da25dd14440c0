//! A framework whose own source is at hand: its `parse_model`, its model class and its modules run as they stand there.

mod classes;
mod ends;
mod model;
mod rows;
mod tracer;
mod yaml;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use self::classes::Classes;
use super::{Built, Dataset, Dialect, Key, ModuleInfo, Outcome, Published, Ran, Traced, builtin};
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
    /// The modules that rows can name, as they stood in the files when somebody asked last.
    classes: Mutex<Option<Arc<Classes>>>,
}

impl SourceDialect {
    /// The framework that has `parse_model` in the module `entry`.
    pub fn new(sources: Arc<dyn Sources>, entry: &str) -> SourceDialect {
        SourceDialect {
            sources,
            entry: entry.to_owned(),
            modules: Vec::new(),
            builtin: builtin(),
            classes: Mutex::default(),
        }
    }

    /// Puts the classes of further files among the framework's, as a training script may do.
    pub fn with_modules(self, paths: Vec<String>) -> SourceDialect {
        SourceDialect { modules: paths, ..self }
    }

    /// The modules that rows can name, as they stand in the files now.
    fn classes(&self) -> Option<Arc<Classes>> {
        let mut known = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|classes| !classes.are_current(self)) {
            *known = Classes::read(self).map(Arc::new);
        }
        known.clone()
    }
}

impl fmt::Debug for SourceDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Dialect for SourceDialect {
    fn name(&self) -> &str {
        self.entry.split('.').next().unwrap_or_default()
    }

    fn keys(&self) -> &[Key] {
        self.builtin.keys()
    }

    fn module(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        match self.classes() {
            Some(classes) => classes.get(name).or_else(|| self.builtin.module(name).filter(|_| name.contains('.'))),
            None => self.builtin.module(name),
        }
    }

    fn modules(&self) -> Vec<Arc<ModuleInfo>> {
        let builtin = self.builtin.modules();
        let Some(classes) = self.classes() else { return builtin };
        let is_own = |module: &&Arc<ModuleInfo>| self.builtin.module(&module.name).is_none();
        let (own, others): (Vec<_>, Vec<_>) = classes.all().iter().partition(is_own);
        let dotted = builtin.iter().filter(|module| module.name.contains('.'));
        own.into_iter().chain(others).chain(dotted).cloned().collect()
    }

    fn suggestion(&self, _: &str) -> Option<Arc<ModuleInfo>> {
        None
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

    fn summary_gflops(&self, model: &Model, scale: &str, dataset: &Dataset, imgsz: [i64; 2]) -> Option<f64> {
        let Ran { rows, trace, .. } = self.run(model, scale, dataset, imgsz);
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
