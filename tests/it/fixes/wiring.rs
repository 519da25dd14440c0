//! Fixes of findings about wiring, on the framework's files with a mistake put in: applied, the finding is gone, no new
//! error appears, and everything else in the text is as it was.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use yolint::internals::check::{Finding, Request, check};
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::rows::{self, Change};
use yolint::internals::model::{self, Model};
use yolint::internals::rules::{Fix, Severity};
use yolint::internals::syntax;
use yolint::internals::text::Span;

use crate::common;

const RULES: [&str; 5] = ["bad-from", "channel-mismatch", "dead-layer", "head-inputs", "spatial-mismatch"];

/// The texts of the framework's files, by their names.
pub(super) fn texts() -> &'static [(String, String)] {
    static TEXTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let stem = |path: &std::path::Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let read = |path: std::path::PathBuf| (stem(&path), std::fs::read_to_string(&path).expect("UTF-8"));
        common::model_files().into_iter().map(read).collect()
    });
    &TEXTS
}

pub(super) fn model_of(text: &str) -> Model {
    model::read(&syntax::parse(text).tree)
}

/// At one scale, where the file has several, to save time.
pub(super) fn request(stem: &str, model: &Model) -> Request {
    let scale = model.scales().next().map(|(letter, ..)| letter.to_owned());
    Request { scale, stem: stem.to_owned(), ..Request::default() }
}

/// A text with a mistake in it.
#[derive(Clone, Debug)]
enum Mistake {
    /// A row that hands on what it reads came, and nothing was renumbered.
    Came(Index),
    /// A row went, and nothing was renumbered.
    Went(Index),
    /// An entry of a `from` says something else.
    Entry(Index, Index, i64),
    /// A row is another convolution, with its channels written out.
    Conv(Index, u8, u8),
    /// Two inputs of the head have changed places.
    Head(Index, Index),
}

fn mistakes() -> impl Strategy<Value = Mistake> {
    let any = any::<Index>;
    prop_oneof![
        any().prop_map(Mistake::Came),
        any().prop_map(Mistake::Went),
        (any(), any(), -4..30_i64).prop_map(|(i, k, value)| Mistake::Entry(i, k, value)),
        (any(), 3..8_u8, 3..8_u8).prop_map(|(i, a, b)| Mistake::Conv(i, a, b)),
        (any(), any()).prop_map(|(a, b)| Mistake::Head(a, b)),
    ]
}

/// The text with the mistake, and the text as it would be if rows had come and gone rightly.
fn mistaken(text: &str, mistake: &Mistake) -> Option<(String, Option<String>)> {
    let model = model_of(text);
    let row = |i: &Index| i.index(model.rows.len());
    let changed = |change: Change, is_change: fn(&str) -> bool| {
        let file = ModelFile::read(text, &Request::default(), false)?;
        let edits = rows::change(&file, change)?;
        let alone: Vec<_> = edits.iter().filter(|(_, new)| is_change(new)).cloned().collect();
        Some((rows::apply(text, &alone), Some(rows::apply(text, &edits))))
    };
    match mistake {
        Mistake::Came(i) => changed(Change::above(row(i)), |new| new.contains("nn.Identity")),
        Mistake::Went(i) => changed(Change::Delete(row(i)), str::is_empty),
        Mistake::Entry(i, k, value) => {
            let wiring = rows::wiring(&model);
            let entries = &wiring[row(i)];
            let span = entries.get(k.index(entries.len().max(1)))?.span;
            Some((rows::apply(text, &[(span, value.to_string())]), None))
        }
        Mistake::Conv(i, a, b) => {
            let span = model.rows[row(i)].span;
            let (a, b) = (1 << a, 1 << b);
            Some((rows::apply(text, &[(span, format!("[-1, 1, nn.Conv2d, [{a}, {b}, 1]]"))]), None))
        }
        Mistake::Head(a, b) => {
            let wiring = rows::wiring(&model);
            let entries = wiring.last()?;
            let (a, b) = (a.index(entries.len().max(1)), b.index(entries.len().max(1)));
            let (first, second) = (entries.get(a.min(b))?, entries.get(a.max(b)).filter(|_| a != b)?);
            let swapped = [(first.span, second.value.to_string()), (second.span, first.value.to_string())];
            Some((rows::apply(text, &swapped), None))
        }
    }
}

