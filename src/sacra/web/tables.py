"""The record as tables, for spreadsheets and for `sacra review`."""

from __future__ import annotations

from typing import Any

from sacra.reasoning.diary import Diary, plain_diary


def diary_rows(diary: Diary) -> list[dict[str, Any]]:
    """One row a day and exercise, as `sacra review` reads them from CSV."""
    rows: list[dict[str, Any]] = []
    for day in plain_diary(diary)["entries"]:
        done, answers = day.pop("done", []), day.pop("answers", {})
        day["medicine"] = "; ".join(day.get("medicine", ()))
        scored = {name: _in_one_cell(said) for name, said in day.pop("measures", {}).items()}
        first = {**day, **answers, **scored}
        rows += [{**first, **done[0]} if done else first]
        rows += [{"day": day["day"], **one} for one in done[1:]]
    return rows


def _in_one_cell(scored: Any) -> Any:
    """Items side by side, as `read_diary` takes them from a table."""
    if not isinstance(scored, list):
        return scored
    return " ".join("-" if one is None else f"{one:g}" for one in scored)
