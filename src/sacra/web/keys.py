"""Keys: made on first start, readable by their owner only, never in the repository."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet


def key_file(path: Path) -> str:
    """The key in a file, which is made when it is not there; two starts at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(Fernet.generate_key().decode())
        try:
            os.link(draft, path)  # whole or not at all, and never over another
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
