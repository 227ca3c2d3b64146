"""How long the check takes: screens, lines, words and taps of several people, and a time from them.

Nobody was timed. The screens, lines, words and taps are counted on the pages themselves; the time
is worked out from the assumptions of the policy `reading`. Movements to try come after the check
and are left out here, as one press leaves them out.
"""

from __future__ import annotations

import statistics
from typing import Any

from tests.web import conftest as _settings  # noqa: F401  # Django, before anything of it is used

# isort: split
from tests.web.reading import minutes, read
from tests.web.walking import INFLAMMATORY, ORDINARY, PREGNANT

PACES = {
    "words_a_minute": "at our careful pace",
    "words_a_minute_published": "at the published average of readers",
}
WANTED_SCREENS, WANTED_MINUTES, WANTED_ALARMS_S = 25, 5, 60
PEOPLE: dict[str, dict[str, Any]] = {
    "ordinary man of 44": ORDINARY,
    "woman of 31, pregnant": PREGNANT,
    "man of 28, inflammatory": INFLAMMATORY,
    "woman of 35": {**ORDINARY, "sex": "female", "age": "35", "onset_age": "34"},
    "woman of 72": {**ORDINARY, "sex": "female", "age": "72", "onset_age": "60",
                    "duration_weeks": "300"},
    "woman, 8 weeks after birth": {**ORDINARY, "sex": "female", "age": "32", "onset_age": "32",
                                   "duration_weeks": "12", "birth_within_12m": True},
    "man of 44, low back": {"age": "44", "sex": "male", "region": "gb", "duration_weeks": "2",
                            "pain_now": "5", "pain_worst": "7", "onset_age": "44",
                            "weight_kg": "80", "lumbar_pain": True},
}  # fmt: skip


def main() -> None:
    """Print what each person's check takes, and what is usual, at two paces of reading."""
    found = {name: list(read(answers)) for name, answers in PEOPLE.items()}
    for name, screens in found.items():
        alarms = [screen for screen in screens if screen.alarms]
        first = [screen for screen in screens if screen.first]
        print(f"{name}: {len(screens)} screens, {sum(s.lines for s in screens)} lines, "
              f"{sum(s.words for s in screens)} words, {sum(s.taps for s in screens)} taps: "
              f"{minutes(screens):.1f} minutes ({minutes(screens, 'words_a_minute_quick'):.1f} for "
              f"quick readers, {minutes(screens, 'words_a_minute_slow'):.1f} for slow ones); "
              f"alarms {len(alarms)} screens, {sum(s.lines for s in alarms)} lines, "
              f"{60 * minutes(alarms):.0f} s; of them what may need help at once "
              f"{sum(s.lines for s in first)} lines, {60 * minutes(first):.0f} s")  # fmt: skip
    most = max(map(len, found.values()))
    for pace, said in PACES.items():
        usual = statistics.median(minutes(screens, pace) for screens in found.values())
        longest = max(minutes(screens, pace) for screens in found.values())
        alone = [[screen for screen in one if screen.first] for one in found.values()]
        at_once = [60 * minutes(screens, pace) for screens in alone]
        print(f"{said}: usually {usual:.1f} minutes (wanted: under {WANTED_MINUTES}), "
              f"at most {longest:.1f}; what may need help at once "
              f"usually {statistics.median(at_once):.0f} s (wanted: under {WANTED_ALARMS_S}), "
              f"at most {max(at_once):.0f}")  # fmt: skip
    print(f"at most {most} screens (wanted: under {WANTED_SCREENS})")


if __name__ == "__main__":
    main()
