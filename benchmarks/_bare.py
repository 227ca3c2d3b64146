"""A bare Django view for the same server: what no page of Sacra can be faster than."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

PAGE = b"<!doctype html><title>Bare</title><p>Bare"


def view(_request: HttpRequest) -> HttpResponse:
    """One short page, whatever is asked."""
    return HttpResponse(PAGE, headers={"Content-Length": str(len(PAGE))})


urlpatterns = [path("", view)]
settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="bare")
application = get_wsgi_application()
