//! A run of a framework's source for one file: the class of model is chosen, constructed and called.

use std::rc::Rc;

use super::ends::Ends;
use super::rows::{Row, Rows};
use super::{SourceDialect, yaml};
use crate::bindings::{self, Torch, Watched};
use crate::dialect::{ModuleInfo, Outcome, Ran, RanRow, Scaling, Unknown};
use crate::interpret::{Args, Class, Machine, Res, Stop, Value};
use crate::model::{Model, Source};
use crate::python::Literal;
use crate::torch::{Activation, Trace};

/// Builds the model of a file at a scale, and runs it.
pub(super) fn run(dialect: &SourceDialect, model: &Model, scale: &str, imgsz: [i64; 2]) -> Ran {
    let mut machine = Machine::new(dialect.sources.clone());
    let m = &mut machine;
    bindings::install(m);
    let (mut entries, lists) = yaml::load(m, model);
    let rows = Rc::new(Rows::new(m, &lists));
    m.observer = Some(rows.clone());
    let channels = match entries.get(&yaml::text_key("ch")) {
        Some(Value::Int(ch)) => *ch,
        _ => 3,
    };
    let built = m.import(&dialect.entry).and_then(|tasks| {
        let is_scaled = has(m, &tasks, "guess_model_task");
        if is_scaled {
            entries.insert(yaml::text_key("scale"), Value::str(scale));
            entries.insert(yaml::text_key("yaml_file"), Value::str("model.yaml"));
        }
        let config = Value::dict(entries);
        let last = model.rows.last().and_then(|row| row.module_name()).unwrap_or_default();
        let class = if is_scaled { class(m, &tasks, last, &config)? } else { plain_class(m, &tasks, last)? };
        Ok((class, config))
    });
    let mut forward = Vec::new();
    let mut first = Vec::new();
    let mut calls = Vec::new();
    let mut root = None;
    let mut stopped = match built {
        Err(stop) => Some(stop),
        Ok((class, config)) => {
            let (instance, result) = construct(m, &class, config, channels);
            first = note(m, &rows);
            bindings::take_calls(m);
            let mut stopped = result.err();
            if let Some(instance) = instance {
                let image = bindings::input(m, &[1, channels, imgsz[0], imgsz[1]]);
                let ran =
                    call(m, &instance, "eval", Args::default()).and_then(|_| m.call(&instance, Args::of(vec![image])));
                forward = note(m, &rows);
                calls = bindings::take_calls(m);
                if stopped.is_none() {
                    stopped = ran.err();
                }
                match bindings::graph(m, &instance) {
                    Ok(id) => root = Some(id),
                    Err(stop) => stopped = stopped.or(Some(stop)),
                }
            }
            stopped
        }
    };
    let rows_done = rows.rows.take();
    let is_whole =
        rows_done.iter().all(|row| row.stop.is_none()) && first.iter().chain(&forward).all(|call| call.result.is_ok());
    // Where a row is missing, the framework would never have come there.
    stopped = stopped.filter(|stop| is_whole || matches!(stop, Stop::Unknown(_)));
    let mut ends = Ends { m, dialect, model, rows: &rows, known: Vec::with_capacity(rows_done.len()) };
    let sources: Vec<Vec<Source>> = reads(&rows_done);
    let mut ran: Vec<RanRow> = Vec::with_capacity(rows_done.len());
    for (i, (row, from)) in rows_done.iter().zip(sources).enumerate() {
        let here = forward.iter().rfind(|call| call.key == i);
        let outcome = ends.outcome(i, row, &from, first.iter().rfind(|call| call.key == i), here, stopped.as_ref());
        ends.known.push(matches!(outcome, Outcome::Returned(_)));
        let module = row.layer.as_ref().filter(|_| root.is_some()).and_then(bindings::module_id);
        ran.push(RanRow {
            info: info(ends.m, model, i, row),
            from,
            repeats: match row.repeats {
                Some(Value::Int(n)) => n,
                _ => 1,
            },
            args: ends.args(i, row),
            module,
            outcome,
            calls: here.map_or(0..0, |call| call.calls.clone()),
        });
    }
    let torch = m.kept::<Torch>().expect("torch was installed");
    let mut modules = std::mem::take(&mut torch.build.borrow_mut().modules);
    let root = root.unwrap_or_else(|| modules.add("Module".into()));
    Ran {
        rows: ran,
        trace: Trace { modules, root, calls },
        header: Vec::new(),
        scaling: Scaling {
            depth: Literal::Int(1),
            width: Literal::Int(1),
            max_channels: Literal::Float(f64::INFINITY),
        },
        default_act: Activation::silu(),
    }
}

