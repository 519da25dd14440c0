//! Tensors as a program holds them: objects with an identity, whose sizes are known.

use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::state::torch;
use super::{convert, functions};
use crate::interpret::value::{Namespace, Tuple};
use crate::interpret::{
    Args, Class, Content, Foreign, Journal, Keep, KeptPlace, Machine, Native, NativeFn, Res, Symbol, Tracked, Type,
    Value, Whole,
};
use crate::torch::dtype::{DType, Kind};
use crate::torch::natives;
use crate::words::message;

/// A tensor of a program.
pub struct Tensor {
    state: Tracked<State>,
    /// How often the memory was written to that it shares with its views; none before the first view or write.
    writes: OnceCell<Rc<Cell<u32>>>,
    /// What `writes` was when it was kept.
    writes_then: Cell<u32>,
    /// Whether it is a parameter.
    pub is_parameter: bool,
}

/// What of a tensor can change.
#[derive(Clone)]
struct State {
    value: Rc<natives::Tensor>,
    /// What `writes` was when its elements were last known.
    known_at: u32,
    /// `requires_grad`
    is_trained: bool,
    attributes: Namespace,
}

impl Tensor {
    /// A tensor with memory of its own.
    pub fn new(value: impl Into<Rc<natives::Tensor>>) -> Tensor {
        Tensor::of_state(State {
            value: value.into(),
            known_at: 0,
            is_trained: false,
            attributes: Namespace::default(),
        })
    }

    fn of_state(state: State) -> Tensor {
        Tensor { state: Tracked::new(state), writes: OnceCell::new(), writes_then: Cell::new(0), is_parameter: false }
    }

    /// A parameter.
    pub fn parameter(value: impl Into<Rc<natives::Tensor>>, is_trained: bool) -> Tensor {
        let state = State { value: value.into(), known_at: 0, is_trained, attributes: Namespace::default() };
        Tensor { is_parameter: true, ..Tensor::of_state(state) }
    }

    /// A tensor that shares this one's memory.
    pub fn view(&self, value: impl Into<Rc<natives::Tensor>>) -> Tensor {
        // What is written into the view is written into this one.
        self.state.change();
        let writes = self.writes.get_or_init(Rc::default).clone();
        let state =
            State { value: value.into(), known_at: writes.get(), is_trained: false, attributes: Namespace::default() };
        Tensor { writes: writes.into(), ..Tensor::of_state(state) }
    }

    /// `requires_grad`
    pub fn is_trained(&self) -> bool {
        self.state.borrow().is_trained
    }

    /// Sets `requires_grad`.
    pub fn set_trained(&self, is_trained: bool) {
        if self.is_trained() != is_trained {
            self.state.borrow_mut().is_trained = is_trained;
        }
    }

    /// Whether nothing was set on it, and it is no parameter.
    pub fn is_plain(&self) -> bool {
        !self.is_parameter && self.state.borrow().attributes.is_empty()
    }

    /// Whether another tensor shares its memory.
    pub fn shares_memory(&self) -> bool {
        self.writes.get().is_some_and(|writes| Rc::strong_count(writes) > 1)
    }

    /// How often its memory was written to.
    pub fn writes(&self) -> u32 {
        self.writes.get().map_or(0, |writes| writes.get())
    }

    /// What is known of it.
    pub fn value(&self) -> Rc<natives::Tensor> {
        let state = self.state.borrow();
        if state.known_at != self.writes() && state.value.elements.is_some() {
            return Rc::new(natives::Tensor { elements: None, ..(*state.value).clone() });
        }
        state.value.clone()
    }

    /// Its sizes.
    pub fn shape(&self) -> crate::torch::ops::Shape {
        self.state.borrow().value.shape
    }

    /// Writes into its memory: what its views held isn't known any more.
    pub fn write(&self, value: impl Into<Rc<natives::Tensor>>) {
        let mut state = self.state.borrow_mut();
        let writes = self.writes.get_or_init(Rc::default);
        writes.set(writes.get() + 1);
        state.known_at = writes.get();
        state.value = value.into();
    }

