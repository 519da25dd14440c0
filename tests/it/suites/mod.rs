//! Suites: the Markdown of `tests/suites/`, whose blocks of YAML say in comments what is found in them and what their rows
//! are.
//!
//! Each block of YAML is a file. A finding is expected where a comment at the end of its line says so:
//! `# error: [rule] "words of the message"`; several may follow each other. What isn't said isn't found. `# is: 16×320×320 ·
//! 464 params` is what a hint says of the row; parts of it may be left out. A comment on a line of its own speaks of the
//! line below. After the language a block may say `name=…` (the file's name), `scale=…` (`all` for
//! every one) and `imgsz=…`.
//!
//! A block with a path after the language, ` ```yaml .yolint.yaml`, is a file beside those that follow under its heading.
//! Where one is Python, files are read by the framework `tests/suites/yolo.py`, which takes modules from `models/common.py`,
//! or by one that stands there as `models/yolo.py`. What is below `installed/` is a package of the same name that is
//! installed.
//!
//! A block ` ```yaml safely-fixed` says what the safe fixes make of the block before it, ` ```yaml fixed` what all fixes
//! make of that; what is still wrong there is announced as in any other. A block ` ```python fixed models/yolo.py` says what
//! all fixes of the block before it make of that file.
//!
//! Each file is checked in Chinese too: the same is found at the same places, with the same values (`chinese.rs`).

mod chinese;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use yolint::internals::analysis::Totals;
use yolint::internals::budget::Baselines;
use yolint::internals::check::{self, Finding, Request, Scales};
use yolint::internals::config;
use yolint::internals::config::{Parts, Sought};
use yolint::internals::dialect::SourceDialect;
use yolint::internals::fix::{self, Which};
use yolint::internals::ide::ModelFile;
use yolint::internals::ide::hints;
use yolint::internals::interpret::Sources;
use yolint::internals::model::ReadFile;
use yolint::internals::python::File;
use yolint::internals::rules::Severity;
use yolint::internals::text::{LineIndex, Span};
use yolint::internals::weights::Base;
use yolint::internals::words::Language;

use self::chinese::Words;

/// A block of YAML in a page.
#[derive(Default)]
pub(crate) struct Block {
    line: usize,
    /// The heading that it stands under.
    heading: String,
    /// The words behind the language.
    words: Vec<String>,
    pub(crate) text: String,
    /// The files beside it, by their paths.
    files: BTreeMap<String, String>,
}

/// The blocks of YAML in Markdown, each with the files that stand before it under the same heading.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut files = BTreeMap::new();
    let mut heading = "";
    let mut open: Option<(&str, Block)> = None;
    for (i, line) in markdown.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (language, words) = info.split_once(' ').unwrap_or((info, ""));
                let words = words.split_whitespace().map(str::to_owned).collect();
                open = Some((language, Block { line: i + 1, heading: heading.to_owned(), words, ..Block::default() }));
            }
            (Some(_), Some(_)) => {
                let Some((language, block)) = open.take() else { continue };
                match block.words.iter().find(|word| word.contains('.') && !word.contains('=')) {
                    Some(_) if block.words[0] == "fixed" => found.push(Block { files: files.clone(), ..block }),
                    Some(path) => drop(files.insert(path.clone(), block.text)),
                    None if language == "yaml" => found.push(Block { files: files.clone(), ..block }),
                    None => {}
                }
            }
            (Some((_, block)), None) => block.text.extend([line, "\n"]),
            (None, None) if line.starts_with('#') => {
                files.clear();
                heading = line;
            }
            (None, None) => {}
        }
    }
    found
}

/// A framework, and the files of Python beside a block.
struct Program(BTreeMap<String, String>);

impl Sources for Program {
    fn file(&self, path: &str) -> Option<Arc<File>> {
        let text = match self.0.get(path) {
            Some(text) => text,
            None if path == "models/yolo.py" => include_str!("../../suites/yolo.py"),
            None => return None,
        };
        Some(Arc::new(File::new(path, text)))
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let below = |path: &String| Some(path.strip_prefix(folder)?.trim_start_matches('/').to_owned());
        let mut names: Vec<String> = self.0.keys().filter_map(below).map(|path| first_of(&path)).collect();
        names.dedup();
        names
    }

    fn is_folder(&self, path: &str) -> bool {
        path == "models" || self.0.keys().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }

    fn roots(&self) -> &[String] {
        const ROOT: &[String] = &[String::new()];
        ROOT
    }
}

/// The first part of a path, with the slash behind a folder.
fn first_of(path: &str) -> String {
    path.split_inclusive('/').next().unwrap_or_default().to_owned()
}

