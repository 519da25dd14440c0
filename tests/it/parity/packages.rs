//! Frameworks of PyPI (YOLOv5, v7, v9, v10 and releases of Ultralytics): the model YAMLs in their wheels cost what their own
//! code says (`tests/golden/packages.txt`), which is read from beside them.

use std::fmt::Write as _;

use yolint::internals::check::{Analyses, analyses};
use yolint::internals::config::Config;
use yolint::internals::model::ReadFile;
use yolint::internals::project::{Project, Surroundings};
use yolint::internals::text::SourceFile;

use crate::common;

/// The line of the golden data that a file's analysis amounts to.
fn line(path: &str, scale: &str, size: &str, analyses: &Analyses) -> String {
    let analysis = &analyses.all[analyses.active];
    let Some(totals) = &analysis.totals else {
        let failed =
            analysis.rows.iter().position(|row| matches!(row.status, yolint::internals::analysis::Status::Fault(_)));
        return failed
            .map_or(format!("{path} {scale} not known"), |row| format!("{path} {scale} refused in row {row}"));
    };
    let ops = totals.ops.map_or("?".to_owned(), |ops| ops.to_string());
    let output = analysis.rows.last().and_then(|row| row.output.as_ref()?.first_tensor());
    let output: Vec<String> = output.iter().flat_map(|shape| shape.dims()).map(i64::to_string).collect();
    let (params, trainable, layers) = (totals.params, totals.trainable, totals.layers);
    format!("{path} {scale} {size} {params} {trainable} {layers} {ops} {}", output.join("x"))
}

#[test]
fn files_cost_what_their_own_code_says() {
    let golden = common::golden_text("packages.txt");
    let (mut files, mut wrong) = (0, String::new());
    for package in golden.split("\n= ").skip(1) {
        let (name, lines) = package.split_once('\n').expect("a package");
        let folder = common::unpacked(&name.replace(' ', "=="));
        let mut project = Project::new(Config::default(), Surroundings::default());
        for said in lines.lines() {
            files += 1;
            let mut cells = said.split(' ');
            let [path, scale, size] = std::array::from_fn(|_| cells.next().unwrap_or_default());
            let file = folder.join(path);
            let (mut settings, _) = project.settings(&file, &Config::default());
            settings.request.scale = (scale != "-").then(|| scale.to_owned());
            settings.request.scales = yolint::internals::check::Scales::Active;
            settings.request.options.imgsz = [size.parse().unwrap_or(640); 2];
            let text =
                String::from_utf8_lossy(&std::fs::read(&file).expect("the wheel's YAML can be read")).into_owned();
            let read = ReadFile::new(SourceFile::new(path, text));
            let ours = line(path, scale, size, &analyses(&read.model, &settings.request));
            if ours != said {
                writeln!(wrong, "{name}\n  torch:  {said}\n  yolint: {ours}").expect("a string");
            }
        }
    }
    assert!(files > 400, "{files} files");
    assert_eq!(wrong, "");
}

/// What the packages' own models log last while they are built (torch 2.15, ultralytics-thop 2.0).
const SUMMARIES: [(&str, &str, &str, &str); 4] = [
    (
        "ultralytics==8.4.21",
        "ultralytics/cfg/models/11/yolo11.yaml",
        "n",
        "YOLO11 summary: 182 layers, 2,624,080 parameters, 2,624,064 gradients, 6.6 GFLOPs",
    ),
    (
        "ultralytics==8.0.134",
        "ultralytics/models/v8/yolov8.yaml",
        "l",
        "YOLOv8 summary: 365 layers, 43691520 parameters, 43691504 gradients, 165.7 GFLOPs",
    ),
    (
        "yolov5==7.0.14",
        "yolov5/models/yolov5n.yaml",
        "",
        "YOLOv5n summary: 214 layers, 1872157 parameters, 1872157 gradients, 4.6 GFLOPs",
    ),
    (
        "yolov7-wky-package==2024.9.23.1",
        "cfg/deploy/yolov7-tiny.yaml",
        "",
        "Model Summary: 255 layers, 6227101 parameters, 6227101 gradients, 13.9 GFLOPS",
    ),
];

/// Their names are those of the files: the file that holds all scales is called `YOLO11`, as `YOLO11n` has none of its own.
#[test]
fn frameworks_print_their_own_summaries() {
    for (wheel, path, scale, summary) in SUMMARIES {
        let file = common::unpacked(wheel).join(path);
        let (mut settings, _) =
            Project::new(Config::default(), Surroundings::default()).settings(&file, &Config::default());
        settings.request.scale = (!scale.is_empty()).then(|| scale.to_owned());
        let read = ReadFile::new(SourceFile::new(path, std::fs::read_to_string(&file).expect("the wheel's YAML")));
        let all = analyses(&read.model, &settings.request);
        let analysis = &all.all[all.active];
        let name = file.file_name().expect("a name").to_string_lossy();
        let printed = analysis.dialect.printed(&read.model, &analysis.scale, &analysis.dataset, &name);
        assert_eq!(printed.expect("a model").lines().rfind(|line| !line.is_empty()), Some(summary));
    }
}
