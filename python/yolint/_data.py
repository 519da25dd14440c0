"""Plain values from the program's JSON. Fields that a newer program adds are ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple, Union

#: A tensor's shape, or those of a list of tensors.
Shape = Union[List[int], List[List[int]]]


@dataclass(frozen=True)
class Row:
    """A row of a model, at one scale."""

    index: int
    #: Line in the file, from 1.
    line: int
    section: str
    #: Rows that it reads, as the file writes them; `from` is a word of Python's own.
    from_: List[Any]
    repeats: int
    module: str
    #: What its module is called with.
    args: List[Any]
    params: Optional[int]
    trainable: Optional[int]
    #: What the convention counts: MACs, or FLOPs.
    ops: Optional[int]
    flops: Optional[int]
    output: Optional[Shape]
    #: `exact`, or a word and the reason why there is no figure: `error: channel-mismatch`, `unknown: …`.
    status: str
    #: File and line of its module's class; none of what is built in.
    defined_at: Optional[Mapping[str, Any]]

    @property
    def gflops(self) -> Optional[float]:
        return None if self.flops is None else self.flops / 1e9

    @classmethod
    def of_json(cls, row: Mapping[str, Any]) -> Row:
        return cls(
            index=row["index"],
            line=row["line"],
            section=row["section"],
            from_=row["from"],
            repeats=row["repeats"],
            module=row["module"],
            args=row["args"],
            params=row["params"],
            trainable=row["trainable"],
            ops=row["ops"],
            flops=row["flops"],
            output=row["output"],
            status=row["status"],
            defined_at=row.get("defined_at"),
        )


@dataclass(frozen=True)
class Fix:
    """An edit that corrects a finding."""

    title: str
    #: Whether the edit can't change what the author meant.
    safe: bool


@dataclass(frozen=True)
class Diagnostic:
    """A finding in a file."""

    file: str
    rule: str
    #: `error`, `warning` or `hint`.
    severity: str
    message: str
    help: Optional[str]
    row: Optional[int]
    #: The scales that have it, where others don't.
    scales: Tuple[str, ...]
    #: Lines and columns from 1, columns in characters.
    line: int
    column: int
    end_line: int
    end_column: int
    fixes: Tuple[Fix, ...]

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.rule}] {self.message}"

    @classmethod
    def of_json(cls, file: str, found: Mapping[str, Any]) -> Diagnostic:
        return cls(
            file=file,
            rule=found["rule"],
            severity=found["severity"],
            message=found["message"],
            help=found["help"],
            row=found["row"],
            scales=tuple(found["scales"]),
            line=found["start"]["line"],
            column=found["start"]["column"],
            end_line=found["end"]["line"],
            end_column=found["end"]["column"],
            fixes=tuple(Fix(fix["title"], fix["safe"]) for fix in found["fixes"]),
        )


@dataclass(frozen=True)
class Budget:
    """A budget, and the model's value for it."""

    scale: str
    scope: str
    metric: str
    limit: Optional[float]
    value: Optional[float]
    #: Whether it is exceeded; none if that isn't known.
    over: Optional[bool]

    @classmethod
    def of_json(cls, budget: Mapping[str, Any]) -> Budget:
        return cls(**{name: budget[name] for name in ("scale", "scope", "metric", "limit", "value", "over")})


@dataclass(frozen=True)
class Change:
    """One figure of two models."""

    a: Optional[float]
    b: Optional[float]
    delta: Optional[float]
    percent: Optional[float]

    @classmethod
    def of_json(cls, change: Mapping[str, Any]) -> Change:
        return cls(change["a"], change["b"], change["delta"], change["percent"])


@dataclass(frozen=True)
class DiffRow:
    """A row of two models, or of one of them."""

    #: `same`, `changed`, `added` or `removed`.
    status: str
    a: Optional[Row]
    b: Optional[Row]
    params: Change
    flops: Change

    @classmethod
    def of_json(cls, row: Mapping[str, Any]) -> DiffRow:
        def one(side: str) -> Optional[Row]:
            return Row.of_json(row[side]) if row[side] else None

        return cls(row["status"], one("a"), one("b"), Change.of_json(row["params"]), Change.of_json(row["flops"]))
