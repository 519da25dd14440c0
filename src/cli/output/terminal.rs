//! The terminal that is printed to.

use std::io::{self, IsTerminal};

use crate::text::width as columns;

/// Whether to print without colours and links: not on a terminal, or `NO_COLOR` is set.
pub(in crate::cli) fn is_plain() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || !io::stdout().is_terminal()
}

/// Its width, or what `COLUMNS` says; none if there is no terminal.
pub(in crate::cli) fn width() -> Option<usize> {
    let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    set.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0.into()))
}

/// A line broken behind commas, so that it fits a width as far as it can.
pub(super) fn broken(line: &str, width: usize) -> String {
    let mut text = String::new();
    let mut used = 0;
    for part in line.split_inclusive('，').flat_map(|part| part.split_inclusive(", ")) {
        let long = columns(part.trim_end());
        if used > 0 && used + long > width {
            text.truncate(text.trim_end().len());
            text.push_str("\n  ");
            used = 2;
        }
        text.push_str(part);
        used += columns(part);
    }
    text
}

/// Cuts a text to a width, with an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let fitting = left.checked_sub(columns(c.encode_utf8(&mut [0; 4])));
        left = fitting.unwrap_or(0);
        fitting.is_some()
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{broken, cut};

    #[test]
    fn texts_are_cut_by_columns() {
        assert_eq!(["abcd", "通道数", "通道"].map(|text| cut(text, 4)), ["abcd", "通…", "通道"]);
        assert_eq!(cut("通道 a", 1), "…");
    }

    #[test]
    fn lines_are_broken_behind_commas() {
        assert_eq!(broken("a 1, b 22, c 3", 14), "a 1, b 22, c 3");
        assert_eq!(broken("a 1, b 22, c 3", 13), "a 1, b 22,\n  c 3");
        assert_eq!(broken("a 1, b 22, c 3", 5), "a 1,\n  b 22,\n  c 3");
        assert_eq!(broken("共 1 层，2 参数", 14), "共 1 层，\n  2 参数");
        assert_eq!(broken("共 1 层，2 参数", 15), "共 1 层，2 参数");
    }
}
