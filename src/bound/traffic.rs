//! What must be moved for each layer that multiplies: its weights, what it reads and what it returns. Other ops are taken as
//! part of the layer before them, so they move nothing.

use std::ops::Range;

use super::Precision;
use crate::analysis::Analysis;
use crate::torch::ops::Shape;
use crate::torch::{Call, ModuleId, Modules, Op};

/// What a layer multiplies and moves, in numbers of elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Products of two numbers, each added to a sum.
    pub products: u128,
    /// The fewest products that the known ways to compute it need: a convolution of stride 1 with a kernel above 1 can do with
    /// a quarter (Winograd's, on tiles of 4x4).
    pub least_products: u128,
    /// Weights.
    pub weights: u128,
    /// What it reads.
    pub inputs: u128,
    /// What it returns.
    pub outputs: u128,
}

impl Moved {
    /// Bytes in a number format.
    pub fn bytes(&self, precision: Precision) -> u128 {
        (self.weights + self.inputs + self.outputs) * precision.bytes()
    }

    /// Operations for each byte: twice the products, over the bytes.
    pub fn intensity(&self, precision: Precision) -> Option<f64> {
        let bytes = self.bytes(precision);
        (bytes > 0).then(|| self.products as f64 * 2.0 / bytes as f64)
    }
}

impl std::ops::Add for Moved {
    type Output = Moved;

    fn add(self, other: Moved) -> Moved {
        Moved {
            products: self.products + other.products,
            least_products: self.least_products + other.least_products,
            weights: self.weights + other.weights,
            inputs: self.inputs + other.inputs,
            outputs: self.outputs + other.outputs,
        }
    }
}

/// The layers of each row; none if a row can't be run.
pub fn rows(analysis: &Analysis) -> Option<Vec<Vec<Moved>>> {
    analysis.rows.iter().map(|row| row.output.as_ref().map(|_| layers(analysis, &row.calls))).collect()
}

/// What a row multiplies and moves.
pub fn of_row(analysis: &Analysis, i: usize) -> Option<Moved> {
    let row = analysis.rows.get(i)?;
    row.output.as_ref()?;
    Some(layers(analysis, &row.calls).into_iter().fold(Moved::default(), |sum, layer| sum + layer))
}

fn layers(analysis: &Analysis, calls: &Range<usize>) -> Vec<Moved> {
    let modules = &analysis.trace.modules;
    analysis.trace.calls[calls.clone()].iter().filter_map(|call| moved(call, modules)).collect()
}

/// What a call multiplies and moves; none if it multiplies nothing.
pub fn moved(call: &Call, modules: &Modules) -> Option<Moved> {
    let elements = |shape: &Shape| shape.dims().iter().map(|&d| d.max(0) as u128).product::<u128>();
    let (inputs, outputs) = (elements(&call.input), elements(&call.output));
    let of = |weight: &Shape, bias: bool, channels: usize| {
        elements(weight) + if bias { weight.dims().get(channels).map_or(0, |&c| c.max(0) as u128) } else { 0 }
    };
    let per_output = |weight: &Shape| elements(weight) / weight.dims().first().map_or(1, |&c| c.max(1) as u128);
    let own = |id: ModuleId| -> u128 {
        let tensors = modules.sizes().0 > id.0 as usize;
        if !tensors {
            return 0;
        }
        modules[id]
            .tensors()
            .iter()
            .map(|(_, tensor)| &modules[*tensor])
            .filter(|tensor| tensor.is_parameter())
            .map(|tensor| elements(&tensor.shape))
            .sum()
    };
    let (products, weights, inputs) = match &call.op {
        Op::Conv { weight, bias } => (outputs * per_output(weight), of(weight, *bias, 0), inputs),
        Op::ConvTranspose { weight, bias } => (inputs * per_output(weight), of(weight, *bias, 1), inputs),
        Op::Linear { in_features, .. } => (outputs * (*in_features).max(0) as u128, own(call.module), inputs),
        Op::Matmul { inner } | Op::Product { inner, .. } => {
            // The second factor has as many rows as the first has columns.
            let columns = call.output.dims().last().map_or(1, |&c| c.max(0) as u128);
            let batches = call.output.dims().iter().rev().skip(2).map(|&d| d.max(0) as u128).product::<u128>();
            let inner = (*inner).max(0) as u128;
            (outputs * inner, 0, inputs + batches * inner * columns)
        }
        Op::Einsum { macs } => ((*macs).max(0) as u128, 0, inputs),
        Op::Attention { features, keys, .. } => {
            let queries = call.output.dims().iter().rev().nth(1).map_or(1, |&q| q.max(0) as u128);
            let heads = call.output.dims().iter().rev().skip(2).map(|&d| d.max(0) as u128).product::<u128>();
            let per_head = queries * (*keys).max(0) as u128 * (*features).max(0) as u128;
            (heads * per_head, 0, inputs)
        }
        _ => return None,
    };
    let is_fast = matches!(&call.op, Op::Conv { weight, .. }
        if weight.dims().iter().skip(2).any(|&k| k > 1) && call.input.dims().get(2..) == call.output.dims().get(2..));
    let least_products = if is_fast { products.div_ceil(4) } else { products };
    Some(Moved { products, least_products, weights, inputs, outputs })
}
