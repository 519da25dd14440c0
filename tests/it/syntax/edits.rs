//! Half-typed and misspelt rows: the damage stays in its row, and the error says what is wrong.

use super::show::show;
use expect_test::{Expect, expect};

/// Puts `row` between two good rows of the block layout.
fn block(row: &str, expected: Expect) {
    let text =
        format!("backbone:\n  - [-1, 1, A, [1]] # 0\n{row}\n  - [-1, 1, Z, [2]] # 2\nhead:\n  - [-1, 1, H, [3]]\n");
    expected.assert_eq(&show(&text));
}

/// Puts `row` between two good rows in brackets.
fn flow(row: &str, expected: Expect) {
    let text =
        format!("backbone: [\n  [-1, 1, A, [1]], # 0\n{row}\n  [-1, 1, Z, [2]], # 2\n]\nhead:\n  [[-1, 1, H, [3]]]\n");
    expected.assert_eq(&show(&text));
}

#[test]
fn typing_a_block_row() {
    block(
        "  - [-1, 1, Conv, [64, 3, 2]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:5 UnclosedBracket: this `[` is never closed: `]` is missing
        "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3,",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:5 UnclosedBracket: this `[` is never closed: `]]` is missing
        "#]],
    );
    block(
        "  - [-1, 1,",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:5 UnclosedBracket: this `[` is never closed
    "#]],
    );
    block(
        "  - [",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:5 UnclosedBracket: this `[` is never closed
    "#]],
    );
    block(
        "  -",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          null
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
    "#]],
    );
    block(
        "  - [-1, 1, Conv [64, 3, 2]]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:17 MissingComma: a comma is missing here
    "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3, 2]],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:30 TrailingComma: unexpected comma after a row that starts with a dash, or after a key's value
        "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3, 2]]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:28 ExtraBracket: extra `]`
        "#]],
    );
    block(
        "\t- [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]]
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:1 Tab: a TAB can't indent YAML: use spaces
    "#]],
    );
    block(
        "   - [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:1 BadIndentation: this row is indented by 3 spaces, but its neighbours by 2
        "#]],
    );
    block(
        " - [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:1 BadIndentation: this row is indented by 1 space, but its neighbours by 2
        "#]],
    );
    block(
        "- [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:1 BadIndentation: this row is indented by 0 spaces, but its neighbours by 2
        "#]],
    );
    block(
        "  - [-1, 1, 'Conv, [64, 3, 2]]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:13 UnclosedQuote: this ' is never closed
    "#]],
    );
    block(
        "  - [-1, 1, nn.Upsample, [None, 2, \"nearest]] # 1",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "nn.Upsample", ["None", 2, "nearest"]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:36 UnclosedQuote: this " is never closed
        "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3, 2]] Conv",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:31 Unexpected: unexpected text after a complete value; a comment starts with `#`
        "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3, 2]] [1]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:31 Unexpected: unexpected text after a complete value; a comment starts with `#`
        "#]],
    );
    block(
        "  - -1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          "-1, 1, Conv, [64, 3, 2]]"
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
    "#]],
    );
    block(
        "  -[-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 MissingSpace: a space is missing after this dash
        "#]],
    );
    block(
        "  [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 MissingDash: a `- ` is missing before this row
        "#]],
    );
    block(
        "  - [-1, 1, Conv, 64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", 64, 3, 2] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:28 ExtraBracket: a `[` is missing in this row: its last `]` closes nothing
        "#]],
    );
    block(
        "  - [-1, 1, , Conv]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, <missing>, "Conv"] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:13 UnexpectedComma: a comma without a value before it
        "#]],
    );
    block(
        "  - [-1, 1, Conv, [64, 3, 2}]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:5 UnclosedBracket: this `[` is never closed
        3:28 ExtraBracket: this `}` closes nothing
    "#]],
    );
    block(
        "  - [-1, 1, @Conv, [64]]",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "@Conv", [64]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:13 NotAllowedCharacter: a value can't start with `@`: put it in quotes
    "#]],
    );
    block(
        "  - {from: -1, module: Conv",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          {"from": -1, "module": "Conv"} !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:5 UnclosedBracket: this `{` is never closed
    "#]],
    );
    block(
        "  - [-1, 1, Conv,\n     [64, 3,\n\n      2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
        "#]],
    );
    block(
        "  Conv",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              "Conv" !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 MissingDash: a `- ` is missing before this row
        "#]],
    );
    block(
        "  - a: b: c",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          {"a": "b"} !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:9 MappingInValue: a second `: ` in one value: write the inner mapping on its own lines, or quote the text
    "#]],
    );
}

