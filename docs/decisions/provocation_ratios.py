"""Measures what 0 to 6 positive provocation tests do to the odds of mechanical sacroiliac pain."""

from itertools import combinations

import numpy as np

from sacra.kb.load import load_knowledge
from sacra.reasoning.case import Case
from sacra.reasoning.differential import chances, weigh
from sacra.reasoning.settle import settle

SIX = frozenset(
    {
        "compression",
        "distraction",
        "gaenslen_left",
        "gaenslen_right",
        "sacral_thrust",
        "thigh_thrust",
    }
)
KNOWLEDGE = load_knowledge()


def odds(tests: dict[str, bool]) -> float:
    """Posterior odds in a spine clinic with nothing else known."""
    known = {"setting": "spine_clinic", "pregnant": False, "recent_birth": False, **tests}
    p = chances(weigh(settle(Case(known), KNOWLEDGE), KNOWLEDGE))["mech_sij"]
    return p / (1 - p)


def main() -> None:
    """Print the ratio by number of positives, and how often one more positive lowered it."""
    base = odds({})
    patterns = [frozenset(some) for n in range(7) for some in combinations(sorted(SIX), n)]
    ratio = {some: odds({test: test in some for test in SIX}) / base for some in patterns}
    print(KNOWLEDGE.version)
    for n in range(7):
        found = np.array([r for some, r in ratio.items() if len(some) == n])
        mean = np.exp(np.log(found).mean())
        print(f"{n} positive: {mean:.2f} ({found.min():.2f} to {found.max():.2f})")
    steps = [(some, some | {test}) for some in ratio for test in SIX - some]
    fell = sum(ratio[more] < ratio[some] for some, more in steps)
    print(f"lowered by one more positive: {fell} of {len(steps)}")


if __name__ == "__main__":
    main()
