//! Types of elements: what changes and names them.

use super::elementwise::mapped;
use super::{Memory, Native, Tensor, Value, native};
use crate::torch::dtype::DType;
use crate::words::message;

pub(super) const NATIVES: &[Native] = &[
    native("Tensor.float Tensor.double Tensor.half Tensor.bfloat16 Tensor.long Tensor.int Tensor.short Tensor.bool Tensor.byte Tensor.char Tensor.cfloat", "input, **options", |_, a| {
        let t = a.tensor(0)?;
        let dtype = match a.function() {
            "byte" => DType::UInt8,
            "char" => DType::Int8,
            name => DType::named(name).unwrap_or(t.dtype),
        };
        Ok(cast(t, dtype).into())
    })
    .laid(Memory::Elementwise),
    native("Tensor.to Tensor.type", "input, first=None, second=None, third=None, *, dtype=None, other=None, copy=False, **options", |_, a| {
        let t = a.tensor(0)?;
        if a.function() == "type" && !a.is_given(1) && !a.is_given(4) {
            let name = match t.dtype {
                DType::Bool => "Bool",
                DType::UInt8 => "Byte",
                DType::Int8 => "Char",
                DType::Int16 => "Short",
                DType::Int32 => "Int",
                DType::Int64 => "Long",
                DType::Float16 => "Half",
                DType::BFloat16 => "BFloat16",
                DType::Float32 => "Float",
                DType::Float64 => "Double",
                DType::Complex64 => "ComplexFloat",
                DType::Complex128 => "ComplexDouble",
            };
            return Ok(Value::Str(format!("torch.{name}Tensor").into()));
        }
        let mut dtype = a.dtype(4)?;
        for i in [1, 2] {
            match a.get(i) {
                Value::DType(found) => dtype = Some(*found),
                Value::Tensor(other) => dtype = Some(other.dtype),
                Value::Str(_) | Value::Other(_) | Value::None | Value::Int(_) | Value::Bool(_) => {}
                _ => return Err(a.unsupported(message!("neither-type-nor-device"))),
            }
        }
        Ok(dtype.map_or(t.clone(), |dtype| cast(t, dtype)).into())
    })
    .laid(Memory::Elementwise),
    native("Tensor.type_as", "input, other", |_, a| Ok(cast(a.tensor(0)?, a.tensor(1)?.dtype).into())).laid(Memory::Elementwise),
];

fn cast(t: &Tensor, dtype: DType) -> Tensor {
    if dtype == t.dtype { t.clone() } else { mapped(t, dtype, |x| x) }
}
