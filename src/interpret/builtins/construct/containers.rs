//! Dicts, sets and deques.

use std::rc::Rc;

use crate::interpret::call::Taken;
use crate::interpret::class::{Class, Type};
use crate::interpret::key::Key;
use crate::interpret::machine::Machine;
use crate::interpret::methods::keys;
use crate::interpret::operate::integer;
use crate::interpret::value::{Args, DictKind, Elements, Entries, Res, Value};
use crate::words::message;

impl Machine {
    pub(super) fn construct_dict(&mut self, kind: Type, args: Args) -> Res {
        let mut entries = Entries::default();
        if let Some(other) = args.positional.first() {
            self.add_pairs(&mut entries, other)?;
        }
        for (name, value) in args.keywords {
            entries.insert(Key::str(&self.text(name)), value);
        }
        let kind = if kind == Type::OrderedDict { DictKind::Ordered } else { DictKind::Plain };
        Ok(Value::dict_of(entries, kind))
    }

    pub(super) fn construct_default_dict(&mut self, mut taken: Taken<'_>) -> Res {
        let factory = taken.or(self, "default_factory", Value::None)?;
        let mut entries = Entries::default();
        if let Some(other) = taken.rest().first() {
            self.add_pairs(&mut entries, other)?;
        }
        Ok(Value::dict_of(entries, DictKind::Default(factory)))
    }

    pub(super) fn construct_counter(&mut self, args: Args) -> Res {
        let mut entries = Entries::default();
        if let Some(other) = args.positional.first() {
            match other {
                Value::Dict(_) => {
                    self.add_pairs(&mut entries, other)?;
                }
                other => {
                    for item in self.collect(other)? {
                        let key = Key::new(self, &item)?;
                        let count = entries.get(&key).and_then(integer).unwrap_or(0);
                        entries.insert(key, Value::Int(count + 1));
                    }
                }
            }
        }
        for (name, value) in args.keywords {
            entries.insert(Key::str(&self.text(name)), value);
        }
        Ok(Value::dict_of(entries, DictKind::Counter))
    }

    pub(super) fn construct_deque(&mut self, class: &Rc<Class>, mut taken: Taken<'_>) -> Res {
        let items = taken.or(self, "iterable", Value::tuple(Vec::new()))?;
        let longest = taken.or(self, "maxlen", Value::None)?;
        if !longest.is_none() {
            return Err(self.unknown(message!("deque-limit")));
        }
        let items = self.collect(&items)?;
        Ok(Value::Instance(self.instance(class, Value::list(items))))
    }

    pub(super) fn construct_set(&mut self, kind: Type, mut taken: Taken<'_>) -> Res {
        let value = taken.optional(self, "iterable")?;
        taken.done(self)?;
        let elements = value.map_or(Ok(Elements::default()), |v| keys(self, &v))?;
        Ok(if kind == Type::Set { Value::set(elements) } else { Value::FrozenSet(Rc::new(elements)) })
    }

    /// Adds the entries of a mapping, or of a list of pairs.
    fn add_pairs(&mut self, entries: &mut Entries, pairs: &Value) -> Res<()> {
        for (key, value) in self.pairs(pairs)? {
            entries.insert(Key::new(self, &key)?, value);
        }
        Ok(())
    }
}
