//! `--fix` and `--diff`: what is written and what isn't.

use std::fs;
use std::path::Path;

use expect_test::expect;

use super::{MIXED, check, folder};

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("UTF-8")
}

#[test]
fn fix_writes_the_safe_ones() {
    let folder = folder("fix", &[("a.yaml", MIXED), ("b.yaml", &MIXED.replace("bad-form", "bad-from"))]);
    let ran = check(&folder, &["--fix", "--format", "concise", "a.yaml"]);
    assert_eq!(ran.status, Some(1), "the Concat is still wrong");
    assert!(ran.stderr.starts_with("yolint: ") && ran.stderr.ends_with(" fixed in 1 file\n"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("bad-form"), "{}", ran.stdout);
    assert!(!read(folder.join("a.yaml")).contains("bad-form"));
    let rest = |text: &str| text.split_once("\nbackbone").expect("the line").1.to_owned();
    assert_eq!(rest(&read(folder.join("a.yaml"))), rest(MIXED));
    let again = check(&folder, &["--fix", "a.yaml"]);
    assert_eq!(again.stderr, "yolint: 0 findings fixed in 0 files\n");
}

#[test]
fn diff_shows_and_changes_nothing() {
    let text = MIXED.replace(" 100%", "").replace(", Conv, [30", ", Conv [30");
    let folder = folder("diff", &[("a.yaml", &text)]);
    let ran = check(&folder, &["--diff", "--unsafe-fixes", "."]);
    assert_eq!(ran.status, Some(1));
    expect![[r#"
        --- a.yaml
        +++ a.yaml
        @@ -1,10 +1,9 @@
        -# yolint: ignore[bad-form]
        +# yolint: ignore[bad-from]
         ch: 3
         nc: 3
        -nc: 3
         backbone:
           - [-1, 1, Conv, [16, 3, 2]]
        -  - [-1, 1, Conv [30, 3, 2]]
        +  - [-1, 1, Conv, [30, 3, 2]]
         head:
           - [[0, 1], 1, Concat, [1]]
           - [-1, 1, Classify, [nc]]
    "#]]
    .assert_eq(&ran.stdout);
    assert_eq!(read(folder.join("a.yaml")), text);
    let clean = check(&folder, &["--diff", concat!(env!("CARGO_MANIFEST_DIR"), "/examples")]);
    assert_eq!((clean.status, clean.stdout.as_str()), (Some(0), ""));
    assert_eq!(clean.stderr, "yolint: 0 findings would be fixed in 0 files\n");
}

#[test]
fn line_breaks_and_marks_stay() {
    let text = format!("\u{feff}{}", MIXED.replace('\n', "\r\n"));
    let folder = folder("crlf", &[("a.yaml", &text)]);
    check(&folder, &["--fix", "a.yaml"]);
    let fixed = read(folder.join("a.yaml"));
    assert_ne!(fixed, text);
    assert!(fixed.starts_with('\u{feff}'));
    assert_eq!(fixed.matches("\r\n").count(), fixed.matches('\n').count());
}

#[test]
fn a_file_without_fixes_isnt_written() {
    let text = MIXED.split_once('\n').expect("a line").1;
    let folder = folder("untouched", &[("a.yaml", text)]);
    let written = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).expect("a time");
    let before = written(&folder.join("a.yaml"));
    check(&folder, &["--fix", "a.yaml"]);
    assert_eq!(written(&folder.join("a.yaml")), before);
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("links", &[("real.yaml", MIXED)]);
    fs::set_permissions(folder.join("real.yaml"), fs::Permissions::from_mode(0o640)).expect("a file of ours");
    symlink("real.yaml", folder.join("link.yaml")).expect("links are there");
    let ran = check(&folder, &["--fix", "link.yaml"]);
    assert!(ran.stderr.ends_with(" fixed in 1 file\n"), "{}", ran.stderr);
    assert!(fs::symlink_metadata(folder.join("link.yaml")).expect("a link").is_symlink());
    assert!(!read(folder.join("real.yaml")).contains("bad-form"));
    let mode = fs::metadata(folder.join("real.yaml")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 2);
}

#[test]
fn a_file_that_cant_be_written_is_told_of() {
    let folder = folder("readonly", &[("a.yaml", MIXED)]);
    let path = folder.join("a.yaml");
    let mut permissions = fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("a file of ours");
    let ran = check(&folder, &["--fix", "a.yaml"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("a.yaml can't be written"), "{}", ran.stderr);
    assert_eq!(read(&path), MIXED);
}

#[test]
fn unsafe_fixes_need_a_verb() {
    let folder = folder("verbs", &[("a.yaml", MIXED)]);
    assert_eq!(check(&folder, &["--unsafe-fixes", "a.yaml"]).status, Some(2));
    // A diff is only shown, also with --fix.
    assert_eq!(check(&folder, &["--fix", "--diff", "a.yaml"]).status, Some(1));
    assert_eq!(read(folder.join("a.yaml")), MIXED);
}
