//! Formats amounts of a metric for people.

use super::Metric;
use crate::cost::{Unit, units};
use crate::words::{Message, message};

/// Formats an amount with its metric: `6.67 GFLOPs`, `2.62M params`, `4.01 MB of int8 weights`.
pub fn amount(metric: Metric, n: u128) -> Message {
    match metric {
        Metric::Gflops => units::ops(n, Unit::Flops).into(),
        Metric::Params => message!("amount-params", n = units::params(u64::try_from(n).unwrap_or(u64::MAX))),
        Metric::Layers if n == 1 => message!("amount-one-layer"),
        Metric::Layers => message!("amount-layers", n = units::grouped(n)),
        Metric::Int8 | Metric::Fp16 | Metric::Fp32 => {
            message!("amount-weights", n = units::bytes(n), precision = metric.name())
        }
        Metric::Activations => message!("amount-activations", n = units::bytes(n)),
    }
}

/// Formats a limit exactly, as it would be written: `6.5` (GFLOPs), `3M`, `200`, `4 MB`.
pub(super) fn limit(metric: Metric, n: u128) -> String {
    let (unit, suffix) = unit(metric, n);
    let (whole, part) = (n / unit, n % unit);
    if part == 0 {
        return format!("{whole}{suffix}");
    }
    let part = format!("{part:0width$}", width = unit.ilog10() as usize);
    format!("{whole}.{}{suffix}", part.trim_end_matches('0'))
}

/// Formats a computed limit, rounded: `6.74`.
pub(super) fn rounded_limit(metric: Metric, n: u128) -> String {
    short(metric, n, 3)
}

/// Formats a difference with two significant digits: `0.17` (GFLOPs), `12k`, `3`, `0.4 MB`.
pub(super) fn difference(metric: Metric, n: u128) -> String {
    match metric {
        Metric::Layers => units::grouped(n),
        _ => short(metric, n, 2),
    }
}

fn short(metric: Metric, n: u128, digits: i32) -> String {
    let (unit, suffix) = unit(metric, n);
    units::significant(n as f64 / unit as f64, digits) + suffix
}

/// Returns the unit for an amount of this size. GFLOPs stay GFLOPs, because their budgets are bare numbers.
fn unit(metric: Metric, n: u128) -> (u128, &'static str) {
    let bytes = metric.is_of_weights() || metric == Metric::Activations;
    match n {
        _ if metric == Metric::Gflops => (1_000_000_000, ""),
        0..1_000 => (1, if bytes { " B" } else { "" }),
        1_000..1_000_000 => (1_000, if bytes { " kB" } else { "k" }),
        1_000_000..1_000_000_000 => (1_000_000, if bytes { " MB" } else { "M" }),
        _ => (1_000_000_000, if bytes { " GB" } else { "G" }),
    }
}

/// Formats a part of a whole, in percent: `2.7`.
pub(super) fn share(part: u128, whole: u128) -> Option<String> {
    (whole > 0).then(|| units::significant(100.0 * part as f64 / whole as f64, 2))
}

/// Formats a change in millionths of a percent: `+5%`.
pub(super) fn percent(millionths: i64) -> String {
    let text = format!("{:+}.{:06}", millionths / 1_000_000, (millionths % 1_000_000).unsigned_abs());
    let sign = if millionths < 0 && millionths > -1_000_000 { text.replacen('+', "-", 1) } else { text };
    sign.trim_end_matches('0').trim_end_matches('.').to_owned() + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_differences() {
        assert_eq!(amount(Metric::Gflops, 6_673_318_400).english(), "6.67 GFLOPs");
        assert_eq!(amount(Metric::Fp16, 5_248_160).english(), "5.25 MB of fp16 weights");
        for (metric, n, text) in [
            (Metric::Gflops, 173_318_400, "0.17"),
            (Metric::Gflops, 400_000_000, "0.4"),
            (Metric::Gflops, 12_345, "0.000012"),
            (Metric::Gflops, 123_456_000_000, "123"),
            (Metric::Params, 12_345, "12k"),
            (Metric::Params, 380_000, "380k"),
            (Metric::Layers, 1_234, "1,234"),
            (Metric::Int8, 1_248_160, "1.2 MB"),
            (Metric::Activations, 0, "0 B"),
        ] {
            assert_eq!(difference(metric, n), text, "{metric:?} {n}");
        }
    }

    #[test]
    fn limits_are_exact() {
        for (metric, n, text) in [
            (Metric::Gflops, 6_500_000_000, "6.5"),
            (Metric::Gflops, 1, "0.000000001"),
            (Metric::Params, 3_000_000, "3M"),
            (Metric::Params, 2_624_080, "2.62408M"),
            (Metric::Layers, 200, "200"),
            (Metric::Fp32, 4_194_304, "4.194304 MB"),
        ] {
            assert_eq!(limit(metric, n), text, "{metric:?} {n}");
        }
        assert_eq!(rounded_limit(Metric::Gflops, 6_742_051_841), "6.74");
    }

    #[test]
    fn percents() {
        for (millionths, text) in
            [(5_000_000, "+5%"), (-12_500_000, "-12.5%"), (0, "+0%"), (-500_000, "-0.5%"), (1, "+0.000001%")]
        {
            assert_eq!(percent(millionths), text);
        }
        assert_eq!(share(173, 6_500).as_deref(), Some("2.7"));
        assert_eq!(share(1, 0), None);
    }
}
