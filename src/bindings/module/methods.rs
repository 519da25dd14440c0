//! The methods of `torch.nn.Module` by name.

use std::rc::Rc;

use super::attributes::{add_module, expect_free, forget, get, init, made_late, put, set};
use super::calls::{call, hook, other_hook};
use super::walk::{apply, children, join, listed, prefix, tensors, train, walk};
use super::{Held, below, entries, instance, is_module, tensors_below, this};
use crate::bindings::convert;
use crate::bindings::state::torch;
use crate::bindings::tensor::Tensor;
use crate::interpret::value::Entries;
use crate::interpret::{Args, Key, Machine, NativeFn, Res, Taken, Type, Value};
use crate::torch::dtype::{DType, Kind};
use crate::torch::natives;
use crate::words::message;

pub(super) const METHODS: [(&str, NativeFn); 59] = [
    ("__init__", |m, _, args| {
        let instance = instance(m, &args)?;
        init(m, &instance)?;
        Ok(Value::None)
    }),
    ("__setattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        match <[Value; 3]>::try_from(args.positional) {
            Ok([this, Value::Str(name), value]) => {
                let name = m.symbol(&name);
                set(m, &this, &instance, name, value).map(|()| Value::None)
            }
            _ => Err(m.type_error("__setattr__() takes a name and a value")),
        }
    }),
    ("__getattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        let Some(Value::Str(name)) = args.positional.get(1) else {
            return Err(m.type_error("attribute name must be string"));
        };
        let symbol = m.symbol(name);
        if let Some(found) = get(m, &instance, symbol) {
            return Ok(found);
        }
        let message = format!("'{}' object has no attribute '{name}'", instance.class().name);
        Err(m.error(Type::AttributeError, message))
    }),
    ("__delattr__", |m, _, args| {
        let instance = instance(m, &args)?;
        let Some(Value::Str(name)) = args.positional.get(1) else {
            return Err(m.type_error("attribute name must be string"));
        };
        let symbol = m.symbol(name);
        let torch = torch(m);
        if forget(&torch, &instance, name) | instance.attributes.borrow_mut().shift_remove(&symbol).is_some() {
            return Ok(Value::None);
        }
        let message = format!("'{}' object has no attribute '{name}'", instance.class().name);
        Err(m.error(Type::AttributeError, message))
    }),
    ("__call__", |m, _, args| call(m, args)),
    ("forward", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        let message = format!("Module [{name}] is missing the required \"forward\" function");
        Err(m.error(Type::NotImplementedError, message))
    }),
    ("_call_impl", |m, _, args| call(m, args)),
    ("register_buffer", |m, _, args| {
        let instance = instance(m, &args)?;
        let mut taken = Taken::new("register_buffer", args);
        taken.required(m, "self")?;
        let (name, tensor) = (taken.required(m, "name")?, taken.required(m, "tensor")?);
        let persistent = taken.or(m, "persistent", Value::Bool(true))?;
        m.known(&tensor)?;
        let Value::Str(name) = &name else { return Err(m.type_error("buffer name should be a string")) };
        expect_free(m, &instance, Held::Buffers, name)?;
        if !tensor.is_none() && Tensor::of(&tensor).is_none() {
            let kind = m.type_name(&tensor);
            return Err(m.type_error(format!(
                "cannot assign '{kind}' object to buffer '{name}' (torch Tensor or None required)"
            )));
        }
        let torch = torch(m);
        put(m, &torch, &instance, Held::Buffers, name, tensor)?;
        let persistent = m.truth(&persistent)?;
        let known = instance.attributes.borrow().get(&torch.names.transient).cloned();
        let transient = known.or_else(|| made_late(&torch, &instance, torch.names.transient).filter(|_| !persistent));
        if let Some(Value::Set(transient)) = transient {
            let key = Key::str(name);
            if persistent {
                transient.borrow_mut().remove(&key);
            } else {
                transient.borrow_mut().insert(key);
            }
        }
        Ok(Value::None)
    }),
    ("register_parameter", |m, _, args| {
        let instance = instance(m, &args)?;
        let mut taken = Taken::new("register_parameter", args);
        taken.required(m, "self")?;
        let (name, value) = (taken.required(m, "name")?, taken.required(m, "param")?);
        m.known(&value)?;
        let Value::Str(name) = &name else { return Err(m.type_error("parameter name should be a string")) };
        expect_free(m, &instance, Held::Parameters, name)?;
        if !value.is_none() && !Tensor::of(&value).is_some_and(|tensor| tensor.is_parameter) {
            let kind = m.type_name(&value);
            return Err(m.type_error(format!("cannot assign '{kind}' object to parameter '{name}'")));
        }
        let torch = torch(m);
        put(m, &torch, &instance, Held::Parameters, name, value)?;
        Ok(Value::None)
    }),
    ("add_module", add_module),
    ("register_module", add_module),
    ("modules", |m, _, args| {
        let this = this(m, &args)?;
        let found = below(m, &this)?;
        listed(m, found)
    }),
    ("named_modules", |m, _, args| {
        let mut taken = Taken::new("named_modules", args);
        let this = taken.required(m, "self")?;
        taken.optional(m, "memo")?;
        let prefix = prefix(m, &mut taken)?;
        let once = taken.or(m, "remove_duplicate", Value::Bool(true))?;
        taken.done(m)?;
        let once = m.truth(&once)?;
        let found = walk(m, &this, once, true)?;
        let pair = |(name, module): (String, Value)| Value::tuple(vec![Value::str(&join(&prefix, &name)), module]);
        listed(m, found.into_iter().map(pair).collect())
    }),
    ("children", |m, _, args| {
        let instance = instance(m, &args)?;
        let children = children(&torch(m), &instance);
        listed(m, children.into_iter().map(|(_, child)| child).collect())
    }),
    ("named_children", |m, _, args| {
        let instance = instance(m, &args)?;
        let children = children(&torch(m), &instance);
        listed(m, children.into_iter().map(|(name, child)| Value::tuple(vec![Value::Str(name), child])).collect())
    }),
    ("parameters", |m, _, args| tensors(m, args, Held::Parameters, false)),
    ("named_parameters", |m, _, args| tensors(m, args, Held::Parameters, true)),
    ("buffers", |m, _, args| tensors(m, args, Held::Buffers, false)),
    ("named_buffers", |m, _, args| tensors(m, args, Held::Buffers, true)),
    ("apply", |m, _, args| {
        let this = this(m, &args)?;
        let Some(function) = args.positional.get(1).cloned() else {
            return Err(m.type_error("apply() takes a function"));
        };
        apply(m, &this, &function)?;
        Ok(this)
    }),
    ("train", |m, _, args| {
        let this = this(m, &args)?;
        let mut taken = Taken::new("train", args);
        taken.required(m, "self")?;
        let mode = taken.or(m, "mode", Value::Bool(true))?;
        let mode = m.truth(&mode)?;
        train(m, &this, mode)?;
        Ok(this)
    }),
    ("eval", |m, _, args| {
        let this = this(m, &args)?;
        // Classes of the program may have a `train` of their own.
        let name = m.symbol("train");
        let method = m.get_attribute(&this, name)?;
        m.call(&method, Args::of(vec![Value::Bool(false)]))?;
        Ok(this)
    }),
    ("requires_grad_", |m, _, args| {
        let this = this(m, &args)?;
        let mut taken = Taken::new("requires_grad_", args);
        taken.required(m, "self")?;
        let trained = taken.or(m, "requires_grad", Value::Bool(true))?;
        let trained = m.truth(&trained)?;
        for (_, tensor) in tensors_below(m, &this, Held::Parameters, true, true, false)? {
            if let Some(tensor) = Tensor::of(&tensor) {
                tensor.set_trained(trained);
            }
        }
        Ok(this)
    }),
    ("to", cast),
    ("cuda", itself),
    ("cpu", itself),
    ("float", cast),
    ("double", cast),
    ("half", cast),
    ("bfloat16", cast),
    ("type", cast),
    ("share_memory", itself),
    ("to_empty", itself),
    ("xpu", itself),
    ("_apply", not_followed),
    ("_load_from_state_dict", not_followed),
    ("_save_to_state_dict", not_followed),
    ("get_extra_state", not_followed),
    ("set_extra_state", not_followed),
    ("set_submodule", not_followed),
    ("compile", |_, _, _| Ok(Value::None)),
    ("zero_grad", |_, _, _| Ok(Value::None)),
    ("state_dict", |m, _, args| {
        let mut taken = Taken::new("state_dict", args);
        let this = taken.required(m, "self")?;
        if taken.optional(m, "destination")?.is_some_and(|destination| !destination.is_none()) {
            return Err(m.unknown(message!("state-into-dict")));
        }
        let prefix = prefix(m, &mut taken)?;
        taken.optional(m, "keep_vars")?;
        taken.done(m)?;
        let mut entries = Entries::default();
        for (path, module) in walk(m, &this, false, true)? {
            let Value::Instance(instance) = &module else { continue };
            let torch = torch(m);
            let transient = instance.attributes.borrow().get(&torch.names.transient).cloned();
            for held in [Held::Parameters, Held::Buffers] {
                for (name, tensor) in self::entries(&torch, instance, held) {
                    let key = Key::str(&name);
                    let is_transient = matches!(&transient, Some(Value::Set(names)) if names.borrow().contains(&key));
                    if !(tensor.is_none() || held == Held::Buffers && is_transient) {
                        entries.insert(Key::str(&format!("{prefix}{}", join(&path, &name)).into()), tensor);
                    }
                }
            }
        }
        Ok(Value::dict_of(entries, crate::interpret::value::DictKind::Ordered))
    }),
    ("load_state_dict", |m, _, _| Ok(m.unknown_value(message!("checkpoint-holds")))),
    ("register_forward_hook", |m, _, args| hook(m, args, true)),
    ("register_forward_pre_hook", |m, _, args| hook(m, args, false)),
    ("register_full_backward_hook", other_hook),
    ("register_backward_hook", other_hook),
    ("register_state_dict_pre_hook", other_hook),
    ("register_load_state_dict_pre_hook", other_hook),
    ("register_load_state_dict_post_hook", other_hook),
    ("_register_load_state_dict_pre_hook", other_hook),
    ("_register_state_dict_hook", other_hook),
    ("get_submodule", |m, _, args| {
        let (this, path) = target(m, args)?;
        submodule(m, this, &path)
    }),
    ("get_parameter", |m, _, args| tensor_at(m, args, Held::Parameters)),
    ("get_buffer", |m, _, args| tensor_at(m, args, Held::Buffers)),
    ("extra_repr", |_, _, _| Ok(Value::str(""))),
    ("_get_name", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        Ok(Value::Str(name))
    }),
    ("__repr__", |m, _, args| {
        let name = args.positional.first().map_or("Module".into(), |this| m.type_name(this));
        Ok(Value::str(&format!("{name}()")))
    }),
];

