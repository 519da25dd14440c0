//! What rows multiply and move, and what that takes at least on a device.

use std::io::{self, Write};

use super::columns;
use crate::analysis::Analysis;
use crate::bound::{Device, Moved, Precision, bound, of_row};
use crate::cli::report::Report;
use crate::cost::units;
use crate::words::message;

/// Prints a line for each row that multiplies, and the bounds of the model.
pub(in crate::cli) fn text(
    report: &Report,
    analysis: &Analysis,
    device: &Device,
    precision: Precision,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(bound) = bound(analysis, device, precision) else {
        let unknown = message!("bound-unknown", device = &*device.name, precision = precision.name());
        return writeln!(out, "{}\n", report.say(&unknown));
    };
    let peak = device.peak(precision).unwrap_or(1.0);
    let balance = peak / device.bandwidth;
    let heading = [
        "".into(),
        message!("heading-module"),
        message!("heading-all-weights"),
        message!("heading-reads"),
        message!("heading-returns"),
        "FLOP/byte".into(),
        "ms ≥".into(),
        message!("heading-bound-by"),
    ];
    let mut lines = vec![heading.map(|name| report.say(&name)).to_vec()];
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
            report.say(&if intensity < balance { message!("bound-by-memory") } else { message!("bound-by-compute") }),
        ]);
    }
    columns(&lines, &[true, false, true, true, true, true, true, false], out)?;
    let said = message!(
        "bound-said",
        device = &*device.name,
        precision = precision.name(),
        least = format!("{:.2}", bound.layer_by_layer * 1e3),
        hard = format!("{:.2}", bound.hard * 1e3),
        peak = format!("{:.3}", peak / 1e12),
        bandwidth = format!("{:.1}", device.bandwidth / 1e9),
        balance = format!("{balance:.0}"),
        source = &*device.source,
    );
    writeln!(out, "\n{}\n", report.say(&said))
}
