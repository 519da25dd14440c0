//! What people read in terminals of 80 and 120 columns, in English and Chinese: no line is wider. `wide.txt` has what is printed in
//! 120 columns, with zeros for the digits of figures; what 80 look like stands in `chinese.txt`. `UPDATE_EXPECT=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use expect_test::expect_file;
use unicode_width::UnicodeWidthStr;

use super::chinese::{folder, without_figures};

/// What is typed, and the columns that it fits.
const TYPED: [(&str, &[usize]); 5] = [
    ("table tiny.yaml --scale n", &[80, 120]),
    ("compare tiny.yaml other.yaml --device orin-nano --from yolo11n", &[80, 120]),
    ("diff tiny.yaml@n other.yaml@n", &[80, 120]),
    ("check tiny.yaml wrong.yaml", &[80, 120]),
    ("check wrong.yaml --statistics", &[80, 120]),
];

/// What the program prints in a terminal, which Python opens for it.
fn in_terminal(folder: &Path, args: &[&str], locale: &str, columns: usize) -> String {
    let mut command = Command::new("python3");
    command.args(["-c", "import pty, sys; pty.spawn(sys.argv[1:])", env!("CARGO_BIN_EXE_yolint")]).args(args);
    command.current_dir(folder).env("COLUMNS", columns.to_string()).env("TERM", "xterm").env("LC_ALL", locale);
    command.env_remove("NO_COLOR").env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
    let output = command.output().expect("python3 runs");
    let text = without_escapes(&String::from_utf8_lossy(&output.stdout));
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// A text without colours and links.
fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split('\u{1b}');
    plain.extend(parts.next());
    for part in parts {
        let rest = match part.strip_prefix('[') {
            Some(colour) => colour.split_once('m').map(|(_, rest)| rest),
            // A link's address ends with an escape of its own, which begins with a backslash.
            None => part.strip_prefix('\\'),
        };
        plain.extend(rest);
    }
    plain
}

/// Lines that are as long as what they show: those of the file, and what the framework prints.
fn is_given(line: &str) -> bool {
    line.contains(['│', '╭']) || line.contains("summary")
}

#[test]
fn lines_fit_the_terminal() {
    let folder = folder("widths");
    let mut all = String::new();
    for (typed, widths) in TYPED {
        let args: Vec<&str> = typed.split(' ').collect();
        for locale in ["en_US.UTF-8", "zh_CN.UTF-8", "zh_TW.UTF-8"] {
            for &width in widths {
                let text = in_terminal(&folder, &args, locale, width);
                let wide: Vec<&str> = text.lines().filter(|line| !is_given(line) && line.width() > width).collect();
                assert_eq!(wide, [""; 0], "{typed} in {locale}, {width} columns");
                if width == 120 {
                    let _ = write!(all, "$ LANG={locale} yolint {typed}\n{}\n", without_figures(&text));
                }
            }
        }
    }
    expect_file!["wide.txt"].assert_eq(&all);
}
