//! A page that holds the picture, its figures at every scale, and what is needed to look around in it. It loads nothing.

use super::svg::{escaped, svg};
use super::{Graph, Metric, json};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page; it shows first what the graph shows.
pub fn html(graph: &Graph) -> String {
    // A script ends at the first `</script>` in it, whatever that is part of.
    let data = json::json(graph).to_string().replace('<', "\\u003c");
    let parts = [
        ("{title}", escaped(&graph.title(graph.shown()))),
        ("{style}", STYLE.to_owned()),
        ("{picture}", svg(graph, Metric::Ops)),
        ("{data}", data),
        ("{script}", SCRIPT.to_owned()),
    ];
    filled(PAGE, &parts)
}

/// A page with its parts put in, in one pass: what is put in isn't looked at again.
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
