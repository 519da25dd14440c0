//! Builds the tree from the lexer's symbols, by the grammar of PyYAML's parser and the checks of its composer and
//! constructor.

mod block;
mod document;
mod flow;
mod mend;

pub use mend::call_in_row;

use super::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use super::lexer::{Lexed, Mark, SymbolKind, is_forbidden, lex};
use super::scalar::{self, Value};
use super::token::Tokens;
use super::tree::{Alias, Entry, Mapping, Node, NodeKind, Properties, Scalar, Style, Tree};
use super::{MAX_DEPTH, Parse, merge};
use crate::text::Span;
use crate::words::{Message, message};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn parse(text: &Arc<str>) -> Parse {
    if u32::try_from(text.len()).is_err() {
        return too_long();
    }
    let strict = lex(text, false);
    let first = if strict.stopped {
        strict.errors
    } else {
        let parser = Parser::new(text, strict, false).run();
        if !parser.stopped {
            return parser.finish(text);
        }
        parser.errors
    };
    let mut parse = Parser::new(text, lex(text, true), true).run().finish(text);
    // The first pass's error counts even if the second pass can make sense of the text.
    let refused = |error: &SyntaxError| error.kind.is_refused_by_all();
    if !parse.errors.iter().any(refused) {
        parse.errors.extend(first.into_iter().filter(refused));
        parse.errors.sort_by_key(|error| error.span.start);
    }
    let is_control = |error: &SyntaxError| error.kind == SyntaxErrorKind::ControlCharacter;
    if parse.errors.iter().any(is_control) && parse.errors.iter().any(|error| refused(error) && !is_control(error)) {
        // The framework removes control characters before parsing, so errors that only they cause don't count.
        let kept: String = text.chars().filter(|&c| !is_forbidden(c)).collect();
        if !super::parse(&kept).errors.iter().any(refused) {
            parse.errors.retain(|error| is_control(error) || !refused(error));
        }
    }
    parse
}

fn too_long() -> Parse {
    Parse {
        tree: Tree {
            text: "".into(),
            tokens: Tokens::default(),
            comments: Vec::new(),
            root: None,
            anchors: Vec::new(),
        },
        errors: vec![SyntaxError {
            kind: SyntaxErrorKind::TooLong,
            span: Span::default(),
            message: message!("text-too-long"),
            fix: None,
        }],
    }
}

struct Parser<'a> {
    text: &'a str,
    lexed: Lexed,
    tolerant: bool,
    stopped: bool,
    /// The lexer's errors, in the order of the text, and then the parser's own.
    errors: Vec<SyntaxError>,
    lexer_errors: usize,
    /// The next symbol, and what must be read before it.
    at: usize,
    mark: Mark,
    /// The end of the symbol that was read last.
    last_end: u32,
    /// An offset, and the start of its line.
    line: (u32, u32),
    depth: usize,
    /// How many brackets are open.
    flow_depth: usize,
    /// The children of the collections that are still open.
    items: Vec<Node>,
    entries: Vec<Entry>,
    anchors: Vec<Span>,
    /// For each anchor's name, the last anchor and whether it is on a collection.
    names: HashMap<&'a str, (u32, bool)>,
    /// Tag handles that the document declares.
    handles: Vec<(&'a str, String)>,
    root: Option<Node>,
    has_merges: bool,
}

