//! What is found in suites, in Chinese beside the English: `tests/suites/zh/` has the words of each suite, under the headings of its
//! blocks. `UPDATE_EXPECT=1` writes them anew; read what changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use expect_test::expect_file;
use yolint::internals::check::Finding;
use yolint::internals::words::{Language, Message};

use super::Request;
use super::labels;

/// The words of a suite, each sentence once, whatever its figures are.
#[derive(Default)]
pub(super) struct Words {
    text: String,
    heading: String,
    said: BTreeSet<String>,
}

impl Words {
    /// Notes what is said of a block.
    pub(super) fn of_block(&mut self, heading: &str, text: &str, request: &Request, findings: &[Finding]) {
        for finding in findings {
            let d = &finding.diagnostic;
            self.message(heading, &finding.message());
            d.help.iter().for_each(|help| self.message(heading, help));
            d.related.iter().for_each(|(_, words)| self.message(heading, words));
            d.fixes.iter().for_each(|fix| self.message(heading, &fix.title));
        }
        let chinese = Request { language: Language::Chinese, ..request.clone() };
        for ((_, english), (_, chinese)) in labels(text, request).iter().zip(labels(text, &chinese)) {
            self.pair(heading, english, &chinese);
        }
    }

    fn message(&mut self, heading: &str, message: &Message) {
        self.pair(heading, &message.english(), &Language::Chinese.say(message));
    }

    /// What is the same in both languages are a program's words, or figures.
    fn pair(&mut self, heading: &str, english: &str, chinese: &str) {
        if english == chinese || !self.said.insert(without_figures(english)) {
            return;
        }
        if self.heading != heading {
            heading.clone_into(&mut self.heading);
            let _ = writeln!(self.text, "{heading}\n");
        }
        let _ = writeln!(self.text, "{english}\n{chinese}\n");
    }

    /// Compares them with what stands in `tests/suites/zh/`.
    pub(super) fn check(&self, suite: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suites/zh");
        expect_file![folder.join(suite.replace(".md", ".txt"))].assert_eq(&self.text);
    }
}

/// A text with zeros for figures, but not for a 1, which has words of its own.
fn without_figures(text: &str) -> String {
    let is_figure = |c: char| c.is_ascii_digit() || ".,".contains(c);
    let words = text.split_inclusive(|c| !is_figure(c)).map(|part| {
        let (figure, rest) = part.split_at(part.find(|c| !is_figure(c)).unwrap_or(part.len()));
        let figure = if figure.starts_with(|c: char| c.is_ascii_digit()) && figure != "1" { "0" } else { figure };
        figure.to_owned() + rest
    });
    words.collect()
}
