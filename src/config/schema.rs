//! Parts of the schema of settings that can't be derived.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{MAX_CHANNELS, MAX_FROZEN, MAX_SIDE};
use crate::cost::Convention;
use crate::rules::{self, Level};
use crate::words::Language;

pub(super) fn imgsz(_: &mut SchemaGenerator) -> Schema {
    let side = json_schema!({ "type": "integer", "minimum": 1, "maximum": MAX_SIDE });
    json_schema!({ "anyOf": [side, { "type": "array", "items": side, "minItems": 2, "maxItems": 2 }] })
}

pub(super) fn channels(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": MAX_CHANNELS })
}

pub(super) fn freeze(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 0, "maximum": MAX_FROZEN })
}

pub(super) fn devices(_: &mut SchemaGenerator) -> Schema {
    let figure = json_schema!({ "type": "number", "exclusiveMinimum": 0 });
    let device = json_schema!({
        "type": "object",
        "properties": { "fp32": figure, "fp16": figure, "int8": figure, "bandwidth": figure },
        "required": ["bandwidth"],
        "additionalProperties": false,
    });
    json_schema!({ "type": "object", "additionalProperties": device })
}

pub(super) fn convention(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = Convention::ALL.iter().map(|convention| convention.name()).collect();
    json_schema!({ "enum": names })
}

pub(super) fn language(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": Language::ALL.map(Language::name) })
}

pub(super) fn modules(_: &mut SchemaGenerator) -> Schema {
    let output = json_schema!({ "anyOf": [{ "const": "same" }, { "type": "integer", "minimum": 1 }] });
    let outputs = json_schema!({ "type": "object", "additionalProperties": output });
    json_schema!({ "anyOf": [{ "type": "array", "items": { "type": "string" } }, outputs] })
}

pub(super) fn sought(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "anyOf": [{ "type": "string" }, { "const": false }] })
}

pub(super) fn share(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 })
}

pub(super) fn rules(generator: &mut SchemaGenerator) -> Schema {
    let level = generator.subschema_for::<Level>();
    let names: Vec<&str> = rules::RULES.iter().map(|rule| rule.name).collect();
    json_schema!({ "type": "object", "propertyNames": { "enum": names }, "additionalProperties": level })
}

pub(super) fn per_file(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": rules(generator) })
}
