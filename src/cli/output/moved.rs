//! What rows multiply and move, and what that takes at least on a device.

use std::io::{self, Write};

use super::columns;
use crate::analysis::Analysis;
use crate::bound::{Device, Moved, Precision, bound, of_row};
use crate::cli::report::Report;
use crate::cost::units;

/// Prints a line for each row that multiplies, and the bounds of the model.
pub(in crate::cli) fn text(
    report: &Report,
    analysis: &Analysis,
    device: &Device,
    precision: Precision,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(bound) = bound(analysis, device, precision) else {
        return writeln!(out, "{device} {}: unknown, as a row can't be run\n", precision.name());
    };
    let peak = device.peak(precision).unwrap_or(1.0);
    let balance = peak / device.bandwidth;
    let mut lines = vec![
        ["", "module", "weights", "reads", "returns", "FLOP/byte", "ms ≥", "bound by"].map(str::to_owned).to_vec(),
    ];
    for (i, seconds) in bound.rows.iter().enumerate() {
        let Some(moved) = of_row(analysis, i).filter(|moved| moved.products > 0) else { continue };
        let Moved { weights, inputs, outputs, .. } = moved;
        let bytes = |n: u128| units::bytes(n * precision.bytes());
        let intensity = moved.intensity(precision).unwrap_or_default();
        lines.push(vec![
            i.to_string(),
            report.model.rows.get(i).and_then(|row| row.module_name()).unwrap_or_default().to_owned(),
            bytes(weights),
            bytes(inputs),
            bytes(outputs),
            format!("{intensity:.0}"),
            format!("{:.3}", seconds * 1e3),
            if intensity < balance { "memory" } else { "compute" }.to_owned(),
        ]);
    }
    columns(&lines, &[true, false, true, true, true, true, true, false], out)?;
    writeln!(
        out,
        "\nOn {device} in {}, at least {:.2} ms layer by layer, and no less than {:.2} ms in any way: {:.3} TFLOP/s, \
         {:.1} GB/s,\nso a layer with less than {balance:.0} FLOP/byte waits for memory ({}).\n",
        precision.name(),
        bound.layer_by_layer * 1e3,
        bound.hard * 1e3,
        peak / 1e12,
        device.bandwidth / 1e9,
        device.source,
    )
}
