//! Builds the tree from the lexer's symbols, by the grammar of PyYAML's parser and the checks of its composer and
//! constructor.

use super::error::{SyntaxError, SyntaxErrorKind, SyntaxFix};
use super::lexer::{Lexed, Mark, SymbolKind, lex};
use super::scalar::{self, Value};
use super::token::Tokens;
use super::tree::{
    Alias, Anchor, Entry, Mapping, Node, NodeKind, Properties, Scalar, Sequence, Style, Tag, Tree,
};
use super::{MAX_DEPTH, Parse, merge};
use crate::text::Span;
use std::borrow::Cow;
use std::collections::HashMap;

pub(super) fn parse(text: &str) -> Parse<'_> {
    if u32::try_from(text.len()).is_err() {
        return too_long();
    }
    let strict = lex(text, false);
    let first = if strict.stopped {
        strict.errors
    } else {
        let parser = Parser::new(text, strict, false).run();
        if !parser.stopped {
            return parser.finish();
        }
        parser.errors
    };
    let mut parse = Parser::new(text, lex(text, true), true).run().finish();
    if parse
        .errors
        .iter()
        .all(|error| error.kind.loads_with_libyaml())
    {
        parse.errors.extend(
            first
                .into_iter()
                .filter(|error| !error.kind.loads_with_libyaml()),
        );
    }
    parse
}