pub(super) fn applied(text: &str, fix: &Fix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(span, _)| *span);
    rows::apply(text, &edits)
}

/// The errors of a file by rule, and how often the finding is there.
fn errors(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut errors = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.diagnostic.severity == Severity::Error) {
        *errors.entry(finding.diagnostic.rule).or_default() += 1;
    }
    errors
}

/// What must hold of every fix of a finding.
fn holds(text: &str, request: &Request, findings: &[Finding], finding: &Finding, fix: &Fix) -> Result<(), String> {
    let after = applied(text, fix);
    let said = format!("{}\n{}\n{}\n{after}", finding.message().english(), fix.title.english(), text);
    let now = check(&after, request);
    let same = |other: &&Finding| {
        other.diagnostic.rule == finding.diagnostic.rule && other.diagnostic.message == finding.diagnostic.message
    };
    if now.iter().filter(same).count() >= findings.iter().filter(same).count() {
        return Err(format!("the finding is still there: {said}"));
    }
    let (before, now) = (errors(findings), errors(&now));
    // A stale reference is told instead of the faults that follow from it.
    let is_more = |(rule, count): (&&str, &usize)| before.get(rule).is_none_or(|before| before < count);
    let others = now.iter().filter(|(rule, _)| **rule != "stale-reference");
    if others.clone().any(is_more) || now.values().sum::<usize>() > before.values().sum() {
        return Err(format!("{before:?} became {now:?}: {said}"));
    }
    // Comments stay, but for the indices in them.
    let comments = |text: &str| -> Vec<String> {
        let parse = syntax::parse(text);
        let bare = |span: &Span| span.text(text).chars().filter(|c| !c.is_ascii_digit()).collect();
        parse.tree.comments.iter().map(bare).collect()
    };
    let (before, after) = (comments(text), comments(&after));
    let is_insertion = fix.title.english().starts_with("insert");
    let is_deletion = fix.title.english().starts_with("delete");
    let kept = |a: &[String], b: &[String]| a.iter().all(|c| b.contains(c));
    if !(before == after || is_insertion && kept(&before, &after) || is_deletion && kept(&after, &before)) {
        return Err(format!("comments changed: {said}"));
    }
    Ok(())
}

pub(super) fn bare(text: &str) -> String {
    text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim_end().to_owned() + "\n").collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_mend(file in any::<Index>(), mistake in mistakes(), with_comments in any::<bool>()) {
        let (stem, text) = file.get(texts());
        let text = if with_comments { text.clone() } else { bare(text) };
        let Some((text, _)) = mistaken(&text, &mistake) else { return Ok(()) };
        let request = request(stem, &model_of(&text));
        let findings = check(&text, &request);
        for finding in findings.iter().filter(|f| RULES.contains(&f.diagnostic.rule)) {
            for fix in &finding.diagnostic.fixes {
                prop_assert_eq!(holds(&text, &request, &findings, finding, fix), Ok(()));
            }
        }
    }
}

/// The rows without comments.
pub(super) fn rows_of(text: &str) -> Vec<String> {
    model_of(text).rows.iter().map(|row| row.span.text(text).to_owned()).collect()
}

