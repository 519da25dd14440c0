//! What is said about common mistakes, and where: one cell or key of an example changed, and the finding that follows.

use yolint::internals::check::{self, Finding, Request};
use yolint::internals::rules::Diagnostic;

const EXAMPLE: &str = include_str!("../../../examples/yolo11-tiny.yaml");

fn at_scale_n() -> Request {
    Request { scale: Some("n".to_owned()), ..Request::default() }
}

/// The findings of a text: the stretch of it that each points at, its rule and its message.
fn said(text: &str) -> Vec<String> {
    let found = check::check(text, &at_scale_n());
    let line = |d: &Diagnostic| format!("`{}` {}: {}", d.span.text(text), d.rule, d.message.english());
    found.iter().map(|finding| line(&finding.diagnostic)).collect()
}

/// Checks a list of edits: what is replaced, by what, and the one finding that this makes.
fn each(edits: &[(&str, &str, &str)]) {
    for (old, new, expected) in edits {
        assert!(EXAMPLE.contains(old), "the example has no {old}");
        assert_eq!(said(&EXAMPLE.replacen(old, new, 1)), [*expected], "{old} → {new}");
    }
}

#[test]
fn arguments_of_convolutions() {
    each(&[
        ("Conv, [32, 3, 2]", "Conv, [32, 0, 2]", "`0` invalid-value: The kernel size must be positive, but is [0, 0]"),
        ("Conv, [32, 3, 2]", "Conv, [32, 3, 0]", "`0` invalid-value: The stride must be positive, but is [0, 0]"),
        ("Conv, [32, 3, 2]", "Conv, [32, 3, 2, -1]", "`-1` invalid-value: Negative padding [-1, -1] is not supported"),
        (
            "Conv, [32, 3, 2]",
            "Conv, [32, 3, 2, 1, 5]",
            "`5` invalid-value: 3 input channels are not divisible by groups=5: use 1",
        ),
        (
            "Conv, [32, 3, 2]",
            "Conv, [32, 3, 2, 1, 1, 1, True, 7]",
            "`[32, 3, 2, 1, 1, 1, True, 7]` wrong-arguments: Conv takes at most 8 arguments, but 9 were given: \
             Conv(c1, c2, k=1, s=1, p=None, g=1, d=1, act=True), where the framework inserts `c1`",
        ),
    ]);
}

#[test]
fn numbers_of_a_heads_arguments() {
    each(&[
        (
            "Detect, [nc]",
            "Detect, []",
            "`[]` wrong-arguments: The arguments of Detect must be [nc], but this list has 0",
        ),
        (
            "Detect, [nc]",
            "Detect, [nc, anchors]",
            "`anchors` other-repository: this is a head of YOLOv5: Ultralytics' head takes no `anchors`",
        ),
        (
            "Detect, [nc]",
            "Segment, [nc]",
            "`[nc]` wrong-arguments: The arguments of Segment must be [nc, nm, npr], but this list has 1",
        ),
        (
            "Detect, [nc]",
            "v10Detect, []",
            "`[]` wrong-arguments: The arguments of v10Detect must be [nc], but this list has 0",
        ),
    ]);
}

#[test]
fn values_of_the_header() {
    each(&[
        ("nc: 3", "nc: 3\nreg_max: 0", "`0` invalid-value: `reg_max` must be at least 1, but is 0"),
        (
            "n: [0.50, 0.50, 256]",
            "n: 0.5",
            "`0.5` invalid-value: Scale `n` must be [depth, width, max_channels], but is 0.5",
        ),
        (
            "nc: 3",
            "nc: 3\nactivation: nn.SiLu()",
            "`nn.SiLu()` invalid-value: torch.nn has no `SiLu`; did you mean `nn.SiLU`?",
        ),
    ]);
}

#[test]
fn arguments_that_make_inputs_differ() {
    each(&[
        (
            "SPPF, [256, 5]",
            "SPPF, [256, 4]",
            "`4` invalid-value: Pools must keep the size so that they can be concatenated, which only odd kernels do: \
             [1, 64, 40, 40] and [1, 64, 41, 41] differ",
        ),
        (
            "[[-1, 4], 1, Concat, [1]]",
            "[[-1, 4], 1, Concat, [4]]",
            "`4` invalid-value: Concat is given dimension 4, but the channels are dimension 1",
        ),
    ]);
}

/// A row that can't be built leaves room for those after it.
#[test]
fn an_enormous_row_is_the_only_one_at_fault() {
    each(&[(
        "[[-1, 4], 1, Concat, [1]] # 9",
        "[[-1, 4], 999999999, Concat, [1]] # 9",
        "`999999999` invalid-value: More than 50000 modules can't be built",
    )]);
}

/// An argument that names a header key is the row's, but the value to mend is the header's.
#[test]
fn a_header_key_that_a_row_names_is_shown() {
    let text = EXAMPLE.replacen("nc: 3", "nc: 0", 1);
    let found = check::check(&text, &at_scale_n());
    let [Finding { diagnostic: finding, .. }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.message.english(), "`nc` must be at least 1, but is 0");
    let (place, words) = &finding.related[0];
    assert_eq!(finding.span.text(&text), "0");
    assert_eq!((place.span.text(&text), words.english().as_str()), ("nc", "it is given as `nc` here"));
}
