//! What may turn out to be a key, once its colon is met.

use super::{Lexer, PossibleKey};
use crate::syntax::error::SyntaxErrorKind;
use crate::words::message;

/// The longest simple key that YAML allows, in characters.
const MAX_KEY: usize = 1024;

impl Lexer<'_> {
    pub(super) fn save_key(&mut self) {
        if !self.key_allowed {
            return;
        }
        self.drop_key();
        let in_flow = self.in_flow();
        let column = if in_flow { 0 } else { self.column_at(self.pos) };
        let key = PossibleKey {
            symbol: self.symbols.len(),
            pos: self.pos,
            line: self.line,
            column,
            required: !in_flow && self.blocks.last().is_some_and(|block| block.column == column),
        };
        if let Some(slot) = self.keys.last_mut() {
            *slot = Some(key);
        }
    }

    /// Drops the possible key of this level. In a mapping that is an error, which the parser of the second pass reports
    /// better.
    pub(super) fn drop_key(&mut self) {
        let Some(key) = self.keys.last_mut().and_then(Option::take) else {
            return;
        };
        if key.required && !self.tolerant {
            let message = message!("colon-expected");
            self.error(SyntaxErrorKind::MissingColon, key.pos, key.pos, message);
        }
    }

    /// The possible key of this level, if it can still be one: on this line and not too long.
    pub(super) fn take_key(&mut self) -> Option<PossibleKey> {
        let key = (*self.keys.last()?)?;
        let bytes = self.pos - key.pos;
        let too_long =
            bytes > MAX_KEY && (bytes > 4 * MAX_KEY || self.text[key.pos..self.pos].chars().count() > MAX_KEY);
        if key.line != self.line || too_long {
            self.drop_key();
            return None;
        }
        self.keys.last_mut()?.take()
    }
}
