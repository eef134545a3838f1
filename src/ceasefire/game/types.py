"""Types of an actor as one list: the row-major product of its dimensions, with labels and the common prior."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ceasefire.case.formula import Formula
from ceasefire.case.mechanism import JointPrior, TypeDimension
from ceasefire.case.model import Case
from ceasefire.case.variant import Variant
from ceasefire.errors import Place
from ceasefire.game.compile_faults import refuse

Floats = NDArray[np.float64]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class TypeSpace:
    """The types of one actor.

    Parameters
    ----------
    actor : str
    dimensions : tuple of TypeDimension
        In the order of the case; none for an actor without private types, who has one type.
    labels : tuple of label tuples
        Row-major over the dimensions.
    prior : (k,), sums to one
    """

    actor: str
    dimensions: tuple[TypeDimension, ...]
    labels: tuple[tuple[str, ...], ...]
    prior: Floats

    @property
    def n_types(self) -> int:
        """Number of types; 1 for an actor without private types."""
        return len(self.labels)

    @property
    def label_names(self) -> tuple[str, ...]:
        """One text per type: the labels of its dimensions joined with ``/``."""
        return tuple("/".join(labels) for labels in self.labels) if self.dimensions else ("",)

    def values_by_type(self, type_values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return the value of each ``actor.dimension`` by type, (k,), from its value by label."""
        named = {}
        for j, dimension in enumerate(self.dimensions):
            code = np.array([dimension.labels.index(labels[j]) for labels in self.labels])
            named[f"{self.actor}.{dimension.name}"] = type_values[f"{self.actor}.{dimension.name}"][code]
        return named


def type_spaces(case: Case, variant: Variant, scalar: Callable[[Formula], float]) -> tuple[TypeSpace, ...]:
    """Return the types of every actor, in actor order.

    Raises
    ------
    InputError
        C515 where a prior is negative or does not sum to one; C516 where the variant's names a wrong type.
    """
    return tuple(_space(actor.name, case, variant, scalar) for actor in case.actors)


def _space(actor: str, case: Case, variant: Variant, scalar: Callable[[Formula], float]) -> TypeSpace:
    dimensions = tuple(d for d in case.types if d.actor == actor)
    labels = tuple(product(*(d.labels for d in dimensions)))
    joint = next((j for j in case.joint_priors if j.actor == actor), None)
    if actor in variant.type_prior:
        prior = _given(actor, labels, variant.type_prior[actor])
    elif joint is not None:
        prior = _joint(joint, labels, scalar)
    else:
        prior = np.ones(1)
        for dimension in dimensions:
            prior = np.multiply.outer(prior, _separate(dimension, scalar)).ravel()
    return TypeSpace(actor, dimensions, labels, prior)


def _given(actor: str, labels: tuple[tuple[str, ...], ...], weights: Mapping[str, float]) -> Floats:
    names = ["/".join(parts) for parts in labels]
    wrong = sorted(set(weights) - set(names))
    if wrong:
        raise refuse("C516", f"{actor} has no type {', '.join(wrong)}", expected=", ".join(names))
    return _checked(np.array([weights.get(name, 0.0) for name in names]), actor, Place())


def _joint(joint: JointPrior, labels: tuple[tuple[str, ...], ...], scalar: Callable[[Formula], float]) -> Floats:
    return _with_rest([joint.weights.get(key, 0.0) for key in labels], scalar, joint.actor, joint.place)


def _separate(dimension: TypeDimension, scalar: Callable[[Formula], float]) -> Floats:
    return _with_rest(list(dimension.prior), scalar, f"{dimension.actor}.{dimension.name}", dimension.place)


def _with_rest(
    parts: list[Formula | float | None], scalar: Callable[[Formula], float], name: str, place: Place
) -> Floats:
    prior = np.array([np.nan if p is None else p if isinstance(p, float) else scalar(p) for p in parts])
    rest = np.isnan(prior)
    prior[rest] = (1 - np.nansum(prior)) / max(int(rest.sum()), 1)
    prior[rest & (np.abs(prior) < TOLERANCE)] = 0.0
    return _checked(prior, name, place)


def _checked(prior: Floats, name: str, place: Place) -> Floats:
    if prior.min() < 0 or abs(prior.sum() - 1) > TOLERANCE:
        found = ", ".join(f"{p:.4g}" for p in prior)
        raise refuse(
            "C515",
            f"the prior over the types of {name} is no probability",
            place,
            found=found,
            expected="numbers from 0 to 1 that sum to 1",
            hint="write one of them as rest",
        )
    return np.asarray(prior / prior.sum())
