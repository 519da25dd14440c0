//! What a program built and returned, as the rest of yolint reads it: the graph of modules, shapes of values.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::module::{self, Held};
use super::state::torch;
use super::tensor::Tensor;
use crate::interpret::{Machine, Res, Value};
use crate::torch::{self as graph, ModuleId, TensorKind};
use crate::words::message;

/// Writes what modules hold into the graph of modules: those below `root`. Returns the module that `root` is.
///
/// # Errors
/// Something that isn't known among what they hold.
pub fn graph(m: &mut Machine, root: &Value) -> Res<ModuleId> {
    let Some(root_id) = module::module_id(root) else { return Err(m.unknown(message!("model-no-module"))) };
    let torch = torch(m);
    let mut tensors: FxHashMap<usize, graph::TensorId> = FxHashMap::default();
    for found in module::below(m, root)? {
        let (Value::Instance(instance), Some(id)) = (&found, module::module_id(&found)) else { continue };
        let build = &mut torch.build.borrow_mut();
        let modules = &mut build.modules;
        modules.clear(id);
        if let Some(held) = module::dict(&torch, instance, Held::Modules) {
            for (key, child) in held.entries.borrow().iter() {
                let Some(name) = key.value().as_str() else { continue };
                match module::module_id(child) {
                    Some(child) => modules.set_child(id, name.to_owned().into(), child),
                    None => m.known(child)?,
                }
            }
        }
        let names = module::transient(&torch, instance);
        for held in [Held::Parameters, Held::Buffers] {
            let Some(dict) = module::dict(&torch, instance, held) else { continue };
            for (key, value) in dict.entries.borrow().iter() {
                let Some(name) = key.value().as_str() else { continue };
                m.known(value)?;
                let Some(tensor) = Tensor::of(value) else { continue };
                let kind = match held {
                    Held::Parameters => TensorKind::Parameter { trained: tensor.is_trained() },
                    _ => TensorKind::Buffer { persistent: !names.contains(key) },
                };
                let known = tensors.get(&value.identity()).copied();
                let tensor = match known {
                    Some(known) => known,
                    None => match modules.add_tensor(tensor.shape().dims(), kind) {
                        Ok(added) => added,
                        Err(found) => return Err(m.unknown(found.message)),
                    },
                };
                tensors.insert(value.identity(), tensor);
                modules.set_tensor(id, name.to_owned().into(), tensor);
            }
        }
    }
    Ok(root_id)
}

/// Takes the calls of modules that a counter never sees: it hooks those that are below `root` when it begins, and `since` so
/// many modules were there. What runs in others counts only as functions do.
pub fn unhook(m: &mut Machine, calls: &mut [graph::Call], root: ModuleId, since: usize) {
    let torch = torch(m);
    let modules = &mut torch.build.borrow_mut().modules;
    let hooked: BTreeSet<ModuleId> = modules.walk().below(root).filter(|id| (id.0 as usize) < since).collect();
    let mut outside = None;
    for call in calls.iter_mut().filter(|call| !hooked.contains(&call.module)) {
        call.module = *outside.get_or_insert_with(|| modules.add("Module".into()));
    }
}

/// How many modules were made so far.
pub fn modules_so_far(m: &Machine) -> usize {
    torch(m).build.borrow().modules.sizes().0
}

/// The shapes of a value: of a tensor, of a list, of a dict's values; none of what holds no tensors.
pub fn shape_of(value: &Value) -> Option<graph::Value> {
    if let Some(tensor) = Tensor::of(value) {
        return Some(graph::Value::Tensor(tensor.shape()));
    }
    let items = match value {
        Value::List(list) => list.borrow().clone(),
        Value::Tuple(tuple) => tuple.items.clone(),
        Value::Dict(dict) => dict.entries.borrow().values().cloned().collect(),
        _ => return None,
    };
    let items: Vec<graph::Value> =
        items.iter().map(|item| shape_of(item).unwrap_or(graph::Value::Opaque(message!("something-else")))).collect();
    Some(graph::Value::tuple(items))
}
