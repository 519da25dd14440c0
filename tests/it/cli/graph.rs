//! Pictures: boxes and lines that keep apart, in every form well-formed, for the framework's files and for nonsense.

use std::collections::BTreeMap;
use std::process::Command;

use yolint::internals::check::{self, Request};
use yolint::internals::graph::{Graph, Layout, Metric, Rect, dot, graph, html, json, layout, mermaid, svg};
use yolint::internals::model::ReadFile;

use crate::common;

fn read(name: &str, text: &str) -> Graph {
    let file = ReadFile::new(text);
    let found = check::analyses(&file.model, &Request { stem: name.to_owned(), ..Request::default() });
    graph(name, &file, &found.all, found.active)
}

/// The framework's model files: name and text.
fn official() -> Vec<(String, String)> {
    let models = common::models();
    let mut found = Vec::new();
    let mut folders = vec![models];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the wheel").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    assert!(found.len() > 50, "the wheel's files were found");
    found
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/// Whether a horizontal or vertical line has a point inside.
fn is_crossed(rect: &Rect, a: (i32, i32), b: (i32, i32)) -> bool {
    let ((left, right), (top, bottom)) = ((a.0.min(b.0), a.0.max(b.0)), (a.1.min(b.1), a.1.max(b.1)));
    right > rect.x && left < rect.x + rect.width && bottom > rect.y && top < rect.y + rect.height
}

/// Stretches of lines: where they run, from where to where, and whose they are.
type Stretches = BTreeMap<(bool, i32), Vec<(i32, i32, Option<usize>)>>;

fn assert_apart(name: &str, graph: &Graph, layout: &Layout) {
    let boxes: Vec<Rect> = std::iter::once(layout.image).chain(layout.rows.iter().copied()).collect();
    for (i, a) in boxes.iter().enumerate() {
        assert!(
            a.x >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height,
            "{name}: {a:?} is on the paper"
        );
        assert!(boxes[..i].iter().all(|b| !overlap(*a, *b)), "{name}: box {i} overlaps another");
    }
    let mut stretches = Stretches::new();
    for (edge, route) in graph.edges.iter().zip(&layout.routes) {
        assert!(route.points.len() >= 2, "{name}: {edge:?} is drawn");
        for pair in route.points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            assert!(a.0 == b.0 || a.1 == b.1, "{name}: {edge:?} runs askew");
            assert!(a.0 >= 0 && a.0 <= layout.width, "{name}: {edge:?} leaves the paper");
            let crossed = boxes.iter().position(|rect| is_crossed(rect, a, b));
            assert_eq!(crossed, None, "{name}: {edge:?} runs through a box");
            let (key, from, to) = if a.0 == b.0 {
                ((true, a.0), a.1.min(b.1), a.1.max(b.1))
            } else {
                ((false, a.1), a.0.min(b.0), a.0.max(b.0))
            };
            for &(other_from, other_to, owner) in stretches.get(&key).into_iter().flatten() {
                let shares = owner == edge.from || from >= other_to || other_from >= to;
                assert!(shares, "{name}: {edge:?} lies on a line of {owner:?} at {key:?}");
            }
            stretches.entry(key).or_default().push((from, to, edge.from));
        }
    }
}

#[test]
fn boxes_and_lines_keep_apart() {
    for (name, text) in official() {
        let graph = read(&name, &text);
        assert_apart(&name, &graph, &layout(&graph));
    }
}

/// Rows that read each other at random.
#[test]
fn boxes_and_lines_keep_apart_in_any_wiring() {
    let mut seed = 7u64;
    let mut random = |n: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % n
    };
    for case in 0..200 {
        let mut text = "backbone:\n  - [-1, 1, Conv, [8, 3, 2]]\nhead:\n".to_owned();
        for row in 1..=random(40) {
            let inputs: Vec<String> = (0..1 + random(4)).map(|_| random(row).to_string()).collect();
            let stride = 1 + random(2);
            text += &match random(3) {
                0 => format!("  - [[{}], 1, Concat, [1]]\n", inputs.join(", ")),
                1 => format!("  - [{}, 1, Conv, [8, 3, {stride}]]\n", inputs[0]),
                _ => "  - [-1, 1, nn.Upsample, [None, 2, nearest]]\n".to_owned(),
            };
        }
        let graph = read("random", &text);
        assert_apart(&format!("case {case}\n{text}"), &graph, &layout(&graph));
    }
}

/// Elements that are opened and closed in order, with every attribute quoted.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a bare > in {}", &rest[..at]);
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
        rest = &rest[end + 1..];
    }
    assert_eq!(open, [""; 0]);
}

