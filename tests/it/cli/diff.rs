//! Two models compared: rows matched though others came or went, differences of all figures, and the command as a person
//! meets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value as Json, json};
use yolint::internals::analysis::{Analysis, Options, analyse};
use yolint::internals::check::Request;
use yolint::internals::diff::{Change, Diff, RowDiff, RowStatus, Side, diff};
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::rows::{self, Change as Edit};
use yolint::internals::model::{self, Model};
use yolint::internals::syntax;

use crate::common::{self, git};

fn texts() -> &'static [String] {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        common::model_files().into_iter().map(|path| std::fs::read_to_string(path).expect("UTF-8")).collect()
    });
    &TEXTS
}

fn analysed(text: &str, scale: &str) -> (Model, Analysis) {
    let model = model::read(&syntax::parse(text).tree);
    let scale = model.scales().map(|(letter, ..)| letter).find(|letter| *letter == scale).unwrap_or_default();
    let analysis = analyse(&model, scale, &Options::default());
    (model, analysis)
}

fn compared(a: &(Model, Analysis), b: &(Model, Analysis)) -> Diff {
    diff(Side { model: &a.0, analysis: &a.1 }, Side { model: &b.0, analysis: &b.1 })
}

/// The comparison with both sides swapped; rows that were removed stand before the added ones again.
fn mirrored(diff: &Diff) -> Diff {
    let swap = |change: Change| Change { a: change.b, b: change.a };
    let row = |row: &RowDiff| RowDiff {
        status: match row.status {
            RowStatus::Added => RowStatus::Removed,
            RowStatus::Removed => RowStatus::Added,
            other => other,
        },
        a: row.b.clone(),
        b: row.a.clone(),
        cells: row.cells.clone(),
        params: swap(row.params),
        ops: swap(row.ops),
    };
    let mut mirrored = diff.clone();
    mirrored.rows = diff.rows.iter().map(row).collect();
    for run in mirrored.rows.chunk_by_mut(|x, y| is_lone(x) && is_lone(y)) {
        run.sort_by_key(|row| row.status == RowStatus::Added);
    }
    for entry in &mut mirrored.header {
        std::mem::swap(&mut entry.a, &mut entry.b);
    }
    for section in &mut mirrored.sections {
        (section.rows, section.params, section.ops) = (swap(section.rows), swap(section.params), swap(section.ops));
    }
    let totals = &mut mirrored.totals;
    for change in [&mut totals.layers, &mut totals.params, &mut totals.ops, &mut totals.activations] {
        *change = swap(*change);
    }
    mirrored
}

fn is_lone(row: &RowDiff) -> bool {
    matches!(row.status, RowStatus::Added | RowStatus::Removed)
}

/// Where in the order of both models the header's entries stand is each side's own matter.
fn sorted(mut diff: Diff) -> Diff {
    diff.header.sort_by(|x, y| x.name.cmp(&y.name));
    diff
}

fn sum(diff: &Diff, section: Option<&str>, figure: fn(&RowDiff) -> Change) -> Change {
    let side = |side: fn(&RowDiff) -> Option<&str>, value: fn(Change) -> Option<u128>| {
        let rows = diff.rows.iter().filter(|row| side(row).is_some_and(|own| section.is_none_or(|s| s == own)));
        rows.map(|row| value(figure(row))).sum()
    };
    Change {
        a: side(|row| row.a.as_ref().map(|a| a.section), |change| change.a),
        b: side(|row| row.b.as_ref().map(|b| b.section), |change| change.b),
    }
}

