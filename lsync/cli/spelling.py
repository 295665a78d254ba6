"""How commands may be spelled: the older colon, options in any place, near misses. Pure."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

WITH_VALUE = ("--config", "--socket")
FLAGS = ("--verbose", "--quiet", "--no-pager")
SHORT = 3
"""Letters of a word of which one wrong one is much."""


def normalise(args: Sequence[str], *, groups: Collection[str]) -> list[str]:
    """Return ``args`` with the general options first and ``group:command`` as two words.

    Everything after ``--`` is left as it is.
    """
    end = args.index("--") if "--" in args else len(args)
    general, rest = _hoist(args[:end])
    return [*general, *_split_colon(rest, groups=groups), *args[end:]]


def drop_colon(args: Sequence[str], *, groups: Collection[str]) -> list[str]:
    """Return what bash hands over for completion without the colon of ``group:command``.

    It breaks words there: ``sync:po PO-1`` arrives as ``sync``, ``:``, ``po``, ``PO-1``.
    """
    before = ["", *args]
    return [
        word
        for last, word in zip(before, args, strict=False)
        if not (word == ":" and last in groups)
    ]


def nearest(word: str, known: Iterable[str], *, at_most: int = 3) -> tuple[str, ...]:
    """The known words most like ``word``, best first; empty when none is close.

    One wrong letter of two or three is still close.
    """
    spellings = {each.lower(): each for each in known}
    cutoff = 0.5 if len(word) <= SHORT else 0.6
    found = get_close_matches(word.lower(), spellings, n=at_most, cutoff=cutoff)
    return tuple(spellings[each] for each in found)


def nearest_command(words: Sequence[str], commands: Iterable[str]) -> tuple[str, ...]:
    """Whole commands (``po import``) that ``words`` may have meant.

    A last word that matches exactly counts first: ``import`` means ``po import``.
    """
    known = list(commands)
    exact = [each for each in known if each.split()[-1] == words[0]]
    wanted = " ".join(words[:2])
    return tuple(dict.fromkeys([*exact, *nearest(wanted, known), *nearest(words[0], known)]))[:3]


def _hoist(args: Sequence[str]) -> tuple[list[str], list[str]]:
    general: list[str] = []
    rest: list[str] = []
    waiting = iter(args)
    for word in waiting:
        if word in WITH_VALUE:
            general += [word, *_next(waiting)]
        elif word in FLAGS or word.startswith(tuple(f"{option}=" for option in WITH_VALUE)):
            general.append(word)
        else:
            rest.append(word)
    return general, rest


def _next(words: Iterable[str]) -> list[str]:
    return [word for _, word in zip(range(1), words, strict=False)]


def _split_colon(args: list[str], *, groups: Collection[str]) -> list[str]:
    for place, word in enumerate(args):
        if word.startswith("-"):
            continue
        group, colon, command = word.partition(":")
        if colon and command and group in groups:
            return [*args[:place], group, command, *args[place + 1 :]]
        break
    return args
