//! Lighter replacements of a convolution: each is built and run on the row's own input, to see what it would cost.

use super::{Analysis, Status};
use crate::cost::Counter;
use crate::dialect::Built;
use crate::model::Source;
use crate::python::Literal;
use crate::torch::ops::Shape;
use crate::torch::{Call, Op, Run, Value};
use crate::words::{Message, message};

/// A replacement of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substitute {
    /// `GhostConv` of the same arguments.
    Ghost,
    /// `DWConv` of the same arguments, which doesn't mix channels.
    Depthwise,
    /// Two rows: a `Conv` of size 1, then a `DWConv` of the same kernel and stride.
    Separable,
    /// The same convolution with a kernel of this size.
    Kernel(i64),
}

impl Substitute {
    /// The replacement's name: `GhostConv`, `a kernel of 1`.
    pub fn message(&self) -> Message {
        match self {
            Substitute::Ghost => "GhostConv".into(),
            Substitute::Depthwise => "DWConv".into(),
            Substitute::Separable => message!("substitute-separable"),
            Substitute::Kernel(kernel) => message!("substitute-kernel", kernel),
        }
    }
}

/// A replacement, and its savings for the whole model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The replacement.
    pub instead: Substitute,
    /// Parameters that it saves.
    pub params: u64,
    /// Operations, as the convention books them, that it saves.
    pub ops: u128,
}

/// Returns the replacements of row `i` if it is a plain convolution with a kernel of 3 or more: they return the same
/// shape, with no more parameters and no more operations.
pub fn lighter(analysis: &Analysis, i: usize) -> Vec<Saving> {
    let Some(conv) = Plain::of_row(analysis, i) else { return Vec::new() };
    let row = &analysis.rows[i];
    let (Some(params), Some(ops)) = (row.params, row.ops) else { return Vec::new() };
    let is_first = matches!(row.from.as_slice(), [Source::Image]);
    let mut places = vec![Substitute::Ghost];
    if !is_first {
        places.push(Substitute::Separable);
        // With a divisor between both counts each channel is made of few, and not of a handful of groups.
        if conv.c1 % conv.c2 == 0 || conv.c2 % conv.c1 == 0 {
            places.push(Substitute::Depthwise);
        }
    }
    // A kernel of 1 with a stride would pass over most of the image.
    if conv.k > 3 || conv.s == 1 {
        places.push(Substitute::Kernel(conv.k - 2));
    }
    let saving = |instead: Substitute| {
        let (new_params, new_ops, output) = measure(analysis, &conv.rows(instead), conv.input)?;
        let is_lighter = new_params <= params && new_ops <= ops && (new_params, new_ops) != (params, ops);
        (is_lighter && row.output.as_ref() == Some(&output)).then(|| Saving {
            instead,
            params: params - new_params,
            ops: ops - new_ops,
        })
    };
    places.into_iter().filter_map(saving).collect()
}

/// A `Conv` with a square kernel of its usual padding, without groups and dilation.
struct Plain {
    c1: i64,
    c2: i64,
    k: i64,
    s: i64,
    act: Literal,
    input: Shape,
}

impl Plain {
    fn of_row(analysis: &Analysis, i: usize) -> Option<Plain> {
        let row = analysis.rows.get(i)?;
        if row.status != Status::Exact || row.repeats > 1 || depends_on_others(analysis, i) {
            return None;
        }
        let module = row.info.as_ref().filter(|module| module.name == "Conv")?;
        let arg = |name: &str| {
            let i = module.params.iter().position(|param| param.name == name)?;
            row.args.get(i).map(|arg| arg.value.clone()).or_else(|| module.params[i].default.clone())
        };
        let int = |name: &str| arg(name)?.as_int();
        let (k, s) = (square(&arg("k")?)?, square(&arg("s")?)?);
        let is_plain = k >= 3 && k % 2 == 1 && arg("p")? == Literal::None && int("g")? == 1 && int("d")? == 1;
        if !is_plain {
            return None;
        }
        let (c1, c2) = (int("c1")?, int("c2")?);
        let input = match row.from.as_slice() {
            [Source::Image] => Shape::image(c1, analysis.imgsz[0], analysis.imgsz[1]),
            [Source::Row(j)] => analysis.rows.get(*j)?.output.as_ref()?.tensor().ok()?,
            _ => return None,
        };
        Some(Plain { c1, c2, k, s, act: arg("act")?, input }).filter(|_| c1 > 0 && c2 > 0)
    }

    /// The modules of the replacement, with their constructor arguments.
    fn rows(&self, instead: Substitute) -> Vec<(&'static str, Vec<Literal>)> {
        let Plain { c1, c2, k, s, .. } = *self;
        let args = |ints: &[i64], rest: &[Literal]| {
            ints.iter().map(|&n| Literal::Int(n)).chain(rest.iter().cloned()).collect()
        };
        let act = self.act.clone();
        match instead {
            Substitute::Ghost => vec![("GhostConv", args(&[c1, c2, k, s, 1], &[act]))],
            Substitute::Depthwise => vec![("DWConv", args(&[c1, c2, k, s, 1], &[act]))],
            Substitute::Separable => {
                vec![("Conv", args(&[c1, c2, 1, 1], &[])), ("DWConv", args(&[c2, c2, k, s, 1], &[act]))]
            }
            Substitute::Kernel(k) => {
                vec![("Conv", args(&[c1, c2, k, s], &[Literal::None, Literal::Int(1), Literal::Int(1), act]))]
            }
        }
    }
}

/// A size that is the same in both directions.
fn square(size: &Literal) -> Option<i64> {
    match size {
        Literal::Int(size) => Some(*size),
        Literal::List(sizes) | Literal::Tuple(sizes) => match sizes.as_slice() {
            [Literal::Int(one)] => Some(*one),
            [Literal::Int(height), Literal::Int(width)] if height == width => Some(*height),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the cost of row `i` depends on other rows: some counters book a shared activation again for each convolution
/// that holds it.
fn depends_on_others(analysis: &Analysis, i: usize) -> bool {
    if !analysis.convention.counts_holders() {
        return false;
    }
    let counter = Counter::new(analysis.convention, &analysis.trace.modules, analysis.trace.root);
    let is_shared = |call: &&Call| !matches!(call.op, Op::Conv { .. } | Op::BatchNorm { .. });
    let calls = &analysis.trace.calls[analysis.rows[i].calls.clone()];
    calls.iter().filter(is_shared).any(|call| counter.ops(call) != Ok(0))
}

/// Parameters, operations and output of modules in a row, run on a tensor; none if they can't be built and run.
fn measure(analysis: &Analysis, rows: &[(&'static str, Vec<Literal>)], input: Shape) -> Option<(u64, u128, Value)> {
    let Built { layers, modules, root } = analysis.dialect.build(rows, &analysis.default_act)?;
    let mut run = Run::recording();
    let mut value = Value::Tensor(input);
    for layer in layers {
        value = layer.call(&mut run, &value).ok()?;
    }
    let ops = Counter::new(analysis.convention, &modules, root).total(&run.finish()).ok()?;
    Some((modules.walk().count(root).params, ops, value))
}
