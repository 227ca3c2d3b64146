"""Which quantities a scenario has: none of what is cut, or of a bone that hangs on nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sacra.joint.layout import SACRUM, Array
from sacra.joint.quantities import HIPS
from sacra.joint.setting import Setting
from sacra.kb.errors import CaseError

_OF_BOTH: Final = ("turn_difference", "asis_apart", "psis_apart", "symphysis")
_ACROSS: Final = ("push", "shear", "load", "pull", "strain")
"""What a joint carries."""
_OF_SYMPHYSIS: Final = ("symphysis_pull", "symphysis_shear", "pull_pubic", "strain_pubic")


def present(
    values: dict[str, Array], setting: Setting, asked: Collection[str] = ()
) -> dict[str, Array]:
    """The quantities less those of what is not there: they would be of nothing.

    Raises:
        CaseError: one of them is asked for.
    """
    found = {name: value for name, value in values.items() if not _is_absent(name, setting)}
    for name in asked:
        if name in values and name not in found:
            raise CaseError(
                "want", f"`{name}` is of a bone that hangs on nothing, or of what is cut"
            )
    return found


def _is_absent(name: str, setting: Setting) -> bool:
    if name.startswith(tuple(f"pull_{cord.name}" for cord in setting.cords)):
        return False  # a muscle pulls beside whatever is cut
    loose = tuple(f"_{side}" for side, hip in HIPS.items() if {hip, SACRUM} & setting.left_out)
    cut = tuple(f"_{side}" for side in HIPS if f"{side}_joint" in setting.cut)
    part = name.split("_", 1)[1].rsplit("_", 1)[0] if name.startswith(("pull", "strain")) else ""
    return (
        name.endswith(loose)
        or (bool(loose) and name.startswith(_OF_BOTH))
        or (name.endswith(cut) and name.startswith(_ACROSS))
        or ("symphysis" in setting.cut and name.startswith(_OF_SYMPHYSIS))
        or part in setting.cut
    )
