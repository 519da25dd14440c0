//! The file of a dataset, named by a flag or a setting.

use assert_cmd::Command;

use super::{FRAMEWORK, MODEL as MODEL_OF_FRAMEWORK, folder};

/// What `yolint table` prints of a model at the start of each row: index, `from`, repeats, parameters.
fn params(folder: &std::path::Path, args: &[&str]) -> (Vec<u64>, String) {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    let output =
        command.current_dir(folder).args(["table", "model.yaml"]).args(args).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = text.lines().filter_map(|line| line.split_whitespace().nth(3)?.parse().ok()).collect();
    (rows, String::from_utf8_lossy(&output.stderr).into_owned())
}

const MODEL: &str = "nc: 80\\nch: 6\\nbackbone:\\n  - [-1, 1, Conv, [16, 3, 2]]\\n  - [-1, 1, Conv, [32, 3, 2]]\\nhead:\\n  \
                     - [[1], 1, Detect, [nc]]\\n";

/// Parameters said by Ultralytics 8.4.190.
#[test]
fn a_dataset_says_channels_and_classes() {
    let data = "names:\\n  0: person\\n  1: car\\nchannels: 4\\n";
    let root =
        folder("dataset", &format!("model.yaml: {MODEL}\ndata/two.yaml: {data}\ndata/bad.yaml: channels: RGB\\n"));
    assert_eq!(params(&root, &[]).0, [464, 4672, 147_168]);
    assert_eq!(params(&root, &["--channels", "6"]).0, [896, 4672, 147_168]);
    assert_eq!(params(&root, &["--data", "data/two.yaml"]).0, [608, 4672, 78_354]);
    assert_eq!(params(&root, &["--data", "data/two.yaml", "--channels", "6"]).0, [896, 4672, 78_354]);
    let (rows, said) = params(&root, &["--data", "data/bad.yaml"]);
    assert_eq!(rows, [0; 0], "what was asked for can't be done");
    assert!(said.contains("`channels` must be a number"), "{said}");
    let (_, said) = params(&root, &["--data", "data/none.yaml"]);
    assert!(said.contains("no such file"), "{said}");
    std::fs::write(root.join(".yolint.yaml"), "data: data/two.yaml\n").expect("the build folder can be written");
    assert_eq!(params(&root, &[]).0, [608, 4672, 78_354]);
}

/// A framework that reads `ch`, as Ultralytics did up to 8.3: the image has as many channels.
#[test]
fn a_framework_may_read_channels_from_the_file() {
    let framework = FRAMEWORK.replace("parse_model(cfg, [ch])", "parse_model(cfg, [cfg.get('ch', ch)])");
    let framework = framework.replace('\n', "\\n");
    let model = MODEL_OF_FRAMEWORK.replace('\n', "\\n");
    let root = folder("reads-ch", &format!("models/yolo.py: {framework}\nmodel.yaml: ch: 6\\n{model}\n"));
    // 6 · 8 · 9 + 8
    assert_eq!(params(&root, &[]).0[0], 440);
    assert_eq!(params(&root, &["--channels", "2"]).0[0], 440);
    let plain = root.join("model.yaml");
    std::fs::write(&plain, MODEL_OF_FRAMEWORK).expect("the build folder can be written");
    assert_eq!(params(&root, &[]).0[0], 224);
    assert_eq!(params(&root, &["--channels", "2"]).0[0], 152);
}
