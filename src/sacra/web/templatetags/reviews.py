"""Who has confirmed what a page says, and since when that is overdue."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from sacra.kb.schema import Fact
from sacra.kb.signing import enough, overdue_since
from sacra.web.languages import load_knowledge

register = template.Library()


@register.inclusion_tag("sacra/review_overdue.html")
def overdue_review(kind: str, name: str) -> dict[str, Any]:
    """One quiet sentence where the review of a fact is overdue; else nothing."""
    knowledge = load_knowledge()
    found = getattr(knowledge, kind)[name]
    return {"since": overdue_since(found, knowledge, timezone.localdate())}


@register.inclusion_tag("sacra/review_confirmed.html")
def confirmed(fact: Fact) -> dict[str, Any]:
    """Who has confirmed a fact and when; that nobody has, or not enough people yet."""
    return {"people": fact.confirmed, "enough": enough(fact)}