    /// As it is printed; without the numbers where they aren't known.
    fn text(&self, m: &mut Machine) -> Res<String> {
        let value = self.value();
        let Some(elements) = value.elements.as_deref().filter(|_| value.shape.rank() < 2) else {
            return Ok(format!("tensor(..., size={})", value.shape));
        };
        let is_float = value.dtype.kind() >= Kind::Float;
        let is_whole = elements.iter().all(|x| x.fract() == 0.0 && x.abs() < 1e8);
        let mut texts = Vec::new();
        for &x in elements {
            texts.push(match value.dtype.kind() {
                Kind::Bool => if x == 0.0 { "False" } else { "True" }.to_owned(),
                _ if is_float && is_whole => format!("{x:.0}."),
                _ if is_float => format!("{x:.4}"),
                _ => format!("{x:.0}"),
            });
        }
        let width = texts.iter().map(String::len).max().unwrap_or(0);
        let texts: Vec<String> = texts.iter().map(|text| format!("{text:>width$}")).collect();
        let mut text = texts.join(", ");
        if value.shape.rank() == 1 {
            text = format!("[{text}]");
        }
        let m_type = torch(m).dtype(value.dtype);
        Ok(match value.dtype {
            DType::Float32 | DType::Int64 | DType::Bool => format!("tensor({text})"),
            _ => format!("tensor({text}, dtype={})", m.str(&m_type)?),
        })
    }

    /// The tensor that a value is.
    pub fn of(value: &Value) -> Option<Rc<Tensor>> {
        match value {
            Value::Foreign(foreign) => foreign.clone().as_any().downcast().ok(),
            _ => None,
        }
    }
}

/// What of a tensor is read without a call.
const PROPERTIES: [&str; 11] = ["dtype", "ndim", "data", "real", "imag", "T", "mT", "H", "mH", "itemsize", "nbytes"];

/// The names of all attributes of tensors, as Python lists them; others there are none, apart from those that a program sets.
const NAMES: &str = include_str!("tensor.txt");

/// Methods of a tensor that Python calls by itself, beside its operators.
const DUNDERS: [&str; 8] = [
    "__array__",
    "__contains__",
    "__deepcopy__",
    "__format__",
    "__iter__",
    "__reversed__",
    "__setstate__",
    "__torch_function__",
];

/// The method that an operator such as `+=` calls.
fn in_place(name: &str) -> Option<&'static str> {
    Some(match name {
        "__iadd__" => "add_",
        "__isub__" => "sub_",
        "__imul__" => "mul_",
        "__itruediv__" => "div_",
        "__ifloordiv__" => "floor_divide_",
        "__ipow__" => "pow_",
        "__imod__" => "remainder_",
        "__iand__" => "bitwise_and_",
        "__ior__" => "bitwise_or_",
        "__ixor__" => "bitwise_xor_",
        "__setitem__" => "_with_item_",
        _ => return None,
    })
}

impl Content for State {
    type Part = Whole;

    fn held(&self, values: &mut Vec<Value>) {
        self.attributes.held(values);
    }
}

impl Keep for Tensor {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(&self.state);
    }

    fn keep(&self, journal: &Rc<Journal>, place: KeptPlace) {
        self.state.keep(journal, place);
        self.writes_then.set(self.writes());
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        self.state.undo(garbage);
        if let Some(writes) = self.writes.get() {
            writes.set(self.writes_then.get());
        }
    }
}

