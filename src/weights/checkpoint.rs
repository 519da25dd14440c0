//! A checkpoint, `yolo11n.pt`: the names and shapes of its weights, read without running anything that is in it.

use super::StateDict;
use super::pickle::{Id, Node, Pickle};
use crate::torch::ops::Shape;
use crate::words::{Message, message};

/// How deep modules may nest.
const MOST_DEEP: usize = 64;

/// Reads the names and shapes of a checkpoint's weights from the pickle in it: of its moving average if it has one, else of its model, else those
/// that it holds itself.
///
/// # Errors
/// Why they aren't known, without the file's name.
pub fn read(data: &[u8]) -> Result<StateDict, Message> {
    let (pickle, root) = Pickle::read(data)?;
    let held = ["ema", "model"].into_iter().filter_map(|name| pickle.get(root, name));
    let model = held.into_iter().find(|&id| pickle.node(id) != &Node::None).unwrap_or(root);
    let mut items = Vec::new();
    if pickle.attribute(model, "_modules").is_some() {
        module(&pickle, model, "", 0, &mut items)?;
    } else {
        for (name, value) in pickle.entries(model) {
            if let Some(shape) = shape(&pickle, value)? {
                items.push((name.to_owned(), shape));
            }
        }
    }
    if items.is_empty() {
        return Err(message!("checkpoint-without-weights"));
    }
    Ok(StateDict::new(items))
}

/// Adds the entries of a module's `state_dict`.
fn module(
    pickle: &Pickle,
    id: Id,
    prefix: &str,
    depth: usize,
    items: &mut Vec<(String, Shape)>,
) -> Result<(), Message> {
    if depth > MOST_DEEP {
        return Err(message!("checkpoint-too-deep"));
    }
    let entries = |name: &str| pickle.attribute(id, name).map(|dict| pickle.entries(dict)).unwrap_or_default();
    let hidden = pickle.attribute(id, "_non_persistent_buffers_set");
    let hidden: Vec<&str> = hidden.map(|set| set_of(pickle, set)).unwrap_or_default();
    let own = entries("_parameters").into_iter();
    let own = own.chain(entries("_buffers").into_iter().filter(|(name, _)| !hidden.contains(name)));
    for (name, value) in own {
        if let Some(shape) = shape(pickle, value)? {
            items.push((format!("{prefix}{name}"), shape));
        }
    }
    for (name, child) in entries("_modules") {
        if pickle.node(child) != &Node::None {
            module(pickle, child, &format!("{prefix}{name}."), depth + 1, items)?;
        }
    }
    Ok(())
}

/// The texts of a set.
fn set_of(pickle: &Pickle, id: Id) -> Vec<&str> {
    let items = match pickle.made(id) {
        Some((_, args)) => args.first().map(|&list| pickle.items(list)).unwrap_or_default(),
        None => pickle.items(id),
    };
    items.iter().filter_map(|&item| pickle.text(item)).collect()
}

/// The shape of a tensor; none of what is something else.
fn shape(pickle: &Pickle, id: Id) -> Result<Option<Shape>, Message> {
    let Some((maker, args)) = pickle.made(id) else { return Ok(None) };
    match (maker, args) {
        ("_rebuild_parameter" | "_rebuild_parameter_with_state", &[tensor, ..]) => shape(pickle, tensor),
        ("_rebuild_tensor_v2" | "_rebuild_tensor", &[_, _, sizes, ..]) => {
            // A `torch.Size` is made of a tuple.
            let sizes = pickle.made(sizes).and_then(|(_, args)| args.first().copied()).unwrap_or(sizes);
            let sizes = pickle.items(sizes).iter().map(|&size| match pickle.node(size) {
                Node::Int(size) => Ok(*size),
                _ => Err(message!("checkpoint-size")),
            });
            let sizes = sizes.collect::<Result<Vec<i64>, Message>>()?;
            Shape::try_new(&sizes).map(Some).map_err(|fault| fault.message)
        }
        _ => Ok(None),
    }
}
