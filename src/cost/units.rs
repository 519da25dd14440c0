//! Formats numbers for people: `464`, `4.67k`, `0.098 GFLOPs`, `16×320×320`, `2,624,080`.
//!
//! A scaled number has three significant digits, with trailing zeros, and at most three decimals. Ties are rounded up.
//! Digits before the point are never dropped: `1,540 GFLOPs`.

use super::Unit;
use crate::torch::ops::Shape;

/// Formats a number of parameters: whole below a thousand, then in `k`, `M` and `G`.
pub fn params(n: u64) -> String {
    let [k, m, g] = [1_000, 1_000_000, 1_000_000_000];
    let n = u128::from(n);
    // A number that rounds up to the next unit is shown in that unit: 999,500 is `1.00M`, not `1000k`.
    match n {
        0..1_000 => n.to_string(),
        1_000..999_500 => scaled(n, k) + "k",
        999_500..999_500_000 => scaled(n, m) + "M",
        _ => scaled(n, g) + "G",
    }
}

/// Formats a number of FLOPs or MACs: in giga, in mega below 0.01 giga, whole below 0.01 mega.
pub fn ops(n: u128, unit: Unit) -> String {
    match n {
        0..10_000 => format!("{} {unit}", grouped(n)),
        10_000..10_000_000 => format!("{} M{unit}", scaled(n, 1_000_000)),
        _ => format!("{} G{unit}", scaled(n, 1_000_000_000)),
    }
}

/// Formats a number of bytes in decimal units.
pub fn bytes(n: u128) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..999_500 => format!("{} kB", scaled(n, 1_000)),
        999_500..999_500_000 => format!("{} MB", scaled(n, 1_000_000)),
        _ => format!("{} GB", scaled(n, 1_000_000_000)),
    }
}

/// Formats a number with commas between groups of three digits.
pub fn grouped(n: u128) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 error`, `2 errors`
pub fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Formats the size of an image: `640`, or `480×640` if height and width differ.
pub fn image_size([height, width]: [i64; 2]) -> String {
    if height == width { height.to_string() } else { format!("{height}×{width}") }
}

/// Formats a shape without its batch of one, the sizes joined by `×`: `16×320×320`.
pub fn shape(shape: &Shape) -> String {
    let sizes = match shape.dims() {
        [1, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    sizes.iter().map(i64::to_string).collect::<Vec<_>>().join("×")
}

/// Formats a number with so many significant digits, without trailing zeros; `0` for what is below zero.
pub fn significant(value: f64, digits: i32) -> String {
    if value <= 0.0 {
        return "0".to_owned();
    }
    let decimals = (digits - 1 - value.log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Formats `n / unit` with three significant digits and at most three decimals; `unit` is a power of a thousand.
fn scaled(n: u128, unit: u128) -> String {
    let decimals = (0..=3).rev().find(|&d| rounded(n, unit, d) < 1_000).unwrap_or(0);
    let value = rounded(n, unit, decimals);
    let (whole, part) = (value / 10u128.pow(decimals), value % 10u128.pow(decimals));
    let whole = grouped(whole);
    if decimals == 0 { whole } else { format!("{whole}.{part:0width$}", width = decimals as usize) }
}

/// Returns `n / unit` times ten to the power of `decimals`, rounded.
fn rounded(n: u128, unit: u128, decimals: u32) -> u128 {
    let scale = 10u128.pow(decimals);
    n / unit * scale + (2 * (n % unit) * scale + unit) / (2 * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters() {
        let written = [
            (0, "0"),
            (464, "464"),
            (999, "999"),
            (1_000, "1.00k"),
            (4_672, "4.67k"),
            (14_999, "15.0k"),
            (249_728, "250k"),
            (999_499, "999k"),
            (999_500, "1.00M"),
            (1_845_632, "1.85M"),
            (2_624_080, "2.62M"),
            (103_666_000, "104M"),
            (7_000_000_000, "7.00G"),
            (u64::MAX, "18,446,744,074G"),
        ];
        for (n, text) in written {
            assert_eq!(params(n), text, "{n}");
        }
    }

    #[test]
    fn operations() {
        let written = [
            (0, "0 FLOPs"),
            (9_999, "9,999 FLOPs"),
            (10_000, "0.010 MFLOPs"),
            (2_457_600, "2.46 MFLOPs"),
            (9_999_999, "10.0 MFLOPs"),
            (10_000_000, "0.010 GFLOPs"),
            (98_304_000, "0.098 GFLOPs"),
            (101_580_800, "0.102 GFLOPs"),
            (999_499_999, "0.999 GFLOPs"),
            (999_500_000, "1.00 GFLOPs"),
            (6_673_318_400, "6.67 GFLOPs"),
            (9_995_000_000, "10.0 GFLOPs"),
            (283_000_000_000, "283 GFLOPs"),
            (1_540_400_000_000, "1,540 GFLOPs"),
        ];
        for (n, text) in written {
            assert_eq!(ops(n, Unit::Flops), text, "{n}");
        }
        assert_eq!(ops(3_307_168_000, Unit::Macs), "3.31 GMACs");
    }

    #[test]
    fn sizes_and_counts() {
        assert_eq!(bytes(5_248_160), "5.25 MB");
        assert_eq!(bytes(464), "464 B");
        assert_eq!(bytes(65_536), "65.5 kB");
        assert_eq!(grouped(2_624_080), "2,624,080");
        assert_eq!(grouped(181), "181");
        assert_eq!(shape(&Shape::image(16, 320, 320)), "16×320×320");
        assert_eq!(shape(&Shape::new(&[1, 84, 8400])), "84×8400");
        assert_eq!(shape(&Shape::new(&[1, 1000])), "1000");
        assert_eq!(shape(&Shape::new(&[2, 64, 80, 80])), "2×64×80×80");
        assert_eq!(shape(&Shape::new(&[1])), "1");
    }

    /// An editor cuts the hints of a line at 43 characters; these are the widest parts that real files have.
    #[test]
    fn a_label_fits_its_line() {
        let label =
            [shape(&Shape::image(1024, 160, 160)), params(12_345_678) + " params", ops(45_678_900, Unit::Flops)]
                .join(" · ");
        assert_eq!(label, "1024×160×160 · 12.3M params · 0.046 GFLOPs");
        assert!(label.chars().count() <= 43);
    }
}
