//! Ultralytics 8.4.190.

mod activation;
mod arguments;
mod arrange;
mod cells;
mod foreign;
mod forward;
mod fuse;
mod header;
mod keys;
mod locals;
mod modules;
mod number;
mod parse;
mod parsed;
mod passes;
mod published;
mod releases;
mod stand_in;
mod state;
mod task;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use self::modules::Modules;
use self::parsed::Parsed;
use super::{Built, Dataset, Dialect, Key, ModuleInfo, Noted, Outcome, Published, Ran, RanRow};
use crate::catalog;
use crate::model::{DeclaredOutput, Model};
use crate::python::Literal;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Activation, Args, Class, Layer, Run, Trace};

/// The release that is built in.
pub const RELEASE: &str = "8.4.190";

static BUILTIN: LazyLock<Arc<Ultralytics>> = LazyLock::new(|| Arc::new(Ultralytics { modules: Modules::new() }));

/// The framework as it is published.
pub fn builtin() -> Arc<dyn Dialect> {
    BUILTIN.clone()
}

/// The framework as it is published, beside modules of which a person says what they return.
pub fn builtin_declaring(declared: &BTreeMap<String, DeclaredOutput>) -> Arc<dyn Dialect> {
    match declared.is_empty() {
        true => builtin(),
        false => Arc::new(Ultralytics { modules: BUILTIN.modules.declaring(declared.clone()) }),
    }
}

struct Ultralytics {
    modules: Modules,
}

impl Ultralytics {
    fn parse_model(&self, model: &Model, scale: &str, dataset: &Dataset) -> Parsed {
        parse::parse_model(&self.modules, model, scale, dataset)
    }
}

impl fmt::Debug for Ultralytics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Dialect for Ultralytics {
    fn name(&self) -> &str {
        "ultralytics"
    }

    fn keys(&self) -> &[Key] {
        &keys::KEYS
    }

    fn module(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        self.modules.find(name).map(|known| known.info.clone())
    }

    fn modules(&self) -> Vec<Arc<ModuleInfo>> {
        self.modules.all().map(|known| known.info.clone()).collect()
    }

    fn suggestion(&self, name: &str) -> Option<Arc<ModuleInfo>> {
        self.modules.suggestion(name).map(|known| known.info.clone())
    }

    fn unlisted(&self, name: &str) -> Option<ModuleInfo> {
        catalog::unregistered().find(|spec| spec.name == name).map(modules::unlisted)
    }

    fn repositories(&self, name: &str) -> Vec<&'static str> {
        foreign::having(name).collect()
    }

    fn since(&self, name: &str) -> Option<&'static str> {
        releases::since(name)
    }

    fn equivalent(&self, name: &str) -> Option<&str> {
        foreign::equivalent(name)
    }

    fn variables(&self) -> &[&str] {
        &locals::NAMES
    }

    fn activation(&self, text: &str) -> Result<Activation> {
        activation::parse(&self.modules, text)
    }

    fn run(&self, model: &Model, scale: &str, dataset: &Dataset, [height, width]: [i64; 2]) -> Ran {
        let parsed = self.parse_model(model, scale, dataset);
        let mut run = Run::recording();
        let mut ends = forward::forward(&parsed, Shape::image(parsed.channels, height, width), &mut run);
        if let Some((i, fault)) = passes::stride_fault(&parsed)
            && !matches!(ends[i].0, Outcome::Failed(_))
        {
            ends[i].0 = Outcome::Failed(Box::new(fault));
        }
        let rows = parsed.rows.into_iter().zip(ends).map(|(row, (outcome, calls))| RanRow {
            info: row.module,
            from: row.from,
            repeats: row.repeats,
            args: row.args,
            module: row.layer.as_ref().map(Layer::id),
            outcome,
            calls,
            noted: Noted::default(),
        });
        Ran {
            rows: rows.collect(),
            trace: Trace { modules: parsed.modules, root: parsed.root, calls: run.finish() },
            header: parsed.header,
            channels: parsed.channels,
            scaling: parsed.scaling,
            default_act: parsed.default_act,
        }
    }

    fn build(&self, calls: &[(&str, Vec<Literal>)], default_act: &Activation) -> Option<Built> {
        let mut build = catalog::build(default_act).ok()?;
        let mut layers = Vec::with_capacity(calls.len());
        let root = build.module(Class::of_torch("Sequential"), |b, id| {
            for (i, (name, args)) in calls.iter().enumerate() {
                let known = self.modules.find(name).ok_or_else(|| self.modules.why_unknown(name))?;
                layers.push((known.spec.build)(b.at(i), &Args::bind(known.spec, args)?)?);
            }
            Ok(id)
        });
        Some(Built { layers, root: root.ok()?, modules: build.modules })
    }

    fn image_multiple(&self, model: &Model, scale: &str, dataset: &Dataset) -> Option<i64> {
        passes::image_multiple(&self.parse_model(model, scale, dataset))
    }

    fn summary_gflops(
        &self,
        model: &Model,
        scale: &str,
        dataset: &Dataset,
        imgsz: [i64; 2],
        fused: bool,
        _: Option<&Trace>,
    ) -> Option<f64> {
        let parsed = self.parse_model(model, scale, dataset);
        let fused = fused.then(|| fuse::fuse(&parsed.modules, parsed.root));
        passes::summary_gflops(&parsed, fused.as_ref(), imgsz)
    }

    fn fuse(&self, ran: &mut Ran) -> bool {
        let fused = fuse::fuse(&ran.trace.modules, ran.trace.root);
        let (calls, places) = fused.calls(&ran.trace.calls);
        for row in &mut ran.rows {
            row.calls = fuse::moved(&row.calls, &places);
        }
        ran.trace = Trace { modules: fused.modules, root: ran.trace.root, calls };
        true
    }

    fn looks_fused(&self, trace: &Trace) -> bool {
        passes::looks_fused(trace)
    }

    fn published(&self) -> Vec<Published> {
        published::all().collect()
    }
}
