//! Self-contained page that compares two networks side by side: their rows and costs.

use std::fmt::Write as _;

use super::html::{PANES, filled, words};
use super::svg::marked;
use super::{Graph, Metric};
use crate::diff::{Diff, RowDiff, RowSide, RowStatus};
use crate::text::xml::escaped;
use crate::words::{Language, message};

const PAGE: &str = include_str!("page/compared.html");
const STYLE: &str = include_str!("page/page.css");
const OWN_STYLE: &str = include_str!("page/compared.css");
const SCRIPT: &str = include_str!("page/compared.js");

/// Two networks and their differences.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// Titles of both networks.
    pub titles: [String; 2],
    /// Both networks, each at the compared scale.
    pub graphs: [Graph; 2],
    /// Notes, one line each.
    pub notes: Vec<String>,
    /// Totals: a heading, then one line each.
    pub totals: Vec<Vec<String>>,
    /// Rows: a heading, then one line per entry of [`Diff::rows`], starting with its sign and both indices.
    pub rows: Vec<Vec<String>>,
    pub diff: &'a Diff,
}

impl Comparison<'_> {
    /// Writes the page.
    pub fn html(&self, language: Language) -> String {
        let [a, b] = &self.titles;
        let picture = |k: usize, side: fn(&RowDiff) -> Option<&RowSide>| {
            let mut marks = vec![RowStatus::Same; self.graphs[k].nodes.len()];
            for row in &self.diff.rows {
                if let Some(mark) = side(row).and_then(|side| marks.get_mut(side.index)) {
                    *mark = row.status;
                }
            }
            marked(&self.graphs[k], Metric::Ops, &marks)
        };
        let notes: String = self.notes.iter().map(|note| format!("<p>{}</p>\n", escaped(note))).collect();
        let parts = [
            ("{title}", escaped(&format!("{a} → {b}"))),
            ("{style}", format!("{STYLE}{OWN_STYLE}")),
            ("{notes}", notes),
            ("{totals}", table(&self.totals, |_| String::new())),
            ("{a}", picture(0, |row| row.a.as_ref())),
            ("{rows}", table(&self.rows, |i| self.attributes(i))),
            ("{b}", picture(1, |row| row.b.as_ref())),
            ("{script}", format!("{PANES}{SCRIPT}")),
        ];
        let said = [
            message!("legend-changed"),
            message!("legend-added"),
            message!("legend-removed"),
            message!("legend-totals"),
        ];
        let parts = parts.into_iter().map(|(name, text)| (name.to_owned(), text));
        filled(PAGE, &parts.chain(words(language, said)).collect::<Vec<_>>())
    }

    /// Returns the attributes of a row's line for the script and the style.
    fn attributes(&self, i: usize) -> String {
        let Some(row) = self.diff.rows.get(i) else { return String::new() };
        let mut text = format!(" class=\"{}\" tabindex=\"0\"", row.status.name());
        for (name, side) in [("a", &row.a), ("b", &row.b)] {
            if let Some(side) = side {
                let _ = write!(text, " data-{name}=\"{}\"", side.index);
            }
        }
        text
    }
}

/// Formats lines as a table; the first is the heading.
fn table(lines: &[Vec<String>], attributes: impl Fn(usize) -> String) -> String {
    let line = |cells: &[String], tag: &str| -> String {
        cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect()
    };
    let Some((heading, rest)) = lines.split_first() else { return String::new() };
    let mut text = format!("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n", line(heading, "th"));
    for (i, cells) in rest.iter().enumerate() {
        let _ = writeln!(text, "<tr{}>{}</tr>", attributes(i), line(cells, "td"));
    }
    text + "</tbody>\n</table>\n"
}
