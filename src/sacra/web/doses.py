"""A dose in a few words, for a line or a sentence; the pages of the plan say it at length."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sacra.kb.schema import ExerciseDose


def dose_words(dose: ExerciseDose, *, each_side: bool) -> str:
    """Such as "2 x 8, hold 5 s, each side"."""
    return ", ".join(_parts(dose, each_side))


def _parts(dose: ExerciseDose, each_side: bool) -> Iterator[str]:
    if dose.minutes is not None:
        yield _("%(n)s min") % {"n": f"{dose.minutes:g}"}
    else:
        yield _times(dose)
        if dose.hold_s:
            yield _("hold %(n)s s") % {"n": dose.hold_s}
        if dose.rest_s:
            yield _("rest %(n)s s") % {"n": dose.rest_s}
    if each_side:
        yield _("each side")


def _times(dose: ExerciseDose) -> str:
    if dose.sets > 1:
        return _("%(sets)s x %(reps)s") % {"sets": dose.sets, "reps": dose.reps}
    return ngettext("once", "%(n)s times", dose.reps) % {"n": dose.reps}
