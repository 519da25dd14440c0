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
    let is_weight = |line: &&str| folders.iter().any(|folder| line.starts_with(folder));
    // The program says the pages of rules in Chinese too.
    let weight: Vec<&str> = list.lines().filter(is_weight).filter(|line| !line.starts_with("docs/zh/rules/")).collect();
    assert_eq!(weight, [""; 0]);
}

/// Whether a licence expression of SPDX holds where only these licences may be; `/` between two is the old way to write
/// `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let holds = any(&mut words, allowed);
    holds && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut holds = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        holds |= all(words, allowed);
    }
    holds
}

fn all(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut holds = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        holds &= one(words, allowed);
    }
    holds
}

fn one(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let name = words.next().unwrap_or_default();
    if name == "(" {
        let holds = any(words, allowed);
        return words.next() == Some(")") && holds;
    }
    match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
        Some(exception) => allowed.contains(&format!("{name} WITH {exception}").as_str()),
        None => allowed.contains(&name),
    }
}

#[test]
fn licence_expressions_are_understood() {
    let holds = |expression: &str| is_allowed(expression, &["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]);
    for good in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0/MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(holds(good), "{good}");
    }
    for bad in [
        "",
        "GPL-3.0",
        "Apache-2.0",
        "MIT AND GPL-3.0",
        "(MIT",
        "MIT WITH GCC-exception-2.0",
        "MIT MIT",
        "AGPL-3.0 OR X AND MIT",
    ] {
        assert!(!holds(bad), "{bad}");
    }
}

/// What `cargo deny check licenses sources` says too, without the tool and the network: of the dependencies on this
/// platform, those of tests included.
#[test]
fn dependencies_may_be_used() {
    let root = env!("CARGO_MANIFEST_DIR");
    let rules = std::fs::read_to_string(format!("{root}/deny.toml")).expect("deny.toml");
    let list = rules.split("allow = [").nth(1).and_then(|rest| rest.split(']').next()).expect("allowed licences");
    let allowed: Vec<&str> = list.split('"').skip(1).step_by(2).collect();

    let host = Command::new(env!("CARGO")).arg("-vV").output().expect("cargo runs");
    let host = String::from_utf8(host.stdout).expect("UTF-8");
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(root)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50, "dependencies are listed");
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{} is under `{licence}`", package["name"]);
    }

    // The lock file names where each comes from, on every platform.
    let lock = std::fs::read_to_string(format!("{root}/Cargo.lock")).expect("Cargo.lock");
    let sources: std::collections::BTreeSet<&str> = lock.lines().filter(|line| line.starts_with("source = ")).collect();
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert!(sources.iter().all(|source| source.starts_with("source = \"registry+")), "{sources:?}");
}
