"""The joint explorer and what claims say of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.template.loader import render_to_string
from django.test import Client

from sacra.joint import explore
from sacra.kb.errors import CaseError
from sacra.kb.knowledge import Knowledge
from sacra.web import explorer as settings_of
from sacra.web import shown_joint, warm
from sacra.web.views import joint
from tests.house.test_knowledge import frightening

ADDRESS = "/learn/joint/"


def page_of(browser: Client, query: str = "", status: int = 200) -> str:
    answer = browser.get(f"{ADDRESS}?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def numbers(page: str) -> list[str]:
    """All that the model said, without the form and its values."""
    return re.findall(r"<b>[\d.]+</b>.*?</span>", page)


def test_a_first_visit_shows_one_leg_beside_standing(browser: Client) -> None:
    page = page_of(browser)
    assert re.search(
        r"<h1>In this model the right joint turns by about \d\.\d degrees\.</h1>", page
    )
    assert page.count('role="img"') == 2
    assert "What this does not tell you" in page
    assert "Nothing about you" in page
    assert "A model result, not a picture of you." in page
    assert frightening(page.split("What studies say about it")[0]) == []


def test_it_is_a_plain_form_whose_address_can_be_shared(browser: Client) -> None:
    page = page_of(browser, "posture=standing&belt=high&pull=100&firm=60&sex=male")
    assert 'method="get"' in page
    assert '<button class="main">Show it</button>' in page
    assert 'value="high" checked' in page
    assert '<option value="standing" selected>' in page
    link = re.search(r'href="/learn/joint/\?([^"]+)">A link to these settings', page)
    assert link
    again = page_of(browser, link[1].replace("&amp;", "&"))
    assert numbers(again) == numbers(page)
    assert "none" not in link[1]


def test_values_snap_to_the_grid(browser: Client) -> None:
    rough = page_of(browser, "posture=standing&belt=high&pull=47.3")
    assert numbers(rough) == numbers(page_of(browser, "posture=standing&belt=high&pull=50"))
    assert ">50 N</output>" in rough


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("posture=flying", "“What the person does” cannot be “flying”. Here it is"),
        ("pull=900", "“How tight the belt is” goes from 0 to 100 N, not 900. Here it is 100 N."),
        ("pull=-1", "goes from 0 to 100 N, not -1. Here it is 0 N."),
        ("firm=soft", "“How firm the ligaments are” is not a number: “soft”. Here it is 100 %."),
        ("by=nan", "goes from 0 to 30 mm, not nan. Here it is 10 mm."),
        ("by=1e999", "not 1e999. Here it is 30 mm."),
        ("pelvic_floor=51", "“Pelvic floor” goes from 0 to 50 %, not 51. Here it is 50 %."),
        ("sex=%3Cscript%3E", "cannot be “&lt;script&gt;”"),
        ("belt=" + "x" * 5000, "x" * 40 + "”. Here it is “none”."),
        ("belt=%00", "Here it is “none”."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_and_the_rest_is_kept(
    browser: Client, query: str, said: str
) -> None:
    page = page_of(browser, f"short=left&{query}", 400)
    assert said in page
    assert page.count('role="alert"') == 1
    assert 'value="left" checked' in page
    assert numbers(page)


def test_both_sides_are_shown_where_they_differ(browser: Client) -> None:
    assert "Left joint:" in page_of(browser, "posture=left_leg")
    assert "Left joint:" not in page_of(browser, "posture=standing&belt=low")


def test_a_posture_that_nobody_measured_is_a_prediction(browser: Client) -> None:
    assert "A prediction:" in page_of(browser, "posture=lifting")
    assert "A prediction:" not in page_of(browser, "posture=sitting")


def test_people_whose_ligaments_leave_the_model_are_counted(browser: Client) -> None:
    page = page_of(browser, "posture=lifting&firm=40")
    found = re.search(r"In (\d+) of 100 of these virtual people a ligament", page)
    assert found
    assert int(found[1]) > 5


def test_pregnancy_is_somebody_one_can_choose_and_says_what_is_a_guess(browser: Client) -> None:
    page = page_of(browser, "posture=right_leg&sex=pregnant")
    assert 'value="pregnant" checked' in page
    assert "How much softer ligaments are in pregnancy is a guess" in page
    assert "A prediction" in page
    assert numbers(page) != numbers(page_of(browser, "posture=right_leg"))
    assert "is a guess: nobody" not in page_of(browser, "posture=right_leg")


def test_the_claim_on_pregnancy_asks_people_softer_each_by_her_own_factor(
    browser: Client, knowledge: Knowledge
) -> None:
    check = knowledge.model_checks["pregnancy_loosens_pelvis"]
    assert check.runs["pregnant"].pregnant
    assert settings_of.address_of(check.runs["pregnant"], knowledge) == (
        "posture=right_leg&sex=pregnant"
    )
    page = browser.get("/learn/claim/pregnancy_loosens_pelvis/").content.decode()
    assert "/learn/joint/?posture=right_leg&amp;sex=pregnant" in page
    assert "late in pregnancy" in page


def test_a_script_gets_the_short_address_back(browser: Client) -> None:
    long = f"{ADDRESS}?posture=standing&belt=none&pull=50&short=none&by=10&firm=100"
    answer = browser.get(long, headers={"HX-Request": "true"})
    assert answer.headers["HX-Replace-Url"] == f"{ADDRESS}?posture=standing"
    assert "HX-Replace-Url" not in browser.get(long).headers


def test_many_at_once_do_not_end_the_server() -> None:
    """Numba's own thread pool ends the process when two threads enter it together."""
    queries = [f"{ADDRESS}?posture=standing&belt=high&pull={p}&firm={f}"
               for p in (10, 30, 70) for f in (50, 80)]  # fmt: skip

    def ask(query: str) -> int:
        return Client(headers={"host": "localhost"}).get(query).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, queries)) == {200}


