"""What the self-test says at its end, in plain words."""

from camcheck.selftest.course import Result
from camcheck.selftest.frames import EXPLAINED, PictureKind
from camcheck.selftest.light import Light
from camcheck.selftest.rounds import LightVerdict

_VERDICTS = {
    LightVerdict.FOLLOWS: (
        "The light was lit in every round that filmed, and dark in every other. Somebody who "
        "guesses gets that right once in {odds} times."
    ),
    LightVerdict.DARK_WHILE_FILMING: (
        "The camera filmed while the light was dark. Do not rely on this light: use a cover. Many "
        "cameras have no light, or one that is set to stay dark."
    ),
    LightVerdict.LIT_WITHOUT_FILMING: (
        "The light was lit although camcheck did not film. Another program may film, or the light "
        "stays on for a while: run `camcheck scan` now."
    ),
    LightVerdict.UNRELATED: (
        "The light did not follow the camera at all. It may belong to something else. Do not rely "
        "on it: use a cover."
    ),
    LightVerdict.UNDECIDED: "You were not sure in a round, so this test says nothing. Try again.",
}


def result_in_words(result: Result) -> str:
    """The end of the rounds. That the light works today does not say that it cannot be bypassed."""
    lines = [_VERDICTS[result.verdict].format(odds=2 ** len(result.rounds))]
    if result.verdict is LightVerdict.FOLLOWS:
        lines.append("That is how it was today; it does not prove that nobody can get around it.")
    kinds = {kind for kind in PictureKind if kind.value in result.pictures}
    lines += [EXPLAINED[kind] for kind in sorted(kinds)]
    if result.witnesses.changed:
        names = ", ".join(result.witnesses.changed)
        lines.append(f"These witnesses of the system told each time that it filmed: {names}.")
    if result.witnesses.silent:
        names = ", ".join(result.witnesses.silent)
        lines.append(f"These did not tell, so on this computer they prove nothing: {names}.")
    return "\n".join(lines)


def light_in_words(light: Light) -> str:
    """What the film says."""
    if not light.found:
        return (
            "No light that follows the camera was found in the film. Either the light is not in "
            "the picture, is too faint or too shaky to be seen, or it does not follow the camera. "
            f"(Best likeness {light.likeness:.2f}; chance alone gives that in "
            f"{min(light.chance, 1.0):.0%} of films.)"
        )
    odds = "less than 1 in 100,000"
    if light.chance > 1e-5:
        odds = f"about 1 in {1 / light.chance:,.0f}"
    share = f"lit for {light.lit:.0%} of the filming, dark for {light.dark:.0%} of the rest"
    verdict = "A light goes with the camera, but not always"
    if light.follows:
        verdict = "The light followed the camera"
    return f"{verdict}: {share}. The odds that this is chance: {odds}."
