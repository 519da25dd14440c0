//! Frameworks: which modules rows can name, and what happens to rows.
//!
//! [`Dialect`] is all that the rest of yolint knows of a framework. [`builtin`] is Ultralytics.

mod class;
mod dataset;
mod fault;
mod module;
mod ran;
mod scale;
mod source;
mod trace;
mod ultralytics;

use std::fmt;
use std::sync::Arc;

pub use class::{Parameter, PythonClass};
pub use dataset::Dataset;
pub use fault::{Blame, HeaderFault, RowFault};
pub use module::{ModuleInfo, Param, RowParam};
pub use ran::{BoundArg, Built, Noted, Origin, Outcome, Ran, RanRow, Scaling, Unknown};
pub use scale::{ScaleChoice, can_carry_scale, choose_scale, is_scale_in_names, name_without_scale, scale_in_name};
pub use source::{How, INPUT_ALONE, ParseModel, SourceDialect, Way};
pub use trace::{Branch, Statement, Traced, TracedFile};
pub use ultralytics::{RELEASE, builtin, builtin_declaring};

use crate::model::Model;
use crate::python::Literal;
use crate::torch::ops::Result;
use crate::torch::{Activation, Trace};
use crate::words::Message;

/// Whether there are files. In a browser there are none: what reads them, and reads and runs Python, isn't part of that program, which
/// would be half as large again.
pub const HAS_FILES: bool = cfg!(not(target_family = "wasm"));

/// The release since which rows can name all modules of a model, and the module that came with it.
pub fn needed_release<'a>(dialect: &dyn Dialect, model: &'a Model) -> Option<(&'static str, &'a str)> {
    let number = |release: &str| release.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    let names = model.rows.iter().filter_map(|row| row.module_name());
    let known = names.filter_map(|name| Some((dialect.since(name)?, name)));
    known.reduce(|a, b| if number(b.0) > number(a.0) { b } else { a })
}

/// A framework.
pub trait Dialect: fmt::Debug + Send + Sync {
    /// Its name, as outputs for machines print it.
    fn name(&self) -> &str;

    /// Itself, if the framework's own source is at hand. Others ask [`source`](#method.source).
    fn as_source(&self) -> Option<&SourceDialect> {
        None
    }

    /// The top-level keys of a file that are known, in the order in which they are offered.
    fn keys(&self) -> &[Key];

    /// Whether the framework reads a top-level key by name.
    fn reads_key(&self, name: &str) -> bool {
        self.keys().iter().any(|key| key.is_read && key.name == name)
    }

    /// The module that a row calls `name`.
    fn module(&self, name: &str) -> Option<Arc<ModuleInfo>>;

    /// All modules that rows can name.
    fn modules(&self) -> Vec<Arc<ModuleInfo>>;

    /// The module that was most likely meant by a name that isn't known.
    fn suggestion(&self, name: &str) -> Option<Arc<ModuleInfo>>;

    /// A module of the framework that rows can't name.
    fn unlisted(&self, _: &str) -> Option<ModuleInfo> {
        None
    }

    /// The other repositories that have a module of this name, which the framework may have too.
    fn repositories(&self, _: &str) -> Vec<&'static str> {
        Vec::new()
    }

    /// The release since which rows can name a module, if the first one hadn't it.
    fn since(&self, _: &str) -> Option<&'static str> {
        None
    }

    /// The equivalent of a module of another repository: a module and its arguments, as a row gives them.
    fn equivalent(&self, name: &str) -> Option<&str>;

    /// The variables that an argument can name; none if only the source says.
    fn variables(&self) -> &[&str];

    /// The activation that a text makes as the value of `activation:`.
    fn activation(&self, text: &str) -> Result<Activation>;

    /// Builds the model of a file at a scale (empty if it has none) for a dataset, and runs it on an image of a height and
    /// width.
    fn run(&self, model: &Model, scale: &str, dataset: &Dataset, imgsz: [i64; 2]) -> Ran;

    /// Does what [`Dialect::run`] does, and notes what the framework's source did for a row; none without source.
    fn trace(
        &self,
        _model: &Model,
        _scale: &str,
        _dataset: &Dataset,
        _imgsz: [i64; 2],
        _row: usize,
    ) -> Option<(Ran, Traced)> {
        None
    }

    /// Builds modules outside of any file, each called with the arguments of its constructor; none if one can't be built.
    fn build(&self, calls: &[(&str, Vec<Literal>)], default_act: &Activation) -> Option<Built>;

    /// The multiple to which the framework rounds the sides of an image; none if the model can't be built.
    fn image_multiple(&self, model: &Model, scale: &str, dataset: &Dataset) -> Option<i64>;

    /// The GFLOPs that the framework's summary line names for an image of a height and width, of the model as it is trained or
    /// once it is `fused`; none if it names none. A run on such an image needn't be made again.
    fn summary_gflops(
        &self,
        model: &Model,
        scale: &str,
        dataset: &Dataset,
        imgsz: [i64; 2],
        fused: bool,
        ran: Option<&Trace>,
    ) -> Option<f64>;

    /// Turns a model that was built and run into the deployed one: batch norms merged into convolutions, branches that only training
    /// needs taken out. Returns false if it isn't known what that would be.
    fn fuse(&self, _ran: &mut Ran) -> bool {
        false
    }

    /// The text that the framework prints while it builds the model of a file called `name`; none if that isn't known.
    fn printed(&self, _model: &Model, _scale: &str, _dataset: &Dataset, _name: &str) -> Option<String> {
        None
    }

    /// Whether the summary line calls a model fused although it isn't, as it does without the framework's own convolutions.
    fn looks_fused(&self, trace: &Trace) -> bool;

    /// The figures that the framework publishes of its own files.
    fn published(&self) -> Vec<Published>;
}

impl dyn Dialect + '_ {
    /// The same, if the framework's own source is at hand.
    pub fn source(&self) -> Option<&SourceDialect> {
        if HAS_FILES { self.as_source() } else { None }
    }
}

/// A top-level key of a file.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its kind of value, in a few words.
    pub brief: Message,
    /// Its effect, in sentences.
    pub doc: Message,
    /// Whether the framework reads it by name, whatever the model.
    pub is_read: bool,
    /// Whether a person may want to write it.
    pub is_offered: bool,
}

/// The figures that a framework publishes of one of its files at one scale, at 640x640.
#[derive(Clone, Debug)]
pub struct Published {
    /// The file's name without its ending: `yolo11-seg`.
    pub file: &'static str,
    /// The name by which the framework calls the model: `yolo11n-seg`.
    pub model: String,
    /// The scale's letter, empty if the file has none.
    pub scale: &'static str,
    /// Leaf modules.
    pub layers: u16,
    /// Parameters.
    pub params: u32,
    /// Parameters that are trained.
    pub trainable: u32,
    /// GFLOPs times ten, rounded.
    pub gflops_tenths: u16,
}
