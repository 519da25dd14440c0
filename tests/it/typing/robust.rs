//! Whatever is in a file, the way from its text to its findings never panics, never hangs, always ends the same, and
//! points into the text.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use yolint::internals::analysis::Options;
use yolint::internals::check::{self, Analyses, Finding, Request};
use yolint::internals::text::Span;
use yolint::internals::{dialect, model, syntax};

use crate::common;

const EXAMPLES: [&str; 3] = [
    include_str!("../../../examples/yolo11-tiny.yaml"),
    include_str!("../../../examples/yolo11-parts-seg.yaml"),
    include_str!("../../../examples/leaf-classify.yaml"),
];

/// The examples, and the files that the framework ships.
static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let official = common::model_files();
    let official = official.iter().map(|path| fs::read_to_string(path).expect("the wheel's YAML can be read"));
    EXAMPLES.map(str::to_owned).into_iter().chain(official).collect()
});

/// What nobody means, and what people write by accident.
#[rustfmt::skip]
const ABSURD: [&str; 64] = [
    "0", "1", "-1", "-2", "2", "7", "1000000", "2147483648", "9223372036854775807", "-9223372036854775808",
    "99999999999999999999", "0x7fffffffffffffff", "1_000", "1:30", "-0.0", "0.5", "1.5", "1e18", "1e308", "-1e308",
    ".inf", "-.inf", ".nan", "nan", "null", "~", "", "true", "False", "'abc'", "\"\\u0000\"", "nc", "c2", "ch", "args",
    "9**9**9", "[9]*9", "'9'*9999999999", "((((((((((1))))))))))", "nn.ReLU()", "nn.ReLU(", "nn.Conv2d(3, 4, 5)",
    "[]", "[[]]", "[0]", "[-1]", "[1, 2]", "[1, 2, 3, 4, 5, 6, 7, 8, 9]", "[null]", "[[[[[[[[1]]]]]]]]", "{}", "{a: b}",
    "[9223372036854775807, 9223372036854775807]", "*anchor", "&anchor 3", "!!binary aGk=", "2026-01-01", "é😀",
    "# gone", "|", "]", "[", ",", "\t",
];

/// The header's keys.
const KEYS: [&str; 13] = [
    "nc",
    "scales",
    "depth_multiple",
    "width_multiple",
    "max_channels",
    "reg_max",
    "end2end",
    "activation",
    "kpt_shape",
    "ch",
    "channels",
    "backbone",
    "head",
];

/// What the whole way says of a text.
fn pipeline(text: &str) -> (Vec<Finding>, String) {
    let model = model::read(&syntax::parse(text).tree);
    let request = Request::default();
    let Analyses { all, choice, .. } = check::analyses(&model, &request);
    let findings = check::check(text, &request);
    let gflops = request.options.dialect.summary_gflops(
        &model,
        choice.letter(),
        &request.options.dataset,
        request.options.imgsz,
        false,
        None,
    );
    (findings, format!("{all:?} {gflops:?}"))
}

/// How long one text may take; a debug build on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 2 });

fn assert_sound(text: &str) {
    let start = Instant::now();
    let said = pipeline(text);
    assert!(start.elapsed() < PATIENCE, "{:?} for\n{text}", start.elapsed());
    let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?} isn't in\n{text}");
    for Finding { diagnostic, .. } in &said.0 {
        assert!(!diagnostic.message.english().is_empty());
        inside(diagnostic.span);
        diagnostic.related.iter().for_each(|(place, _)| inside(place.span));
        diagnostic.fixes.iter().flat_map(|fix| &fix.edits).for_each(|(span, _)| inside(*span));
    }
    assert!(said == pipeline(text), "another answer the second time for\n{text}");
}

/// What says more of a line than it holds looks no further than it must.
#[test]
fn the_same_mistake_in_many_lines_is_read_in_time() {
    for (above, line, below) in [
        ("model:\n  nc: 3\n", "  head:\n   - 3\n     head: 4\n", ""),
        ("model:\n  nc: 3\n", "---\n", "backbone:\n"),
        ("model:\n  nc: 3\n", "...\n", "head:\n"),
    ] {
        let text = format!("{above}{}{below}", line.repeat(500_000 / line.len()));
        let start = Instant::now();
        syntax::parse(&text);
        assert!(start.elapsed() < PATIENCE / 6, "{:?} for many of\n{line}", start.elapsed());
    }
}

/// The spans of all cells of a text, and of their elements.
fn cells(text: &str) -> Vec<Span> {
    let parse = syntax::parse(text);
    let model = model::read(&parse.tree);
    let cells = model.rows.iter().flat_map(|row| &row.cells);
    cells.flat_map(|cell| cell.items.iter().map(|item| item.span).chain([cell.span])).collect()
}

