//! Builds and runs one module, for tests.

use super::ops::Result;
use super::{Args, Build, Call, Module, Run, Spec, Value};
use crate::python::Arg;

/// What a module turned out to be.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Elements of all its parameters.
    pub(crate) params: u64,
    /// Leaf modules, each instance once.
    pub(crate) layers: usize,
    /// What it returned.
    pub(crate) output: Value,
    /// All its modules.
    pub(crate) modules: Vec<Module>,
    /// What ran.
    pub(crate) calls: Vec<Call>,
}

/// Builds a module with constructor arguments `args` and runs it on `input`.
pub(crate) fn measure(spec: &Spec, args: &[Arg], input: &Value) -> Result<Measured> {
    let mut build = Build::default();
    let layer = (spec.build)(build.at(0), &Args::bind(spec, args)?)?;
    let mut run = Run::recording();
    let output = layer.call(&mut run, input)?;
    let modules = build.finish();
    let distinct = || modules.iter().filter(|m| m.same_as.is_none());
    Ok(Measured {
        params: distinct().map(|m| m.params).sum(),
        layers: distinct().filter(|m| m.children == 0).count(),
        output,
        calls: run.finish(),
        modules: modules.clone(),
    })
}
