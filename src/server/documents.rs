//! Open documents: their texts as the client edits them, and what is known of each.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use ropey::Rope;
use tower_lsp::ls_types::{Position, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::base::Search;
use crate::config::{self, Config, SettingsFile};
use crate::dialect::Dialect;
use crate::ide::ModelFile;
use crate::ide::head::Head;
use crate::ide::hints::{self, Hint, Subject};
use crate::project::{FileSettings, is_python};
use crate::text::{Encoding, SourceFile};
use crate::weights::{self, Base, StateDict};

/// An open document.
pub(super) struct Document {
    /// The version that the client gave the text.
    pub(super) version: i32,
    /// Whether what was published isn't about this text.
    pub(super) unpublished: bool,
    /// Whether it was a model file once: it stays one while it is half-typed.
    pub(super) is_model: bool,
    /// The settings that count for it.
    settings: FileSettings,
    text: Rope,
    /// Where the file is, or would be.
    path: PathBuf,
    /// Whether `file` is about an earlier text.
    stale: bool,
    file: Option<ModelFile>,
    /// What was known of the text before: much memory, which is given back when nobody waits.
    outdated: Option<ModelFile>,
    /// When it was last asked about.
    pub(super) looked_at: Instant,
    /// The line that was typed in last, as long as nobody has left it, and when.
    typed: Option<(u32, Instant)>,
    /// The labels of scales that the client got last, by letter.
    labels: HashMap<String, String>,
    /// Whether the client got labels of an earlier text.
    owes_hints: bool,
    /// Its file in git's HEAD.
    head: Asked<Rc<Head>>,
    /// The official model that it was made from.
    base: Asked<Arc<Base>>,
}

/// Something that is looked for when somebody asks.
enum Asked<T> {
    Not,
    Yes,
    Known(Option<T>),
}

impl Document {
    /// A document that was opened.
    pub(super) fn new(item: &TextDocumentItem, settings: FileSettings) -> Document {
        Document {
            settings,
            version: item.version,
            unpublished: true,
            text: Rope::from_str(&item.text),
            path: path(&item.uri),
            stale: true,
            file: None,
            outdated: None,
            is_model: false,
            looked_at: Instant::now(),
            typed: None,
            labels: HashMap::new(),
            owes_hints: false,
            head: Asked::Not,
            base: Asked::Not,
        }
    }

    /// Applies a change. Places out of the text are taken for the nearest place in it.
    pub(super) fn change(&mut self, change: &TextDocumentContentChangeEvent, encoding: Encoding) {
        match change.range {
            None => {
                self.text = Rope::from_str(&change.text);
                self.typed = None;
            }
            Some(range) => {
                let start = char_at(&self.text, range.start, encoding);
                let end = char_at(&self.text, range.end, encoding).max(start);
                self.text.remove(start..end);
                self.text.insert(start, &change.text);
                let line = self.text.char_to_line(start + change.text.chars().count());
                self.typed = Some((line as u32, Instant::now()));
            }
        }
        self.stale = true;
        self.unpublished = true;
    }

    /// Takes new settings: the document is analysed again, and shows what it would show if it were opened now.
    pub(super) fn configure(&mut self, settings: FileSettings) {
        self.settings = settings;
        if let Some(file) = &mut self.file {
            file.forget_half_typed();
        }
        self.labels.clear();
        self.base = Asked::Not;
        self.look_again();
    }

    /// The search for the model that it was made from, if nobody has looked and no setting names one or switches the search off.
    pub(super) fn base_to_look_for(&mut self) -> Option<Search> {
        let is_wanted = matches!(self.base, Asked::Not) && self.settings.config.pretrained.is_none();
        let analysis = self.file().filter(|_| is_wanted)?.at_active_scale();
        let (mine, scale, options) = (StateDict::of(analysis)?, analysis.scale.clone(), analysis.options());
        self.base = Asked::Yes;
        let (framework, path) = (self.settings.framework.clone(), self.path.clone());
        Some(Search { framework, path, mine, scale, options, left: None, best: weights::Search::default() })
    }

    /// Takes the model that it was made from, and returns whether there is one.
    pub(super) fn set_base(&mut self, base: Option<Arc<Base>>) -> bool {
        if !matches!(self.base, Asked::Yes) {
            return false;
        }
        if let Some(file) = &mut self.file {
            file.set_base(base.clone());
        }
        self.base = Asked::Known(base);
        matches!(self.base, Asked::Known(Some(_)))
    }

    /// The path of the file to ask git for, if nobody has asked yet.
    pub(super) fn head_to_ask_for(&mut self) -> Option<PathBuf> {
        let asks = matches!(self.head, Asked::Not) && self.is_model && !self.path.as_os_str().is_empty();
        asks.then(|| {
            self.head = Asked::Yes;
            self.path.clone()
        })
    }

    /// Has git asked again, if it was asked before.
    pub(super) fn forget_head(&mut self) -> bool {
        !matches!(std::mem::replace(&mut self.head, Asked::Not), Asked::Not)
    }

    /// Takes the text of its file in git's HEAD, and returns whether the client has an answer about another text.
    pub(super) fn set_head(&mut self, text: Option<String>) -> bool {
        let is_edited = text.as_ref().is_some_and(|text| self.text != text.as_str());
        let head = text.and_then(|text| Head::new(SourceFile::new(self.path.clone(), text))).map(Rc::new);
        let had = self.file.as_mut().is_some_and(|file| file.set_head(head.clone()).is_some());
        self.head = Asked::Known(head);
        is_edited || had
    }

    /// Handles a change of something that the file is read with.
    pub(super) fn look_again(&mut self) {
        if let Asked::Known(Some(head)) = &self.head {
            head.forget();
        }
        self.stale = true;
        self.unpublished = true;
    }

    /// Whether a file of Python is read for it.
    pub(super) fn reads(&self, path: &Path) -> bool {
        self.settings.framework.imports.as_ref().is_some_and(|imports| imports.has_asked_for(path))
    }

    /// Whether a framework's source is read for it.
    pub(super) fn has_source(&self) -> bool {
        !self.is_python() && self.settings.framework.imports.is_some()
    }

    /// The dialect by which its file is read.
    pub(super) fn framework(&self) -> &dyn Dialect {
        &*self.settings.framework.dialect
    }

    /// When a row was typed in that nobody has left.
    pub(super) fn typed_at(&self) -> Option<Instant> {
        self.typed.map(|(_, at)| at)
    }

    /// The line of that row.
    pub(super) fn typed_line(&self) -> Option<u32> {
        self.typed.map(|(line, _)| line)
    }

    /// The row that was typed in is left. Returns whether it has errors that weren't reported.
    pub(super) fn leave_row(&mut self) -> bool {
        let Some((line, _)) = self.typed.take() else { return false };
        let file = self.file.as_ref().filter(|_| !self.stale);
        let has_errors = file.is_some_and(|file| file.findings().iter().any(|found| file.holds_back(found, line)));
        self.unpublished |= has_errors;
        has_errors
    }

    /// Whether analyses of it are kept.
    pub(super) fn is_analysed(&self) -> bool {
        self.file.as_ref().is_some_and(ModelFile::is_analysed)
    }

    /// Forgets what is worked out again when somebody asks.
    pub(super) fn forget_analyses(&mut self) {
        self.outdated = None;
        if let Some(file) = &mut self.file {
            file.forget_analyses();
        }
    }

    /// Forgets that findings and hints are still to be worked out.
    pub(super) fn forget_steps(&mut self) {
        self.unpublished = false;
        self.owes_hints = false;
    }

    /// Whether what was known of an earlier text is still there.
    pub(super) fn has_outdated(&self) -> bool {
        self.outdated.is_some()
    }

    /// Forgets what was known of an earlier text.
    pub(super) fn forget_outdated(&mut self) {
        self.outdated = None;
    }

    /// Whether the client got labels of scales that may have changed.
    pub(super) fn owes_hints(&self) -> bool {
        self.owes_hints
    }

    /// The hints of scales that aren't analysed yet say what they said before, if the client `can_wait` for the new ones.
    pub(super) fn outdated_labels(&mut self, can_wait: bool) -> Option<&HashMap<String, String>> {
        let is_known = self.file().is_none_or(|file| file.work_is_done());
        self.owes_hints = can_wait && !is_known && !self.labels.is_empty();
        self.owes_hints.then_some(&self.labels)
    }

    /// Remembers what the client gets.
    pub(super) fn remember_labels(&mut self, hints: &[Hint]) {
        for hint in hints {
            if let Subject::Scale(letter) = &hint.subject {
                self.labels.insert(letter.clone(), hint.label.clone());
            }
        }
    }

    /// Analyses one more scale; after the last one, returns whether the client got something else, as it did if hints come
    /// `with_tooltips`.
    pub(super) fn settle_hints(&mut self, with_tooltips: bool) -> bool {
        let parts = self.config().parts();
        let Some(file) = self.file() else {
            self.owes_hints = false;
            return false;
        };
        if file.analyse_next() {
            return false;
        }
        let new = hints::scale_labels(file, parts);
        self.owes_hints = false;
        with_tooltips || new.iter().any(|(letter, label)| self.labels.get(letter).is_some_and(|told| told != label))
    }

    /// The settings that count for it.
    pub(super) fn config(&self) -> &Config {
        &self.settings.config
    }

    /// The path of the baseline of its budgets.
    pub(super) fn baseline(&self) -> Option<&Path> {
        self.settings.request.lint.budgets.baseline_path.as_deref()
    }

    /// The text of a file of Python.
    pub(super) fn python(&self) -> Option<String> {
        is_python(&self.path).then(|| self.text.to_string())
    }

    /// Whether it is a file of Python.
    pub(super) fn is_python(&self) -> bool {
        is_python(&self.path)
    }

    /// The text with its lines.
    pub(super) fn source(&self) -> SourceFile {
        SourceFile::new(self.path.clone(), self.text.to_string())
    }

    /// The text of a file of Python with its lines.
    pub(super) fn python_source(&self) -> Option<SourceFile> {
        self.is_python().then(|| self.source())
    }

    /// Where the file is, or would be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name without directory and ending.
    pub(super) fn stem(&self) -> Cow<'_, str> {
        self.path.file_stem().unwrap_or_default().to_string_lossy()
    }

    /// The document as a model file; none if it isn't one.
    pub(super) fn file(&mut self) -> Option<&ModelFile> {
        self.looked_at = Instant::now();
        if self.stale {
            // Said first: a text that makes this panic isn't read again and again.
            self.stale = false;
            let before = self.file.take();
            let chosen = if is_python(&self.path) { Some(false) } else { self.settings.is_model };
            if chosen == Some(false) {
                return None;
            }
            let source = self.source();
            let request = &self.settings.request;
            self.file = match &before {
                Some(before) => Some(before.edited(source, request)),
                None => ModelFile::read(source, request, self.is_model || chosen == Some(true)),
            };
            self.outdated = before;
            self.is_model |= self.file.is_some();
            if let (Some(file), Asked::Known(head)) = (&mut self.file, &self.head) {
                file.set_head(head.clone());
            }
            if let (Some(file), Asked::Known(base)) = (&mut self.file, &self.base) {
                file.set_base(base.clone());
            }
        }
        self.file.as_ref()
    }
}