fn too_long() -> Parse<'static> {
    Parse {
        tree: Tree {
            text: "",
            tokens: Tokens::default(),
            comments: Vec::new(),
            root: None,
            anchors: Vec::new(),
        },
        errors: vec![SyntaxError {
            kind: SyntaxErrorKind::TooLong,
            span: Span::default(),
            message: "the text is longer than 4 GiB".to_owned(),
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
    /// The next symbol, and what has to be read in front of it.
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
    items: Vec<Node<'a>>,
    entries: Vec<Entry<'a>>,
    anchors: Vec<Span>,
    /// For each anchor's name the last anchor, and whether it stands on a collection.
    names: HashMap<&'a str, (u32, bool)>,
    /// Tag handles that the document declares.
    handles: Vec<(&'a str, String)>,
    root: Option<Node<'a>>,
    has_merges: bool,
}

/// What may stand where a node is read.
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
            mark: lexed
                .symbols
                .first()
                .map_or(Mark::None, |symbol| symbol.mark),
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

    fn finish(mut self) -> Parse<'a> {
        let mut tree = Tree {
            text: self.text,
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
        self.errors.sort_by_key(|error| error.span.start);
        if !self.errors.is_empty()
            && let Some(root) = &mut tree.root
        {
            mark_errors(self.text, &self.errors, root, self.text.len() as u32);
        }
        Parse {
            tree,
            errors: self.errors,
        }
    }

    // Symbols.

    /// The next symbol; what the lexer gave up at a line's start is behind us as soon as no bracket is open.
    fn peek(&mut self) -> SymbolKind {
        while self.flow_depth == 0
            && matches!(self.lexed.symbols[self.at].kind, SymbolKind::Resync { .. })
        {
            self.advance();
        }
        match self.mark {
            Mark::MappingAndKey => SymbolKind::BlockMapping,
            Mark::Key => SymbolKind::Key,
            Mark::None => self.lexed.symbols[self.at].kind,
        }
    }

    /// Reads a symbol, and returns its place: an empty one for what is only marked.
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
    fn error(&mut self, kind: SyntaxErrorKind, span: Span, message: impl Into<String>) {
        self.refuse(kind, span, message);
        if !self.tolerant {
            self.stopped = true;
            self.at = self.lexed.symbols.len() - 1;
            self.mark = Mark::None;
        }
    }

    /// Reports something that is well-formed, but that PyYAML refuses.
    fn refuse(&mut self, kind: SyntaxErrorKind, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError {
            kind,
            span,
            message: message.into(),
            fix: None,
        });
    }

    fn fix(&mut self, span: Span, replacement: &'static str) {
        if let Some(error) = self.errors.last_mut() {
            error.fix = Some(SyntaxFix { span, replacement });
        }
    }

    /// Whether an error was reported in front of `offset`, on its line or behind the last symbol. To be asked for
    /// offsets in ascending order, so that all searches for line starts together walk the text once.
    fn line_has_error(&mut self, offset: u32) -> bool {
        let (asked, line) = self.line;
        let between = Span::new(asked, offset).text(self.text);
        let line = between
            .rfind(['\n', '\r'])
            .map_or(line, |at| asked + at as u32 + 1);
        self.line = (asked.max(offset), line);
        let (of_lexer, own) = self.errors.split_at(self.lexer_errors);
        let next = of_lexer.partition_point(|error| error.span.start < line);
        of_lexer
            .get(next)
            .is_some_and(|error| error.span.start <= offset)
            || own.last().is_some_and(|error| error.span.start >= line)
    }

    // Documents.

    fn stream(&mut self) {
        if matches!(
            self.peek(),
            SymbolKind::Directive | SymbolKind::DocumentStart | SymbolKind::End
        ) {
            self.document_start();
        } else {
            self.root = Some(self.root_node());
        }
        self.leftovers();
        while self.peek() == SymbolKind::DocumentEnd {
            self.advance();
        }
        if self.peek() != SymbolKind::End {
            let span = self.place();
            let message = "a second document: a model file is one document";
            self.error(SyntaxErrorKind::SecondDocument, span, message);
        }
    }

    fn document_start(&mut self) {
        self.directives();
        if self.peek() == SymbolKind::End {
            return;
        }
        if self.peek() != SymbolKind::DocumentStart {
            let span = self.place();
            let message = "expected `---` between the directives and the document";
            self.error(SyntaxErrorKind::InvalidDirective, span, message);
        } else {
            self.advance();
        }
        self.root = Some(if self.at_document_end() {
            absent(self.last_end)
        } else {
            self.root_node()
        });
    }

    fn directives(&mut self) {
        let mut has_version = false;
        let mut last = None;
        while self.peek() == SymbolKind::Directive {
            let span = self.advance();
            last = Some(span);
            let words: Vec<&'a str> = span.text(self.text)[1..].split(' ').collect();
            let arguments: Vec<&'a str> = words[1..]
                .iter()
                .copied()
                .filter(|word| !word.is_empty())
                .collect();
            let fits = match (words[0], arguments.as_slice()) {
                ("YAML", [version]) => {
                    if !matches!(*version, "1.1" | "1.2") {
                        let message = "libyaml, the framework's YAML reader, knows only the versions 1.1 and 1.2";
                        self.refuse(SyntaxErrorKind::RefusedByLibyaml, span, message);
                    }
                    !std::mem::replace(&mut has_version, true) && is_version(version)
                }
                ("TAG", [handle, prefix]) => self.tag_handle(handle, prefix),
                ("YAML" | "TAG", _) => false,
                (name, _) => {
                    let message =
                        "only the directives `%YAML` and `%TAG` are known: libyaml refuses others";
                    self.refuse(SyntaxErrorKind::RefusedByLibyaml, span, message);
                    is_name(name) && !name.is_empty()
                }
            };
            if !fits {
                self.error(
                    SyntaxErrorKind::InvalidDirective,
                    span,
                    "a malformed directive",
                );
            }
        }
        if let Some(span) = last
            && self.peek() == SymbolKind::End
            && !self.stopped
        {
            self.error(
                SyntaxErrorKind::InvalidDirective,
                span,
                "a directive without a document",
            );
        }
    }

    /// Declares a tag handle; whether that is possible.
    fn tag_handle(&mut self, handle: &'a str, prefix: &str) -> bool {
        let known = self.handles.iter().any(|(known, _)| *known == handle);
        let name = handle
            .strip_prefix('!')
            .map(|rest| rest.strip_suffix('!').unwrap_or(rest));
        let fits = handle == "!"
            || (handle.len() > 1 && handle.ends_with('!') && name.is_some_and(is_name));
        match scalar::unescape_uri(prefix) {
            Some(prefix) if fits && !known => {
                self.handles.push((handle, prefix));
                true
            }
            _ => false,
        }
    }

    fn root_node(&mut self) -> Node<'a> {
        let node = self.value(Context::Block);
        if node.is_absent() && matches!(node.kind, NodeKind::Missing) {
            self.error_here("expected a value");
        }
        node
    }

    /// What is left of a document behind its value: an error, but a mapping there is the better document.
    fn leftovers(&mut self) {
        if self.at_document_end() {
            return;
        }
        self.key_without_colon();
        while !self.at_document_end() {
            if self.peek() == SymbolKind::BlockEnd {
                self.advance();
                continue;
            }
            let before = (self.at, self.mark);
            self.error_here("this doesn't belong to the value above it");
            let node = self.value(Context::Block);
            let is_map = |node: &Node<'_>| node.as_map().is_some();
            if is_map(&node) && !self.root.as_ref().is_some_and(is_map) {
                self.root = Some(node);
            }
            if (self.at, self.mark) == before {
                self.advance();
            }
        }
    }

    /// Mends a document whose first key lacks its colon, so that it looks like a scalar with something behind it.
    fn key_without_colon(&mut self) {
        let is_scalar = self
            .root
            .as_ref()
            .is_some_and(|root| root.value().is_some());
        let blocks = [SymbolKind::BlockSequence, SymbolKind::BlockMapping];
        if !is_scalar || !blocks.contains(&self.peek()) {
            return;
        }
        let Some(key) = self.root.take() else { return };
        self.missing_colon(key.span);
        if self.stopped {
            return;
        }
        let value = match self.peek() {
            SymbolKind::BlockSequence => self.value(Context::Block),
            _ => missing(key.span.end),
        };
        let start = key.full_span().start;
        let mut entries = vec![Entry { key, value }];
        if self.peek() == SymbolKind::BlockMapping
            && let NodeKind::Mapping(rest) = self.value(Context::Block).kind
        {
            entries.extend(rest.entries);
        }
        let end = entries.last().map_or(start, |entry| entry.span().end);
        self.root = Some(block_mapping(entries.into(), Span::new(start, end)));
    }

    fn missing_colon(&mut self, key: Span) {
        let at = Span::empty(key.end);
        self.error(
            SyntaxErrorKind::MissingColon,
            at,
            "expected a `:` behind this key",
        );
        self.fix(at, ":");
    }

    fn missing_dash(&mut self, row: u32) {
        let at = Span::empty(row);
        self.error(
            SyntaxErrorKind::MissingDash,
            at,
            "expected a `- ` in front of this row",
        );
        self.fix(at, "- ");
    }

    // Nodes.

    /// A node that is a value or item: `<<` is none.
    fn value(&mut self, context: Context) -> Node<'a> {
        let mut node = self.node(context);
        if let NodeKind::Scalar(scalar) = &mut node.kind
            && scalar.value == Value::Merge
        {
            let text: &'a str = node.span.text(self.text);
            scalar.value = Value::Str(Cow::Borrowed(text));
            let message = "`<<` is a key of a mapping: put it in quotes to mean the text";
            self.refuse(SyntaxErrorKind::InvalidValue, node.span, message);
        }
        node
    }

    /// A node that is a key.
    fn key(&mut self, context: Context) -> Node<'a> {
        let bare_equals = self.errors.len();
        let node = self.node(context);
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                self.has_merges |= scalar.value == Value::Merge;
                // A bare `=` is a string where it is a key.
                if node.tag().is_none()
                    && scalar.style == Style::Plain
                    && node.span.text(self.text) == "="
                {
                    self.errors.truncate(bare_equals);
                }
            }
            NodeKind::Sequence(_) | NodeKind::Mapping(_) => self.unhashable(node.span),
            NodeKind::Alias(alias) => {
                if self
                    .names
                    .get(alias.name)
                    .is_some_and(|&(_, collection)| collection)
                {
                    self.unhashable(node.span);
                }
            }
            NodeKind::Missing => {}
        }
        node
    }

    fn unhashable(&mut self, span: Span) {
        let message = "a list or mapping can't be a key";
        self.refuse(SyntaxErrorKind::UnhashableKey, span, message);
    }

    /// A node of any kind. Reads nothing, and returns a missing node, where none starts.
    fn node(&mut self, context: Context) -> Node<'a> {
        use SymbolKind::*;
        if self.peek() == Alias {
            return self.alias();
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
            Entry => context == Context::BlockOrIndentless,
            _ => false,
        };
        let tag = self.tag(properties.as_deref());
        self.declare(properties.as_deref(), collection);
        let is_scalar = matches!(
            next,
            Plain | PlainLines | SingleQuoted | DoubleQuoted | Unquoted | BlockScalar
        );
        let mut node = if is_scalar {
            self.scalar(tag.as_deref())
        } else if collection && self.depth >= MAX_DEPTH {
            self.too_deep()
        } else if collection {
            self.depth += 1;
            let node = match next {
                OpenBracket => self.flow_sequence(),
                OpenBrace => self.flow_mapping(),
                BlockMapping => self.block_mapping(),
                _ => self.block_sequence(next == Entry),
            };
            self.depth -= 1;
            self.check_tag(tag.as_deref(), &node);
            node
        } else if properties.is_some() {
            let value = self.typed(
                tag.as_deref(),
                Cow::Borrowed(""),
                Style::Plain,
                Span::empty(start),
            );
            scalar_node(value, Style::Plain, Span::empty(start))
        } else {
            missing(self.last_end)
        };
        node.properties = properties;
        node
    }

    fn alias(&mut self) -> Node<'a> {
        let span = self.advance();
        let name: &'a str = &span.text(self.text)[1..];
        let target = self.names.get(name).map(|&(anchor, _)| anchor);
        if target.is_none() {
            let message = format!("no anchor `&{name}` stands above this alias");
            self.refuse(SyntaxErrorKind::UndefinedAlias, span, message);
        }
        Node {
            kind: NodeKind::Alias(Alias { name, target }),
            span,
            properties: None,
            has_error: false,
        }
    }

    fn properties(&mut self) -> Option<Box<Properties<'a>>> {
        let mut properties = Properties::default();
        loop {
            match self.peek() {
                SymbolKind::Anchor if properties.anchor.is_none() => {
                    let span = self.advance();
                    let name: &'a str = &span.text(self.text)[1..];
                    properties.anchor = Some(Anchor { name, span });
                }
                SymbolKind::Tag if properties.tag.is_none() => {
                    let span = self.advance();
                    let text: &'a str = span.text(self.text);
                    properties.tag = Some(Tag { text, span });
                }
                _ => break,
            }
        }
        (properties.anchor.is_some() || properties.tag.is_some()).then(|| Box::new(properties))
    }

    /// The tag in full; `None` for no tag. The tag `!` stays as it is.
    fn tag(&mut self, properties: Option<&Properties<'a>>) -> Option<String> {
        let tag = properties?.tag?;
        if tag.text == "!" {
            return Some("!".to_owned());
        }
        if let Some(verbatim) = tag.text.strip_prefix("!<") {
            return scalar::unescape_uri(verbatim.trim_end_matches('>'));
        }
        let (handle, suffix) = scalar::split_tag(tag.text);
        let declared = self.handles.iter().find(|(name, _)| *name == handle);
        let prefix = match (declared, handle) {
            (Some((_, prefix)), _) => prefix,
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            (None, _) => {
                let message = format!("the tag handle `{handle}` is not declared");
                self.error(SyntaxErrorKind::InvalidTag, tag.span, message);
                return None;
            }
        };
        Some(format!(
            "{prefix}{}",
            scalar::unescape_uri(suffix).unwrap_or_default()
        ))
    }

    fn declare(&mut self, properties: Option<&Properties<'a>>, collection: bool) {
        let Some(anchor) = properties.and_then(|properties| properties.anchor) else {
            return;
        };
        let index = self.anchors.len() as u32;
        self.anchors.push(anchor.span);
        if self
            .names
            .insert(anchor.name, (index, collection))
            .is_some()
        {
            let message = format!("the anchor `&{}` is already taken", anchor.name);
            self.refuse(SyntaxErrorKind::DuplicateAnchor, anchor.span, message);
        }
    }

    fn check_tag(&mut self, tag: Option<&str>, node: &Node<'a>) {
        let Some(tag) = tag.filter(|tag| *tag != "!") else {
            return;
        };
        let sequence = node.as_seq();
        let is_pair = |item: &Node<'_>| item.as_map().is_some_and(|entries| entries.len() == 1);
        if !scalar::fits_collection(tag, sequence.is_some()) {
            let message = format!("a safe loader can't make `{tag}` of this");
            self.refuse(SyntaxErrorKind::UnknownTag, node.span, message);
        } else if scalar::wants_pairs(tag)
            && !sequence.is_some_and(|items| items.iter().all(is_pair))
        {
            let message = format!("`{tag}` is a list of mappings of one entry each");
            self.refuse(SyntaxErrorKind::InvalidValue, node.span, message);
        }
    }

    /// Steps over a collection that is nested too deep, without recursion.
    fn too_deep(&mut self) -> Node<'a> {
        use SymbolKind::*;
        let start = self.place();
        let message = format!("nested deeper than {MAX_DEPTH} levels");
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

    fn scalar(&mut self, tag: Option<&str>) -> Node<'a> {
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
                    let message = "YAML doesn't know this escape sequence";
                    self.error(
                        SyntaxErrorKind::InvalidEscape,
                        Span::new(at, at + 1),
                        message,
                    );
                    Cow::Borrowed(inner)
                });
                (unquoted, Style::DoubleQuoted)
            }
            SymbolKind::BlockScalar => {
                let texts = &mut self.lexed.block_texts;
                let index = texts.partition_point(|(start, _)| *start < span.start);
                let value = texts.get_mut(index).map(|(_, value)| std::mem::take(value));
                let style = if text.starts_with('|') {
                    Style::Literal
                } else {
                    Style::Folded
                };
                (Cow::Owned(value.unwrap_or_default()), style)
            }
            _ => (Cow::Borrowed(text), Style::Plain),
        };
        let value = self.typed(tag, text, style, span);
        scalar_node(value, style, span)
    }

    fn typed(
        &mut self,
        tag: Option<&str>,
        text: Cow<'a, str>,
        style: Style,
        span: Span,
    ) -> Value<'a> {
        let kept = |text: &Cow<'a, str>| text.clone();
        let typed = match tag {
            None if style != Style::Plain => return Value::Str(text),
            None | Some("!") => scalar::plain(kept(&text)),
            Some(tag) => scalar::tagged(tag, kept(&text)),
        };
        typed.unwrap_or_else(|(kind, message)| {
            self.refuse(kind, span, message);
            Value::Str(text)
        })
    }

    // The block layout.

    fn block_sequence(&mut self, indentless: bool) -> Node<'a> {
        use SymbolKind::*;
        let start = self.place().start;
        let base = self.items.len();
        if !indentless {
            self.advance();
        }
        loop {
            match self.peek() {
                Entry => {
                    let dash = self.advance();
                    let item = match self.peek() {
                        Entry | BlockEnd => absent(dash.end),
                        Key | Value if indentless => absent(dash.end),
                        _ => self.value(Context::Block),
                    };
                    self.items.push(item);
                }
                Key | Value | BlockEnd if indentless => break,
                BlockEnd => {
                    self.advance();
                    break;
                }
                End | DocumentStart | DocumentEnd | Directive => break,
                // A word at the column of a mapping is rather one of its keys.
                Plain if indentless && !self.on_last_line() && self.at_word() => break,
                next if starts_node(next) && !self.on_last_line() => {
                    let start = self.place().start;
                    self.missing_dash(start);
                    if !self.stopped {
                        let item = self.value(Context::Block);
                        self.items.push(item);
                    }
                }
                _ => self.stray(Entry, indentless),
            }
        }
        let items: Box<[_]> = self.items.drain(base..).collect();
        let end = items.last().map_or(start, |item| item.full_span().end);
        Node {
            kind: NodeKind::Sequence(Sequence { items, flow: false }),
            span: Span::new(start, end),
            properties: None,
            has_error: false,
        }
    }

    fn block_mapping(&mut self) -> Node<'a> {
        use SymbolKind::*;
        let start = self.advance().start;
        let base = self.entries.len();
        loop {
            match self.peek() {
                Key => {
                    let mark = self.advance();
                    let key = match self.peek() {
                        Key | Value | BlockEnd => absent(mark.end),
                        _ => self.key(Context::BlockOrIndentless),
                    };
                    self.block_entry(key);
                }
                Value => {
                    let span = self.place();
                    self.error(
                        SyntaxErrorKind::MissingKey,
                        span,
                        "a `:` without a key in front of it",
                    );
                    if !self.stopped {
                        self.block_entry(absent(span.start));
                    }
                }
                BlockEnd => {
                    self.advance();
                    break;
                }
                End | DocumentStart | DocumentEnd | Directive => break,
                Plain | PlainLines | SingleQuoted | DoubleQuoted | Unquoted
                    if !self.on_last_line() && self.at_possible_key() =>
                {
                    let span = self.place();
                    if !self.tolerant || !self.line_has_error(span.start) {
                        self.missing_colon(span);
                    }
                    if !self.stopped {
                        let key = self.key(Context::Block);
                        let value = missing(key.span.end);
                        self.entries.push(self::Entry { key, value });
                    }
                }
                BlockSequence | Entry if self.tolerant && self.entries.len() > base => {
                    self.adopt_rows()
                }
                _ => self.stray(Key, false),
            }
        }
        let entries: Box<[_]> = self.entries.drain(base..).collect();
        let end = entries.last().map_or(start, |entry| entry.span().end);
        block_mapping(entries, Span::new(start, end))
    }

    /// Reads a block sequence that stands behind a value: more of its rows if it is one, else the value is the first row
    /// and lacks its dash.
    fn adopt_rows(&mut self) {
        let Some(mut entry) = self.entries.pop() else {
            return;
        };
        let before = entry.value.full_span();
        let rows = self.value(Context::BlockOrIndentless);
        let (mut items, span) = match entry.value.kind {
            NodeKind::Missing => (Vec::new(), rows.span),
            NodeKind::Sequence(Sequence { items, flow: false }) => {
                (items.into_vec(), before.cover(rows.span))
            }
            _ => {
                self.missing_dash(before.start);
                (vec![entry.value], before.cover(rows.span))
            }
        };
        if let NodeKind::Sequence(rows) = rows.kind {
            items.extend(rows.items);
        }
        entry.value = Node {
            kind: NodeKind::Sequence(Sequence {
                items: items.into(),
                flow: false,
            }),
            span,
            properties: None,
            has_error: true,
        };
        self.entries.push(entry);
    }

    fn block_entry(&mut self, key: Node<'a>) {
        use SymbolKind::*;
        let value = match self.peek() {
            Value => {
                let colon = self.advance();
                match self.peek() {
                    Key | Value | BlockEnd => absent(colon.end),
                    _ => self.value(Context::BlockOrIndentless),
                }
            }
            _ => absent(key.full_span().end),
        };
        self.entries.push(self::Entry { key, value });
    }

    fn at_possible_key(&self) -> bool {
        let text = self.place().text(self.text);
        !text.contains([',', '[', ']', '{', '}'])
    }

    fn at_word(&self) -> bool {
        let text = self.place().text(self.text);
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }

    /// Whether the next symbol is still on the line of the last one.
    fn on_last_line(&self) -> bool {
        let between = Span::new(self.last_end, self.place().start).text(self.text);
        !between.contains(['\n', '\r'])
    }

    /// Reports and skips what doesn't belong into a block, up to its next item (`Entry`) or key (`Key`).
    fn stray(&mut self, next: SymbolKind, indentless: bool) {
        use SymbolKind::*;
        self.error_here("this doesn't belong here");
        let first = self.at;
        let (mut blocks, mut brackets) = (0_usize, 0_usize);
        loop {
            let symbol = self.peek();
            let outside = blocks == 0 && brackets == 0;
            match symbol {
                End | DocumentStart | DocumentEnd | Directive => return,
                BlockEnd if blocks == 0 => return,
                Key if outside && indentless => return,
                _ if outside && symbol == next => return,
                BlockSequence | Entry
                    if outside && self.tolerant && self.at > first && !self.on_last_line() =>
                {
                    return;
                }
                BlockSequence | BlockMapping => blocks += 1,
                BlockEnd => blocks -= 1,
                OpenBracket | OpenBrace => brackets += 1,
                CloseBracket | CloseBrace => brackets = brackets.saturating_sub(1),
                Resync { depth } => brackets = brackets.min(usize::from(depth)),
                _ => {}
            }
            // Brackets of skipped symbols count as open ones, so that no resynchronisation is missed.
            self.flow_depth = brackets;
            self.advance();
        }
    }

    /// Reports that the next symbol is out of place, unless its line has an error already.
    fn error_here(&mut self, message: &str) {
        let span = self.place();
        if !self.tolerant || !self.line_has_error(span.start) {
            self.error(SyntaxErrorKind::Unexpected, span, message);
        }
    }

    // Between brackets.

    fn flow_sequence(&mut self) -> Node<'a> {
        use SymbolKind::*;
        let open = self.open_bracket();
        let base = self.items.len();
        let mut comma_due = false;
        let end = loop {
            match self.peek() {
                CloseBracket => break self.close_bracket(),
                Comma if comma_due => {
                    self.advance();
                    comma_due = false;
                }
                Comma => {
                    let span = self.advance();
                    self.unexpected_comma(span);
                    self.items.push(missing(span.start));
                }
                Resync { depth } if usize::from(depth) >= self.flow_depth => {
                    self.advance();
                    comma_due = false;
                }
                ExtraBracket => {
                    let bracket = self.advance();
                    self.gather_row(base, bracket);
                    comma_due = true;
                }
                _ if self.ends_brackets() => break self.unclosed(open),
                Key | Value => {
                    self.missing_comma(comma_due);
                    let pair = self.pair();
                    self.items.push(pair);
                    comma_due = true;
                }
                _ => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let item = self.value(Context::Flow);
                        self.items.push(item);
                    }
                    comma_due = true;
                }
            }
        };
        let items = self.items.drain(base..).collect();
        Node {
            kind: NodeKind::Sequence(Sequence { items, flow: true }),
            span: Span::new(open.start, end),
            properties: None,
            has_error: false,
        }
    }

    fn flow_mapping(&mut self) -> Node<'a> {
        use SymbolKind::*;
        let open = self.open_bracket();
        let base = self.entries.len();
        let mut comma_due = false;
        let end = loop {
            match self.peek() {
                CloseBrace => break self.close_bracket(),
                Comma if comma_due => {
                    self.advance();
                    comma_due = false;
                }
                Comma => {
                    let span = self.advance();
                    self.unexpected_comma(span);
                }
                Resync { depth } if usize::from(depth) >= self.flow_depth => {
                    self.advance();
                    comma_due = false;
                }
                ExtraBracket => {
                    self.advance();
                }
                _ if self.ends_brackets() => break self.unclosed(open),
                Key | Value => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let entry = self.flow_entry();
                        self.entries.push(entry);
                    }
                    comma_due = true;
                }
                _ => {
                    self.missing_comma(comma_due);
                    if !self.stopped {
                        let key = self.key(Context::Flow);
                        let value = absent(key.full_span().end);
                        self.entries.push(self::Entry { key, value });
                    }
                    comma_due = true;
                }
            }
        };
        let entries = self.entries.drain(base..).collect();
        Node {
            kind: NodeKind::Mapping(Mapping {
                entries,
                flow: true,
            }),
            span: Span::new(open.start, end),
            properties: None,
            has_error: false,
        }
    }

    /// The mapping of one entry that `[key: value]` holds.
    fn pair(&mut self) -> Node<'a> {
        let start = self.place().start;
        let entry = self.flow_entry();
        if entry.key.is_absent() && !self.stopped {
            let message = "a `?` without a key: libyaml, the framework's YAML reader, refuses it";
            let mark = Span::new(start, start + 1);
            self.refuse(SyntaxErrorKind::RefusedByLibyaml, mark, message);
        }
        let span = Span::new(start, start).cover(entry.span());
        Node {
            kind: NodeKind::Mapping(Mapping {
                entries: Box::new([entry]),
                flow: true,
            }),
            span,
            properties: None,
            has_error: false,
        }
    }

    fn flow_entry(&mut self) -> Entry<'a> {
        use SymbolKind::*;
        let key = if self.peek() == Key {
            let mark = self.advance();
            match self.peek() {
                Value | Comma => absent(mark.end),
                _ if self.ends_item() => absent(mark.end),
                _ => self.key(Context::Flow),
            }
        } else {
            let span = self.place();
            self.error(
                SyntaxErrorKind::MissingKey,
                span,
                "a `:` without a key in front of it",
            );
            absent(span.start)
        };
        if self.peek() != Value {
            let value = absent(key.full_span().end);
            return self::Entry { key, value };
        }
        let colon = self.advance();
        let value = match self.peek() {
            Comma => absent(colon.end),
            // A second colon, as in `a: b: c` between brackets, is reported where the comma is missing.
            Key | Value => missing(colon.end),
            _ if self.ends_item() => absent(colon.end),
            _ => self.value(Context::Flow),
        };
        self::Entry { key, value }
    }

    fn open_bracket(&mut self) -> Span {
        self.flow_depth += 1;
        self.advance()
    }

    fn close_bracket(&mut self) -> u32 {
        let end = self.advance().end;
        self.flow_depth -= 1;
        end
    }

    /// Whether the next symbol can't stand between brackets, or closes them.
    fn ends_item(&mut self) -> bool {
        matches!(
            self.peek(),
            SymbolKind::CloseBracket
                | SymbolKind::CloseBrace
                | SymbolKind::Resync { .. }
                | SymbolKind::ExtraBracket
        ) || self.ends_brackets()
    }

    /// Whether the next symbol shows that the innermost bracket was never closed.
    fn ends_brackets(&mut self) -> bool {
        use SymbolKind::*;
        match self.peek() {
            CloseBracket | CloseBrace | Entry | BlockEnd | BlockSequence | BlockMapping => true,
            End | DocumentStart | DocumentEnd | Directive => true,
            Resync { depth } => usize::from(depth) < self.flow_depth,
            _ => false,
        }
    }

    /// Reports a bracket that was never closed; the node ends where the last symbol ended.
    fn unclosed(&mut self, open: Span) -> u32 {
        let end = self.last_end.max(open.end);
        self.flow_depth -= 1;
        if !self.stopped {
            let bracket = open.text(self.text);
            let message = format!("this `{bracket}` is never closed");
            self.error(SyntaxErrorKind::UnclosedBracket, open, message);
            let closing = if bracket == "[" { "]" } else { "}" };
            self.fix(Span::empty(end), closing);
        }
        end
    }

    fn missing_comma(&mut self, due: bool) {
        if due {
            let at = Span::empty(self.last_end);
            self.error(SyntaxErrorKind::MissingComma, at, "a comma is missing here");
            self.fix(at, ",");
        }
    }

    fn unexpected_comma(&mut self, span: Span) {
        let message = "a comma with no value in front of it";
        self.error(SyntaxErrorKind::UnexpectedComma, span, message);
        self.fix(span, "");
    }

    /// Makes one row of the items that stand, in a list of rows, on the line of a bracket that closes nothing: the
    /// bracket that opened the row is missing.
    fn gather_row(&mut self, base: usize, bracket: Span) {
        let before = &self.text[..bracket.start as usize];
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at as u32 + 1);
        let first = self.items[base..].partition_point(|item| item.full_span().start < line) + base;
        let cells = &self.items[first..];
        if cells.is_empty() || (cells.len() == 1 && cells[0].as_seq().is_some()) {
            return;
        }
        let items: Box<[_]> = self.items.drain(first..).collect();
        let start = items[0].full_span().start;
        self.items.push(Node {
            kind: NodeKind::Sequence(Sequence { items, flow: true }),
            span: Span::new(start, bracket.end),
            properties: None,
            has_error: true,
        });
    }
}

