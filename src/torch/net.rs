//! Functions that build a module with its `forward`, and modules in sequence.

use super::build::Build;
use super::module::Class;
use super::ops::{Result, Shape};
use super::run::Run;
use super::value::{Layer, Net, Value};

/// Builds a module of one tensor in, one tensor out: `init` builds its children and returns its `forward`.
pub(crate) fn net<F>(b: &mut Build, class: impl Into<Class>, init: impl FnOnce(&mut Build) -> Result<F>) -> Result<Net>
where
    F: Fn(&mut Run, Shape) -> Result<Shape> + 'static,
{
    b.module(class, |b, id| Ok(Net::new(id, init(b)?)))
}

/// Builds a module of any values in and out.
pub(crate) fn layer<F>(
    b: &mut Build,
    class: impl Into<Class>,
    init: impl FnOnce(&mut Build) -> Result<F>,
) -> Result<Layer>
where
    F: Fn(&mut Run, &Value) -> Result<Value> + 'static,
{
    b.module(class, |b, id| Ok(Layer::new(id, init(b)?)))
}

/// `nn.Sequential`
const SEQUENTIAL: Class = Class::of_torch("Sequential");

/// Builds a `Sequential` of different modules, each under its position: `sequential(b, |s| { s.add(…)?; … })`.
pub(crate) fn sequential(b: &mut Build, init: impl FnOnce(&mut Sequence<'_>) -> Result<()>) -> Result<Net> {
    net(b, SEQUENTIAL, |b| {
        let mut sequence = Sequence { build: b, nets: Vec::new() };
        init(&mut sequence)?;
        let nets = sequence.nets;
        Ok(move |r: &mut Run, x: Shape| in_turn(r, &nets, x))
    })
}

/// The modules of a `Sequential` while it is built.
pub(crate) struct Sequence<'a> {
    build: &'a mut Build,
    nets: Vec<Net>,
}

impl Sequence<'_> {
    /// Builds the next module.
    pub(crate) fn add(&mut self, build: impl FnOnce(&mut Build) -> Result<Net>) -> Result<()> {
        let net = build(self.build.at(self.nets.len()))?;
        self.nets.push(net);
        Ok(())
    }
}

/// Builds a `Sequential` of `n` modules that `item` builds.
pub(crate) fn repeated(b: &mut Build, n: i64, mut item: impl FnMut(&mut Build) -> Result<Net>) -> Result<Net> {
    sequential(b, |s| (0..n.max(0)).try_for_each(|_| s.add(&mut item)))
}

/// Calls modules one after the other, each on what the one before returned.
pub(crate) fn in_turn(r: &mut Run, nets: &[Net], x: Shape) -> Result<Shape> {
    nets.iter().try_fold(x, |x, net| net.call(r, x))
}

/// Builds a module of `n` copies as the framework repeats a row: a `Sequential` of them.
pub fn repeated_layer(b: &mut Build, n: i64, item: impl Fn(&mut Build) -> Result<Layer>) -> Result<Layer> {
    layer(b, SEQUENTIAL, |b| {
        let layers = (0..n.max(0) as usize).map(|i| item(b.at(i))).collect::<Result<Vec<_>>>()?;
        Ok(move |r: &mut Run, x: &Value| layers.iter().try_fold(x.clone(), |x, l| l.call(r, &x)))
    })
}
