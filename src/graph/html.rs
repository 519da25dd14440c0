//! Self-contained interactive page with the picture and its figures at every scale.

use super::svg::svg;
use super::{Graph, Metric, json};
use crate::text::xml::escaped;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// What both pages share: zooming and dragging.
pub(super) const PANES: &str = include_str!("page/panes.js");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page; it starts at the graph's active scale.
pub fn html(graph: &Graph) -> String {
    // A script ends at the first `</script>`, even inside a string.
    let data = json::json(graph).to_string().replace('<', "\\u003c");
    let parts = [
        ("{title}", escaped(&graph.title(graph.shown()))),
        ("{style}", STYLE.to_owned()),
        ("{picture}", svg(graph, Metric::Ops)),
        ("{data}", data),
        ("{script}", format!("{PANES}{SCRIPT}")),
    ];
    filled(PAGE, &parts)
}

/// Fills the placeholders of a page in one pass, so that inserted text isn't searched for placeholders.
pub(super) fn filled(page: &str, parts: &[(&str, String)]) -> String {
    let mut rest = page;
    let mut page = String::new();
    while let Some((at, name, text)) = parts.iter().filter_map(|(n, t)| Some((rest.find(n)?, n, t))).min() {
        page.push_str(&rest[..at]);
        page.push_str(text);
        rest = &rest[at + name.len()..];
    }
    page + rest
}
