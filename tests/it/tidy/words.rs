//! Every message has words in all languages, with the same values; no words are left over, and none stand elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::sources;

/// What clap says, of which the English stands in clap and where arguments are declared; a test beside `cli/help.rs` compares it.
const HELP: &str = "help.ftl";

/// The names of a message's values.
type Names = BTreeSet<String>;

/// The words of a language: the text of each message, and the names of what stands in it.
fn words(language: &str) -> BTreeMap<String, (String, Names)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words").join(language);
    let mut words = BTreeMap::new();
    for entry in fs::read_dir(&folder).expect("the words of a language").filter_map(Result::ok) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file == HELP {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("UTF-8");
        let resource = parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{language}/{file}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let pattern = message.value.expect("a message has words");
            let (mut text, mut names) = (String::new(), Names::new());
            read(&pattern, &mut text, &mut names);
            let twice = words.insert(message.id.name.clone(), (text, names));
            assert!(twice.is_none(), "{language}/{file}: {} stands there twice", message.id.name);
        }
    }
    words
}

fn read(pattern: &Pattern<String>, text: &mut String, names: &mut Names) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => read_inline(inline, names),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                read_inline(selector, names);
                variants.iter().for_each(|variant| read(&variant.value, text, names));
            }
        }
    }
}

fn read_inline(expression: &InlineExpression<String>, names: &mut Names) {
    match expression {
        InlineExpression::VariableReference { id } => drop(names.insert(id.name.clone())),
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            positional.iter().for_each(|argument| read_inline(argument, names));
        }
        _ => {}
    }
}

/// The messages that the source makes, each with the names of its values, and where.
fn made() -> Vec<(String, Names, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut made = Vec::new();
    for path in sources(&src) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let lines = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
        let text = lines.collect::<Vec<_>>().join("\n");
        for (at, _) in text.match_indices("message!(") {
            let line = text[..at].lines().count();
            let arguments = arguments(&text[at + "message!(".len()..]);
            let Some(id) = arguments.first().and_then(|id| id.strip_prefix('"')?.strip_suffix('"')) else { continue };
            let name = |argument: &&str| argument.split([' ', '=']).next().unwrap_or_default().to_owned();
            let names = arguments[1..].iter().filter(|argument| !argument.is_empty()).map(name).collect();
            made.push((id.to_owned(), names, format!("{}:{line}", path.display())));
        }
    }
    made
}

/// The arguments up to the bracket that closes the call.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut quoted, mut found) = (0, 0, false, Vec::new());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' && before != '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                found.push(text[start..at].trim());
                return found;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    found
}

#[test]
fn every_message_has_words_in_all_languages() {
    let (english, chinese, made) = (words("en"), words("zh"), made());
    let mut problems = Vec::new();
    for (id, names, place) in &made {
        match english.get(id) {
            None => problems.push(format!("{place}: {id} has no English words")),
            Some((_, said)) if said != names => {
                problems.push(format!("{place}: {id} is made of {names:?}, its words say {said:?}"));
            }
            Some(_) => {}
        }
    }
    for (id, (_, names)) in &english {
        match chinese.get(id) {
            None => problems.push(format!("{id} has no Chinese words")),
            Some((_, said)) if !said.is_subset(names) => problems.push(format!("zh: {id} says {said:?} of {names:?}")),
            Some((_, said)) => {
                // Only what chooses between forms of English words may be missing.
                let lacks: Vec<&String> = names.difference(said).filter(|name| *name != "count").collect();
                if !lacks.is_empty() {
                    problems.push(format!("zh: {id} lacks {lacks:?}"));
                }
            }
        }
    }
    let is_made = |id: &String| made.iter().any(|(made, ..)| made == id);
    problems.extend(english.keys().filter(|id| !is_made(id)).map(|id| format!("en: {id} is left over")));
    problems.extend(chinese.keys().filter(|id| !english.contains_key(*id)).map(|id| format!("zh: {id} is left over")));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn chinese_is_no_copy_of_english() {
    let (english, chinese) = (words("en"), words("zh"));
    let is_word = |word: &str| word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase());
    let is_copy = |id: &String, text: &str| {
        let plain: Vec<&str> = text.split('`').step_by(2).collect();
        let has_words = plain.iter().any(|part| part.split(|c: char| !c.is_alphanumeric()).any(is_word));
        let is_chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        has_words && (!is_chinese || english.get(id).is_some_and(|(english, _)| english == text))
    };
    let copies: Vec<&String> = chinese.iter().filter(|(id, (text, _))| is_copy(id, text)).map(|(id, _)| id).collect();
    assert_eq!(copies, [""; 0]);
}

