//! `docs/transcript.md`: each command in it is run, in a folder with the file it shows, and says what stands there.
//!
//! `UPDATE_EXPECT=1 cargo test --test transcript` writes it anew.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use expect_test::expect_file;

#[test]
fn commands_say_what_the_transcript_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/transcript.md");
    let transcript = fs::read_to_string(&path).expect("the transcript");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("transcript");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the build folder can be written");
    let mut said = String::new();
    let mut lines = transcript.lines();
    while let Some(line) = lines.next() {
        said.extend([line, "\n"]);
        let Some(info) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(name) = info.strip_prefix("yaml name=") {
            let text = block.join("\n") + "\n";
            fs::write(folder.join(name), &text).expect("the build folder can be written");
            said += &text;
        } else {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                said.extend(["$ ", command, "\n", run(&folder, command).as_str()]);
            }
        }
        said += "```\n";
    }
    expect_file![path].assert_eq(&said);
}

/// What a command says, its complaints first.
fn run(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    if words[0] == "cat" {
        return fs::read_to_string(folder.join(words[1])).expect("a file of the transcript");
    }
    let (args, status) = match words.as_slice() {
        ["yolint", args @ .., "||", "echo", "$?"] => (args, true),
        ["yolint", args @ ..] => (args, false),
        _ => panic!("{command} isn't understood"),
    };
    let mut program = Command::cargo_bin("yolint").expect("the program is built");
    let output = program.current_dir(folder).env("NO_COLOR", "1").args(args).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut said = text(&output.stderr) + &text(&output.stdout);
    if status && !output.status.success() {
        said += &format!("{}\n", output.status.code().unwrap_or_default());
    }
    said
}