fn target(m: &mut Machine, args: Args) -> Res<(Value, Rc<str>)> {
    let mut taken = Taken::new("get_submodule", args);
    let (this, target) = (taken.required(m, "self")?, taken.required(m, "target")?);
    taken.done(m)?;
    match target {
        Value::Str(path) => Ok((this, path)),
        other => {
            m.known(&other)?;
            Err(m.error(Type::AttributeError, "a path is a text"))
        }
    }
}

fn submodule(m: &mut Machine, root: Value, path: &str) -> Res {
    let mut module = root;
    for name in path.split('.').filter(|_| !path.is_empty()) {
        let symbol = m.symbol(name);
        module = m.get_attribute(&module, symbol)?;
        m.known(&module)?;
        if !is_module(m, &module) {
            return Err(m.error(Type::AttributeError, format!("`{name}` is not an nn.Module")));
        }
    }
    Ok(module)
}

/// `get_parameter` and `get_buffer`
fn tensor_at(m: &mut Machine, args: Args, held: Held) -> Res {
    let (this, target) = target(m, args)?;
    let (path, name) = target.rsplit_once('.').unwrap_or(("", &target));
    let module = submodule(m, this, path)?;
    let symbol = m.symbol(name);
    let found = m.get_attribute(&module, symbol)?;
    let is_held = match (&module, Tensor::of(&found)) {
        (_, Some(tensor)) if held == Held::Parameters => tensor.is_parameter,
        (Value::Instance(instance), _) => entries(&torch(m), instance, held).iter().any(|(known, _)| &**known == name),
        _ => false,
    };
    if is_held { Ok(found) } else { Err(m.error(Type::AttributeError, format!("`{name}` is none of them"))) }
}