impl Document {
    /// The document as a settings file; none if it isn't one.
    pub(super) fn settings_file(&self) -> Option<SettingsFile> {
        config::is_settings_file(&self.path).then(|| self.source()).and_then(SettingsFile::read)
    }
}

/// Where a document's file is, or would be. What isn't saved yet has no name that could say anything.
pub(super) fn path(uri: &Uri) -> PathBuf {
    let path = Some(uri).filter(|uri| !uri.as_str().starts_with("untitled:")).and_then(|uri| uri.to_file_path());
    path.map(Cow::into_owned).unwrap_or_default()
}

/// The index of the character at a place.
fn char_at(text: &Rope, position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    let Some(content) = text.get_line(line) else { return text.len_chars() };
    let column = position.character as usize;
    let chars = match encoding {
        Encoding::Utf8 => content.byte_to_char(column.min(content.len_bytes())),
        Encoding::Utf16 => content.utf16_cu_to_char(column.min(content.len_utf16_cu())),
        Encoding::Utf32 => column,
    };
    let line_break = content.chars_at(content.len_chars()).reversed().take_while(|c| matches!(c, '\r' | '\n')).count();
    text.line_to_char(line) + chars.min(content.len_chars() - line_break)
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::Range;

    use super::*;

    fn edited(text: &str, start: (u32, u32), end: (u32, u32), new: &str, encoding: Encoding) -> String {
        let item = TextDocumentItem::new("file:///m.yaml".parse().unwrap(), "yaml".into(), 1, text.into());
        let mut document = Document::new(&item, FileSettings::default());
        let range = Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1));
        let change = TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: new.into() };
        document.change(&change, encoding);
        document.text.to_string()
    }

    #[test]
    fn columns_are_counted_in_the_encoding() {
        for (encoding, column) in [(Encoding::Utf8, 5), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            assert_eq!(edited("a\n🚀x1\n", (1, column), (1, column + 1), "2", encoding), "a\n🚀x2\n");
        }
    }

    #[test]
    fn lines_end_as_in_lsp() {
        let text = "a\r\nb\rc\nd\u{2028}\u{b}\u{c}\u{85}e\nf";
        assert_eq!(edited(text, (4, 0), (4, 1), "F", Encoding::Utf16), text.replace('f', "F"));
    }

    #[test]
    fn places_out_of_the_text_are_clamped() {
        let edited = |start, end| edited("ab\r\ncd\n", start, end, "X", Encoding::Utf16);
        assert_eq!(edited((0, 99), (0, 99)), "abX\r\ncd\n");
        assert_eq!(edited((9, 9), (9, 9)), "ab\r\ncd\nX");
        assert_eq!(edited((1, 0), (u32::MAX, u32::MAX)), "ab\r\nX");
        // A range that ends before it starts is empty.
        assert_eq!(edited((1, 1), (0, 0)), "ab\r\ncXd\n");
    }
}