/// What is allowed where a node is read.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    /// A value of the block layout.
    Block,
    /// The same, or a sequence at the column of the mapping around it.
    BlockOrIndentless,
    /// A value between brackets.
    Flow,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, mut lexed: Lexed, tolerant: bool) -> Self {
        let mut errors = std::mem::take(&mut lexed.errors);
        errors.sort_by_key(|error| error.span.start);
        Parser {
            text,
            tolerant,
            stopped: false,
            lexer_errors: errors.len(),
            errors,
            at: 0,
            mark: lexed.symbols.first().map_or(Mark::None, |symbol| symbol.mark),
            lexed,
            last_end: 0,
            line: (0, 0),
            depth: 0,
            flow_depth: 0,
            items: Vec::new(),
            entries: Vec::new(),
            anchors: Vec::new(),
            names: HashMap::new(),
            handles: Vec::new(),
            root: None,
            has_merges: false,
        }
    }

    fn run(mut self) -> Self {
        self.stream();
        self
    }

    fn finish(mut self, text: &Arc<str>) -> Parse {
        let mut tree = Tree {
            text: Arc::clone(text),
            tokens: std::mem::take(&mut self.lexed.tokens),
            comments: std::mem::take(&mut self.lexed.comments),
            root: self.root.take(),
            anchors: std::mem::take(&mut self.anchors),
        };
        if self.has_merges
            && let Some(root) = &tree.root
        {
            check_merges(&tree, root, &mut self.errors);
        }
        mend::curly_rows(self.text, &mut self.errors);
        self.errors.sort_by_key(|error| error.span.start);
        if let Some(root) = &tree.root
            && self.tolerant
        {
            mend::rows(self.text, root, &mut self.errors);
        }
        if !self.errors.is_empty()
            && let Some(root) = &mut tree.root
        {
            mark_errors(self.text, &self.errors, root, self.text.len() as u32);
        }
        Parse { tree, errors: self.errors }
    }

    // Symbols.

    /// Returns the next symbol. A resynchronisation is skipped if no bracket is open.
    fn peek(&mut self) -> SymbolKind {
        while self.flow_depth == 0 && matches!(self.lexed.symbols[self.at].kind, SymbolKind::Resync { .. }) {
            self.advance();
        }
        match self.mark {
            Mark::MappingAndKey => SymbolKind::BlockMapping,
            Mark::Key => SymbolKind::Key,
            Mark::None => self.lexed.symbols[self.at].kind,
        }
    }

    /// Reads a symbol and returns its place, which is empty for a marker.
    fn advance(&mut self) -> Span {
        let symbol = self.lexed.symbols[self.at];
        match self.mark {
            Mark::MappingAndKey => self.mark = Mark::Key,
            Mark::Key => self.mark = Mark::None,
            Mark::None => {
                if self.at + 1 < self.lexed.symbols.len() {
                    self.at += 1;
                    self.mark = self.lexed.symbols[self.at].mark;
                }
                if !symbol.span.is_empty() {
                    self.last_end = symbol.span.end;
                }
                return symbol.span;
            }
        }
        Span::empty(symbol.span.start)
    }

    fn place(&self) -> Span {
        self.lexed.symbols[self.at].span
    }

    fn at_document_end(&mut self) -> bool {
        use SymbolKind::*;
        matches!(self.peek(), End | DocumentStart | DocumentEnd | Directive)
    }

    // Errors.

    /// Reports something that PyYAML's parser stops at.
    fn error(&mut self, kind: SyntaxErrorKind, span: Span, message: Message) {
        self.refuse(kind, span, message);
        if !self.tolerant {
            self.stopped = true;
            self.at = self.lexed.symbols.len() - 1;
            self.mark = Mark::None;
        }
    }

    /// Reports something that is well-formed, but that PyYAML rejects.
    fn refuse(&mut self, kind: SyntaxErrorKind, span: Span, message: Message) {
        self.errors.push(SyntaxError { kind, span, message, fix: None });
    }

    /// Adds a fix to the last error.
    fn fix(&mut self, fix: impl Into<Option<SyntaxFix>>) {
        if let Some(error) = self.errors.last_mut() {
            error.fix = fix.into();
        }
    }

    /// Whether an error was reported before `offset`, on its line or after the last symbol. Call it with ascending
    /// offsets, so that all searches for line starts together take linear time.
    fn line_has_error(&mut self, offset: u32) -> bool {
        let (asked, line) = self.line;
        let between = Span::new(asked, offset).text(self.text);
        let line = between.rfind(['\n', '\r']).map_or(line, |at| asked + at as u32 + 1);
        self.line = (asked.max(offset), line);
        let (of_lexer, own) = self.errors.split_at(self.lexer_errors);
        let next = of_lexer.partition_point(|error| error.span.start < line);
        of_lexer.get(next).is_some_and(|error| error.span.start <= offset)
            || own.last().is_some_and(|error| error.span.start >= line)
    }

    // Nodes.

    /// Reads a node that is a value or item, where `<<` isn't allowed.
    fn value(&mut self, context: Context) -> Node {
        let mut node = self.node(context);
        if let NodeKind::Scalar(scalar) = &mut node.kind
            && matches!(scalar.value, Value::Merge)
        {
            scalar.value = Value::Str(node.span.text(self.text).into());
            let message = message!("merge-as-key");
            self.refuse(SyntaxErrorKind::InvalidValue, node.span, message);
            self.fix(SyntaxFix::quotes(node.span, self.text));
        }
        node
    }

    /// Reads a node that is a key.
    fn key(&mut self, context: Context) -> Node {
        let bare_equals = self.errors.len();
        let node = self.node(context);
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                self.has_merges |= matches!(scalar.value, Value::Merge);
                // A bare `=` is a string if it is a key.
                if node.tag().is_none() && scalar.style == Style::Plain && node.span.text(self.text) == "=" {
                    self.errors.truncate(bare_equals);
                }
            }
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => self.unhashable(node.span),
            NodeKind::Alias(_) => {
                if self.names.get(&node.text(self.text)[1..]).is_some_and(|&(_, collection)| collection) {
                    self.unhashable(node.span);
                }
            }
            NodeKind::Missing => {}
        }
        node
    }

    fn unhashable(&mut self, span: Span) {
        let message = message!("key-is-list");
        self.refuse(SyntaxErrorKind::UnhashableKey, span, message);
    }

    /// Reads a node of any kind. If none starts here, reads nothing and returns a missing node.
    fn node(&mut self, context: Context) -> Node {
        use SymbolKind::*;
        match self.peek() {
            Alias => return self.alias(),
            next if is_scalar(next) => return self.scalar(None),
            _ => {}
        }
        let properties = self.properties();
        let start = match &properties {
            Some(_) => self.last_end,
            None => self.place().start,
        };
        let block = context != Context::Flow;
        let next = self.peek();
        let collection = match next {
            OpenBracket | OpenBrace => true,
            BlockSequence | BlockMapping => block,
            Dash => context == Context::BlockOrIndentless,
            _ => false,
        };
        let tag = self.tag(properties.as_deref());
        self.declare(properties.as_deref(), collection);
        let mut node = if is_scalar(next) {
            self.scalar(tag.as_deref())
        } else if collection && self.depth >= MAX_DEPTH {
            self.too_deep()
        } else if collection {
            self.depth += 1;
            let node = match next {
                OpenBracket => self.flow_sequence(),
                OpenBrace => self.flow_mapping(),
                BlockMapping => self.block_mapping(),
                _ => self.block_sequence(next == Dash),
            };
            self.depth -= 1;
            self.check_tag(tag.as_deref(), properties.as_deref(), &node);
            node
        } else if properties.is_some() {
            let value = self.typed(tag.as_deref(), "", Style::Plain, Span::empty(start));
            scalar_node(value, Style::Plain, Span::empty(start))
        } else {
            missing(self.last_end)
        };
        node.properties = properties;
        node
    }

    fn alias(&mut self) -> Node {
        let span = self.advance();
        let name: &'a str = &span.text(self.text)[1..];
        let target = self.names.get(name).map(|&(anchor, _)| anchor);
        if target.is_none() {
            let message = message!("no-anchor", name);
            self.refuse(SyntaxErrorKind::UndefinedAlias, span, message);
            self.fix(SyntaxFix::quotes(span, self.text));
        }
        Node { kind: NodeKind::Alias(Alias { target }), span, properties: None, has_error: false }
    }

    fn properties(&mut self) -> Option<Box<Properties>> {
        let mut properties = Properties::default();
        loop {
            match self.peek() {
                SymbolKind::Anchor if properties.anchor.is_none() => properties.anchor = Some(self.advance()),
                SymbolKind::Tag if properties.tag.is_none() => properties.tag = Some(self.advance()),
                _ => break,
            }
        }
        (properties.anchor.is_some() || properties.tag.is_some()).then(|| Box::new(properties))
    }

    /// The tag in full; `None` for no tag. The tag `!` stays as it is.
    fn tag(&mut self, properties: Option<&Properties>) -> Option<String> {
        let span = properties?.tag?;
        let tag = span.text(self.text);
        if tag == "!" {
            return Some("!".to_owned());
        }
        if let Some(verbatim) = tag.strip_prefix("!<") {
            return scalar::unescape_uri(verbatim.trim_end_matches('>'));
        }
        let (handle, suffix) = scalar::split_tag(tag);
        let declared = self.handles.iter().find(|(name, _)| *name == handle);
        let prefix = match (declared, handle) {
            (Some((_, prefix)), _) => prefix,
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            (None, _) => {
                let message = message!("tag-handle", handle);
                self.error(SyntaxErrorKind::InvalidTag, span, message);
                return None;
            }
        };
        Some(format!("{prefix}{}", scalar::unescape_uri(suffix).unwrap_or_default()))
    }

    fn declare(&mut self, properties: Option<&Properties>, collection: bool) {
        let Some(anchor) = properties.and_then(|properties| properties.anchor) else {
            return;
        };
        let index = self.anchors.len() as u32;
        self.anchors.push(anchor);
        let name = &anchor.text(self.text)[1..];
        if self.names.insert(name, (index, collection)).is_some() {
            let message = message!("anchor-twice", name);
            self.refuse(SyntaxErrorKind::DuplicateAnchor, anchor, message);
            self.fix(SyntaxFix::doubtful(anchor, ""));
        }
    }

    fn check_tag(&mut self, tag: Option<&str>, properties: Option<&Properties>, node: &Node) {
        let Some(tag) = tag.filter(|tag| *tag != "!") else {
            return;
        };
        let sequence = node.as_seq();
        let is_pair = |item: &Node| item.as_map().is_some_and(|entries| entries.len() == 1);
        if !scalar::fits_collection(tag, sequence.is_some()) {
            let message = scalar::unknown_tag(tag).unwrap_or_else(|| message!("not-of-loader", tag));
            self.refuse(SyntaxErrorKind::UnknownTag, node.span, message);
            let written = properties.and_then(|properties| properties.tag);
            let without = written.map(|tag| Span::new(tag.start, node.span.start));
            let is_python = without.filter(|tag| tag.text(self.text).starts_with("!!python/"));
            self.fix(is_python.map(|tag| SyntaxFix::doubtful(tag, "")));
        } else if scalar::wants_pairs(tag) && !sequence.is_some_and(|items| items.iter().all(is_pair)) {
            let message = message!("list-of-single-mappings", tag);
            self.refuse(SyntaxErrorKind::InvalidValue, node.span, message);
        }
    }

    /// Skips a collection that is nested too deeply, without recursion.
    fn too_deep(&mut self) -> Node {
        use SymbolKind::*;
        let start = self.place();
        let message = message!("nested-deeper", levels = MAX_DEPTH);
        self.refuse(SyntaxErrorKind::TooDeep, start, message);
        let (mut blocks, mut brackets) = (0_usize, 0_usize);
        loop {
            match self.peek() {
                BlockSequence | BlockMapping => blocks += 1,
                BlockEnd if blocks == 0 => break,
                BlockEnd => blocks -= 1,
                OpenBracket | OpenBrace => brackets += 1,
                CloseBracket | CloseBrace if brackets == 0 => break,
                CloseBracket | CloseBrace => brackets -= 1,
                Resync { depth } if usize::from(depth) < self.flow_depth => break,
                Resync { depth } => brackets = usize::from(depth) - self.flow_depth,
                End | DocumentStart | DocumentEnd | Directive => break,
                _ => {}
            }
            self.advance();
            if blocks == 0 && brackets == 0 {
                break;
            }
        }
        let mut node = missing(start.start);
        node.span = Span::new(start.start, self.last_end);
        node
    }

    // Scalars.

    fn scalar(&mut self, tag: Option<&str>) -> Node {
        let kind = self.peek();
        let span = self.advance();
        let text: &'a str = span.text(self.text);
        let inner: &'a str = match kind {
            SymbolKind::SingleQuoted | SymbolKind::DoubleQuoted => &text[1..text.len() - 1],
            SymbolKind::Unquoted => &text[1..],
            _ => text,
        };
        let (text, style) = match kind {
            SymbolKind::PlainLines => (Cow::Owned(scalar::fold_plain(text)), Style::Plain),
            SymbolKind::SingleQuoted => (scalar::unquote_single(inner), Style::SingleQuoted),
            SymbolKind::Unquoted => (Cow::Borrowed(inner), Style::SingleQuoted),
            SymbolKind::DoubleQuoted => {
                let unquoted = scalar::unquote_double(inner).unwrap_or_else(|at| {
                    let at = span.start + 1 + at as u32;
                    let message = message!("unknown-escape");
                    self.error(SyntaxErrorKind::InvalidEscape, Span::new(at, at + 1), message);
                    self.fix(SyntaxFix::doubtful(Span::empty(at), "\\"));
                    Cow::Borrowed(inner)
                });
                (unquoted, Style::DoubleQuoted)
            }
            SymbolKind::BlockScalar => {
                let texts = &mut self.lexed.block_texts;
                let index = texts.partition_point(|(start, _)| *start < span.start);
                let value = texts.get_mut(index).map(|(_, value)| std::mem::take(value));
                let style = if text.starts_with('|') { Style::Literal } else { Style::Folded };
                (Cow::Owned(value.unwrap_or_default()), style)
            }
            _ => (Cow::Borrowed(text), Style::Plain),
        };
        let value = self.typed(tag, &text, style, span);
        scalar_node(value, style, span)
    }

    fn typed(&mut self, tag: Option<&str>, text: &str, style: Style, span: Span) -> Value {
        let typed = match tag {
            None if style != Style::Plain => return Value::Str(text.into()),
            None | Some("!") => scalar::plain(text),
            Some(tag) => scalar::tagged(tag, text),
        };
        typed.unwrap_or_else(|(kind, message)| {
            self.refuse(kind, span, message);
            if tag.is_none() {
                self.fix(SyntaxFix::quotes(span, self.text));
            }
            Value::Str(text.into())
        })
    }
}

