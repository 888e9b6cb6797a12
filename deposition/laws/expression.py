"""A property as an expression of c and T, such as "0.1297*c^3 - 2.51*c^1.5 + 3.329*c".

An expression holds numbers, the variables c (mol/L) and T (K), + - * / ^ (or **), brackets, and the
functions exp, ln, log10, sqrt, tanh and abs.  Its syntax tree is evaluated node by node: no other
name, attribute, call or statement is accepted, and nothing is executed.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from deposition.common.constants import LITRE
from deposition.common.suggest import did_you_mean, listing

Expression = Any
"""A number, a NumPy array or a UFL expression."""

LONGEST, DEEPEST = 2000, 60
"""Upper bounds of the characters and of the nesting of an expression."""

VARIABLES = ("c", "T")


def _exp(x: Expression) -> Expression:
    return math.e**x


def _ln(x: Expression) -> Expression:
    if isinstance(x, (int, float, np.ndarray, np.generic)):
        return np.log(x)
    import ufl  # of the environment of the solver, which evaluates nothing else

    return ufl.ln(x)


def _tanh(x: Expression) -> Expression:
    return 1.0 - 2.0 / (_exp(2.0 * x) + 1.0)


FUNCTIONS: dict[str, Callable[[Expression], Expression]] = {
    "exp": _exp,
    "ln": _ln,
    "log10": lambda x: _ln(x) / math.log(10.0),
    "sqrt": lambda x: x**0.5,
    "tanh": _tanh,
    "abs": abs,
}

_BINARY: dict[type[ast.operator], Callable[[Expression, Expression], Expression]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class Formula:
    """A property p(c, T) = factor · f(c, T) with the expression f.

    text    of c (mol/L) and T (K)
    factor  from the unit of the values to SI
    unit    of the values; empty for a pure number
    """

    text: str
    factor: float = 1.0
    unit: str = ""

    def at(self, c: Expression, temperature: float) -> Expression:
        """Value in SI at a concentration (mol/m³) and a temperature (K)."""
        variables = {"c": c * LITRE, "T": float(temperature)}
        return self.factor * _value(_tree(self.text), variables)

    def check(self) -> None:
        """Raise ValueError, for the user, unless the text is such an expression."""
        _check(_tree(self.text), 0)


@cache
def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ValueError(f"the expression is longer than {LONGEST} characters. Shorten it [E053]")
    try:
        return ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        place = getattr(problem, "offset", None)
        where = f" near character {place}" if place else ""
        raise ValueError(
            f'"{text}" is no expression{where}. Write numbers, c (mol/L), T (K), + - * / ^, '
            f"brackets and {listing(FUNCTIONS)} [E050]"
        ) from None


def _check(node: ast.expr, depth: int) -> None:
    """Raise ValueError for a node that ``_value`` does not evaluate."""
    if depth > DEEPEST:
        raise ValueError(f"the expression is nested deeper than {DEEPEST}. Shorten it [E054]")
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id=name):
            if name not in VARIABLES:
                raise ValueError(
                    f'"{name}" is unknown.{did_you_mean(name, VARIABLES)} Variables are c (mol/L) '
                    f"and T (K), functions {listing(FUNCTIONS)} [E051]"
                )
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, depth + 1)
            _check(right, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            _check(operand, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            _check(argument, depth + 1)
        case _:
            raise ValueError(
                f'"{ast.unparse(node)}" is not allowed in an expression. Functions are '
                f"{listing(FUNCTIONS)}, each of one value [E052]"
            )


def _value(node: ast.expr, variables: dict[str, Expression]) -> Expression:
    """Value of a node that ``_check`` accepts; numbers are floats, so that none grows without
    bound."""
    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.Name(id=name):
            return variables[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_value(left, variables), _value(right, variables))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, variables)
        case ast.UnaryOp(operand=operand):
            return _value(operand, variables)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return FUNCTIONS[name](_value(argument, variables))
    raise AssertionError(ast.dump(node))
