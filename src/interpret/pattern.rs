//! `match`: whether a pattern fits.

use std::rc::Rc;

use super::class::Type;
use super::code::Code;
use super::frame::Frame;
use super::key::Key;
use super::machine::Machine;
use super::symbol;
use super::value::{Entries, Res, Value};
use crate::python::ir::{Pattern, PatternId};

impl Machine {
    /// Whether a pattern fits a value; binds its names.
    pub(super) fn matches(&mut self, code: &Rc<Code>, frame: &mut Frame, id: PatternId, subject: &Value) -> Res<bool> {
        self.spend(1)?;
        match &code.file.program.patterns[id.index()] {
            Pattern::Value(expr) => {
                let value = self.eval(code, frame, *expr)?;
                self.equal(subject, &value)
            }
            Pattern::Singleton(expr) => {
                let value = self.eval(code, frame, *expr)?;
                self.known(subject)?;
                Ok(subject.is(&value))
            }
            Pattern::As(inner, target) => {
                if let Some(inner) = inner
                    && !self.matches(code, frame, *inner, subject)?
                {
                    return Ok(false);
                }
                if let Some(target) = target {
                    self.store_variable(code, frame, *target, subject.clone())?;
                }
                Ok(true)
            }
            Pattern::Or(patterns) => {
                for &pattern in patterns {
                    if self.matches(code, frame, pattern, subject)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Pattern::Star(_) => Ok(true),
            Pattern::Sequence(patterns) => {
                self.known(subject)?;
                let plain = subject.unwrapped();
                if !matches!(plain, Value::List(_) | Value::Tuple(_) | Value::Range(_)) {
                    return Ok(false);
                }
                let items = self.collect(&plain)?;
                self.matches_sequence(code, frame, patterns, &items)
            }
            Pattern::Mapping(items, rest) => {
                self.known(subject)?;
                let plain = subject.unwrapped();
                let Value::Dict(dict) = &plain else { return Ok(false) };
                let mut left: Entries = dict.entries.borrow().clone();
                for &(key, pattern) in items {
                    let key = self.eval(code, frame, key)?;
                    let key = Key::new(self, &key)?;
                    let Some(value) = left.shift_remove(&key) else { return Ok(false) };
                    if !self.matches(code, frame, pattern, &value)? {
                        return Ok(false);
                    }
                }
                if let Some(rest) = rest {
                    self.store_variable(code, frame, *rest, Value::dict(left))?;
                }
                Ok(true)
            }
            Pattern::Class(class, positional, keywords) => {
                let class = self.eval(code, frame, *class)?;
                let fits = self.is_instance(subject, &class)?;
                if !self.truth(&fits)? {
                    return Ok(false);
                }
                let Value::Class(class) = &class else { return Ok(false) };
                let atom = matches!(
                    class.nearest_builtin(),
                    Type::Bool
                        | Type::Int
                        | Type::Float
                        | Type::Str
                        | Type::Bytes
                        | Type::List
                        | Type::Tuple
                        | Type::Dict
                        | Type::Set
                        | Type::FrozenSet
                );
                if !positional.is_empty() && atom && class.lookup(symbol::MATCH_ARGS).is_none() {
                    return self.matches(code, frame, positional[0], subject);
                }
                if !positional.is_empty() {
                    let names = match class.lookup(symbol::MATCH_ARGS) {
                        Some(names) => self.collect(&names)?,
                        None => Vec::new(),
                    };
                    if names.len() < positional.len() {
                        let message = format!(
                            "{}() accepts {} positional sub-patterns ({} given)",
                            class.name,
                            names.len(),
                            positional.len()
                        );
                        return Err(self.type_error(message));
                    }
                    for (name, &pattern) in names.iter().zip(positional) {
                        let name = self.symbol(name.as_str().unwrap_or_default());
                        let Some(value) = self.find_attribute(subject, name)? else { return Ok(false) };
                        if !self.matches(code, frame, pattern, &value)? {
                            return Ok(false);
                        }
                    }
                }
                for &(name, pattern) in keywords {
                    let Some(value) = self.find_attribute(subject, code.symbols[name.index()])? else {
                        return Ok(false);
                    };
                    if !self.matches(code, frame, pattern, &value)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    fn matches_sequence(
        &mut self,
        code: &Rc<Code>,
        frame: &mut Frame,
        patterns: &[PatternId],
        items: &[Value],
    ) -> Res<bool> {
        let program = &code.file.program;
        let star = patterns.iter().position(|p| matches!(program.patterns[p.index()], Pattern::Star(_)));
        let fits = match star {
            Some(_) => items.len() + 1 >= patterns.len(),
            None => items.len() == patterns.len(),
        };
        if !fits {
            return Ok(false);
        }
        let behind = items.len() + 1 - patterns.len().max(1);
        for (i, &pattern) in patterns.iter().enumerate() {
            match (star, &program.patterns[pattern.index()]) {
                (Some(at), Pattern::Star(target)) if at == i => {
                    if let Some(target) = target {
                        let value = Value::list(items[at..at + behind].to_vec());
                        self.store_variable(code, frame, *target, value)?;
                    }
                }
                (Some(at), _) if i > at => {
                    if !self.matches(code, frame, pattern, &items[behind + i - 1])? {
                        return Ok(false);
                    }
                }
                _ => {
                    if !self.matches(code, frame, pattern, &items[i])? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}
