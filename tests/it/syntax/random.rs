//! Whatever the text: no panic, every byte in a token, errors and nodes within the text, the same result twice.

use super::pieces::{edited, edits, pieces};
use super::show::{MODELS, show};
use proptest::prelude::*;
use yolint::internals::syntax::{Node, NodeKind, TokenKind, parse};

fn check(text: &str) -> Result<(), TestCaseError> {
    let parse = parse(text);
    let tokens: String = parse.tree.tokens.iter().map(|token| token.span.text(text)).collect();
    prop_assert_eq!(tokens.as_str(), text);
    let len = text.len() as u32;
    let comments = parse.tree.tokens.iter().filter(|token| token.kind == TokenKind::Comment);
    let comments: Vec<_> = comments.map(|token| token.span).collect();
    prop_assert!(parse.tree.comments.iter().all(|comment| comments.contains(comment)));
    for error in &parse.errors {
        prop_assert!(error.span.end <= len && text.get(error.span.range()).is_some(), "{:?}", error);
        if let Some(fix) = &error.fix {
            prop_assert!(text.get(fix.span.range()).is_some(), "{:?}", error);
        }
    }
    let has_error = parse.errors.iter().any(|error| error.kind.is_refused_by_all());
    if let Some(root) = &parse.tree.root {
        check_node(text, root, has_error)?;
        parse.tree.effective_entries(root);
        root.duplicates();
    }
    prop_assert_eq!(show(text), show(text));
    Ok(())
}

fn check_node(text: &str, node: &Node, has_error: bool) -> Result<(), TestCaseError> {
    prop_assert!(text.get(node.full_span().range()).is_some(), "{:?}", node);
    let mut last = node.span.start;
    let mut children: Vec<&Node> = node.as_seq().unwrap_or(&[]).iter().collect();
    for entry in node.as_map().unwrap_or(&[]) {
        children.extend([&entry.key, &entry.value]);
    }
    for child in children {
        let span = child.full_span();
        prop_assert!(last <= span.start && span.end <= node.span.end, "{:?} in {:?}", child, node);
        last = span.end;
        check_node(text, child, has_error)?;
    }
    if matches!(node.kind, NodeKind::Missing) {
        prop_assert!(has_error, "a value is missing and no error says so");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in any::<Vec<u8>>()) {
        check(&String::from_utf8_lossy(&text))?;
    }

    #[test]
    fn any_yaml_pieces(pieces in prop::collection::vec(pieces(), 0..40)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn damaged_models(
        model in prop::sample::select(&MODELS[..]),
        edits in edits(pieces(), 20, 8),
    ) {
        check(&edited(model, &edits))?;
    }
}