fn replaced(text: &str, span: Span, with: &str) -> String {
    format!("{}{with}{}", &text[..span.start as usize], &text[span.end as usize..])
}

/// One thing done to a text.
#[derive(Clone, Debug)]
enum Edit {
    /// A cell, or an element of one, says something else.
    Cell(Index, &'static str),
    /// A header key says something else: the last of two counts.
    Key(&'static str, &'static str),
    /// A stretch of the text is replaced.
    Text(Index, usize, String),
}

fn edit() -> impl Strategy<Value = Edit> {
    let absurd = || select(&ABSURD[..]);
    prop_oneof![
        4 => (any::<Index>(), absurd()).prop_map(|(at, value)| Edit::Cell(at, value)),
        2 => (select(&KEYS[..]), absurd()).prop_map(|(key, value)| Edit::Key(key, value)),
        2 => (any::<Index>(), 0..40usize, absurd()).prop_map(|(at, len, new)| Edit::Text(at, len, new.to_owned())),
        1 => (any::<Index>(), 0..40usize, any::<String>()).prop_map(|(at, len, new)| Edit::Text(at, len, new)),
    ]
}

fn edited(text: &str, edit: &Edit) -> String {
    match edit {
        Edit::Cell(at, value) => match cells(text).as_slice() {
            [] => text.to_owned(),
            cells => replaced(text, *at.get(cells), value),
        },
        Edit::Key(key, value) => format!("{text}\n{key}: {value}\n"),
        Edit::Text(at, len, new) => {
            let chars: Vec<char> = text.chars().collect();
            let start = at.index(chars.len() + 1);
            let end = (start + len).min(chars.len());
            chars[..start].iter().copied().chain(new.chars()).chain(chars[end..].iter().copied()).collect()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edited_files_are_answered(file in select(FILES.as_slice()), edits in prop::collection::vec(edit(), 1..5)) {
        let text = edits.iter().fold(file, |text, edit| edited(&text, edit));
        let tokens: String = syntax::parse(&text).tree.tokens.iter().map(|token| token.span.text(&text)).collect();
        prop_assert_eq!(&tokens, &text);
        assert_sound(&text);
    }
}

/// All forms of `yolint check`, on edited files: each ends with 0 or 1, and none panics.
#[test]
fn findings_on_edited_files_are_printed_in_every_form() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("robust");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    let mut runner = TestRunner::deterministic();
    let strategy = (select(FILES.as_slice()), prop::collection::vec(edit(), 1..5));
    for i in 0..100 {
        let (file, edits) = strategy.new_tree(&mut runner).expect("a value").current();
        let text = edits.iter().fold(file, |text, edit| edited(&text, edit));
        fs::write(folder.join(format!("{i:03}.yaml")), text).expect("the build folder can be written");
    }
    for args in ["pretty", "concise", "json", "github", "gitlab", "rdjson", "sarif", "junit"]
        .map(|form| vec!["--format", form])
        .into_iter()
        .chain([vec!["--diff", "--unsafe-fixes"], vec!["--fix", "--quiet", "--report", "report.md"]])
    {
        let mut command = assert_cmd::Command::cargo_bin("yolint").expect("the program is built");
        let command = command.current_dir(&folder).args(["check", "--hints", "."]).args(&args);
        let output = command.timeout(Duration::from_secs(300)).output().expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
        assert_eq!(output.status.code(), Some(1), "{args:?}: {stderr}");
    }
}

/// A row of any module with any arguments; half of them are small integers, which get further.
fn row() -> impl Strategy<Value = String> {
    let names: Vec<String> = dialect::builtin().modules().iter().map(|module| module.name.to_string()).collect();
    let argument = prop_oneof![(0..9).prop_map(|n: i32| n.to_string()), select(&ABSURD[..56]).prop_map(str::to_owned)];
    let from = prop_oneof![4 => Just("-1"), 2 => Just("[-1, 0]"), 1 => select(&ABSURD[..56])];
    let repeats = prop_oneof![4 => Just("1"), 1 => select(&ABSURD[..56])];
    (from, repeats, select(names), prop::collection::vec(argument, 0..9))
        .prop_map(|(from, n, module, args)| format!("[{from}, {n}, {module}, [{}]]", args.join(", ")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn modules_with_absurd_arguments_are_answered(row in row()) {
        assert_sound(&around(&row));
    }

    #[test]
    fn last_rows_with_absurd_arguments_are_answered(row in row()) {
        assert_sound(&format!("nc: 80\nbackbone:\n  - [-1, 1, Conv, [32, 3, 2]]\nhead:\n  - {row}\n"));
    }
}

/// A model around one row.
fn around(row: &str) -> String {
    format!(
        "nc: 80\nbackbone:\n  - [-1, 1, Conv, [32, 3, 2]]\n  - {row}\nhead:\n  - [-1, 1, Conv, [32, 1]]\n  - [[0, 2], 1, Detect, [nc]]\n"
    )
}

/// Sizes at which a careless implementation counts, builds or allocates for ever.
#[test]
fn enormous_models_are_refused_or_counted_at_once() {
    for row in [
        "[-1, 999999999, Conv, [32, 1]]",
        "[-1, 999999999, C2f, [32]]",
        "[-1, 999999999, HGBlock, [16, 32, 3]]",
        "[-1, 100000, C3k2, [1000000, True]]",
        "[-1, 1, Conv, [999999999999, 3]]",
        "[-1, 1, Conv, [999999999999999999, 999999999999]]",
        "[-1, 1, ResNetLayer, [32, 16, 1, False, 999999999]]",
        "[-1, 1, RepNCSPELAN4, [32, 32, 16, 999999999]]",
        "[-1, 1, SPPF, [32, 5, 999999999]]",
        "[-1, 1, nn.Upsample, [None, 1000000000, nearest]]",
        "[-1, 1, nn.Upsample, [None, 1e300, nearest]]",
        "[-1, 1, nn.ZeroPad2d, [9223372036854775807]]",
        "[-1, 1, nn.AdaptiveAvgPool2d, [9223372036854775807]]",
        "[-1, 1, nn.MaxPool2d, [9223372036854775807]]",
        "[-1, 1, nn.PixelShuffle, [9223372036854775807]]",
        "[-1, 1, nn.ConvTranspose2d, [32, 9223372036854775807, 9223372036854775807]]",
        "[-1, 1, nn.LSTM, [160, 999999999999, 999999999999]]",
        "[-1, 1, nn.Dropout, [9**9**9**9]]",
        "[-1, 1, Index, [32, 9223372036854775807]]",
        "[-1, 1, CBLinear, [[9223372036854775807, 9223372036854775807]]]",
        "[-1, 1, AIFI, [9223372036854775807, 1]]",
        "[-9223372036854775808, 1, Conv, [32, 1]]",
        "[9223372036854775807, 1, Conv, [32, 1]]",
        "[-1, 1e308, Conv, [32, 1]]",
        "[-1, .inf, C2f, [32]]",
        "[-1, .nan, C2f, [.nan]]",
    ] {
        assert_sound(&around(row));
    }
}

#[test]
fn images_of_any_size_are_answered() {
    for text in EXAMPLES.map(str::to_owned).into_iter().chain([around("[-1, 1, AIFI, [64, 8]]")]) {
        let model = model::read(&syntax::parse(&text).tree);
        for imgsz in [[1, 1], [0, 640], [-32, 64], [1 << 31, 1 << 31], [i64::MAX, 32], [i64::MIN, i64::MIN]] {
            let options = Options { imgsz, ..Options::default() };
            let found = check::analyses(&model, &Request { options, ..Request::default() });
            found.all[0].dialect.summary_gflops(
                &model,
                found.choice.letter(),
                &found.all[0].dataset,
                imgsz,
                false,
                None,
            );
        }
    }
}

#[test]
fn deep_and_long_files_are_answered() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
    assert_sound(&around(&format!("[-1, 1, Conv, {}]", deep("[", "]"))));
    assert_sound(&around(&format!("[-1, 1, Conv, '{}']", deep("(", ")"))));
    assert_sound(&around(&format!("[-1, 1, Conv, ['{}']]", deep("[", "]"))));
    assert_sound(&around(&format!("[-1, 1, Conv, ['{}1']]", "-".repeat(5_000))));
    assert_sound(&around(&format!("[-1, 1, Conv, {}]", deep("{a: ", "}"))));
    assert_sound(&around(&format!("[{}, 1, Concat, [1]]", "[0, ".repeat(200) + &"]".repeat(200))));
    assert_sound(&format!("activation: nn.ReLU({})\n{}", deep("(", ")"), EXAMPLES[0]));
    assert_sound(&format!("a: &a [1, 1, 1]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c]\n{}", EXAMPLES[0]));
    let rows = "  - [-1, 1, Conv, [32, 3, 1]]\n".repeat(1_000);
    assert_sound(&format!("nc: 80\nbackbone:\n{rows}head:\n  - [[-1], 1, Detect, [nc]]\n"));
}
