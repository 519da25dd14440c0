//! Builds and runs one module, for tests.

use super::ops::Result;
use super::{Args, Build, Call, Count, ModuleId, Modules, Run, Spec, Value};
use crate::python::Literal;

/// A module that was built and run.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Its modules, each instance once.
    pub(crate) count: Count,
    /// Its output.
    pub(crate) output: Value,
    /// All its modules.
    pub(crate) modules: Modules,
    /// The module itself.
    pub(crate) root: ModuleId,
    /// Its calls.
    pub(crate) calls: Vec<Call>,
}

/// Builds a module with constructor arguments `args` and runs it on `input`.
pub(crate) fn measure(mut b: Build, spec: &Spec, args: &[Literal], input: &Value) -> Result<Measured> {
    let layer = (spec.build)(&mut b, &Args::bind(spec, args)?)?;
    let mut run = Run::recording();
    let output = layer.call(&mut run, input)?;
    let (modules, root) = (b.modules, layer.id());
    Ok(Measured { count: modules.walk().count(root), output, calls: run.finish(), modules, root })
}
