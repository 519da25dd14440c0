//! Commands in Chinese, as a person reads them in a terminal of 80 columns: what they print stands in `chinese.txt`, with zeros
//! for the digits of figures, which are tested elsewhere. `UPDATE_EXPECT=1` writes it anew; read it beside what the commands print in
//! English.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use expect_test::expect_file;

const MODEL: &str = include_str!("../../../examples/yolo11-tiny.yaml");

/// What is typed.
const TYPED: &[&str] = &[
    "",
    "help",
    "edit --help",
    "compare --help",
    "table",
    "tabel",
    "check --format xml",
    "check --fix --add-ignore",
    "check --frmat json",
    "table --nc 0 tiny.yaml",
    "table --imgsz 640x tiny.yaml",
    "fit --prune 3 tiny.yaml",
    "table --convention flops tiny.yaml",
    "table --precision fp9 tiny.yaml",
    "check tiny.yaml wrong.yaml",
    "check wrong.yaml --statistics",
    "check wrong.yaml --format github",
    "check wrong.yaml --show-settings wrong.yaml",
    "table tiny.yaml --scale n --format pretty",
    "table tiny.yaml --scale n --format markdown --freeze 3 --device t4",
    "table tiny.yaml --device t5",
    "diff tiny.yaml@n other.yaml@n",
    "diff tiny.yaml@n tiny.yaml@n",
    "diff tiny.yaml@n other.yaml@s --maps --format markdown",
    "diff tiny.yaml wrong.yaml",
    "compare tiny.yaml other.yaml --device orin-nano --from yolo11n",
    "compare tiny.yaml --output plot.bmp",
    "compare tiny.yaml --from nothing.pt",
    "sizes tiny.yaml --scale n --sizes 320,640,650,32",
    "fit tiny.yaml --scale n",
    "fit tiny.yaml --scale n --max-params 1M",
    "fit tiny.yaml --scale n --max-params 0.5M --most 2",
    "fit wrong.yaml --max-params 1K",
    "edit tiny.yaml --add-p2",
    "edit tiny.yaml@n --only-p3 --output only.yaml",
    "graph tiny.yaml --scale n --format mermaid",
    "graph tiny.yaml --scale all",
    "weights tiny.yaml@n",
    "weights tiny.yaml@n --from tiny.yaml@s",
    "weights wrong.yaml",
    "new new.yaml",
    "framework tiny.yaml",
    "framework nothing.yaml",
    "register Mine",
    "rule nothing",
];

/// A folder of a name, with models.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chinese").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    // Nothing above the folder counts, neither source nor settings.
    fs::create_dir(folder.join(".git")).expect("the build folder can be written");
    fs::write(folder.join(".yolint.yaml"), "imgsz: 640\n").expect("the build folder can be written");
    let other = MODEL.replacen("C3k2, [64, False, 0.25]", "C2f, [96, True]", 1).replacen("nc: 80", "nc: 3", 1);
    let wrong = MODEL.replacen("nn.Upsample", "nn.Upsampel", 1).replacen("[-1, 1, Conv, [64,", "[-1, 1, Conv, [60,", 1);
    for (name, text) in [("tiny.yaml", MODEL), ("other.yaml", &other), ("wrong.yaml", &wrong)] {
        fs::write(folder.join(name), text).expect("the build folder can be written");
    }
    folder
}

fn printed(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::cargo_bin("yolint").expect("the program is built");
    command.current_dir(folder).args(args).env("COLUMNS", "80").env("NO_COLOR", "1").env("LC_ALL", "zh_CN.UTF-8");
    command.env("PATH", "").env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
    let output = command.output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked"), "{args:?}: {text}");
    text.into_owned()
}

/// A text with zeros for the digits of figures, but not for those of names: `fp16`.
pub(super) fn without_figures(text: &str) -> String {
    let mut is_name = false;
    let digit = |c: char| {
        is_name = c.is_ascii_alphabetic() || is_name && c.is_ascii_digit();
        if c.is_ascii_digit() && !is_name { '0' } else { c }
    };
    text.chars().map(digit).collect()
}

