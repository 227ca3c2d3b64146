"""Rules of the house about words: all that a person reads is in the language files."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from sacra.kb.knowledge import Knowledge
from sacra.languages import FOLDER
from tests.pseudo import english, seen
from tools.words import page_texts, stale

WEB = Path(__file__).parents[2] / "src" / "sacra" / "web"
SOURCE = WEB.parent
TEMPLATES = sorted(p for p in (WEB / "templates").rglob("*") if p.suffix in (".html", ".txt"))
SCRIPTS = sorted((WEB / "static").rglob("*.js"))
_NOT_READ_BY_PEOPLE = {"migrations", "management"}  # the commands of whoever runs the server
CODE = sorted(p for p in WEB.rglob("*.py") if not _NOT_READ_BY_PEOPLE & set(p.parts))
NAMES = {"Sacra"}
_TRANSLATES = ("translate", "trans", "blocktranslate", "blocktrans")


def name_of(path: Path) -> str:
    return path.relative_to(WEB).as_posix()


# --- templates --------------------------------------------------------------------------------


def without_tags(source: str) -> str:
    """A template less its tags, its values, its comments and what is translated."""
    kept, until = [], ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            tag = token.contents.split()[0]
            if until:
                until = "" if tag == until else until
            elif tag in ("blocktranslate", "blocktrans", "comment"):
                until = f"end{tag}"
            elif token.contents == "block kind":  # the class of the page
                until = "endblock"
        elif token.token_type == TokenType.TEXT and not until:
            kept.append(token.contents)
    return "".join(kept)


def bare(source: str) -> list[str]:
    """The texts of a template that no translator sees."""
    return [text for text in seen(without_tags(source)) if english(text, NAMES)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_text_of_a_template_can_be_translated(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not bare(source), f"put it in {{% translate %}}: {bare(source)}"


def test_every_tag_of_every_template_is_in_the_language_files() -> None:
    found = Counter(text.where for text in page_texts())
    for path in TEMPLATES:
        tokens = Lexer(path.read_text(encoding="utf-8")).tokenize()
        tags = [t.contents.split()[0] for t in tokens if t.token_type == TokenType.BLOCK]
        assert found[name_of(path)] == sum(tag in _TRANSLATES for tag in tags), path


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Call now</p>",
        '<button aria-label="Close">x{{ n }}</button>',
        "{% if a %}yes{% endif %}",
        "{% blocktranslate %}Fine{% endblocktranslate %} not fine",
        "{{ seconds }} s",
    ],
)
def test_a_planted_text_is_found(planted: str) -> None:
    assert bare(planted)


def test_what_is_translated_is_not_found() -> None:
    fine = (
        '{% load i18n %}<p title="{% translate "Fine" %}">{% translate "Fine" %} · 112 {{ x }}</p>'
    )
    assert not bare(fine + "{% comment %}not shown{% endcomment %}<script>let a;</script>")


# --- code -------------------------------------------------------------------------------------

_GETTEXT = re.compile(r"^(_|n?p?gettext(_lazy)?)$")
_SENTENCE = re.compile(r"[A-Z][a-z]+[ ,].*[.?!:]")


def sentences(source: str) -> Iterator[str]:
    """Sentences in code outside docstrings, errors and gettext."""
    tree = ast.parse(source)
    fine: set[int] = set()
    for node in ast.walk(tree):
        told = isinstance(node, ast.Call) and _GETTEXT.match(ast.unparse(node.func))
        if told or isinstance(node, ast.Raise | ast.Assert | ast.Expr):
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if docstring or not isinstance(node, ast.Expr):
                fine |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in fine:
            said = str(node.value)
            yield from [said] if _SENTENCE.fullmatch(said) else []


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_every_sentence_of_the_code_can_be_translated(path: Path) -> None:
    assert list(sentences(path.read_text(encoding="utf-8"))) == []


def test_a_planted_sentence_is_found() -> None:
    assert [
        *sentences('"""A module."""\nsaid = "Call now, please."\nfine = _("Call now, please.")')
    ]
    assert not [*sentences('"""A module."""\nfine = _("Call now, please.")\nkey = "call_now"')]


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_get_their_words_with_the_page(path: Path) -> None:
    code = re.sub(r"(^|\s)//.*", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"[\"'`]([A-Z][a-z]+(?: [\w,]+)+[.?!]?)[\"'`]", code) == []
    assert (
        re.findall(r"(?:textContent|innerText|title|ariaLabel) = [\"'`][^\"'`$]*[A-Za-z]", code)
        == []
    )


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_pages_read_the_knowledge_in_their_language(path: Path) -> None:
    assert "sacra.kb.load" not in path.read_text(encoding="utf-8"), "use sacra.web.languages"


# --- knowledge --------------------------------------------------------------------------------


def test_every_phrase_that_code_says_is_there_and_no_other(knowledge: Knowledge) -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py"))
    for file in ("safety", "plan", "programme"):
        there = set(knowledge.words[file].say)
        said = set(re.findall(rf'say\(f?"{file}\.(\w+)', code)) | set(re.findall(r'"(\w+)"', code))
        starts = tuple(re.findall(rf'say\(f"{file}\.(\w*)\{{', code))
        assert {name for name in there - said if not name.startswith(starts or ("\n",))} == set()
        assert set(re.findall(rf'say\("{file}\.(\w+)"', code)) <= there


def test_every_name_that_is_shown_has_its_word(knowledge: Knowledge) -> None:
    shown = {name for f in knowledge.findings.values() for name in (*f.choices, f.unit) if name}
    for exercise in knowledge.exercises.values():
        shown |= {*exercise.positions, *exercise.equipment}
        shown |= {thing for step in exercise.ladder for thing in step.equipment}
    assert shown == set(knowledge.words["names"].say)


def test_the_language_files_are_up_to_date() -> None:
    assert not stale(FOLDER), "run ./dev words"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_number_to_call_holds_no_spaces(path: Path) -> None:
    called = re.findall(r"tel:\{\{([^}]*)\}\}", path.read_text(encoding="utf-8"))
    assert all("|cut:' '" in one for one in called)