fn is_scalar(symbol: SymbolKind) -> bool {
    use SymbolKind::*;
    matches!(symbol, Plain | PlainLines | SingleQuoted | DoubleQuoted | Unquoted | BlockScalar)
}

fn block_mapping(entries: Box<[Entry]>, span: Span) -> Node {
    Node { kind: NodeKind::Mapping(Mapping { entries, flow: false }), span, properties: None, has_error: false }
}

fn scalar_node(value: Value, style: Style, span: Span) -> Node {
    Node { kind: NodeKind::Scalar(Scalar { value, style }), span, properties: None, has_error: false }
}

/// Makes the null of an empty place.
fn absent(at: u32) -> Node {
    scalar_node(Value::Null, Style::Plain, Span::empty(at))
}

fn missing(at: u32) -> Node {
    Node { kind: NodeKind::Missing, span: Span::empty(at), properties: None, has_error: true }
}

fn check_merges(tree: &Tree, node: &Node, errors: &mut Vec<SyntaxError>) {
    for item in node.as_seq().unwrap_or(&[]) {
        check_merges(tree, item, errors);
    }
    for entry in node.as_map().unwrap_or(&[]) {
        if entry.is_merge()
            && let Some((kind, message)) = merge::check(tree, entry)
        {
            errors.push(SyntaxError { kind, span: entry.value.span, message, fix: None });
        }
        check_merges(tree, &entry.key, errors);
        check_merges(tree, &entry.value, errors);
    }
}

