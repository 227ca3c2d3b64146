"""Loading the whole knowledge base, beside PyYAML's own safe loader on the same files."""

from __future__ import annotations

import yaml

from benchmarks._timing import median_ms
from sacra.kb.load import FOLDER, load_knowledge


def main() -> None:
    """Print both times."""

    def ours() -> None:
        load_knowledge.cache_clear()
        load_knowledge()

    def theirs() -> None:
        for path in FOLDER.rglob("*.yaml"):
            yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)

    loaded, parsed = median_ms(ours, 7), median_ms(theirs, 7)
    count = sum(1 for _ in FOLDER.rglob("*.yaml"))
    print(f"{count} files read, checked and linked: {loaded / 1000:.2f} s (wanted: under 0.3)")
    print(f"yaml.CSafeLoader, no checks: {parsed / 1000:.2f} s; ratio {loaded / parsed:.2f}")


if __name__ == "__main__":
    main()