/// What is offered for small files, one each, and the rows that it leaves.
#[test]
fn what_is_offered() {
    let offered = |text: &str| {
        let findings = check(text, &Request::default());
        let mut said = String::new();
        for fix in findings.iter().flat_map(|finding| &finding.diagnostic.fixes) {
            said += &format!("{}\n", fix.title.english());
            let after = applied(text, fix);
            let changed = after.lines().filter(|line| !text.lines().any(|old| old == *line));
            changed.for_each(|line| said += &format!("{line}\n"));
        }
        said
    };
    expect_test::expect![[r#"
        delete row 1
          - [0, 1, Conv, [16, 3, 2]] # 1
          - [[0, 1], 1, Detect, [3]] # 2
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [16, 3, 2]] # 1
head:
  - [0, 1, Conv, [16, 3, 2]] # 2
  - [[0, 2], 1, Detect, [3]] # 3
",
    ));
    expect_test::expect![[r#"
        read the row above instead of 2
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [2, 1, Conv, [16, 3, 2]]
  - [[-1], 1, Conv, [16, 3, 2]]
head:
  - [1, 1, Detect, [3]]
",
    ));
    expect_test::expect![[r#"
        write 16 instead of 8
          - [-1, 1, nn.Conv2d, [16, 16, 1]] # 2
        insert a 1x1 convolution to 8 channels above row 2
          - [-1, 1, nn.Conv2d, [16, 8, 1]] # 2
          - [-1, 1, nn.Conv2d, [8, 16, 1]] # 3
          - [[0, 3], 1, Detect, [3]] # 4
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, nn.BatchNorm2d, []] # 1
  - [-1, 1, nn.Conv2d, [8, 16, 1]] # 2
head:
  - [[0, 2], 1, Detect, [3]] # 3
",
    ));
    expect_test::expect![[r#"
        insert a 1x1 convolution to 16 channels above row 2
          - [-1, 1, nn.Conv2d, [24, 16, 1]]
          - [[0, 3], 1, Detect, [3]]
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, nn.Conv2d, [16, 24, 1]]
  - [-1, 1, Conv, [16]]
head:
  - [[0, 2], 1, Detect, [3]]
",
    ));
    expect_test::expect![[r#"
        read row 2 instead
          - [[-1, 2], 1, Concat, [1]]
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [16]]
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 0], 1, Concat, [1]]
  - [[3, 5], 1, Detect, [3]]
",
    ));
    // What was row 1 is gone.
    expect_test::expect![[r#"
        renumber the 3 references from row 4 on: -1
          - [-1, 1, Conv, [16, 3, 2]] # 1
          - [-1, 1, nn.Upsample, [None, 2, nearest]] # 3
          - [[-1, 1], 1, Concat, [1]] # 4
          - [[4, 2], 1, Detect, [3]] # 5
    "#]]
    .assert_eq(&offered(
        "backbone:
  - [-1, 1, Conv, [16, 3, 2]] # 0
  - [-1, 1, Conv, [16, 3, 2]] # 2
  - [-1, 1, Conv, [16, 3, 2]] # 3
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]] # 4
  - [[-1, 2], 1, Concat, [1]] # 5
  - [[5, 3], 1, Detect, [3]] # 6
",
    ));
}

/// Where renumbering would have left nothing wrong and its lack does, it is mostly offered, or the row that went is put back, and
/// then it is the right one.
#[test]
fn renumbering_is_the_one_that_was_meant() {
    let (mut right, mut wrong, mut none) = (0, Vec::new(), Vec::new());
    for (k, (stem, text)) in texts().iter().enumerate().step_by(5) {
        let count = model_of(text).rows.len();
        for (n, i) in (k % 2..count).step_by(2).enumerate() {
            let text = if n % 2 == 0 { text.clone() } else { bare(text) };
            let place = index_of(i, count);
            let mistake = if n % 4 < 1 { Mistake::Came(place) } else { Mistake::Went(place) };
            let original = rows_of(&text);
            let Some((text, Some(meant))) = mistaken(&text, &mistake) else { continue };
            let request = request(stem, &model_of(&text));
            let findings = check(&text, &request);
            if errors(&findings).is_empty() || !errors(&check(&meant, &request)).is_empty() {
                continue;
            }
            let mut fixes = findings.iter().flat_map(|f| &f.diagnostic.fixes);
            let is_told = |fix: &&Fix| ["renumber", "put "].iter().any(|title| fix.title.english().starts_with(title));
            match fixes.find(is_told) {
                None => none.push(format!("{stem} {mistake:?} {i} {}", n % 2)),
                // A row that went is as well put back.
                Some(fix) if [&rows_of(&meant), &original].contains(&&rows_of(&applied(&text, fix))) => right += 1,
                Some(fix) => wrong.push(format!("{stem} {mistake:?} {i} {} {}", n % 2, fix.title.english())),
            }
        }
    }
    // Where nothing but the wiring speaks, another guess can explain it as well.
    assert!(wrong.len() * 20 < right, "{right} right ones, but {wrong:#?}");
    assert!(none.len() * 10 < right, "{right} right ones, none for {none:#?}");
}

/// What stands for `i` of `count`.
fn index_of(i: usize, count: usize) -> Index {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut find = || any::<Index>().new_tree(&mut runner).expect("an index").current();
    std::iter::repeat_with(&mut find).find(|index| index.index(count) == i).expect("each index comes up")
}
