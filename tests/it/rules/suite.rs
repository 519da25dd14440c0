//! Findings as the comments in a block say them.

use yolint::analysis::Options;
use yolint::check::{self, Request, Scales};
use yolint::fix::{self, Which};
use yolint::text::LineIndex;

use super::{Block, blocks, suites};

/// A finding that a comment announces, or one that was made: line, `severity[rule]`, message or words of it.
type Said = (u32, String, String);

/// The text without the comments that announce findings, and these.
fn announced(block: &Block) -> (String, Vec<Said>) {
    let (mut text, mut said, mut waiting) = (String::new(), Vec::new(), Vec::new());
    for line in block.text.lines() {
        let at = ["# error: [", "# warning: [", "# hint: ["].iter().filter_map(|mark| line.find(mark)).min();
        let (code, comment) = line.split_at(at.unwrap_or(line.len()));
        let found = comment.split("# ").filter_map(|part| {
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

/// What a block asks for.
pub(super) fn request(block: &Block) -> Request {
    let word = |name: &str| block.info.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let stem = word("name").unwrap_or("yolo11-model.yaml").trim_end_matches(".yaml").to_owned();
    let side = word("imgsz").map_or(640, |size| size.parse().expect("a size"));
    let options = Options { imgsz: [side, side], ..Options::default() };
    match word("scale") {
        Some("all") => Request { stem, scales: Scales::All, options, ..Request::default() },
        scale => Request { stem, scale: scale.map(str::to_owned), options, ..Request::default() },
    }
}

/// The findings of a text.
pub(super) fn found(text: &str, request: &Request) -> Vec<Said> {
    let lines = LineIndex::new(text);
    let found = check::check(text, request);
    let said = found.iter().map(|finding| {
        let d = &finding.diagnostic;
        let line = lines.human(text, d.span.start).0;
        (line, format!("{}[{}]", d.severity.name(), d.rule), finding.message())
    });
    said.collect()
}

#[test]
fn findings_are_those_that_are_announced() {
    let mut problems = Vec::new();
    let mut count = 0;
    for (name, suite) in suites() {
        let mut before: Option<(Request, String)> = None;
        for block in blocks(&suite) {
            count += 1;
            let (text, announced) = announced(&block);
            let is_fixed = |word: &str| word == "fixed" || word == "safely-fixed";
            match (block.info.iter().find(|word| is_fixed(word)).cloned(), &before) {
                (Some(word), Some((request, before))) => {
                    let which = Which { doubtful: word == "fixed", hints: true };
                    let fixed = fix::fix(before, request, which).text;
                    if fixed != text {
                        problems.push(format!("{name}:{}: not what the block before becomes:\n{fixed}", block.line));
                    }
                }
                (Some(_), None) => problems.push(format!("{name}:{}: fixed, but there is no block before", block.line)),
                (None, _) => before = Some((request(&block), text.clone())),
            }
            let request = before.as_ref().map_or_else(|| request(&block), |(request, _)| request.clone());
            let mut found = found(&text, &request);
            for (line, what, words) in announced {
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
    }
    assert!(count > 0);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