/// The calls of rows so far. What stands for what a row didn't return is noted with the row.
fn note(m: &mut Machine, rows: &Rows) -> Vec<Watched> {
    let calls = bindings::watched(m);
    for call in &calls {
        if let Some(unknown) = &call.stands_for {
            rows.stands_for(unknown.clone(), call.key);
        }
    }
    calls
}

fn has(m: &mut Machine, module: &Value, name: &str) -> bool {
    let name = m.symbol(name);
    matches!(m.find_attribute(module, name), Ok(Some(_)))
}

fn call(m: &mut Machine, value: &Value, method: &str, args: Args) -> Res {
    let name = m.symbol(method);
    let method = m.get_attribute(value, name)?;
    m.call(&method, args)
}

/// A class of a module, if the module has it.
fn named(m: &mut Machine, tasks: &Value, name: &str) -> Res<Option<Rc<Class>>> {
    let symbol = m.symbol(name);
    match m.find_attribute(tasks, symbol)? {
        Some(Value::Class(class)) => Ok(Some(class)),
        Some(Value::Unknown(unknown)) => Err(Stop::Unknown(unknown)),
        _ => Ok(None),
    }
}

/// The first class of these that a module has.
fn first_of(m: &mut Machine, tasks: &Value, names: &[&str]) -> Res<Rc<Class>> {
    for name in names {
        if let Some(class) = named(m, tasks, name)? {
            return Ok(class);
        }
    }
    Err(m.unknown(format!("no class of model called {}", names.join(" or "))))
}

/// The class of model that a framework with tasks makes of a file, by the last row's module or by what it guesses itself.
fn class(m: &mut Machine, tasks: &Value, last: &str, config: &Value) -> Res<Rc<Class>> {
    let special = match last {
        _ if last.contains("RTDETRDecoder") => Some("RTDETRDetectionModel"),
        _ if last.contains("World") => Some("WorldModel"),
        _ if last.starts_with("YOLOESeg") => Some("YOLOESegModel"),
        "YOLOEDetect" => Some("YOLOEModel"),
        "v10Detect" => Some("YOLOv10DetectionModel"),
        _ => None,
    };
    if let Some(special) = special
        && let Some(class) = named(m, tasks, special)?
    {
        return Ok(class);
    }
    let guessed = call(m, tasks, "guess_model_task", Args::of(vec![config.clone()]));
    let task = match guessed {
        Ok(Value::Str(task)) => task.to_string(),
        Err(stop @ Stop::Unknown(_)) => return Err(stop),
        // Nobody asks the framework to guess where a head is its own: the task is given with the file.
        _ => {
            let last = last.to_lowercase();
            let by_name = [("pose", "pose"), ("obb", "obb"), ("seg", "segment"), ("classify", "classify")];
            let found = by_name.iter().find(|(word, _)| last.contains(word));
            found.map_or("detect", |(_, task)| task).to_owned()
        }
    };
    let name = match task.as_str() {
        "segment" => "SegmentationModel",
        "pose" => "PoseModel",
        "obb" => "OBBModel",
        "classify" => "ClassificationModel",
        "semantic" => "SemanticSegmentationModel",
        _ => "DetectionModel",
    };
    first_of(m, tasks, &[name, "DetectionModel"])
}