/// Rooms whose texts for people are all in `words/`.
const ROOMS: [&str; 25] = [
    "align",
    "analysis",
    "bound",
    "budget",
    "catalog",
    "check.rs",
    "cli",
    "config",
    "cost",
    "dialect",
    "diff",
    "fit",
    "fix.rs",
    "graph",
    "heads",
    "ide",
    "model",
    "project",
    "register.rs",
    "rewrite",
    "rules",
    "server",
    "syntax",
    "torch",
    "weights",
];

/// Texts with words in these rooms that aren't for people who read Chinese: programs read them, or they are parts of YAML.
const OTHER_TEXTS: [&str; 18] = [
    // What a client that asks wrongly is answered.
    "the first argument must be the URI of a document",
    "unknown command `{name}`",
    "the document isn't open or isn't a model file",
    // The name of a thread, and a command.
    "main loop",
    "yolint rule {}",
    // What comments of model files say.
    "output size",
    // What Python says, by which its errors are told apart.
    "'int' object is not",
    "'int' has no len",
    "indices must be integers or slices, not list",
    // What clap says, looked for, and the framework's own line.
    " is not in ",
    "Transferred {}/{} items from pretrained weights\\n",
    // Titles of data sheets.
    "NVIDIA T4 data sheet",
    "NVIDIA A100 data sheet, 80 GB SXM; fp32 as TF32",
    "NVIDIA Ada GPU architecture whitepaper, appendix A; fp16 summed in fp16",
    "NVIDIA Jetson Orin Nano 8 GB data sheet: 40 sparse INT8 TOPS",
    "NVIDIA Jetson Orin Nano Super data sheet: 67 sparse INT8 TOPS, with the clocks of JetPack 6.1",
    "NVIDIA Jetson AGX Orin 64 GB data sheet: 275 sparse INT8 TOPS with its DLAs; fp16 of the GPU alone",
    // Where a device is described.
    "the settings",
];

/// Two words one behind the other.
fn has_words(text: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    let words: Vec<&str> = text.split(' ').collect();
    words.windows(2).any(|pair| is_word(pair[0]) && is_word(pair[1].trim_end_matches([',', ';', ':', '.'])))
}

/// The texts in a line of code, without those of attributes, of messages to programmers, and of what is a message.
fn texts(line: &str) -> impl Iterator<Item = &str> {
    let is_for_programmers =
        ["expect(", "panic!(", "assert", "unreachable!(", "reason = "].iter().any(|call| line.contains(call));
    let line = if line.starts_with("//") || line.starts_with('#') || is_for_programmers { "" } else { line };
    line.split('"').skip(1).step_by(2)
}

#[test]
fn what_people_read_is_in_words() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for room in ROOMS {
        let room = src.join(room);
        let files = if room.is_dir() { sources(&room) } else { vec![room] };
        for path in files.iter().filter(|path| !path.ends_with("tests.rs") && !path.ends_with("testing.rs")) {
            let text = fs::read_to_string(path).expect("UTF-8");
            let code = text.split("#[cfg(test)]\n").next().unwrap_or_default();
            for (i, line) in code.lines().enumerate() {
                let is_text = |text: &&str| has_words(text) && !OTHER_TEXTS.contains(text);
                found.extend(
                    texts(line.trim()).filter(is_text).map(|text| format!("{}:{}: {text}", path.display(), i + 1)),
                );
            }
        }
    }
    assert_eq!(found, [""; 0]);
}
