//! `yolint check` as a process, on a folder of 1,000 files of 25 rows each with five scales.
//!
//! `cargo bench --bench check` measures it; with `-- --test` it runs once, on fewer files.

#![allow(clippy::print_stdout, reason = "what is measured is printed")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    let is_test = std::env::args().any(|arg| arg == "--test");
    let (files, runs) = if is_test { (10, 1) } else { (1_000, 5) };
    let folder = folder(files);
    for format in ["concise", "sarif"] {
        let mut times: Vec<Duration> = (0..runs).map(|_| check(&folder, format)).collect();
        times.sort();
        println!("{files} files, {format}: median {:?} of {runs}", times[times.len() / 2]);
    }
    let _ = fs::remove_dir_all(folder);
}

fn check(folder: &PathBuf, format: &str) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yolint"));
    command.args(["check", "--format", format]).arg(folder).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the program runs");
    assert_eq!(status.code(), Some(1), "the files have an error");
    start.elapsed()
}

/// A folder of files that differ, each with one error: yolo11's rows in number and kind, and a Detect that reads nothing.
fn folder(files: usize) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("check");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    for i in 0..files {
        fs::write(folder.join(format!("{i:04}.yaml")), model(i)).expect("the build folder can be written");
    }
    folder
}

fn model(i: usize) -> String {
    let width = 64 + 8 * (i % 16);
    let mut text = format!(
        "nc: {}\nscales:\n  n: [0.50, 0.25, 1024]\n  s: [0.50, 0.50, 1024]\n  m: [0.50, 1.00, 512]\n  l: [1.00, 1.00, 512]\n  \
         x: [1.00, 1.50, 512]\nbackbone:\n  - [-1, 1, Conv, [{width}, 3, 2]]\n",
        i % 90 + 1
    );
    for stage in 1..4 {
        let channels = width << stage;
        text += &format!("  - [-1, 1, Conv, [{channels}, 3, 2]]\n  - [-1, 2, C3k2, [{channels}, False, 0.25]]\n");
        text += &format!("  - [-1, 1, Conv, [{channels}, 3, 1]]\n  - [-1, 2, C2f, [{channels}, True]]\n");
        text += &format!("  - [-1, 1, Conv, [{channels}, 1, 1]]\n");
    }
    text += "  - [-1, 1, SPPF, [1024, 5]]\n  - [-1, 2, C2PSA, [1024]]\nhead:\n";
    text += "  - [-1, 1, nn.Upsample, [None, 2, nearest]]\n  - [[-1, 10], 1, Concat, [1]]\n  - [-1, 2, C3k2, [512, False]]\n";
    text += "  - [-1, 1, Conv, [256, 3, 2]]\n  - [[-1, 17], 1, Concat, [1]]\n  - [-1, 2, C3k2, [512, True]]\n";
    text + "  - [[20, 23, 30], 1, Detect, [nc]]\n"
}