/// The class of model of a framework of YOLOv5's line.
fn plain_class(m: &mut Machine, tasks: &Value, last: &str) -> Res<Rc<Class>> {
    match last.contains("Seg") {
        true => first_of(m, tasks, &["SegmentationModel", "DetectionModel", "Model"]),
        false => first_of(m, tasks, &["DetectionModel", "Model"]),
    }
}

/// Makes a model. Its instance is there even if the constructor doesn't come to its end.
fn construct(m: &mut Machine, class: &Rc<Class>, config: Value, channels: i64) -> (Option<Value>, Res<()>) {
    // It prints what the model costs, which nobody reads here.
    let info = m.symbol("info");
    for base in class.order() {
        if let Some(own) = base.namespace.borrow_mut().get_mut(&info) {
            *own = Value::native("info", |_, _, _| Ok(Value::None));
        }
    }
    let (ch, verbose) = (m.symbol("ch"), m.symbol("verbose"));
    let mut keywords = vec![(ch, Value::Int(channels)), (verbose, Value::Bool(false))];
    loop {
        let instance = match m.plain_instance(class, &Args::default()) {
            Ok(instance) => instance,
            Err(stop) => return (None, Err(stop)),
        };
        let args = Args { positional: vec![config.clone()], keywords: keywords.clone() };
        let result = call(m, &instance, "__init__", args).map(|_| ());
        if let Err(Stop::Raise(raised)) = &result
            && keywords.len() == 2
        {
            let message = m.describe(raised);
            if message.starts_with("TypeError") && message.contains("'verbose'") {
                keywords.pop();
                continue;
            }
        }
        return (Some(instance), result);
    }
}

/// The rows that each row reads: a row that is several layers has their indices.
fn reads(rows: &[Row]) -> Vec<Vec<Source>> {
    let indices: Vec<i64> = rows.iter().enumerate().map(|(i, row)| row.index.unwrap_or(i as i64)).collect();
    let row_at = |index: i64| indices.iter().position(|&own| index >= 0 && own >= index).map(Source::Row);
    let source = |i: usize, from: &Value| match from {
        Value::Int(-1) if i == 0 => Some(Source::Image),
        Value::Int(from) if *from < 0 => row_at(indices.get(i.checked_sub(1)?)? + 1 + from),
        Value::Int(from) => row_at(*from),
        _ => None,
    };
    let entries = |i: usize, row: &Row| match &row.from {
        Some(Value::List(list)) => list.borrow().iter().filter_map(|from| source(i, from)).collect(),
        Some(Value::Tuple(list)) => list.items.iter().filter_map(|from| source(i, from)).collect(),
        Some(from) => source(i, from).into_iter().collect(),
        None => Vec::new(),
    };
    rows.iter().enumerate().map(|(i, row)| entries(i, row)).collect()
}

/// What is known of a row's module.
fn info(m: &mut Machine, model: &Model, i: usize, row: &Row) -> Option<std::sync::Arc<ModuleInfo>> {
    let layer = row.layer.as_ref()?;
    let name = m.symbol("type");
    let path = match m.find_attribute(layer, name) {
        Ok(Some(Value::Str(path))) => path.to_string(),
        _ => m.class_of(layer).ok()?.full_name(),
    };
    Some(std::sync::Arc::new(ModuleInfo {
        name: model.rows[i].module_name().unwrap_or_default().to_owned().into(),
        path: path.into(),
        doc: "".into(),
        page: None,
        params: Vec::new(),
        row_params: Vec::new(),
        is_head: i + 1 == model.rows.len(),
        has_levels: false,
    }))
}

/// Why a row isn't known, where that was said.
pub(super) fn unknown(reason: &str) -> Outcome {
    Outcome::Unknown(Unknown { reason: reason.to_owned(), place: None })
}
