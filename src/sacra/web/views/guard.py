"""What a view needs before it can say anything; or where the visitor goes instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
P = ParamSpec("P")


def given(
    find: Callable[[HttpRequest], T | HttpResponse],
) -> Callable[
    [Callable[Concatenate[HttpRequest, T, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Hand a view what `find` finds; where that is an answer already, the visitor gets that."""

    def around(
        view: Callable[Concatenate[HttpRequest, T, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            found = find(request)
            if isinstance(found, HttpResponse):
                return found
            return view(request, found, *args, **kwargs)

        return guarded

    return around