const ODD: &str = "\
backbone:
  - [-1, 1, Conv, [8, 3, 2]]
  - [-1, 1, '</title><script>alert(1)</script>&\"', [\"`#;|\\x00\"]]
head:
  - [-1, 3, Conv, [8]]
  - [[99, -1, 0, 7], 1, Concat, [1]]
";

#[test]
fn every_form_is_well_formed() {
    let mut files = official();
    files.push(("<&\">".to_owned(), ODD.to_owned()));
    for (name, text) in files {
        let graph = read(&name, &text);
        for metric in Metric::ALL {
            assert_well_formed(&svg(&graph, metric));
        }
        let page = html(&graph);
        assert_eq!(page.matches("</script>").count(), 2, "{name}: nothing of the file ends a script");
        assert_eq!(page.matches("<script").count(), 2, "{name}");
        assert!(
            !page.contains("http://") || page.matches("http://").count() == 1,
            "only the name of SVG is an address"
        );
        let json = json(&graph);
        assert_eq!(json["nodes"].as_array().map(Vec::len), Some(graph.nodes.len()));
        assert_eq!(mermaid(&graph).matches("-->").count(), graph.edges.len(), "{name}");
        assert_eq!(dot(&graph).matches(" -> ").count(), graph.edges.len(), "{name}");
    }
}

#[test]
fn the_figures_are_those_of_the_table() {
    let text = include_str!("../../../examples/yolo11-tiny.yaml");
    let graph = read("yolo11-tiny", text);
    let picture = svg(&graph, Metric::Ops);
    let table = Command::new(env!("CARGO_BIN_EXE_yolint"))
        .args(["table", "examples/yolo11-tiny.yaml", "--format", "json"])
        .output()
        .expect("yolint runs");
    let table: serde_json::Value = serde_json::from_slice(&table.stdout).expect("JSON");
    for (row, said) in table["rows"].as_array().expect("rows").iter().enumerate() {
        assert_eq!(graph.active_scale().rows[row].params, said["params"].as_u64());
        let shape: Vec<String> =
            said["output"].as_array().expect("a shape").iter().skip(1).map(|n| n.to_string()).collect();
        assert_eq!(graph.active_scale().rows[row].output.as_deref(), Some(shape.join("×").as_str()));
        assert!(picture.contains(&format!("data-row=\"{row}\" data-line=\"{}\"", said["line"])));
    }
    assert_eq!(graph.active_scale().params, table["totals"]["params"].as_u64());
}

/// 3.41 GFLOPs at scale n and 9.74 at s, as the framework says.
#[test]
fn the_title_says_how_the_budget_stands() {
    let folder = std::env::temp_dir().join(format!("yolint-budget-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = include_str!("../../../examples/yolo11-tiny.yaml");
    std::fs::write(folder.join("tiny.yaml"), format!("# yolint: budget n: gflops<=3.5\n{text}")).expect("written");
    std::fs::write(folder.join("settings.yaml"), "budgets: {params: 500k}\n").expect("written");
    let graph = |args: &[&str]| {
        let all = [&["graph", "tiny.yaml"], args].concat();
        let output = Command::new(env!("CARGO_BIN_EXE_yolint")).current_dir(&folder).args(all).output();
        String::from_utf8(output.expect("yolint runs").stdout).expect("UTF-8")
    };
    let title = "tiny · scale n · 122 layers · 542k params · 3.41 GFLOPs @640 · budget 3.5 GFLOPs: 0.088 left";
    for format in ["svg", "html", "mermaid", "dot"] {
        let drawn = graph(&["--scale", "n", "--format", format]);
        assert!(drawn.contains(title), "{format}: {drawn:.400}");
        let without = graph(&["--scale", "s", "--format", format]);
        let shown = without.split("<script").next().unwrap_or_default();
        assert!(!shown.contains("budget"), "{format}: {shown:.400}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&graph(&["--format", "json", "--config", "settings.yaml"])).expect("JSON");
    let standing = |k: usize| json["scales"][k]["standing"].as_str();
    assert_eq!(standing(0), Some("budget 500k params: over by 42k"));
    assert_eq!(standing(1), Some("budget 500k params: over by 1.2M"));
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn the_command_writes_each_form() {
    let folder = std::env::temp_dir().join(format!("yolint-graph-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let run = |args: &[&str]| {
        let all = [&["graph", "examples/yolo11-tiny.yaml"], args].concat();
        Command::new(env!("CARGO_BIN_EXE_yolint")).args(all).output().expect("yolint runs")
    };
    for (format, begins) in [
        ("svg", "<svg "),
        ("html", "<!doctype html>"),
        ("mermaid", "---\ntitle"),
        ("dot", "digraph "),
        ("json", "{\"version\":1"),
    ] {
        let output = run(&["--format", format]);
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.starts_with(begins), "{format}: {text:.80}");
        let path = folder.join(format);
        let path = path.to_str().expect("UTF-8");
        assert_eq!(run(&["--format", format, "--output", path]).stdout, b"");
        assert_eq!(std::fs::read_to_string(path).expect("written"), text);
    }
    let all = run(&["--scale", "all"]);
    assert_eq!(all.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&all.stderr).contains("a picture shows one scale"));
    std::fs::remove_dir_all(&folder).expect("removed");
}
