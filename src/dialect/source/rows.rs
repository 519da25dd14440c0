//! The rows of `parse_model`, watched from outside: its loop over them goes on if a row fails.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::bindings;
use crate::dialect::Dataset;
use crate::interpret::{Args, Class, Frame, Machine, Observer, Stop, Symbol, Unknown, Value};
use crate::python::file::File;
use crate::python::ir::{Body, Expr, ExprId, Stmt, Variable};
use crate::words::{Message, message};

/// A row as `parse_model` left it.
#[derive(Default)]
pub(super) struct Row {
    /// The module that it added to `layers`.
    pub(super) layer: Option<Value>,
    /// The index by which others read it.
    pub(super) index: Option<i64>,
    /// `from` as the framework read it.
    pub(super) from: Option<Value>,
    /// How often the module is repeated.
    pub(super) repeats: Option<Value>,
    /// The arguments that the module was called with.
    pub(super) args: Vec<Value>,
    /// The class that its module's name refers to.
    pub(super) class: Option<Rc<Class>>,
    /// The number of channels that `parse_model` notes for rows below.
    pub(super) booked: Option<i64>,
    /// Why it isn't built.
    pub(super) stop: Option<Stop>,
    /// Whether the name of its module was found.
    pub(super) is_found: bool,
    /// Whether its module is still that name.
    pub(super) is_name: bool,
}

/// The rows of a file while `parse_model` goes through them.
pub(super) struct Rows {
    names: Names,
    /// The row that a list is, by its identity. The lists are kept, so that no identity is used again.
    lists: RefCell<FxHashMap<usize, (Value, usize)>>,
    current: Cell<Option<usize>>,
    /// How many layers there were when the current row began.
    before: Cell<usize>,
    pub(super) rows: RefCell<Vec<Row>>,
    /// The image's channels, as `parse_model` got them.
    channels: Cell<Option<i64>>,
    /// The substitutes for values that rows didn't give.
    missing: RefCell<Vec<(Rc<Unknown>, usize)>>,
}

/// Local variables of `parse_model`, and attributes that it sets.
struct Names {
    layers: Symbol,
    ch: Symbol,
    c2: Symbol,
    f: Symbol,
    n: Symbol,
    n_: Symbol,
    m: Symbol,
    args: Symbol,
    i: Symbol,
}

/// `missing.py`
static MISSING: LazyLock<Arc<File>> = LazyLock::new(|| Arc::new(File::new("<missing>", include_str!("missing.py"))));

impl Rows {
    pub(super) fn new(m: &mut Machine, lists: &[Value]) -> Rows {
        let mut name = |text| m.symbol(text);
        let names = Names {
            layers: name("layers"),
            ch: name("ch"),
            c2: name("c2"),
            f: name("f"),
            n: name("n"),
            n_: name("n_"),
            m: name("m"),
            args: name("args"),
            i: name("i"),
        };
        Rows {
            names,
            lists: RefCell::new(
                lists.iter().enumerate().map(|(i, list)| (list.identity(), (list.clone(), i))).collect(),
            ),
            current: Cell::new(None),
            before: Cell::new(0),
            rows: RefCell::new(lists.iter().map(|_| Row::default()).collect()),
            channels: Cell::new(None),
            missing: RefCell::default(),
        }
    }

    /// The image's channels: those that the model class took from the file and the dataset.
    pub(super) fn channels(&self, dataset: &Dataset) -> i64 {
        self.channels.get().unwrap_or(dataset.channels)
    }

    /// The row that `parse_model` is at.
    pub(super) fn current(&self) -> Option<usize> {
        self.current.get()
    }

    /// Makes a substitute for a value that a row didn't give.
    pub(super) fn stand_in(&self, row: usize, reason: Message) -> Rc<Unknown> {
        let unknown = Rc::new(Unknown { reason, path: None, place: None });
        self.missing.borrow_mut().push((unknown.clone(), row));
        unknown
    }

    /// Notes that a value is the substitute for that of a row.
    pub(super) fn stands_for(&self, unknown: Rc<Unknown>, row: usize) {
        self.missing.borrow_mut().push((unknown, row));
    }

    /// The row of a substitute.
    pub(super) fn behind(&self, unknown: &Rc<Unknown>) -> Option<usize> {
        self.missing.borrow().iter().find(|(known, _)| Rc::ptr_eq(known, unknown)).map(|(_, row)| *row)
    }

    /// The row that an item of a loop carries, itself or in a tuple of `enumerate`.
    fn row_of(&self, item: &Value) -> Option<usize> {
        match item {
            Value::List(_) => self.lists.borrow().get(&item.identity()).map(|(_, row)| *row),
            Value::Tuple(tuple) => tuple.items.iter().find_map(|item| self.row_of(item)),
            _ => None,
        }
    }

    /// Notes that the current row is done.
    fn finish(&self, m: &mut Machine, frame: &Frame) {
        let Some(i) = self.current.take() else { return };
        let layer = match frame.local(self.names.layers) {
            Some(Value::List(layers)) => layers.borrow().get(self.before.get()).cloned(),
            _ => None,
        };
        let index = layer.as_ref().and_then(|layer| m.find_attribute(layer, self.names.i).ok().flatten());
        let mut rows = self.rows.borrow_mut();
        let row = &mut rows[i];
        row.from = frame.local(self.names.f);
        row.repeats = frame.local(self.names.n_).or_else(|| frame.local(self.names.n));
        row.args = match frame.local(self.names.args) {
            Some(Value::List(args)) => args.borrow().clone(),
            Some(Value::Tuple(args)) => args.items.clone(),
            _ => Vec::new(),
        };
        row.index = match index {
            Some(Value::Int(index)) => Some(index),
            _ => None,
        };
        row.booked = match frame.local(self.names.ch) {
            Some(Value::List(ch)) => last_int(&ch.borrow()),
            _ => None,
        };
        row.class = match frame.local(self.names.m) {
            Some(Value::Class(class)) => Some(class),
            _ => None,
        };
        let is_name = frame.local(self.names.m).map(|m| m.as_str().is_some());
        row.is_name = is_name == Some(true);
        row.is_found = is_name == Some(false);
        if let Some(layer) = &layer {
            bindings::watch(m, layer, i);
        }
        row.layer = layer;
    }

