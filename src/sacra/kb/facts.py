"""What all facts share: the base of the structs in `schema` and `schema_joint`."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, dataclass_transform

import msgspec

WORDS = msgspec.Meta(extra={"words": "a person reads them"})
Words = Annotated[str, WORDS]
"""Text that a person sees on a page. What is marked so, and nothing else of the knowledge, goes
into the language files; see ``kb/words.py``."""

Mark = Literal["verified", "recalled", "working_value"]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of all structs read from knowledge files.

    Immutable trees cannot form cycles, so the garbage collector need not look at them (`gc`).
    """


class Named(Record, kw_only=True):
    """What a file holds; `id` is the file name."""

    id: str


class Confirmation(Record, kw_only=True):
    """Somebody who read a fact and confirms it; `of` are the digits of what was read.

    Written by `sacra knowledge confirm`. When the words of the file change it holds no longer.
    """

    name: str
    role: str
    day: datetime.date
    of: str


class Fact(Named, kw_only=True):
    """What every fact says about itself; `formerly` are its old names."""

    sources: tuple[str, ...]
    mark: Mark
    formerly: tuple[str, ...] = ()
    confirmed: tuple[Confirmation, ...] = ()
