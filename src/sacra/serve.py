"""`sacra serve`: everything set up and the server started, with one command."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from importlib.util import find_spec

from sacra.kb.errors import SacraError

NEEDED = (
    "django", "granian", "whitenoise", "django_htmx", "cryptography", "dj_database_url", "allauth",
    "fido2", "qrcode",
)  # fmt: skip


def serve(host: str, port: int, workers: int, *, opened: bool) -> None:
    """Make or update the database, gather the static files, and serve until stopped.

    Raises:
        SacraError: the parts of the web app are not installed.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        what = f"the web app needs {', '.join(missing)}: run pip install 'sacra[web]'"
        raise SacraError("serve", what)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
    if host in ("127.0.0.1", "localhost"):
        os.environ.setdefault("SACRA_INSECURE", "1")
    import django
    from django.core.management import call_command

    from sacra.languages import blocked

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    for sentence in blocked():
        print(f"Sacra: {sentence}.", file=sys.stderr)
    address = f"http://{host}:{port}"
    print(f"Sacra is at {address} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    if opened:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    _run(host, port, workers)


def _run(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "sacra.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
    ).serve()
