//! Self-contained interactive page with the picture and its figures at every scale.

use super::svg::svg;
use super::{Graph, Metric, json};
use crate::text::xml::escaped;
use crate::words::{Language, Message, message};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// What both pages share: zooming and dragging.
pub(super) const PANES: &str = include_str!("page/panes.js");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page; it starts at the graph's active scale.
pub fn html(graph: &Graph) -> String {
    // A script ends at the first `</script>`, even inside a string.
    let data = json::json(graph).to_string().replace('<', "\\u003c");
    let said = [
        message!("page-scale"),
        message!("page-colour"),
        message!("page-find"),
        message!("page-find-what"),
        message!("page-point"),
        message!("page-cost-by-row"),
        message!("image"),
        message!("page-line"),
        message!("heading-arguments"),
        message!("page-repeats"),
        message!("page-reads"),
        message!("page-read-by"),
        message!("page-nobody"),
        message!("page-returns"),
        message!("heading-params"),
        message!("heading-all-weights"),
        message!("heading-activations"),
        message!("page-traffic"),
        message!("page-problem"),
        message!("page-none"),
    ];
    let said = words(graph.language, said);
    let parts = [
        ("{title}", escaped(&graph.title(graph.active_scale()))),
        ("{style}", STYLE.to_owned()),
        ("{picture}", svg(graph, Metric::Ops)),
        ("{data}", data),
        ("{script}", format!("{PANES}{}", filled(SCRIPT, &said))),
    ];
    let parts = parts.into_iter().map(|(name, text)| (name.to_owned(), text));
    filled(PAGE, &parts.chain(said).collect::<Vec<_>>())
}

/// The words of a page, by placeholders that are their ids. They are said between tags, in attributes and in strings of scripts, so
/// that none may hold a character that ends these.
pub(super) fn words(language: Language, said: impl IntoIterator<Item = Message>) -> Vec<(String, String)> {
    let all = [message!("page-zoom-in"), message!("page-zoom-out"), message!("page-zoom-fit")];
    let said = said.into_iter().chain(all).map(|message| (format!("{{{}}}", message.id), language.say(&message)));
    let said = said.inspect(|(name, said)| debug_assert!(!said.contains(['"', '<', '&', '\\']), "{name}: {said}"));
    said.chain([("{lang}".to_owned(), language.tag().to_owned())]).collect()
}

/// Fills the placeholders of a page in one pass, so that inserted text isn't searched for placeholders.
pub(super) fn filled(page: &str, parts: &[(String, String)]) -> String {
    let mut rest = page;
    let mut page = String::new();
    while let Some((at, name, text)) = parts.iter().filter_map(|(n, t)| Some((rest.find(n)?, n, t))).min() {
        page.push_str(&rest[..at]);
        page.push_str(text);
        rest = &rest[at + name.len()..];
    }
    page + rest
}