@pytest.fixture
def cold() -> Iterator[None]:
    """As while the kernel is being compiled."""
    warm._ready.clear()
    yield
    warm._ready.set()


def test_what_a_first_visitor_sees_is_made_ready_when_the_server_starts(browser: Client) -> None:
    explore._group.cache_clear()
    shown_joint._scene.cache_clear()
    warm.start(joint.make_ready).join()
    made = explore._group.cache_info().misses, shown_joint._scene.cache_info().misses
    page_of(browser)
    assert made == (explore._group.cache_info().misses, shown_joint._scene.cache_info().misses)


def test_while_the_kernel_is_compiled_one_person_is_shown(browser: Client, cold: None) -> None:
    page = page_of(browser, "posture=sitting")
    assert "The model is still starting" in page
    assert "This is one virtual person" in page
    assert " of 100" not in page.split('id="numbers"')[1].split("<details")[0]
    assert "The model is still starting" in browser.get("/learn/claim/belts/").content.decode()
    assert "still starting" in browser.get("/learn/claim/belts/held/").content.decode()


def test_without_numba_the_page_says_so(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "HAS_KERNEL", False)
    assert "On this server only one virtual person is worked out" in page_of(browser)
    assert "On this server only one" in browser.get("/learn/claim/belts/").content.decode()
    assert "is not installed" in browser.get("/learn/claim/belts/held/").content.decode()


def test_settings_beyond_the_model_are_said(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise CaseError("the scenario", "has no balance in anybody")

    monkeypatch.setattr(shown_joint, "rows_of", none)
    page = page_of(browser, "posture=lifting")
    assert "no virtual pelvis comes to rest" in page
    assert "Choose a lighter posture" in page


# --- claims -----------------------------------------------------------------------------------


def test_every_mechanical_claim_shows_the_model_beside_the_evidence(
    browser: Client, knowledge: Knowledge
) -> None:
    assert len(knowledge.model_checks) >= 12
    for name, check in knowledge.model_checks.items():
        page = browser.get(f"/learn/claim/{name}/").content.decode()
        part = page.split('id="model"')[1].split("How we weighed it")[0]
        assert "It is no study and no measurement" in part
        assert "A working value: no study gives it." in part
        assert part.count("<h3>") == len(check.asks)
        assert part.count(" to ") >= len(check.asks)
        assert frightening(part) == []
        for run in check.runs.values():
            assert run.posture in knowledge.postures


def test_a_claim_without_a_check_has_no_model(browser: Client) -> None:
    assert 'id="model"' not in browser.get("/learn/claim/massage/").content.decode()


def test_links_lead_to_the_very_settings(knowledge: Knowledge) -> None:
    fields = settings_of.fields_of(knowledge)
    linked = 0
    for check in knowledge.model_checks.values():
        for answer in shown_joint.answers_of(check, knowledge):
            if answer.address is None:
                continue
            linked += 1
            given = dict(part.split("=") for part in answer.address.split("&"))
            settings, problems = settings_of.read(given, fields)
            assert problems == []
            found = settings_of.scenario_of(settings, knowledge)
            assert found in [check.runs[asked.run] for asked in check.asks]
    assert linked > 20


def test_a_scenario_that_the_explorer_has_not_gets_no_link(knowledge: Knowledge) -> None:
    weight = knowledge.model_checks["cause_weight"].runs["heavier"]
    assert settings_of.address_of(weight, knowledge) is None


def test_a_known_miss_is_said(browser: Client) -> None:
    page = browser.get("/learn/claim/pregnancy_loosens_pelvis/held/").content.decode()
    assert "agrees in 2 of 4 comparisons and misses the rest." in page
    assert page.count("What softening does under the trunk") == 1
    assert browser.get("/learn/claim/massage/held/").status_code == 404


def test_what_is_recalled_stays_marked_beside_the_model(browser: Client) -> None:
    page = browser.get("/learn/claim/cause_leg_length/held/").content.decode()
    assert "agrees in all 2 comparisons." in page
    assert "told from memory in 2 of them" in page


def test_where_all_is_missed_nobody_should_lean_on_the_model(knowledge: Knowledge) -> None:
    held = shown_joint.Held(0, 2, (("more; less", "It is soft."),), 0, 0)
    shown = {"claim": knowledge.claims["cause_leg_length"], "held": held}
    page = render_to_string("sacra/joint_held.html", shown)
    assert "misses all 2 comparisons. Do not lean on it here." in page
    assert page.count("It is soft.") == 1


def test_learn_and_plan_lead_to_the_explorer(browser: Client) -> None:
    assert 'href="/learn/joint/"' in browser.get("/learn/").content.decode()
