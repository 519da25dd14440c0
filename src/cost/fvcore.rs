//! fvcore 0.1.5.post20221221: operators of the traced graph, regardless of the module or function that ran them.

use super::size::{Attention, last, numel, per_element, plus, product, times};
use super::{Count, Hooks, Site, Table, Unit};
use crate::torch::{Call, Op};
use crate::words::message;

pub(super) static TABLE: Table = Table {
    name: "fvcore",
    doc: message!("convention-fvcore"),
    flops_per_op: 2,
    unit: Unit::Macs,
    hooks: Hooks::None,
    sees_inside: true,
    ops,
};

fn ops(call: &Call, _: Site<'_>) -> Count {
    let (input, output) = (&call.input, &call.output);
    Ok(match &call.op {
        Op::Conv { weight, .. } => times(&[numel(output), per_element(weight)]),
        Op::ConvTranspose { weight, .. } => times(&[numel(input), per_element(weight)]),
        Op::Linear { .. } => times(&[numel(input), last(output)]),
        // The first operand decides, even if the second has more batches.
        Op::Matmul { .. } | Op::Product { name: "mm" | "addmm", .. } => times(&[numel(input), last(output)]),
        Op::Einsum { macs } => einsum(product(&[*macs])),
        Op::BatchNorm { affine } => times(&[if *affine { 2 } else { 1 }, numel(input)]),
        Op::LayerNorm { affine } | Op::GroupNorm { affine } | Op::InstanceNorm { affine } => {
            times(&[if *affine { 5 } else { 4 }, numel(input)])
        }
        Op::AdaptiveAvgPool if input.rank() == 4 => numel(input),
        Op::Interpolate { mode: "nearest" } if input.rank() == 4 => numel(output),
        Op::Interpolate { mode: "bilinear" } => times(&[4, numel(output)]),
        Op::GridSample => times(&[4, numel(output)]),
        Op::MultiheadAttention { .. } => Attention::of(call).map_or(0, |a| plus(&[a.projections(), a.products()])),
        _ => 0,
    })
}

/// fvcore parses an einsum's cost (two per multiply-accumulate, plus one) from a report that NumPy prints with four
/// digits, and halves it.
fn einsum(macs: u128) -> u128 {
    four_digits(macs.saturating_mul(2).saturating_add(1)) / 2
}

/// Rounds `n` to four significant digits, ties to even.
fn four_digits(n: u128) -> u128 {
    let mut unit = 1;
    while n / unit >= 10_000 {
        unit *= 10;
    }
    let (digits, rest) = (n / unit, n % unit);
    let up = rest * 2 > unit || (rest * 2 == unit && digits % 2 == 1);
    (digits + u128::from(up)).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::four_digits;

    #[test]
    fn digits_are_rounded_as_printf_does() {
        for (n, printed) in
            [(0, 0), (9_999, 9_999), (34_034, 34_030), (99_995, 100_000), (12_345, 12_340), (12_355, 12_360)]
        {
            assert_eq!(four_digits(n), printed, "{n}");
        }
    }
}