/// Flags the nodes that contain an error, or that one follows directly: up to `limit` on the line of the node's end.
fn mark_errors(text: &str, errors: &[SyntaxError], node: &mut Node, limit: u32) {
    let span = node.full_span();
    let next = errors.partition_point(|error| error.span.start < span.start);
    let Some(error) = errors.get(next).map(|error| error.span.start) else {
        return;
    };
    let between = |end: u32| Span::new(end, error).text(text);
    let behind = |end: u32| error <= limit && !between(end).contains(['\n', '\r']);
    if error > span.end && !behind(span.end) {
        return;
    }
    node.has_error = true;
    match &mut node.kind {
        NodeKind::Sequence(sequence) => {
            let limit = if sequence.flow { span.end.saturating_sub(1) } else { limit };
            let mut following = limit;
            for item in sequence.items.iter_mut().rev() {
                mark_errors(text, errors, item, following);
                following = item.full_span().start.saturating_sub(1);
            }
        }
        NodeKind::Mapping(mapping) => {
            let limit = if mapping.flow { span.end.saturating_sub(1) } else { limit };
            let mut following = limit;
            for entry in mapping.entries.iter_mut().rev() {
                mark_errors(text, errors, &mut entry.value, following);
                following = entry.value.full_span().start.saturating_sub(1);
                mark_errors(text, errors, &mut entry.key, following);
                following = entry.key.full_span().start.saturating_sub(1);
            }
        }
        _ => {}
    }
}