/// The suites: names and texts.
pub(crate) fn suites() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites");
    let entries = fs::read_dir(folder).expect("the folder of the suites").filter_map(Result::ok);
    let mut suites: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    suites.sort();
    suites
}

/// What a comment announces, or what there is: line, `severity[rule]` with the message or words of it, `is` with a label or
/// parts of it.
type Said = (u32, String, String);

/// The text without the comments that announce something, and what they announce.
fn announced(block: &Block) -> (String, Vec<Said>) {
    let (mut text, mut said, mut waiting) = (String::new(), Vec::new(), Vec::new());
    for line in block.text.lines() {
        let at = ["# error: [", "# warning: [", "# hint: [", "# is: "].iter().filter_map(|mark| line.find(mark)).min();
        let (code, comment) = line.split_at(at.unwrap_or(line.len()));
        let found = comment.split("# ").filter_map(|part| {
            if let Some(label) = part.strip_prefix("is: ") {
                return Some(("is".to_owned(), label.trim().to_owned()));
            }
            let (severity, rest) = part.split_once(": [")?;
            let (rule, words) = rest.split_once(']')?;
            Some((format!("{severity}[{rule}]"), words.trim().trim_matches('"').to_owned()))
        });
        if at.is_some() && code.trim().is_empty() {
            waiting.extend(found);
            continue;
        }
        let number = text.lines().count() as u32 + 1;
        said.extend(waiting.drain(..).chain(found).map(|(what, words)| (number, what, words)));
        text.extend([if at.is_some() { code.trim_end() } else { code }, "\n"]);
    }
    assert!(waiting.is_empty(), "line {}: announced below the last line", block.line);
    (text, said)
}

/// What a block asks for by its own words, or else by the settings beside it.
pub(crate) fn request(block: &Block) -> Request {
    let word = |name: &str| block.words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let name = word("name").unwrap_or("yolo11-model.yaml");
    let folder = Path::new("/");
    let file = |path: &Path| {
        let path = path.strip_prefix(folder).unwrap_or(path).to_string_lossy();
        block.files.get(path.as_ref()).cloned().ok_or_else(|| format!("there is no {path}").into())
    };
    let (config, problems) = config::parse(&file(Path::new(config::FILE_NAME)).unwrap_or_default());
    assert_eq!(problems, [""; 0], "settings of the block in line {}", block.line);
    let config = config.in_folder(folder);
    let mut request = config.request(Path::new(name));
    name.trim_end_matches(".yaml").clone_into(&mut request.stem);
    match word("scale") {
        Some("all") => request.scales = Scales::All,
        scale => request.scale = scale.map(str::to_owned).or(request.scale.take()),
    }
    if let Some(size) = word("imgsz") {
        request.options.imgsz = [size.parse().expect("a size"); 2];
    }
    if block.files.keys().any(|path| path.ends_with(".py")) {
        let is_installed = |path: &String| path.starts_with("installed/");
        let (installed, own) =
            block.files.clone().into_iter().partition::<BTreeMap<_, _>, _>(|(path, _)| is_installed(path));
        let mut dialect = SourceDialect::new(Arc::new(Program(own)), "models.yolo");
        if !installed.is_empty() {
            let files = installed.into_iter().map(|(path, text)| (path.replacen("installed/", "", 1), text)).collect();
            dialect = dialect.with_installed(SourceDialect::new(Arc::new(Program(files)), "models.yolo"));
        }
        request.options.dialect = Arc::new(dialect);
    }
    request.lint.pretrained = config.pretrained.as_ref().and_then(Sought::path).map(|path| {
        let read = ReadFile::new(&*file(path).expect("a base"));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Arc::new(Base::of_file(&name, read, None).expect("a model"))
    });
    request.lint.budgets = config.budgets(&folder.join(name));
    Baselines::default().resolve(&mut request.lint.budgets, &request.options, file).expect("a baseline");
    request
}

/// The findings of a text, as they are announced.
pub(crate) fn found(text: &str, request: &Request) -> Vec<Said> {
    said(text, &check::check(text, request))
}

fn said(text: &str, findings: &[Finding]) -> Vec<Said> {
    let lines = LineIndex::new(text);
    let said = findings.iter().map(|finding| {
        let d = &finding.diagnostic;
        let line = lines.human(text, d.span.start).0;
        (line, format!("{}[{}]", d.severity.name(), d.rule), finding.message().english())
    });
    said.collect()
}

/// What the hints of a text say, each with its line.
fn labels(text: &str, request: &Request) -> Vec<(u32, String)> {
    let Some(file) = ModelFile::read(text, request, false) else { return Vec::new() };
    let all = hints(&file, Span::new(0, u32::MAX), Parts::default());
    all.into_iter().map(|hint| (file.lines().human(text, hint.offset).0, hint.label)).collect()
}