#[test]
fn what_commands_print() {
    let folder = folder("commands");
    let mut all = String::new();
    for typed in TYPED {
        let args: Vec<&str> = typed.split(' ').filter(|arg| !arg.is_empty()).collect();
        let text = printed(&folder, &args);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let text = without_figures(&lines.join("\n").replace(env!("CARGO_MANIFEST_DIR"), "/yolint"));
        let _ = write!(all, "$ yolint {typed}\n{text}\n\n");
    }
    expect_file!["chinese.txt"].assert_eq(&all);
}

/// Pages and pictures: all of their words were filled in, and those are Chinese.
#[test]
fn pages() {
    let folder = folder("pages");
    for (typed, said) in [
        (
            "graph tiny.yaml --format html",
            &["lang=\"zh-CN\"", "缩小", "模块、层号或形状", "[\"文件行号\", node.line]", "按 FLOPs 着色"][..],
        ),
        ("graph tiny.yaml --format svg --metric params", &["按参数量着色", "图像"]),
        ("diff tiny.yaml@n other.yaml@n --format html", &["lang=\"zh-CN\"", "~ 有改动", "合计", "第 0 层（文件第"]),
        ("compare tiny.yaml --format html", &["lang=\"zh-CN\"", "<title>模型比较", "参数量（百万）", "激活内存"]),
    ] {
        let page = printed(&folder, &typed.split(' ').collect::<Vec<_>>());
        for words in said {
            assert!(page.contains(words), "{typed}: {words}");
        }
        let left: Vec<&str> = ["{page-", "{heading-", "{legend-", "{lang}", "{image}"]
            .into_iter()
            .filter(|name| page.contains(name))
            .collect();
        assert_eq!(left, [""; 0], "{typed}");
    }
}

/// In Taiwan the same is said in traditional characters and other words; what a person wrote stays as it is.
#[test]
fn in_taiwan() {
    let folder = folder("taiwan");
    fs::write(folder.join("模型文件.yaml"), MODEL.replacen("nn.Upsample", "nn.Upsampel", 1)).expect("a file");
    for (typed, said) in [
        ("check 模型文件.yaml", &["[模型文件.yaml:20:13]", "檢查了 1 個檔案：1 個錯誤", "參見：yolint rule"][..]),
        ("check --help", &["檔案、資料夾或萬用字元", "「高x寬」", "[預設值：.]"]),
        ("rule module-raises", &["# module-raises", "*預設級別：錯誤。*", "模組的程式碼引發了例外"]),
        ("rule", &["模組的程式碼引發了例外"]),
        ("graph tiny.yaml --format html", &["lang=\"zh-TW\"", "模組、層號或形狀"]),
        ("table --convention flops tiny.yaml", &["`flops` 不能用於"]),
    ] {
        let args: Vec<&str> = typed.split(' ').chain(["--lang", "zh-TW"]).collect();
        let text = printed(&folder, &args);
        for words in said {
            assert!(text.contains(words), "{typed}: {words} in {text}");
        }
    }
}

/// The language doesn't touch what programs read.
#[test]
fn what_programs_read() {
    let folder = folder("programs");
    for typed in [
        "compare tiny.yaml --format csv",
        "compare tiny.yaml --format json",
        "sizes tiny.yaml --scale n --format json",
        "table tiny.yaml --scale n --format csv",
        "table tiny.yaml --scale n --format ultralytics",
        "diff tiny.yaml@n other.yaml@n --format json",
        "weights tiny.yaml@n --from tiny.yaml@s --format json",
    ] {
        let args: Vec<&str> = typed.split(' ').collect();
        let [chinese, english] =
            ["zh", "en"].map(|language| printed(&folder, &[&args[..], &["--lang", language]].concat()));
        assert_eq!(chinese, english, "{typed}");
    }
}