#[test]
fn a_file_is_the_same_as_itself() {
    for text in texts() {
        let file = analysed(text, "n");
        let diff = compared(&file, &file);
        assert!(!diff.differs(), "{text}");
        for (i, row) in diff.rows.iter().enumerate() {
            assert_eq!(row.status, RowStatus::Same, "{text}");
            assert_eq!([&row.a, &row.b].map(|side| side.as_ref().map(|side| side.index)), [Some(i); 2]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_that_comes_or_goes_is_the_only_one(file in any::<Index>(), row in any::<Index>(), kind in 0..3_u8) {
        let text = file.get(texts());
        let request = Request { scale: Some("n".into()), ..Request::default() };
        let before = ModelFile::read(text, &request, false).expect("a model file");
        let i = row.index(before.model.rows.len());
        let edit = [Edit::above(i), Edit::below(i), Edit::Delete(i)][usize::from(kind)];
        let Some(edits) = rows::change(&before, edit) else { return Ok(()) };
        let edited = rows::apply(text, &edits);
        let (a, b) = (analysed(text, "n"), analysed(&edited, "n"));
        let diff = compared(&a, &b);
        let lone: Vec<&RowDiff> = diff.rows.iter().filter(|row| is_lone(row)).collect();
        prop_assert_eq!(lone.len(), 1, "{:?}\n{}", lone, edited);
        // Of neighbours that are written alike it can't be said which one came or went.
        let (row, model, meant) = match edit {
            Edit::Insert { at, .. } => (&lone[0].b, &b.0, at),
            _ => (&lone[0].a, &a.0, i),
        };
        let found = row.as_ref().map(|row| row.index).expect("it came, or it went");
        let cells = |i: usize| model.rows[i].cells[1..].iter().map(|cell| &cell.value);
        prop_assert!((meant.min(found)..=meant.max(found)).all(|i| cells(i).eq(cells(meant))), "{found}\n{edited}");
        for row in diff.rows.iter().filter(|row| !is_lone(row)) {
            prop_assert_eq!(&row.cells, &[], "{:?}\n{}", row, edited);
        }
        prop_assert_eq!(sorted(mirrored(&diff)), sorted(compared(&b, &a)));
    }

    #[test]
    fn which_is_first_does_not_matter(a in any::<Index>(), b in any::<Index>(), scales in any::<[Index; 2]>()) {
        let scale = |i: usize| *scales[i].get(&["n", "s", "x"]);
        let (a, b) = (analysed(&texts()[a.index(texts().len())], scale(0)), analysed(&texts()[b.index(texts().len())], scale(1)));
        let there = compared(&a, &b);
        prop_assert_eq!(sorted(mirrored(&there)), sorted(compared(&b, &a)));
        // Each row stands there once, in order.
        for (side, count) in [(0, a.0.rows.len()), (1, b.0.rows.len())] {
            let rows = there.rows.iter().filter_map(|row| [&row.a, &row.b][side].as_ref().map(|row| row.index));
            prop_assert!(rows.eq(0..count));
        }
        for section in &there.sections {
            prop_assert_eq!(section.params, sum(&there, Some(section.name), |row| row.params));
            prop_assert_eq!(section.ops, sum(&there, Some(section.name), |row| row.ops));
        }
        prop_assert_eq!(there.totals.params, sum(&there, None, |row| row.params));
        prop_assert_eq!(there.totals.ops, sum(&there, None, |row| row.ops));
    }
}

/// The totals are those that the framework says, for each (file, scale) pair compared with the one before.
#[test]
fn totals_are_the_frameworks() {
    let (golden, models) = (common::golden("ultralytics-8.4.190.json"), common::models());
    let mut before: Option<((Model, Analysis), &Json)> = None;
    for (pair, said) in golden.as_object().expect("a mapping") {
        let (file, scale) = pair.split_once('@').expect("FILE@SCALE");
        let text = std::fs::read_to_string(models.join(file)).expect("UTF-8");
        let now = (analysed(&text, scale), said);
        if let Some((a, said_of_a)) = &before {
            let diff = compared(a, &now.0);
            let figure = |name: &str| {
                let value = |said: &Json| said[name].as_u64().map(u128::from);
                Change { a: value(said_of_a), b: value(said) }
            };
            assert_eq!(diff.totals.params, figure("params"), "{pair}");
            assert_eq!(diff.totals.layers, figure("layers"), "{pair}");
            let gflops = |ops: Option<u128>| ops.map(|ops| now.0.1.gflops(ops));
            assert_eq!(gflops(diff.totals.ops.a), said_of_a["gflops"].as_f64(), "{pair}");
            assert_eq!(gflops(diff.totals.ops.b), said["gflops"].as_f64(), "{pair}");
        }
        before = Some(now);
    }
}

/// Figures of the framework: 3,157,200 and 2,775,520 parameters, 8.8550912 and 8.7994112 GFLOPs.
#[test]
fn yolov10n_against_yolov8n() {
    let models = common::models();
    let path = |file: &str| models.join(file).to_string_lossy().into_owned();
    let (v8, v10) = (path("v8/yolov8.yaml") + "@n", path("v10/yolov10n.yaml"));
    let ran = yolint(&["diff", "--format", "json", &v8, &v10], Path::new("."));
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let json: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(json["version"], 1);
    assert_eq!([&json["a"]["scale"], &json["b"]["scale"]], ["n", "n"]);
    let params =
        json!({ "a": 3_157_200, "b": 2_775_520, "delta": -381_680, "percent": -381_680.0 / 3_157_200.0 * 100.0 });
    assert_eq!(json["totals"]["params"], params);
    assert_eq!(json["totals"]["flops"]["a"], 8_855_091_200_u64);
    assert_eq!(json["totals"]["flops"]["delta"], -55_680_000);
    assert_eq!(json["totals"]["weights_bytes"]["fp16"]["b"], 5_551_040);
    assert_eq!(json["totals"]["layers"]["delta"], 223 - 129);
    assert_eq!(json["b"]["totals"]["gflops"], 8.7994112);
    let rows = json["rows"].as_array().expect("rows");
    let differing: Vec<String> = rows
        .iter()
        .filter(|row| row["status"] != "same")
        .map(|row| format!("{} {} {} {}", row["status"], row["cells"], row["a"]["module"], row["b"]["module"]))
        .collect();
    assert_eq!(
        differing,
        [
            r#""changed" ["module"] "Conv" "SCDown""#,
            r#""changed" ["module"] "Conv" "SCDown""#,
            r#""added" [] null "PSA""#,
            r#""changed" ["module"] "Conv" "SCDown""#,
            r#""changed" ["module","args"] "C2f" "C2fCIB""#,
            r#""changed" ["module"] "Detect" "v10Detect""#,
        ]
    );
}

const MODEL: &str = "\
nc: 3
scales:
  n: [0.5, 0.25, 1024]
  s: [0.5, 0.5, 1024]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 2, C2f, [64, True]]
  - [-1, 1, Conv, [128, 3, 2]]
head:
  - [-1, 1, nn.Upsample, [None, 2, nearest]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, Conv, [64, 1, 1]]
  - [[6], 1, Detect, [nc]]
";

struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

fn yolint(args: &[&str], folder: &Path) -> Ran {
    let mut command = assert_cmd::Command::cargo_bin("yolint").expect("the program is built");
    command.current_dir(folder).args(args).timeout(Duration::from_secs(60));
    // The build folder stands in a repository itself.
    command.env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"));
    let output = command.output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    ran
}

/// An empty folder under the build folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("diff").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the build folder can be written");
    fs::write(path, text).expect("the build folder can be written");
}

/// Parameters are those that torch counts: with a batch norm's two for each channel, 3·16·9 + 32 and 16·16·9 + 32.
#[test]
fn text_shows_what_differs() {
    let folder = folder("text");
    write(&folder, "a.yaml", MODEL);
    let edited = MODEL
        .replace("  - [-1, 1, Conv, [128, 3, 2]]\n", "  - [-1, 1, nn.Identity, []]\n  - [-1, 1, Conv, [128, 3, 2]]\n")
        .replace("[[-1, 2], 1, Concat", "[[-1, 1], 1, Concat")
        .replace("[[6], 1", "[[7], 1")
        .replace("nc: 3", "nc: 4");
    write(&folder, "b.yaml", &edited);
    let ran = yolint(&["diff", "--scale", "n", "a.yaml", "b.yaml"], &folder);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    expect_test::expect![[r#"
        --- a.yaml at scale n
        +++ b.yaml at scale n
        image 640×640, counted by ultralytics

        nc: 3 → 4

           a  b  row                                           params    ±  GFLOPs       ±  output
                 … 2 unchanged rows
           2  2  [-1, 2, C2f, [64, True]]                       1,888        0.102          [1, 16, 160, 160]
        +     3  [-1, 1, nn.Identity, []]                           0        0.000          [1, 16, 160, 160]
           3  4  [-1, 1, Conv, [128, 3, 2]]                     4,672        0.061          [1, 32, 80, 80]
           4  5  [-1, 1, nn.Upsample, ['None', 2, 'nearest']]       0        0.000          [1, 32, 160, 160]
        ~  5  6  [[-1, 2] → [-1, 1], 1, Concat, [1]]                0        0.000          [1, 48, 160, 160]
           6  7  [-1, 1, Conv, [64, 1, 1]]                        800        0.043          [1, 16, 160, 160]
        ~  7  8  [[7], 1, Detect, ['nc']]                      55,252  +17   2.844  +0.001  [1, 7, 25600] → [1, 8, 25600]

                               a        b       ±      ±%
        layers                30       31      +1   +3.3%
        params            65,395   65,412     +17   +0.0%
        GFLOPs             3.271    3.272  +0.001   +0.0%
        weights fp32      262 kB   262 kB   +68 B   +0.0%
        weights fp16      131 kB   131 kB   +34 B   +0.0%
        weights int8     65.4 kB  65.4 kB   +17 B   +0.0%
        activations      9.83 MB  9.83 MB       0
        backbone rows          4        5      +1  +25.0%
        backbone params    9,360    9,360       0
        backbone GFLOPs    0.385    0.385       0
        head rows              4        4       0
        head params       56,035   56,052     +17   +0.0%
        head GFLOPs        2.886    2.887  +0.001   +0.0%
        weights of a in b: 36 of 77 items
    "#]].assert_eq(&ran.stdout);
    let all = yolint(&["diff", "--scale", "n", "--all", "a.yaml", "b.yaml"], &folder);
    assert!(!all.stdout.contains('…'), "{}", all.stdout);
    assert_eq!(all.stdout.lines().count(), ran.stdout.lines().count() + 1, "{}", all.stdout);
}

#[test]
fn markdown_is_for_a_pull_request() {
    let folder = folder("markdown");
    write(&folder, "a.yaml", MODEL);
    write(&folder, "b.yaml", &MODEL.replace("C2f, [64, True]", "\"a|b`c\", [64, True]"));
    let ran = yolint(&["diff", "--format", "markdown", "a.yaml@n", "b.yaml@n"], &folder);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "### `a.yaml` at scale n → `b.yaml` at scale n");
    // What the file holds is no Markdown, and no column is torn.
    let row = lines.iter().find(|line| line.starts_with("| ~")).expect("a changed row");
    assert!(row.contains("`` [-1, 2, C2f → a\\|b`c, [64, True]] ``"), "{row}");
    let figure = |name: &str| lines.iter().find(|line| line.starts_with(name)).copied().unwrap_or_default();
    assert!(figure("| params |").ends_with("| ? | ? |  |"), "{}", figure("| params |"));
    assert!(ran.stdout.contains("`` ? in b: row 2: unknown-module: "), "{}", ran.stdout);
}

/// What is between `from` and the first `to` after it, for each `from`.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap_or_default()).collect()
}

#[test]
fn a_page_shows_both_side_by_side() {
    let folder = folder("page");
    write(&folder, "a.yaml", MODEL);
    let odd = MODEL
        .replace("  - [-1, 1, Conv, [128, 3, 2]]\n", "  - [-1, 1, '<b>&\"', []]\n")
        .replace("[[6], 1, Detect, [nc]]", "[-1, 1, nn.Identity, []]\n  - [[6], 1, Detect, [nc]]");
    write(&folder, "b.yaml", &odd);
    let ran = yolint(&["diff", "--format", "html", "a.yaml@n", "b.yaml@n"], &folder);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let page = ran.stdout;
    let json = yolint(&["diff", "--format", "json", "a.yaml@n", "b.yaml@n"], &folder);
    let json: Json = serde_json::from_str(&json.stdout).expect("JSON");
    // A line for each row, which says where it is on either side.
    let lines = between(&page, "<tr class=\"", ">");
    let rows = json["rows"].as_array().expect("rows");
    assert_eq!(lines.len(), rows.len());
    for (line, row) in lines.iter().zip(rows) {
        let mut wanted = format!("{}\" tabindex=\"0\"", row["status"].as_str().expect("a status"));
        for side in ["a", "b"] {
            if let Some(index) = row[side]["index"].as_u64() {
                wanted += &format!(" data-{side}=\"{index}\"");
            }
        }
        assert_eq!(*line, wanted);
    }
    // In the pictures exactly the rows that differ are marked.
    let pictures = between(&page, "<svg ", "</svg>");
    assert_eq!(pictures.len(), 2);
    for (side, picture) in ["a", "b"].into_iter().zip(pictures) {
        let mut marked: Vec<String> = Vec::new();
        for node in between(picture, "<g class=\"node", "\" data-line") {
            let (class, row) = node.split_once("\" data-row=\"").unwrap_or_default();
            let status = class.split(' ').find(|class| ["changed", "added", "removed"].contains(class));
            marked.extend(status.map(|status| format!("{row} {status}")));
        }
        let differing = rows.iter().filter(|row| row["status"] != "same" && !row[side].is_null());
        let wanted: Vec<String> = differing
            .map(|row| format!("{} {}", row[side]["index"], row["status"].as_str().unwrap_or_default()))
            .collect();
        assert!(!wanted.is_empty());
        assert_eq!(marked, wanted, "{side}");
    }
    // Nothing of the file is markup, nothing is loaded, and what isn't known is said.
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;&amp;&quot;"));
    assert_eq!(page.matches("://").count(), 2, "only the name of SVG is an address");
    assert!(page.contains("<p>? in b: row 3: "));
    for params in ["layers", "params", "GFLOPs", "activations", "backbone params"] {
        assert!(page.contains(&format!("<tr><td>{params}</td>")), "{params}");
    }
    let all = yolint(&["diff", "--format", "html", "--scale", "all", "a.yaml", "b.yaml"], &folder);
    assert_eq!(
        (all.status, all.stderr.as_str()),
        (Some(2), "yolint: a page compares the models at one scale: name it with --scale\n")
    );
}

#[test]
fn the_status_says_whether_anything_differs_where_asked() {
    let folder = folder("status");
    write(&folder, "a.yaml", MODEL);
    write(&folder, "b.yaml", &MODEL.replace("nc: 3", "nc: 3 # classes"));
    write(&folder, "c.yaml", &MODEL.replace("nc: 3", "nc: 4"));
    write(&folder, "d.yaml", "a: 1\n");
    let status = |args: &[&str]| yolint(&[&["diff", "--scale", "n"], args].concat(), &folder).status;
    assert_eq!(status(&["a.yaml", "c.yaml"]), Some(0));
    assert_eq!(status(&["--exit-code", "a.yaml", "c.yaml"]), Some(1));
    assert_eq!(status(&["--exit-code", "a.yaml", "b.yaml"]), Some(0));
    assert_eq!(status(&["--exit-code", "a.yaml@n", "a.yaml@s"]), Some(1));
    assert_eq!(status(&["a.yaml", "d.yaml"]), Some(2));
    let said = |args: &[&str]| yolint(&[&["diff"], args].concat(), &folder).stderr;
    assert_eq!(said(&["a.yaml", "e.yaml@n"]), "yolint: e.yaml: no such file\n");
    assert_eq!(said(&["a.yaml@q", "a.yaml@n"]), "yolint: a.yaml: unknown scale `q`, choose one of n, s\n");
    assert_eq!(said(&["C:\\a.yaml", "a.yaml"]), "yolint: C:\\a.yaml: no such file\n");
    assert!(said(&["a.yaml", "a.yaml@s"]).starts_with("yolint: a.yaml doesn't select a scale: showing `n`"));
}

#[test]
fn every_scale_that_both_have() {
    let folder = folder("scales");
    write(&folder, "a.yaml", MODEL);
    write(&folder, "b.yaml", &MODEL.replace("  n: [0.5, 0.25, 1024]\n", "  x: [1.0, 1.0, 512]\n"));
    let scales = |a: &str, b: &str| {
        let ran = yolint(&["diff", "--scale", "all", "--format", "json", a, b], &folder);
        let json: Json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        let letters =
            |diff: &Json| [&diff["a"]["scale"], &diff["b"]["scale"]].map(|s| s.as_str().unwrap_or("").to_owned());
        json["diffs"].as_array().expect("diffs").iter().map(letters).collect::<Vec<_>>()
    };
    assert_eq!(scales("a.yaml", "b.yaml"), [["s", "s"]]);
    assert_eq!(scales("a.yaml", "a.yaml"), [["n", "n"], ["s", "s"]]);
    assert_eq!(scales("a.yaml@s", "b.yaml"), [["s", "x"], ["s", "s"]]);
}

#[test]
fn against_a_revision_of_git() {
    let repository = folder("git");
    git(&repository, &["init", "--quiet"]);
    let changed = MODEL.replace("[-1, 2, C2f", "[-1, 2, C3");
    write(&repository, "models/über mine.yaml", MODEL);
    write(&repository, "top.yaml", MODEL);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "-m", "first"]);
    write(&repository, "models/über mine.yaml", &changed);
    write(&repository, "top.yaml", &changed);
    let models = repository.join("models");
    let elsewhere = folder("elsewhere");
    let absolute = models.join("über mine.yaml").to_string_lossy().into_owned();
    let modules = |args: &[&str], folder: &Path| {
        let ran = yolint(&[&["diff", "--scale", "n", "--format", "json"], args].concat(), folder);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        let json: Json = serde_json::from_str(&ran.stdout).expect("JSON");
        let row = json["rows"].as_array().expect("rows").iter().find(|row| row["status"] == "changed").cloned();
        row.map(|row| [&row["a"]["module"], &row["b"]["module"]].map(|m| m.as_str().unwrap_or("").to_owned()))
    };
    let expected = Some(["C2f".to_owned(), "C3".to_owned()]);
    for (args, folder) in [
        (vec!["HEAD:models/über mine.yaml", "models/über mine.yaml"], &repository),
        (vec!["HEAD:models/über mine.yaml@n", "models/über mine.yaml@n"], &repository),
        // From within a folder, as git names it and as the shell does.
        (vec!["HEAD:models/über mine.yaml", "über mine.yaml"], &models),
        (vec!["HEAD:über mine.yaml", "über mine.yaml"], &models),
        (vec!["HEAD@{0}:../top.yaml", "../top.yaml"], &models),
        // One argument: what was changed since the last commit.
        (vec!["top.yaml"], &repository),
        (vec!["../top.yaml@n"], &models),
        (vec![absolute.as_str()], &elsewhere),
    ] {
        assert_eq!(modules(&args, folder), expected, "{args:?}");
    }
    assert_eq!(modules(&["HEAD:top.yaml", "HEAD:models/über mine.yaml"], &repository), None);
    // A file that is there wins, whatever its name holds.
    if cfg!(unix) {
        write(&repository, "HEAD:top.yaml", &changed);
        write(&repository, "top.yaml@n", MODEL);
        assert_eq!(modules(&["top.yaml@n", "HEAD:top.yaml"], &repository), expected);
    }
}

