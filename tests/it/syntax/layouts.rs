//! Well-formed files of every layout that people use. What they mean was compared with PyYAML 6.0.3.

use super::show::{MODELS, show};
use expect_test::{Expect, expect};
use yolint::internals::syntax::{NodeKind, Style, SyntaxErrorKind, TokenKind, parse};

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&show(text));
}

#[test]
fn block_rows() {
    check(
        MODELS[0],
        expect![[r#"
        "nc": 80
        "activation": "nn.SiLU()"
        "scales": {"n": [0.5, 0.25, 1024], "s": [0.5, 0.5, 1024], "m": [0.5, 1.0, 512]}
        "backbone":
          [-1, 1, "Conv", [64, 3, 2]]
          [-1, 1, "Conv", [128, 3, 2]]
          [-1, 2, "C3k2", [256, false, 0.25]]
          [-1, 1, "SPPF", [256, 5]]
        "head":
          [-1, 1, "nn.Upsample", ["None", 2, "nearest"]]
          [[-1, 1], 1, "Concat", [1]]
          [-1, 1, "Act", ["nn.LeakyReLU(0.1)", "x # y"]]
          [[2, 3, 6], 1, "Detect", ["nc"]]
    "#]],
    );
}

#[test]
fn rows_in_brackets() {
    check(
        MODELS[1],
        expect![[r#"
        "nc": 20
        "depth_multiple": 0.33
        "width_multiple": 0.5
        "anchors":
          [10, 13, 16, 30, 33, 23]
          [30, 61, 62, 45, 59, 119]
        "backbone":
          [-1, 1, "Conv", [64, 6, 2, 2]]
          [-1, 1, "Conv", [128, 3, 2]]
          [-1, 3, "C3", [128]]
          [-1, 1, "Empty", []]
        "head":
          [-1, 1, "Conv", [512, 1, 1]]
          [-1, 1, "nn.Upsample", ["None", 2, "nearest"]]
          [[-1, 2], 1, "Concat", [1]]
          [-1, 3, "C3", [256, false]]
          [[4, 7], 1, "Detect", ["nc", "anchors"]]
    "#]],
    );
}

#[test]
fn rows_as_block_sequences() {
    check(
        MODELS[2],
        expect![[r#"
        "ch": 3
        "backbone":
          [-1, 1, "Conv", [64, 3, 2]]
          [-1, 1, "C3k2", [128, true]]
          [-1, 1, "Conv", [256, 3, 2]]
        "head":
          [-1, 1, "Conv", [512, 3, 2]]
          [[-1, 1], 1, "Concat", [1]]
          [-1, 1, "Classify", ["nc"]]
        "nc": 1000
    "#]],
    );
}

#[test]
fn anchors_merges_tags_and_texts() {
    check(
        MODELS[3],
        expect![[r#"
        "defaults": &defaults {"act": "nn.ReLU()", "e": 0.5}
        "wide": {<<: *defaults, "e": 1.0}
        "note": "Rows below share\n  their arguments.\n"
        "title": "a title on two lines"
        "backbone":
          [-1, 1, "Conv", &args [64, 3, 2]]
          [-1, 1, "Conv", *args]
          {"from": -1, "repeats": 1, "module": "Conv", "args": [64, 3, 2]}
          [-1, 1, !!str "12", ["tab\there", "it's"]]
        "head":
          [-1, 1, "Classify", ["nc"]]
        "nc": 10
    "#]],
    );
}

#[test]
fn carriage_returns() {
    check(
        MODELS[4],
        expect![[r#"
        "nc": 3
        "backbone":
          [-1, 1, "Conv", [8, 3, 2]]
          [-1, 1, "Conv", [16, 3, 2]]
        "head":
          [-1, 1, "Classify", ["nc"]]
    "#]],
    );
    check(
        "nc: 1\rhead:\r- [a]\r",
        expect![[r#"
        "nc": 1
        "head":
          ["a"]
    "#]],
    );
}

#[test]
fn byte_order_mark_and_document_marks() {
    check(
        "\u{feff}---\nnc: 80\n...\n",
        expect![[r#"
        "nc": 80
    "#]],
    );
    check(
        "--- # a comment\nnc: 80",
        expect![[r#"
        "nc": 80
    "#]],
    );
    check(
        "---\n...\n",
        expect![[r#"
        null
    "#]],
    );
    check(
        "# only a comment\n",
        expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn a_second_document() {
    check(
        "nc: 80\n---\nnc: 3\n",
        expect![[r#"
            "nc": 80
            2:1 SecondDocument: the file must be a single YAML document
        "#]],
    );
    check(
        "nc: 80\n---\n",
        expect![[r#"
            "nc": 80
            2:1 SecondDocument: the file must be a single YAML document
        "#]],
    );
}

#[test]
fn explicit_keys_and_odd_mappings() {
    check(
        "? a\n: 1\n? b\n? - c\n",
        expect![[r#"
        "a": 1
        "b": null
        ["c"]: null
        4:3 UnhashableKey: a list or mapping can't be a key
    "#]],
    );
    check(
        "{a: 1, b, 'c': 2, \"d\":3}",
        expect![[r#"
        "a": 1
        "b": null
        "c": 2
        "d": 3
    "#]],
    );
    check(
        "[a: 1, b]",
        expect![[r#"
        [{"a": 1}, "b"]
    "#]],
    );
    check(
        "- a: 1\n  b: 2\n- - c\n  - d\n-\n  e: 3\n",
        expect![[r#"
        [{"a": 1, "b": 2}, ["c", "d"], {"e": 3}]
    "#]],
    );
}

#[test]
fn absent_values() {
    check(
        "nc:\nhead:\n-\n- [a, ]\n",
        expect![[r#"
        "nc": null
        "head":
          null
          ["a"]
    "#]],
    );
}

/// PyYAML reads `#` as a comment only behind a blank, and `:` as an indicator only in front of one.
#[test]
fn indicators_inside_words() {
    check(
        "a: b#c\nd: e:f\ng: -1\nh: --\ni: a-b, c\nj: \"#\"\n",
        expect![[r##"
            "a": "b#c"
            "d": "e:f"
            "g": -1
            "h": "--"
            "i": "a-b, c"
            "j": "#"
        "##]],
    );
    check(
        "[a#b, -x, nn.Act(0.1), P3/8, 640x640, a b]",
        expect![[r#"
        ["a#b", "-x", "nn.Act(0.1)", "P3/8", "640x640", "a b"]
    "#]],
    );
}

#[test]
fn tabs() {
    check(
        "head:\n\t- [a]\n  - [b]\n",
        expect![[r#"
            "head":
              ["a"]
              ["b"]
            2:1 Tab: a TAB can't indent YAML: use spaces
        "#]],
    );
    check(
        "head:\n  - [a,\tb]\t# comment\n",
        expect![[r#"
            "head":
              ["a", "b"] !
            2:8 TabSeparation: a TAB between words: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
            2:11 TabSeparation: a TAB between words: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
        "#]],
    );
    let kind = |text| parse(text).errors[0].kind;
    assert!(kind("a:\t1").loads_with_libyaml());
    assert!(!kind("a:\n\t- 1").loads_with_libyaml());
}

#[test]
fn the_readers_differ() {
    let kinds = |text| parse(text).errors.iter().map(|error| error.kind).collect::<Vec<_>>();
    assert_eq!(kinds("[a:, b]"), [SyntaxErrorKind::RefusedByLibyaml]);
    assert_eq!(kinds("[a?, b]"), [SyntaxErrorKind::RefusedByPython]);
    assert_eq!(kinds("%FOO bar\n---\na"), [SyntaxErrorKind::RefusedByLibyaml]);
}

#[test]
fn every_piece_of_the_text_is_a_token() {
    let text = "\u{feff}a: [1, 'x'] # c\r\n";
    let tokens: Vec<_> = parse(text).tree.tokens.iter().map(|token| (token.kind, token.span.text(text))).collect();
    use TokenKind::*;
    assert_eq!(
        tokens,
        [
            (ByteOrderMark, "\u{feff}"),
            (Plain, "a"),
            (Colon, ":"),
            (Whitespace, " "),
            (OpenBracket, "["),
            (Plain, "1"),
            (Comma, ","),
            (Whitespace, " "),
            (SingleQuoted, "'x'"),
            (CloseBracket, "]"),
            (Whitespace, " "),
            (Comment, "# c"),
            (Newline, "\r\n"),
        ]
    );
}

#[test]
fn comments_are_found_by_line() {
    let text = "head:\n  - [a] # 0\n  # own line\n  - [b]\n";
    let parse = parse(text);
    let rows = parse.tree.get("head").and_then(|head| head.as_seq()).expect("rows");
    let comment = |row: usize| parse.tree.comment_after(rows[row].span.end).map(|span| span.text(text));
    assert_eq!(comment(0), Some("# 0"));
    assert_eq!(comment(1), None);
}

#[test]
fn styles_and_spans() {
    let text = "[plain, 'single', \"double\"]";
    let parse = parse(text);
    let items = parse.tree.root.as_ref().and_then(|root| root.as_seq()).expect("a list");
    let pieces: Vec<_> = items
        .iter()
        .map(|item| match &item.kind {
            NodeKind::Scalar(scalar) => (scalar.style, item.text(text)),
            _ => panic!("{item:?}"),
        })
        .collect();
    assert_eq!(
        pieces,
        [(Style::Plain, "plain"), (Style::SingleQuoted, "'single'"), (Style::DoubleQuoted, "\"double\"")]
    );
}

#[test]
fn duplicate_keys_are_seen_and_the_last_wins() {
    let parse = parse("nc: 80\nch: 3\nnc: 3\n'nc': 4\n");
    assert_eq!(parse.errors, []);
    assert_eq!(parse.tree.get("nc").and_then(|nc| nc.as_int()), Some(4));
    let root = parse.tree.root.as_ref().expect("a mapping");
    let lines: Vec<_> =
        root.duplicates().iter().map(|(earlier, later)| (earlier.key.span.start, later.key.span.start)).collect();
    assert_eq!(lines, [(0, 13), (13, 19)]);
}

/// The result of `safe_load` on the same text: `{'x': 1, 'y': 3, 'z': 4, 'w': 5}`.
#[test]
fn merges() {
    let text = "one: &one {x: 1, y: 2}\ntwo: &two {x: 9, y: 8, z: 4}\nall:\n  <<: [*one, *two]\n  y: 3\n  w: 5\n";
    let parse = parse(text);
    assert_eq!(parse.errors, []);
    let all = parse.tree.get("all").expect("all");
    let mut entries: Vec<_> = parse
        .tree
        .effective_entries(all)
        .iter()
        .map(|entry| (entry.key.as_str().expect("a name"), entry.value.as_int().expect("a number")))
        .collect();
    entries.sort_unstable();
    assert_eq!(entries, [("w", 5), ("x", 1), ("y", 3), ("z", 4)]);
}

#[test]
fn aliases_are_looked_up_and_never_expanded() {
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        let below = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{below}, {below}, {below}]\n");
    }
    let parse = parse(&bomb);
    assert_eq!(parse.errors, []);
    let mut node = parse.tree.get("a59").expect("the last list");
    for _ in 0..59 {
        node = parse.tree.resolve(&node.as_seq().expect("a list")[1]).expect("a target");
    }
    assert_eq!(node.text(&bomb), "[x]");
    assert_eq!(show("&a [*a]"), "&a [*a]\n");
}
