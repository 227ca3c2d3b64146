"""`./dev words`: the language files, from the pages, the code behind them and the knowledge.

Writes ``src/sacra/locale/``: `django.pot` and `knowledge.pot` with every text in English, and
`alarms.json`, the pages' texts that no language may lack. Then, for each language there, it takes
the new texts into its `.po` files and compiles them; `./dev words de` begins a language.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "src" / "sacra" / "web"
ALARM_PAGES = (
    "base.html", "start.html", "check.html", "line.html", "follow_up.html", "leave.html",
    "now.html", "diary_safety.html", "diary_follow_up.html", "result_urgency.html", "mood.html",
    "result_tonight.html", "sorry.html", "forms.py", "check.py", "errors.py",
)  # fmt: skip
"""Where somebody in danger passes: a language that lacks one of these texts is not offered."""
_NAMES = ("_", "gettext", "ngettext", "pgettext", "npgettext")
_KEYWORDS = dict.fromkeys(f"{name}{lazy}" for name in _NAMES for lazy in ("", "_lazy"))


class Text(NamedTuple):
    """One text of the pages: its context, its singular and plural, and the file it stands in."""

    context: str
    one: str
    many: str
    where: str


# --- the texts of the pages -------------------------------------------------------------------


def page_texts() -> list[Text]:
    """Every text of templates and code that goes through gettext, in the order of the files."""
    _set_up()
    found = [text for path in _templates() for text in _in_template(path)]
    return found + [text for path in sorted(WEB.rglob("*.py")) for text in _in_code(path)]


def _set_up() -> None:
    """Django, as the templates need it; in a folder of its own unless it is there already."""
    import django
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("SACRA_DATA", tempfile.mkdtemp(prefix="sacra-words-"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sacra.web.settings")
        django.setup()


def _templates() -> list[Path]:
    return sorted(p for p in (WEB / "templates").rglob("*") if p.suffix in (".html", ".txt"))


def _in_template(path: Path) -> Iterator[Text]:
    """The texts exactly as the page looks them up, from the compiled template."""
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    engine: Any = engines["django"]
    source = path.read_text(encoding="utf-8")
    nodes: Any = engine.from_string(source).template.nodelist.get_nodes_by_type(
        (TranslateNode, BlockTranslateNode)
    )
    where = path.relative_to(WEB).as_posix()
    for node in sorted(nodes, key=lambda node: node.token.position or (0, 0)):
        context = _literal(node.message_context)
        if isinstance(node, TranslateNode):
            yield Text(context, _literal(node.filter_expression).replace("%", "%%"), "", where)
        else:
            one, _ = node.render_token_list(node.singular)
            many, _ = node.render_token_list(node.plural) if node.plural else ("", [])
            yield Text(context, one, many, where)


def _literal(expression: Any) -> str:
    """The text of a `translate` tag; what is only known when the page is made cannot be listed."""
    if expression is None:
        return ""
    said = getattr(expression.var, "literal", expression.var)
    if not isinstance(said, str):
        raise SystemExit(f"{expression.token}: only a text in quotes can be translated")
    return said


def _in_code(path: Path) -> Iterator[Text]:
    code = io.BytesIO(path.read_bytes())
    where = path.relative_to(WEB).as_posix()
    for _line, function, said, _comments in extract_python(code, _KEYWORDS, [], {}):
        parts = [part or "" for part in ((said,) if isinstance(said, str) else said)]
        context = parts.pop(0) if "pgettext" in str(function) else ""
        plural = str(function).startswith("n")
        yield Text(context, parts[0], parts[1] if plural else "", where)


# --- catalogues -------------------------------------------------------------------------------


def pages_catalogue() -> Catalog:
    """`django.pot`."""
    catalogue = _empty()
    for text in page_texts():
        id_ = (text.one, text.many) if text.many else text.one
        catalogue.add(id_, context=text.context or None, locations=[(text.where, 0)])
    return catalogue


def knowledge_catalogue() -> Catalog:
    """`knowledge.pot`; a percent sign in it is only that."""
    from sacra.kb.load import load_knowledge
    from sacra.kb.words import messages

    catalogue = _empty()
    for one in messages(load_knowledge()):
        added = catalogue.add(one.english, context=one.context, locations=[(one.where, 0)])
        added.flags.discard("python-format")
    return catalogue


def _empty() -> Catalog:
    return Catalog(
        project="Sacra", version="1", fuzzy=False, header_comment="# The words of Sacra."
    )


CATALOGUES = {"django": pages_catalogue, "knowledge": knowledge_catalogue}


def alarm_texts(texts: Iterable[Text]) -> list[tuple[str, str, str]]:
    """What the pages of an alarm say, each once."""
    found = (text[:3] for text in texts if Path(text.where).name in ALARM_PAGES)
    return sorted(set(found))


def as_po(catalogue: Catalog) -> bytes:
    """The file of a catalogue, in the order of the files; without a time, which changes daily."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False, sort_by_file=True)
    return re.sub(
        rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By): .*\n', b"", file.getvalue()
    )


def as_mo(catalogue: Catalog) -> bytes:
    """The compiled file: only what is translated, and keeps the parts that are filled in."""
    for message in list(catalogue):
        if message.id and not _is_whole(message):
            catalogue.delete(message.id, message.context)
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def _is_whole(message: Message) -> bool:
    """Whether every form is translated and keeps its parts: others stay English."""
    from sacra.languages import keeps_parts

    english = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(one and keeps_parts(str(one), *map(str, english)) for one in said)


# --- files ------------------------------------------------------------------------------------


def made(folder: Path) -> dict[Path, bytes]:
    """Every language file as it should be, by its path."""
    import msgspec

    from sacra.languages import ALARMS

    templates = {domain: make() for domain, make in CATALOGUES.items()}
    files = {folder / f"{domain}.pot": as_po(one) for domain, one in templates.items()}
    lines = [msgspec.json.encode(text) for text in alarm_texts(page_texts())]
    files[folder / ALARMS] = b"[\n" + b",\n".join(lines) + b"\n]\n"
    for language in sorted(path.parent for path in folder.glob("*/LC_MESSAGES")):
        for domain, template in templates.items():
            path = language / "LC_MESSAGES" / f"{domain}.po"
            catalogue = _renewed(path, language.name, template)
            files[path] = as_po(catalogue)
            files[path.with_suffix(".mo")] = as_mo(catalogue)
    return files


def _renewed(path: Path, language: str, template: Catalog) -> Catalog:
    """What is translated already, with the texts of today; a changed text is translated anew."""
    catalogue = Catalog(locale=language, fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def stale(folder: Path) -> list[str]:
    """The language files that differ from what they should be."""
    files = made(folder).items()
    return [path.name for path, text in files if not path.exists() or path.read_bytes() != text]


def main(*begun: str) -> int:
    """Write every language file, beginning the languages named; say which are not offered."""
    from sacra.languages import FOLDER, blocked

    for name in begun:
        try:
            Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            print(f"`{name}` is not a language; write its code, such as de or pt_BR")
            return 2
        (FOLDER / name.replace("-", "_") / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    FOLDER.mkdir(exist_ok=True)
    for path, text in made(FOLDER).items():
        path.write_bytes(text)
    counts = {domain: len(make()) for domain, make in CATALOGUES.items()}
    print(", ".join(f"{domain}: {count} texts" for domain, count in counts.items()))
    for sentence in blocked():
        print(f"{sentence}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