/// Whether a label has these parts, in this order.
fn has_parts(label: &str, said: &str) -> bool {
    let mut parts = label.split(" · ");
    said.split(" · ").all(|said| parts.any(|part| part == said))
}

#[test]
fn findings_and_figures_are_those_that_are_announced() {
    let mut problems = Vec::new();
    let mut count = 0;
    let mut in_chinese = Vec::new();
    for (name, suite) in suites() {
        let mut words = Words::default();
        let mut before: Option<(Request, String)> = None;
        for block in blocks(&suite) {
            count += 1;
            if let [fixed, path] = block.words.as_slice()
                && fixed == "fixed"
                && let Some((request, before)) = &before
            {
                let fixed = fix::fix(before, request, Which { doubtful: true, hints: true });
                match fixed.files.iter().find(|file| file.before.path == Path::new(path)) {
                    Some(file) if file.after == block.text => {}
                    Some(file) => problems.push(format!("{name}:{}: not what it becomes:\n{}", block.line, file.after)),
                    None => problems.push(format!("{name}:{}: {path} isn't fixed", block.line)),
                }
                continue;
            }
            let (text, announced) = announced(&block);
            let mut dialect = None;
            let is_fixed = |word: &str| word == "fixed" || word == "safely-fixed";
            match (block.words.iter().find(|word| is_fixed(word)).cloned(), &before) {
                (Some(word), Some((request, before))) => {
                    let which = Which { doubtful: word == "fixed", hints: true };
                    let fixed = fix::fix(before, request, which);
                    if fixed.text != text {
                        let fixed = fixed.text;
                        problems.push(format!("{name}:{}: not what the block before becomes:\n{fixed}", block.line));
                    }
                    dialect = Some(fixed.dialect);
                }
                (Some(_), None) => problems.push(format!("{name}:{}: fixed, but there is no block before", block.line)),
                (None, _) => before = Some((request(&block), text.clone())),
            }
            let request = before.as_ref().map_or_else(|| request(&block), |(request, _)| request.clone());
            let mut request = request;
            request.options.dialect = dialect.unwrap_or(request.options.dialect);
            let findings = check::check(&text, &request);
            if check::check(&text, &Request { language: Language::Chinese, ..request.clone() }) != findings {
                problems.push(format!("{name}:{}: something else is found in Chinese", block.line));
            }
            words.of_block(&block.heading, &text, &request, &findings);
            let mut found = said(&text, &findings);
            let labels = labels(&text, &request);
            for (line, what, words) in announced {
                if what == "is" {
                    let of_line: Vec<&str> = labels.iter().filter(|(l, _)| *l == line).map(|(_, l)| &**l).collect();
                    if !of_line.iter().any(|label| has_parts(label, &words)) {
                        let place = format!("{name}:{}: line {line}", block.line);
                        problems.push(format!("{place} isn't {words}, but {}", of_line.join(" and ")));
                    }
                    continue;
                }
                let same =
                    found.iter().position(|(l, w, message)| (*l, w) == (line, &what) && message.contains(&words));
                match same {
                    Some(same) => drop(found.remove(same)),
                    None => {
                        problems.push(format!("{name}:{}: not found on its line {line}: {what} {words}", block.line))
                    }
                }
            }
            let unannounced = found.iter();
            problems.extend(unannounced.map(|(line, what, message)| {
                format!("{name}:{}: not announced on its line {line}: {what} {message}", block.line)
            }));
        }
        in_chinese.push((name, words));
    }
    assert!(count > 0);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for (name, words) in in_chinese {
        words.check(&name);
    }
}

/// Safe fixes end, a second time they change nothing, and what is known of a model stays true.
#[test]
fn safe_fixes_keep_figures() {
    let figures = |text: &str, request: &Request| -> Option<Vec<Totals>> {
        let checked = check::checked(ReadFile::new(text), request);
        if checked.findings.iter().any(|finding| finding.diagnostic.severity == Severity::Error) {
            return None;
        }
        let totals = checked.analyses.checked().iter().map(|analysis| analysis.totals.clone());
        totals.map(|totals| totals.filter(|totals| totals.ops.is_some())).collect()
    };
    let which = Which { doubtful: false, hints: true };
    for (name, suite) in suites() {
        for block in blocks(&suite).iter().filter(|block| block.files.is_empty()) {
            let ((text, _), request) = (announced(block), request(block));
            let fixed = fix::fix(&text, &request, which).text;
            assert_eq!(fix::fix(&fixed, &request, which).text, fixed, "{name}:{}", block.line);
            if let Some(known) = figures(&text, &request) {
                assert_eq!(figures(&fixed, &request), Some(known), "{name}:{}", block.line);
            }
        }
    }
}