/// Whether this is a version of YAML that PyYAML reads: `1.` and any minor number.
fn is_version(text: &str) -> bool {
    let number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| {
        number(major) && number(minor) && major.trim_start_matches('0') == "1"
    })
}

fn is_name(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// Whether a value may start with this symbol.
fn starts_node(symbol: SymbolKind) -> bool {
    use SymbolKind::*;
    matches!(
        symbol,
        Plain
            | PlainLines
            | SingleQuoted
            | DoubleQuoted
            | Unquoted
            | OpenBracket
            | OpenBrace
            | Alias
            | Anchor
            | Tag
    )
}

fn block_mapping<'a>(entries: Box<[Entry<'a>]>, span: Span) -> Node<'a> {
    Node {
        kind: NodeKind::Mapping(Mapping {
            entries,
            flow: false,
        }),
        span,
        properties: None,
        has_error: false,
    }
}

fn scalar_node(value: Value<'_>, style: Style, span: Span) -> Node<'_> {
    Node {
        kind: NodeKind::Scalar(Scalar { value, style }),
        span,
        properties: None,
        has_error: false,
    }
}

/// The null that stands where nothing is written.
fn absent<'a>(at: u32) -> Node<'a> {
    scalar_node(Value::Null, Style::Plain, Span::empty(at))
}

fn missing<'a>(at: u32) -> Node<'a> {
    Node {
        kind: NodeKind::Missing,
        span: Span::empty(at),
        properties: None,
        has_error: true,
    }
}

fn check_merges(tree: &Tree<'_>, node: &Node<'_>, errors: &mut Vec<SyntaxError>) {
    for item in node.as_seq().unwrap_or(&[]) {
        check_merges(tree, item, errors);
    }
    for entry in node.as_map().unwrap_or(&[]) {
        if entry.is_merge()
            && let Some((kind, message)) = merge::check(tree, entry)
        {
            errors.push(SyntaxError {
                kind,
                span: entry.value.span,
                message,
                fix: None,
            });
        }
        check_merges(tree, &entry.key, errors);
        check_merges(tree, &entry.value, errors);
    }
}

/// Flags the nodes that an error lies in, or right behind: up to `limit` on the line of the node's end.
fn mark_errors(text: &str, errors: &[SyntaxError], node: &mut Node<'_>, limit: u32) {
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
            let limit = if sequence.flow {
                span.end.saturating_sub(1)
            } else {
                limit
            };
            let mut following = limit;
            for item in sequence.items.iter_mut().rev() {
                mark_errors(text, errors, item, following);
                following = item.full_span().start.saturating_sub(1);
            }
        }
        NodeKind::Mapping(mapping) => {
            let limit = if mapping.flow {
                span.end.saturating_sub(1)
            } else {
                limit
            };
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