impl Foreign for Tensor {
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>> {
        let classes = &torch(machine).classes;
        Ok(if self.is_parameter { classes.parameter.clone() } else { classes.tensor.clone() })
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn as_keep(self: Rc<Self>) -> Option<Rc<dyn Keep>> {
        Some(self)
    }

    fn get(self: Rc<Self>, m: &mut Machine, name: Symbol) -> Res<Option<Value>> {
        if let Some(found) = self.state.borrow().attributes.get(&name) {
            return Ok(Some(found.clone()));
        }
        let text = m.text(name);
        let value = match &*text {
            "shape" => size(m, self.shape().dims()),
            "requires_grad" => Value::Bool(self.is_trained()),
            "is_leaf" => Value::Bool(true),
            "grad" | "grad_fn" | "names" => Value::None,
            "is_cuda" | "is_quantized" | "is_sparse" | "is_mkldnn" | "is_meta" | "is_mps" | "is_xpu" => {
                Value::Bool(false)
            }
            "device" => torch(m).cpu(),
            "layout" => Value::str("torch.strided"),
            _ if PROPERTIES.contains(&&*text) => {
                let Some(function) = natives::find(&format!("Tensor.{text}")) else {
                    return Ok(Some(m.opaque(&format!("torch.Tensor.{text}"))));
                };
                return functions::call(m, function, Args::of(vec![Value::Foreign(self)])).map(Some);
            }
            _ => {
                let class = self.clone().class(m)?;
                match class.lookup(name) {
                    Some(Value::Native(native)) => {
                        let (name, call) = (native.name.clone(), native.call);
                        Value::native_with(&name, vec![Value::Foreign(self)], call)
                    }
                    Some(found) => found,
                    None if text.starts_with("__") => {
                        let plain = in_place(&text).unwrap_or(&text).to_owned();
                        match functions::method(&plain) {
                            Some((name, call)) => Value::native_with(&name, vec![Value::Foreign(self)], call),
                            None if DUNDERS.contains(&&*text) => m.opaque(&format!("torch.Tensor.{text}")),
                            None => return Ok(None),
                        }
                    }
                    None => {
                        let torch = torch(m);
                        let known = torch.methods.borrow().get(&name).cloned();
                        let method = known.unwrap_or_else(|| {
                            let method = functions::method(&text);
                            torch.methods.borrow_mut().insert(name, method.clone());
                            method
                        });
                        match method {
                            Some((name, call)) => {
                                let data = vec![Value::Foreign(self)];
                                Value::Native(Rc::new(Native { name, call, binds: false, data }))
                            }
                            None if text.starts_with('_') || NAMES.split_whitespace().any(|name| name == &*text) => {
                                m.opaque(&format!("torch.Tensor.{text}"))
                            }
                            None => return Ok(None),
                        }
                    }
                }
            }
        };
        Ok(Some(value))
    }

    fn set(self: Rc<Self>, m: &mut Machine, name: Symbol, value: Value) -> Res<bool> {
        let text = m.text(name);
        match (&*text, &value) {
            ("requires_grad", _) => {
                let trained = m.truth(&value)?;
                self.set_trained(trained);
            }
            ("data", _) => match Tensor::of(&value) {
                Some(other) => self.write(other.value()),
                None => {
                    m.known(&value)?;
                    let name = m.type_name(&value);
                    return Err(m.type_error(format!("Variable data has to be a tensor, but got {name}")));
                }
            },
            _ => {
                self.state.borrow_mut().attributes.insert(name, value);
            }
        }
        Ok(true)
    }

    fn truth(self: Rc<Self>, m: &mut Machine) -> Res<bool> {
        match functions::call_method(m, "__bool__", vec![Value::Foreign(self)])? {
            Some(Value::Bool(truth)) => Ok(truth),
            _ => Err(m.unknown(message!("whether-true"))),
        }
    }

    fn special(self: Rc<Self>, m: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        let this = Value::Foreign(self.clone());
        match name {
            "__iter__" if self.shape().rank() == 0 => {
                return Err(m.type_error("a tensor without dimensions can't be iterated over"));
            }
            "__iter__" => {
                let parts = functions::call_method(m, "unbind", vec![this])?.unwrap_or(Value::None);
                return Ok(Some(Value::Iterator(m.iter(&parts)?)));
            }
            "__hash__" => return Ok(Some(Value::Int(this.identity() as i64))),
            "__copy__" => return Ok(Some(Value::Foreign(Rc::new(self.view(self.value()))))),
            "__deepcopy__" => {
                let State { is_trained, attributes, .. } = self.state.borrow().clone();
                let state = State { value: self.value(), known_at: 0, is_trained, attributes };
                let copy = Tensor { is_parameter: self.is_parameter, ..Tensor::of_state(state) };
                return Ok(Some(Value::Foreign(Rc::new(copy))));
            }
            "__repr__" | "__str__" => return self.text(m).map(|text| Some(Value::str(&text))),
            "__format__" => {
                let spec = args.first().and_then(Value::as_str).unwrap_or("").to_owned();
                if self.shape().rank() > 0 {
                    return match &*spec {
                        "" => self.text(m).map(|text| Some(Value::str(&text))),
                        _ => Err(m.type_error("unsupported format string passed to Tensor.__format__")),
                    };
                }
                let item = functions::call_method(m, "item", vec![this])?.unwrap_or(Value::None);
                return m.format(&item, &spec).map(|text| Some(Value::str(&text)));
            }
            "__pos__" => return Ok(Some(this)),
            "__contains__" => {
                let equal = functions::call_method(m, "eq", vec![this, args[0].clone()])?.unwrap_or(Value::None);
                let any = functions::call_method(m, "any", vec![equal])?.unwrap_or(Value::None);
                return functions::call_method(m, "item", vec![any]);
            }
            "__reversed__" => return Err(m.unknown(message!("tensor-reversed"))),
            "__enter__" | "__exit__" | "__next__" => return Ok(None),
            _ => {}
        }
        let name = in_place(name).unwrap_or(name);
        let mut all = vec![this];
        all.extend(args.iter().cloned());
        functions::call_method(m, name, all)
    }
}

/// `torch.Size`
pub(super) fn size(m: &mut Machine, sizes: &[i64]) -> Value {
    size_of(m, sizes.iter().map(|&s| Value::Int(s)).collect())
}

fn size_of(m: &Machine, items: Vec<Value>) -> Value {
    let class = torch(m).classes.size.clone();
    Value::Tuple(Rc::new(Tuple { items, class: Some(class) }))
}

/// The class of `torch.Size`, whose parts and sums are sizes too.
pub(super) fn size_class(m: &mut Machine, tuple: &Rc<Class>) -> Rc<Class> {
    const NEW: NativeFn = |m, _, args| match args.positional.get(1) {
        Some(items) => {
            let items = m.collect(items)?;
            for item in &items {
                m.known(item)?;
                if !matches!(item, Value::Int(_) | Value::Bool(_)) {
                    let kind = m.type_name(item);
                    return Err(m.type_error(format!("a size is made of integers, not of a {kind}")));
                }
            }
            Ok(size_of(m, items))
        }
        None => Ok(size(m, &[])),
    };
    const NUMEL: NativeFn = |m, _, args| {
        let items = parts(&args, 0).unwrap_or_default();
        let product = items.iter().try_fold(1i64, |n, item| match item {
            Value::Int(i) => n.checked_mul(*i),
            _ => None,
        });
        product.map(Value::Int).ok_or_else(|| m.unknown(message!("a-size")))
    };
    const REPR: NativeFn = |m, _, args| {
        let list = Value::list(parts(&args, 0).unwrap_or_default());
        let text = m.repr(&list)?;
        Ok(Value::str(&format!("torch.Size({text})")))
    };
    const GET: NativeFn = |m, _, args| {
        let (Some(items), Some(index)) = (parts(&args, 0), args.positional.get(1)) else {
            return Ok(Value::NotImplemented);
        };
        let found = m.get_item(&Value::tuple(items), index)?;
        Ok(match found {
            Value::Tuple(part) => size_of(m, part.items.clone()),
            item => item,
        })
    };
    const ADD: NativeFn = |m, native, args| {
        let (Some(mut left), Some(mut right)) = (parts(&args, 0), parts(&args, 1)) else {
            return Ok(Value::NotImplemented);
        };
        if &*native.name == "__radd__" {
            std::mem::swap(&mut left, &mut right);
        }
        left.append(&mut right);
        Ok(size_of(m, left))
    };
    const TIMES: NativeFn = |m, _, args| match (parts(&args, 0), args.positional.get(1)) {
        (Some(items), Some(Value::Int(n))) => {
            m.limit((items.len() as i64 * 16).saturating_mul((*n).max(0)))?;
            let times = (*n).max(0) as usize;
            Ok(size_of(m, items.iter().cycle().take(items.len() * times).cloned().collect()))
        }
        _ => Ok(Value::NotImplemented),
    };
    let new = Value::StaticMethod(Rc::new(Value::native("__new__", NEW)));
    let mut members = vec![("__new__", new)];
    let methods: [(&str, NativeFn); 7] = [
        ("numel", NUMEL),
        ("__repr__", REPR),
        ("__getitem__", GET),
        ("__add__", ADD),
        ("__radd__", ADD),
        ("__mul__", TIMES),
        ("__rmul__", TIMES),
    ];
    members.extend(methods.map(|(name, call)| (name, Value::native_method(name, call))));
    m.native_class("Size", "torch", std::slice::from_ref(tuple), members)
}

/// The items of argument `i`, a tuple.
fn parts(args: &Args, i: usize) -> Option<Vec<Value>> {
    match args.positional.get(i) {
        Some(Value::Tuple(tuple)) => Some(tuple.items.clone()),
        _ => None,
    }
}

/// `torch.Tensor(...)`, `torch.LongTensor(...)`: of sizes, or of data.
pub(super) fn construct(m: &mut Machine, dtype: DType, args: Args) -> Res {
    let mut args = args.positional;
    args.remove(0);
    let is_sizes = args.iter().all(|arg| matches!(arg, Value::Int(_)));
    let is_data = matches!(args[..], [Value::List(_) | Value::Tuple(_) | Value::Foreign(_)]);
    if !(is_sizes || is_data) {
        for arg in &args {
            m.known(arg)?;
        }
        // What else counts as a number is torch's to say.
        if args.iter().any(|arg| matches!(arg, Value::Instance(_) | Value::Foreign(_) | Value::Bool(_))) {
            return Err(m.unknown(message!("tensor-sizes")));
        }
        return Err(m.type_error("a tensor is made of sizes or of a list"));
    }
    if let Some(Value::Tuple(tuple)) = args.first()
        && tuple.class.as_ref().is_some_and(|class| Rc::ptr_eq(class, &torch(m).classes.size))
    {
        args = tuple.items.clone();
        return construct(m, dtype, Args::of([vec![Value::None], args].concat()));
    }
    if let ([Value::List(list)], DType::Int64 | DType::Float32) = (&args[..], dtype) {
        let list = list.borrow();
        // Of so many the elements aren't followed.
        if list.len() > natives::MAX_ELEMENTS as usize && list.iter().all(|item| matches!(item, Value::Int(_))) {
            let shape = crate::torch::ops::Shape::new(&[list.len() as i64]);
            return Ok(Value::Foreign(Rc::new(Tensor::new(natives::Tensor::new(shape, dtype)))));
        }
    }
    if args.is_empty() {
        args.push(Value::Int(0));
    }
    let name = if is_sizes { "torch.empty" } else { "torch.tensor" };
    let value = match natives::find(name) {
        Some(function) => functions::call(m, function, Args::of(args))?,
        None => return Err(m.unknown("`torch.Tensor`")),
    };
    if let Some(tensor) = Tensor::of(&value) {
        let value = tensor.value();
        let elements = value.elements.as_ref().filter(|_| !is_sizes && dtype.kind() >= value.dtype.kind()).cloned();
        tensor.write(natives::Tensor { dtype, elements, ..(*value).clone() });
    }
    Ok(value)
}

/// `nn.Parameter(data=None, requires_grad=True)`
pub(super) fn construct_parameter(m: &mut Machine, mut args: Args) -> Res {
    args.positional.remove(0);
    let mut taken = crate::interpret::Taken::new("Parameter", args);
    let data = taken.optional(m, "data")?.unwrap_or(Value::None);
    let trained = taken.or(m, "requires_grad", Value::Bool(true))?;
    taken.done(m)?;
    let trained = m.truth(&trained)?;
    m.known(&data)?;
    let tensor = match (&data, Tensor::of(&data)) {
        (_, Some(tensor)) => tensor,
        (Value::None, None) => {
            let empty = convert::from_torch(
                m,
                natives::Value::tensor(crate::torch::ops::Shape::new(&[0]), DType::Float32),
                None,
            );
            let Some(tensor) = Tensor::of(&empty) else { return Ok(empty) };
            tensor
        }
        _ => {
            let name = m.type_name(&data);
            return Err(m.error(Type::AttributeError, format!("a parameter is made of a tensor, not of a {name}")));
        }
    };
    if trained && tensor.value().dtype.kind() < Kind::Float {
        return Err(
            m.error(Type::RuntimeError, "Only Tensors of floating point and complex dtype can require gradients")
        );
    }
    let view = tensor.view(tensor.value());
    view.set_trained(trained);
    Ok(Value::Foreign(Rc::new(Tensor { is_parameter: true, ..view })))
}