#[test]
fn what_git_can_not_give_is_said() {
    let (repository, elsewhere) = (folder("refusing"), folder("no-repository"));
    git(&repository, &["init", "--quiet"]);
    write(&repository, "models/a.yaml", MODEL);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "-m", "first"]);
    write(&repository, "new.yaml", MODEL);
    write(&elsewhere, "a.yaml", MODEL);
    for (args, folder, said) in [
        (vec!["HEAD:none.yaml", "new.yaml"], &repository, "HEAD:none.yaml: git can't read it: "),
        (vec!["nowhere:models/a.yaml", "new.yaml"], &repository, "nowhere:models/a.yaml: git can't read it: "),
        (vec!["HEAD:models", "new.yaml"], &repository, "HEAD:models: git can't read it: "),
        (vec!["new.yaml"], &repository, "HEAD:new.yaml: git can't read it: "),
        (vec!["HEAD:a.yaml", "a.yaml"], &elsewhere, "HEAD:a.yaml: git can't read it: not a git repository"),
        (vec!["a.yaml"], &elsewhere, "HEAD:a.yaml: git can't read it: not a git repository"),
        (vec!["HEAD:models/a.yaml"], &repository, "HEAD:models/a.yaml needs a second file to compare with"),
        (vec!["--", "--output=x:a", "new.yaml"], &repository, "--output=x:a: no such file"),
    ] {
        let ran = yolint(&[&["diff"], &args[..]].concat(), folder);
        assert_eq!(ran.status, Some(2), "{args:?}: {}", ran.stdout);
        assert!(ran.stderr.starts_with(&format!("yolint: {said}")), "{args:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{args:?}: {}", ran.stderr);
    }
}

/// Ten thousand rows on either side, none of which is where it was.
#[test]
fn long_files_are_compared_in_time() {
    let model = |rows: &dyn Fn(usize) -> String| {
        let rows: String = (0..10_000).map(|i| format!("  - [-1, 1, {}]\n", rows(i))).collect();
        analysed(&format!("nc: 3\nbackbone:\n{rows}"), "")
    };
    let plain = model(&|i| format!("nn.Identity, [{i}]"));
    let other = model(&|i| format!("nn.Identity, [{}]", (i + 300) * 7 % 10_000));
    let alike = model(&|i| format!("nn.Identity, [{}]", i % 2));
    let shifted = model(&|i| format!("nn.Identity, [{}]", if i == 0 { 99 } else { (i - 1) % 2 }));
    let start = Instant::now();
    assert!(compared(&plain, &other).differs());
    assert!(compared(&other, &alike).differs());
    let rows = compared(&alike, &shifted).rows;
    assert_eq!(rows.iter().filter(|row| row.status != RowStatus::Same).count(), 2);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