/// `to`, `half` and their kin: weights and buffers of floats get another type.
fn cast(m: &mut Machine, native: &crate::interpret::Native, args: Args) -> Res {
    let this = this(m, &args)?;
    let mut dtype = match &*native.name {
        "to" | "type" => None,
        name => DType::named(name),
    };
    for value in args.positional[1..].iter().chain(args.keywords.iter().map(|(_, value)| value)) {
        match convert::to_torch(m, value)? {
            natives::Value::DType(given) => dtype = Some(given),
            natives::Value::Tensor(like) => dtype = Some(like.dtype),
            _ => {}
        }
    }
    let Some(dtype) = dtype else { return Ok(this) };
    if native.name.as_ref() == "to" && dtype.kind() < Kind::Float {
        return Err(m.type_error(format!("a module's weights are floats, not {dtype}")));
    }
    for held in [Held::Parameters, Held::Buffers] {
        for (_, value) in tensors_below(m, &this, held, true, true, false)? {
            let Some(tensor) = Tensor::of(&value) else { continue };
            let old = tensor.value();
            if old.dtype != dtype && old.dtype.kind() >= Kind::Float {
                tensor.write(natives::Tensor { dtype, elements: None, ..(*old).clone() });
            }
        }
    }
    Ok(this)
}

fn not_followed(m: &mut Machine, native: &crate::interpret::Native, _: Args) -> Res {
    Err(m.unknown(format!("`Module.{}`", native.name)))
}

pub(super) fn itself(_: &mut Machine, _: &crate::interpret::Native, args: Args) -> Res {
    Ok(args.positional.into_iter().next().unwrap_or(Value::None))
}
