//! What packages hold: completions, the man page, the files of the crate and of the wheel.

use std::process::Command;

fn yolint(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_yolint")).args(args).output().expect("yolint runs");
    assert_eq!(output.status.code(), Some(0), "{args:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The commands that `yolint --help` lists.
fn commands() -> Vec<String> {
    let help = yolint(&["--help"]);
    let list = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list of commands");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = yolint(&["completions", shell]);
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
}

#[test]
fn the_man_page_knows_every_command_and_flag() {
    let page = yolint(&["man"]);
    assert!(page.starts_with(".ie") && page.contains(".TH yolint 1"), "{page:.200}");
    for command in commands() {
        assert!(page.contains(&format!(".SH YOLINT {}", command.to_uppercase())), "{command}");
        let help = yolint(&[&command, "--help"]);
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 3) {
            let name = flag.trim_matches(|c: char| !c.is_ascii_alphanumeric()).replace('-', "\\-");
            assert!(page.contains(&name), "{command}: {flag}");
        }
    }
}

#[test]
fn the_crate_holds_what_it_needs_and_no_more() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).expect("UTF-8");
    for needed in ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/main.rs", "src/graph/page/page.js"] {
        assert!(list.lines().any(|line| line == needed), "{needed}");
    }
    let folders = ["tests/", "benches/", "editors/", "docs/", "target/", ".ci/"];
    let weight: Vec<&str> = list.lines().filter(|line| folders.iter().any(|folder| line.starts_with(folder))).collect();
    assert_eq!(weight, [""; 0]);
}
