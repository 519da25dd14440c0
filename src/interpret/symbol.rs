//! Interned names: attributes, globals and keywords are compared by number.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

/// An interned name of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

/// All names of a machine; clones are the same table.
#[derive(Clone)]
pub struct Symbols(Rc<RefCell<Table>>);

#[derive(Default)]
struct Table {
    ids: FxHashMap<Rc<str>, Symbol>,
    texts: Vec<Rc<str>>,
}

impl Symbols {
    /// The table with the names that the machine itself uses.
    pub fn new() -> Self {
        let symbols = Symbols(Rc::default());
        for name in WELL_KNOWN {
            symbols.intern(name);
        }
        symbols
    }

    /// The symbol of a text.
    pub fn intern(&self, text: &str) -> Symbol {
        let mut table = self.0.borrow_mut();
        if let Some(&symbol) = table.ids.get(text) {
            return symbol;
        }
        let symbol = Symbol(table.texts.len() as u32);
        let text: Rc<str> = text.into();
        table.texts.push(text.clone());
        table.ids.insert(text, symbol);
        symbol
    }

    /// The symbol of a text, if anything has that name.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.0.borrow().ids.get(text).copied()
    }

    /// The text of a symbol.
    pub fn text(&self, symbol: Symbol) -> Rc<str> {
        self.0.borrow().texts[symbol.0 as usize].clone()
    }
}

impl Default for Symbols {
    fn default() -> Self {
        Symbols::new()
    }
}

macro_rules! well_known {
    ($($constant:ident $text:literal)*) => {
        const WELL_KNOWN: &[&str] = &[$($text),*];
        well_known!(@ 0; $($constant)*);
    };
    (@ $n:expr; $first:ident $($rest:ident)*) => {
        /// A name that the machine itself uses.
        pub const $first: Symbol = Symbol($n);
        well_known!(@ $n + 1; $($rest)*);
    };
    (@ $n:expr;) => {};
}

well_known! {
    INIT "__init__"
    NEW "__new__"
    CALL "__call__"
    GETATTR "__getattr__"
    GETATTRIBUTE "__getattribute__"
    SETATTR "__setattr__"
    DELATTR "__delattr__"
    CLASS "__class__"
    DICT "__dict__"
    DOC "__doc__"
    NAME "__name__"
    QUALNAME "__qualname__"
    MODULE "__module__"
    FILE "__file__"
    ALL "__all__"
    PATH "__path__"
    PACKAGE "__package__"
    BASES "__bases__"
    MRO "__mro__"
    ANNOTATIONS "__annotations__"
    LEN "__len__"
    BOOL "__bool__"
    ITER "__iter__"
    NEXT "__next__"
    CONTAINS "__contains__"
    GETITEM "__getitem__"
    SETITEM "__setitem__"
    DELITEM "__delitem__"
    MISSING "__missing__"
    REVERSED "__reversed__"
    REPR "__repr__"
    STR "__str__"
    FORMAT "__format__"
    HASH "__hash__"
    EQ "__eq__"
    NE "__ne__"
    LT "__lt__"
    LE "__le__"
    GT "__gt__"
    GE "__ge__"
    ENTER "__enter__"
    EXIT "__exit__"
    GET "__get__"
    SET "__set__"
    SET_NAME "__set_name__"
    INIT_SUBCLASS "__init_subclass__"
    CLASS_GETITEM "__class_getitem__"
    MATCH_ARGS "__match_args__"
    INDEX "__index__"
    INT "__int__"
    FLOAT "__float__"
    NEG "__neg__"
    POS "__pos__"
    INVERT "__invert__"
    ABS "__abs__"
    POST_INIT "__post_init__"
    COPY "__copy__"
    DEEPCOPY "__deepcopy__"
    SELF "__self__"
    FUNC "__func__"
    WRAPPED "__wrapped__"
    DEFAULTS "__defaults__"
    CAUSE "__cause__"
    CONTEXT "__context__"
    TRACEBACK "__traceback__"
    ARGS "args"
    KEY "key"
    DEFAULT "default"
    REVERSE "reverse"
    START "start"
    STRICT "strict"
    METACLASS "metaclass"
    VALUE "value"
    FUNC_ATTR "func"
    KEYWORDS "keywords"
    SEP "sep"
    END "end"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_their_texts() {
        let symbols = Symbols::new();
        assert_eq!(&*symbols.text(INIT), "__init__");
        assert_eq!(&*symbols.text(END), "end");
        let x = symbols.intern("x");
        assert_eq!((symbols.intern("x"), symbols.find("x"), symbols.find("y")), (x, Some(x), None));
    }
}