    /// A layer that takes the place of a row's module.
    fn missing_layer(&self, m: &mut Machine, row: usize, value: Value) -> Value {
        let name = m.symbol("Missing");
        let module = match m.module_by_name("<missing>") {
            Some(module) => module,
            None => m.module_of("<missing>", MISSING.clone()),
        };
        let class = m.get_attribute(&Value::Module(module), name);
        let layer = class.and_then(|class| m.call(&class, Args::of(vec![Value::Int(row as i64)])));
        if let Ok(Value::Instance(layer)) = &layer {
            let name = m.symbol("value");
            layer.attributes.borrow_mut().insert(name, value.clone());
        }
        layer.unwrap_or(value)
    }
}

/// The last value of a list, if it is an integer.
fn last_int(list: &[Value]) -> Option<i64> {
    match list.last() {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    }
}

/// Whether a loop of a function rebinds a variable.
fn is_reset(frame: &Frame, name: Symbol) -> bool {
    let Some(function) = &frame.function else { return false };
    let (program, symbols) = (&function.code.file.program, &function.code.symbols);
    let function = program.function(function.id);
    let is_it = |&target: &ExprId| match program.expr(target) {
        Expr::Variable(Variable::Local(slot)) => symbols[function.slots[slot as usize].index()] == name,
        _ => false,
    };
    let Body::Block(body) = function.body else { return false };
    let mut open = vec![(body, false)];
    while let Some((block, in_loop)) = open.pop() {
        for stmt in block.statements() {
            match program.stmt(stmt) {
                Stmt::Assign { targets, .. } if in_loop && program.list(targets).iter().any(is_it) => return true,
                Stmt::For { body, .. } => open.push((body, true)),
                Stmt::If(_, body, orelse) => open.extend([(body, in_loop), (orelse, in_loop)]),
                _ => {}
            }
        }
    }
    false
}

/// Whether a function may put several entries into `ch` for one row: it extends or inserts.
fn has_lists(frame: &Frame, ch: Symbol) -> bool {
    let Some(function) = &frame.function else { return false };
    let (program, symbols) = (&function.code.file.program, &function.code.symbols);
    let slots = &program.function(function.id).slots;
    let is_ch = |expr| match program.expr(expr) {
        Expr::Variable(Variable::Local(slot)) => {
            slots.get(slot as usize).is_some_and(|name| symbols[name.index()] == ch)
        }
        _ => false,
    };
    let exprs = program.function(function.id).exprs;
    program.exprs[exprs.range()].iter().any(|expr| match expr {
        Expr::Attribute(value, name) => matches!(program.name(*name), "extend" | "insert") && is_ch(*value),
        _ => false,
    })
}

impl Observer for Rows {
    fn copied(&self, list: &Value, copy: &Value) {
        let row = self.lists.borrow().get(&list.identity()).map(|(_, row)| *row);
        if let Some(row) = row {
            self.lists.borrow_mut().insert(copy.identity(), (copy.clone(), row));
        }
    }

    fn watches(&self, _: &mut Machine, frame: &Frame, item: &Value) -> bool {
        matches!(frame.local(self.names.layers), Some(Value::List(_))) && self.row_of(item).is_some()
    }

    fn round(&self, m: &mut Machine, frame: &mut Frame, item: Option<&Value>) {
        self.finish(m, frame);
        self.current.set(item.and_then(|item| self.row_of(item)));
        if let Some(Value::List(layers)) = frame.local(self.names.layers) {
            self.before.set(layers.borrow().len());
        }
        if self.current.get() == Some(0)
            && let Some(Value::List(ch)) = frame.local(self.names.ch)
            && let [Value::Int(channels)] = ch.borrow()[..]
        {
            self.channels.set(Some(channels));
        }
    }

    fn stopped(&self, m: &mut Machine, frame: &mut Frame, stop: &Stop) {
        let Some(i) = self.current.get() else { return };
        self.finish(m, frame);
        self.rows.borrow_mut()[i].stop = Some(stop.clone());
        self.rows.borrow_mut()[i].layer = None;
        self.rows.borrow_mut()[i].booked = None;
        let value = Value::Unknown(self.stand_in(i, message!("row-not-built", i)));
        if let Some(Value::List(layers)) = frame.local(self.names.layers) {
            let layer = self.missing_layer(m, i, value.clone());
            layers.borrow_mut().truncate(self.before.get());
            layers.borrow_mut().push(layer);
        }
        frame.set_local(self.names.c2, value.clone());
        match frame.local(self.names.ch) {
            // How many entries the row would have given isn't known.
            Some(_) if i == 0 && has_lists(frame, self.names.ch) => frame.set_local(self.names.ch, value),
            Some(Value::List(_)) if i == 0 && is_reset(frame, self.names.ch) => {
                frame.set_local(self.names.ch, Value::list(vec![value]));
            }
            Some(Value::List(ch)) => ch.borrow_mut().push(value),
            _ => {}
        }
    }
}