#[test]
fn typing_a_row_in_brackets() {
    flow(
        "  [-1, 1, Conv, [64, 3, 2]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 UnclosedBracket: this `[` is never closed: `]` is missing
        "#]],
    );
    flow(
        "  [-1, 1, Conv, [64, 3, 2],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 UnclosedBracket: this `[` is never closed: `]` is missing
        "#]],
    );
    flow(
        "  [-1, 1, Conv, [64, 3,",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 UnclosedBracket: this `[` is never closed: `]]` is missing
        "#]],
    );
    flow(
        "  [-1,",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:3 UnclosedBracket: this `[` is never closed
    "#]],
    );
    flow(
        "  [",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:3 UnclosedBracket: this `[` is never closed
    "#]],
    );
    flow(
        "  [-1, 1, Conv [64, 3, 2]],",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:15 MissingComma: a comma is missing here
    "#]],
    );
    flow(
        "  [-1, 1, Conv, [64, 3, 2]]",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:28 MissingComma: a comma is missing here
        "#]],
    );
    flow(
        "  [-1, 1, Conv, [64, 3, 2]]],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:26 ExtraBracket: extra `]`
        "#]],
    );
    flow(
        "  [-1, 1, Conv, [64, 3, 2]],,",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              <missing> !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:29 UnexpectedComma: a comma without a value before it
        "#]],
    );
    flow(
        "\t[-1, 1, Conv, [64, 3, 2]],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:1 TabSeparation: a TAB between words: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
        "#]],
    );
    flow(
        "  [-1, 1, 'Conv, [64, 3, 2]],",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:11 UnclosedQuote: this ' is never closed
    "#]],
    );
    flow(
        "  -1, 1, Conv, [64, 3, 2]],",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3, 2]] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:26 ExtraBracket: this `]` closes nothing
    "#]],
    );
    flow(
        "  [-1, 1, Conv, 64, 3, 2]],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", 64, 3, 2] !
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:26 ExtraBracket: a `[` is missing in this row: its last `]` closes nothing
        "#]],
    );
    flow(
        "  - [-1, 1, Conv, [64, 3, 2]],",
        expect![[r#"
            "backbone":
              [-1, 1, "A", [1]]
              [-1, 1, "Conv", [64, 3, 2]]
              [-1, 1, "Z", [2]]
            "head":
              [-1, 1, "H", [3]]
            3:3 ExtraDash: a row in a bracketed list must not have a dash
        "#]],
    );
    flow(
        "  [-1, 1, Conv, {64, 3, 2]],",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", {64: null, 3: null, 2: null}] !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:17 UnclosedBracket: this `{` is never closed
        3:27 ExtraBracket: this `]` closes nothing
    "#]],
    );
    flow(
        "  Conv",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          "Conv" !
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
        3:7 MissingComma: a comma is missing here
    "#]],
    );
    flow(
        "  [-1, 1, Conv,\n     [64,\n      3]],",
        expect![[r#"
        "backbone":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64, 3]]
          [-1, 1, "Z", [2]]
        "head":
          [-1, 1, "H", [3]]
    "#]],
    );
}

#[test]
fn the_last_row() {
    expect![[r#"
        "head":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64]] !
        3:5 UnclosedBracket: this `[` is never closed: `]]` is missing
    "#]]
    .assert_eq(&show("head:\n  - [-1, 1, A, [1]]\n  - [-1, 1, Conv, [64"));
    expect![[r#"
        "head":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64]] !
        "nc": 3
        3:3 UnclosedBracket: this `[` is never closed: `]]` is missing
    "#]]
    .assert_eq(&show("head: [\n  [-1, 1, A, [1]],\n  [-1, 1, Conv, [64,\n]\nnc: 3"));
    expect![[r#"
        "head":
          [-1, 1, "A", [1]]
          [-1, 1, "Conv", [64]]
        "nc": 3
        1:7 UnclosedBracket: this `[` is never closed
    "#]]
    .assert_eq(&show("head: [\n  [-1, 1, A, [1]],\n  [-1, 1, Conv, [64]]\nnc: 3"));
    expect![[r#"
        "head":
          [-1, 1, "A", [1]]
          [-1, 1, "B", [1]]
        "nc": 3
        3:20 ExtraBracket: this `]` closes nothing
    "#]]
    .assert_eq(&show("head:\n  [[-1, 1, A, [1]],\n   [-1, 1, B, [1]]]]\nnc: 3"));
}

#[test]
fn the_first_row() {
    expect![[r#"
        "head":
          [-1, 1, "A", [1]]
          [-1, 1, "B", [1]]
        "nc": 3
        2:3 MissingSpace: a space is missing after this dash
    "#]]
    .assert_eq(&show("head: # h\n  -[-1, 1, A, [1]] # 0\n  - [-1, 1, B, [1]]\nnc: 3"));
    expect![[r#"
        "head":
          [-1, 1, "A", [1]] !
          [-1, 1, "B", [1]]
        "nc": 3
        2:3 MissingDash: a `- ` is missing before this row
    "#]]
    .assert_eq(&show("head:\n  [-1, 1, A, [1]]\n  - [-1, 1, B, [1]]\nnc: 3"));
    expect![[r#"
        "head":
          [-1, 1, "A", [1]] !
          [-1, 1, "B", [1]]
        "nc": 3
        1:8 UnclosedBracket: this `[` is never closed
    "#]]
    .assert_eq(&show("head: [[-1, 1, A, [1],\n  [-1, 1, B, [1]]]\nnc: 3"));
}

#[test]
fn rows_as_block_sequences() {
    let text = "head:\n- - -1\n  - 1\n  - Conv\n  - [64, 3\n- - -1\n  - 2\n";
    expect![[r#"
        "head":
          [-1, 1, "Conv", [64, 3]] !
          [-1, 2]
        5:5 UnclosedBracket: this `[` is never closed
    "#]]
    .assert_eq(&show(text));
    expect![[r#"
        "head":
          ["-1 - 1", "Conv"]
          [-1, 2]
    "#]]
    .assert_eq(&show("head:\n- - -1\n   - 1\n  - Conv\n- - -1\n  - 2\n"));
}

#[test]
fn the_header() {
    expect![[r#"
        "nc 80": <missing> !
        "ch": 3
        1:3 MissingColon: a colon is missing after `nc`
    "#]]
    .assert_eq(&show("nc 80\nch: 3\n"));
    expect![[r#"
        "ch": 3
        "nc": <missing> !
        "head":
          ["a"]
        2:3 MissingColon: a colon is missing after this key
    "#]]
    .assert_eq(&show("ch: 3\nnc\nhead:\n  - [a]\n"));
    expect![[r#"
        "ch": 3
        "nc": 80 !
        "head":
          ["a"]
        2:7 MappingInValue: a second `: ` in one value: write the inner mapping on its own lines, or quote the text
    "#]]
    .assert_eq(&show("ch: 3\nnc: 80: 1\nhead:\n  - [a]\n"));
    expect![[r#"
        "ch": 3
        "nc": 80
        "head":
          ["a"]
        2:1 BadIndentation: this key is indented by 1 space, but its neighbours by 0
    "#]]
    .assert_eq(&show("ch: 3\n nc: 80\nhead:\n  - [a]\n"));
    expect![[r#"
        "ch": 3
        "nc": 80
        "head":
          ["a"]
        2:5 SequenceInValue: a `- ` item can't start here: put it on a line of its own
    "#]]
    .assert_eq(&show("ch: 3\nnc: - 80\nhead:\n  - [a]\n"));
    expect![[r#"
        "scales": {"n": [0.5, 0.25, 1024], "s": [0.5, 0.5, 1024]} !
        "nc": 3
        2:6 UnclosedBracket: this `[` is never closed
    "#]]
    .assert_eq(&show("scales:\n  n: [0.5, 0.25, 1024\n  s: [0.5, 0.5, 1024]\nnc: 3\n"));
    expect![[r#"
        "scales": {"n": [0.5], "s": [0.5], "m": [1.0]} !
        "nc": 3
        3:1 BadIndentation: this key is indented by 3 spaces, but its neighbours by 2
    "#]]
    .assert_eq(&show("scales:\n  n: [0.5]\n   s: [0.5]\n  m: [1.0]\nnc: 3\n"));
    expect![[r#"
        "name": "a model" !
        "nc": 3
        1:7 UnclosedQuote: this " is never closed
    "#]]
    .assert_eq(&show("name: \"a model\nnc: 3\n"));
    expect![[r#"
        "backbone":
          ["a"]
        "head":
          ["b"]
        1:9 MissingColon: a colon is missing after this key
    "#]]
    .assert_eq(&show("backbone\n  - [a]\nhead:\n  - [b]\n"));
    expect![[r#"
        "a": *b !
        1:4 UndefinedAlias: there is no anchor `&b` above this alias; put it in quotes if you mean the text
    "#]]
    .assert_eq(&show("a: *b\n"));
    expect![[r#"
        "a": &x 1
        "b": &x 2 !
        2:4 DuplicateAnchor: the anchor `&x` is already defined
    "#]]
    .assert_eq(&show("a: &x 1\nb: &x 2\n"));
    expect![[r#"
        ["a"]: 1
        2: <missing> !
        "b":
        <<: 3 !
        1:1 UnhashableKey: a list or mapping can't be a key
        2:1 MissingKey: a `:` without a key before it
        3:10 UnknownTag: a safe loader can't read this as `tag:yaml.org,2002:map`
        4:5 InvalidMerge: `<<` merges a mapping, or a list of mappings
    "#]]
    .assert_eq(&show("[a]: 1\n: 2\nb: !!map []\n<<: 3\n"));
}

#[test]
fn deep_nesting_is_refused_and_harmless() {
    let text = format!("a: {}\nb: 1\n", "[".repeat(100_000));
    let shown = show(&text);
    assert!(shown.contains("TooDeep"), "{}", &shown[shown.len() - 200..]);
    assert!(shown.contains("\n\"b\": 1\n"));
    for unit in ["- ", "{a: ", "? ", "[", "- [", "!!seq [", "'", "\"\\", "a: "] {
        drop(yolint::internals::syntax::parse(&unit.repeat(100_000)));
    }
}
