"""Named groups of codes: price levels of brands, groups of regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from perf_core.domain.catalogue import GROUPED, Catalogue
from perf_core.domain.errors import NotFound, NothingWithin
from perf_core.scoring.groups import Within

__all__ = ["GROUPED", "GROUP_KINDS", "Members", "in_axes", "members_of"]

GROUP_KINDS: Final[tuple[str, ...]] = tuple(GROUPED)
"""What a comparison can be narrowed to besides the axes themselves."""

Members = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Kind and code of each group that has somebody in it, with the codes it gathers."""


def members_of(catalogue: Catalogue, seen: Mapping[str, Collection[str]] | None = None) -> Members:
    """Gather the groups that brands and regions of the catalogue say they belong to.

    Parameters
    ----------
    catalogue : Catalogue
        What everything is called.
    seen : mapping of str to collection of str, optional
        The codes by axis that may be told of; without it all.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for kind, axis in GROUPED.items():
        for (of, code), value in catalogue.axes.items():
            if of == axis and value.group and (seen is None or code in seen[axis]):
                found.setdefault((kind, value.group), []).append(code)
    return tuple((kind, group, tuple(codes)) for (kind, group), codes in sorted(found.items()))


def in_axes(within: Within, members: Members) -> dict[str, tuple[str, ...]]:
    """Put limits to named groups as limits to the codes they gather.

    Parameters
    ----------
    within : mapping of str to collection of str
        Codes by axis or by kind of group; several groups of a kind are taken together. Where an
        axis is limited as well, both limits hold.
    members : Members
        As from :func:`members_of`.

    Returns
    -------
    dict of str to tuple of str
        Codes by axis, in the order in which the axes are first limited; what has no codes limits
        nothing and is left out.

    Raises
    ------
    NotFound
        There is no such group, or nothing belongs to it.
    NothingWithin
        No code of the axis is in both limits.

    Examples
    --------
    >>> members = (("brand_group", "high_end", ("luxe", "gold")),)
    >>> in_axes({"brand_group": ["high_end"], "role": ["design"]}, members)
    {'brand': ('luxe', 'gold'), 'role': ('design',)}
    >>> in_axes({"brand": ["gold", "value"], "brand_group": ["high_end"]}, members)
    {'brand': ('gold',)}
    """
    known = {(kind, group): codes for kind, group, codes in members}
    found: dict[str, tuple[str, ...]] = {}
    for kind, asked in within.items():
        codes = tuple(dict.fromkeys(asked))
        if not codes:
            continue
        axis = axis_of(kind)
        if axis != kind:
            missing = next((group for group in codes if (kind, group) not in known), None)
            if missing is not None:
                raise NotFound(kind=kind, code=missing)
            codes = tuple(dict.fromkeys(code for group in codes for code in known[kind, group]))
        both = tuple(code for code in found.get(axis, codes) if code in codes)
        if not both:
            limits = [code for one, some in within.items() if axis_of(one) == axis for code in some]
            raise NothingWithin(axis=axis, limits=", ".join(limits))
        found[axis] = both
    return found


def axis_of(kind: str) -> str:
    """The axis that a limit of a kind falls on: that of its brands for a price level."""
    return next((axis for group, axis in GROUPED.items() if group == kind), kind)
