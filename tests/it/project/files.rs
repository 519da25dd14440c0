//! Files that are read for a framework.

use std::fs;
use std::sync::Arc;

use yolint::internals::interpret::{Machine, Sources};
use yolint::internals::project::{Files, ImportPath};

use super::folder;

#[test]
fn an_unchanged_file_is_parsed_once() {
    let path = folder("unchanged", "a.py: x = 1").join("a.py");
    let files = Files::default();
    let parsed = || files.python(&path).expect("a file");
    let first = parsed();
    assert!(Arc::ptr_eq(&first, &parsed()));
    fs::write(&path, "x = 12").expect("the build folder can be written");
    assert_eq!(&*parsed().text, "x = 12");
}

#[test]
fn what_is_open_counts_before_the_disk() {
    let path = folder("open", "a.py: x = 1").join("a.py");
    let files = Files::default();
    let parsed = || files.python(&path).expect("a file");
    let on_disk = parsed();
    files.set_open(&path, Some("x = 2".into()));
    let open = parsed();
    assert_eq!((&*open.text, files.text(&path).as_deref()), ("x = 2", Some("x = 2")));
    assert!(Arc::ptr_eq(&open, &parsed()));
    files.set_open(&path, Some("x = 3".into()));
    assert_eq!(&*parsed().text, "x = 3");
    files.set_open(&path, None);
    assert_eq!(parsed().text, on_disk.text);
    // A file that isn't saved yet is there too.
    let new = path.with_file_name("new.py");
    files.set_open(&new, Some("y = 1".into()));
    assert_eq!(files.python(&new).map(|file| file.text.to_string()).as_deref(), Some("y = 1"));
}

#[test]
fn what_is_no_file_of_python_is_not_read() {
    let root = folder("odd", "folder.py/\nlatin.py: x = 1\nlarge.py: x = 1");
    fs::write(root.join("latin.py"), b"# caf\xe9\nx = 1\n").expect("the build folder can be written");
    let large = fs::File::create(root.join("large.py")).expect("the build folder can be written");
    large.set_len(50 << 20).expect("the build folder can be written");
    let files = Files::default();
    let read = |name: &str| files.python(&root.join(name)).is_some();
    assert_eq!(["folder.py", "large.py", "missing.py"].map(read), [false; 3]);
    assert!(read("latin.py"), "letters that aren't UTF-8 spoil no program");
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_devices_are_not_read() {
    use std::os::unix::fs::symlink;
    let root = folder("links", "real.py: x = 1");
    symlink(root.join("b.py"), root.join("a.py")).expect("links can be made");
    symlink(root.join("a.py"), root.join("b.py")).expect("links can be made");
    symlink("/dev/zero", root.join("zero.py")).expect("links can be made");
    symlink("real.py", root.join("good.py")).expect("links can be made");
    symlink(".", root.join("round")).expect("links can be made");
    let files = Files::default();
    let read = |name: &str| files.python(&root.join(name)).is_some();
    assert_eq!(["a.py", "b.py", "zero.py"].map(read), [false; 3]);
    assert!(read("good.py"));
    assert!(!read(&("round/".repeat(2000) + "real.py")), "an endless path leads nowhere");
}

#[test]
fn a_program_says_what_it_asked_for() {
    let root = folder(
        "asked",
        "app/__init__.py:\napp/main.py: from app.a import x\napp/a.py: from .b import x\napp/b.py: x = 1",
    );
    let roots = [root.join("nowhere"), root.clone()];
    let imports = Arc::new(ImportPath::new(Arc::default(), &roots));
    let mut machine = Machine::new(imports.clone());
    machine.eager = true;
    assert!(machine.import("app.main").is_ok());
    let asked = imports.asked();
    let shown = |is_there: bool| -> Vec<String> {
        let paths = asked.iter().filter(|(_, there)| **there == is_there).map(|(path, _)| path.as_str());
        paths.map(|path| path.strip_prefix(&*root.to_string_lossy()).unwrap_or(path).replace('\\', "/")).collect()
    };
    assert_eq!(shown(true), ["/app/__init__.py", "/app/a.py", "/app/b.py", "/app/main.py"]);
    assert_eq!(shown(false)[..2], ["/app/a/__init__.py", "/app/b/__init__.py"]);
    assert!(asked.contains_key(&format!("{}/app.py", roots[0].to_string_lossy())));
    assert_eq!(imports.roots().len(), 2);
}
