"""What the tagger of questions sees of each word: its neighbors, their classes, the marks.

Only words that belong to no topic count as themselves, here by their class and in training by the
number of calls they occur in; the rest is told by its ending. So the tagger learns how people ask,
and not what organizers ask about. Features are plain strings: training counts and weighs them,
and the artefact holds those that matter.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from companion.understanding.openings import DISCOURSE, Opening, OpeningForm, opening_at
from companion.understanding.questions import RuleQuestionDetector
from companion.understanding.words import Sentence, Spoken, word_set

EDGE = "|"
"""Stands for what lies before the first and after the last word."""

_CLASS_WORDS = {
    "DO": "do does did",
    "BE": "is are was were am",
    "HAVE": "have has had",
    "MODAL": "can could will would should may might shall must",
    "WH": "what who whom whose which where when why how",
    "YOU": "you ya u",
    "I": "i",
    "WE": "we us",
    "THEY": "he she they him her them somebody someone everybody everyone nobody people folks",
    "ANY": "anybody anyone anything anywhere ever any else",
    "IT": "it that this there these those",
    "DET": "the a an your my our their his its some every each no another",
    "NOT": "not never",
    "AND": "and but so because cause",
    "OR": "or",
    "IF": "if whether",
    "SAY": "say says said saying asked asks goes told tell telling",
    "MIND": "think know feel guess mean suppose figure believe remember wonder hope wish see",
    "OKAY": "okay yeah yes no mm mhm hmm oh uh um huh wow ah right sure great good well alright",
    "PREP": "in on at to of for with from by about up out off over into around after before than",
    "TIME": "now then today tonight tomorrow yesterday still already yet again",
    "NUMBER": "one two three four five six seven eight nine ten eleven twelve twenty thirty",
    "THANKS": "thanks thank please bye goodbye hi hello hey",
    "LIKE": "like just really even maybe only kind sort actually",
    "BE2": "be been being got get getting going go doing",
}
_CLASSES = {word: name for name, words in _CLASS_WORDS.items() for word in words.split()}
_ENDINGS = ("ing", "ed", "ly", "s", "er", "en", "n")
_TAG_SUBJECTS = word_set("it you they that he she we i there")
_AFTER_TAG = word_set("OKAY AND I WE YOU THEY IT")
_RULES = RuleQuestionDetector()
_REACH = 8
"""How many words ahead and behind are looked at as a bag."""
_EDGE_WORDS = 6
"""Places are told apart up to this far from an edge."""


def word_class(norm: str) -> str:
    """The class of a word; words of no class are told by their ending."""
    name = _CLASSES.get(norm)
    if name is not None:
        return name
    if norm[:1].isdigit():
        return "NUMBER"
    for ending in _ENDINGS:
        if norm.endswith(ending) and len(norm) > len(ending) + 2:
            return "-" + ending
    return "x"


def features(spoken: Spoken, known: Set[str]) -> list[list[str]]:
    """The features of each word. `known`: the words that count as themselves."""
    norms = spoken.norms
    classes = [word_class(norm) for norm in norms]
    forms = [norm if norm in known else name for norm, name in zip(norms, classes, strict=True)]
    ruled = _ruled(spoken)
    rows: list[list[str]] = []
    if spoken.punctuated:
        stretches: Sequence[Sentence] = spoken.sentences
    else:
        stretches = [Sentence(0, len(norms), "")] if norms else []
    for stretch in stretches:
        rows.extend(_stretch(spoken, norms, forms, classes, stretch))
    for row, rule in zip(rows, ruled, strict=True):
        row.extend(rule)
    return rows


def _ruled(spoken: Spoken) -> list[list[str]]:
    """What the rules say of each word."""
    rules: list[list[str]] = [["rule=none"] for _ in spoken.words]
    at = 0
    for question in _RULES.find(spoken):
        while spoken.words[at].start_char < question.start_char:
            at += 1
        place = "begin"
        while at < len(rules) and spoken.words[at].start_char < question.end_char:
            kind = question.kind.value
            rules[at] = ["rule=" + kind, f"rule={kind} {place} {spoken.punctuated}"]
            at += 1
            place = "go on"
        if at < len(rules):
            rules[at].append("rule ended")
    return rules


def _stretch(
    spoken: Spoken, norms: list[str], forms: list[str], classes: list[str], stretch: Sentence
) -> list[list[str]]:
    """Features of the words of one sentence, or of a whole utterance without marks."""
    first, end = stretch.first, stretch.end
    pad = [EDGE] * 4
    w = pad + forms[first:end] + pad
    c = pad + classes[first:end] + pad
    mark = stretch.mark or "none"
    rows: list[list[str]] = []
    opened = "none"
    since = 0
    for at in range(first, end):
        i = at - first + 4
        word = spoken.words[at]
        opening = None if word.joined else opening_at(norms, at, end)
        asks = _form(opening)
        row = [
            "w=" + w[i],
            "w-1=" + w[i - 1],
            "w+1=" + w[i + 1],
            "w-2=" + w[i - 2],
            "w+2=" + w[i + 2],
            "w-10=" + w[i - 1] + " " + w[i],
            "w01=" + w[i] + " " + w[i + 1],
            "w12=" + w[i + 1] + " " + w[i + 2],
            "w-2-1=" + w[i - 2] + " " + w[i - 1],
            "w012=" + w[i] + " " + w[i + 1] + " " + w[i + 2],
            "c-101=" + c[i - 1] + " " + c[i] + " " + c[i + 1],
            "c012=" + c[i] + " " + c[i + 1] + " " + c[i + 2],
            "c0123=" + c[i] + " " + c[i + 1] + " " + c[i + 2] + " " + c[i + 3],
            "c-2-10=" + c[i - 2] + " " + c[i - 1] + " " + c[i],
            "c-3-2-1=" + c[i - 3] + " " + c[i - 2] + " " + c[i - 1],
            "mark=" + mark,
            "open=" + asks,
            "open-1=" + asks + " " + w[i - 1],
            "since=" + opened + str(min(since, 12)),
            "opened=" + opened,
            "opened=" + opened + " w=" + w[i] + " " + w[i + 1],
        ]
        left, right = at - first, end - 1 - at
        if left < _EDGE_WORDS:
            row.append(f"left={left}")
            if left == 0:
                row += ["first w=" + w[i], "first c=" + " ".join(c[i : i + 4]), "first " + asks]
                row += ["first mark=" + mark + " " + c[i], "first mark " + asks + mark]
                row += ["last of it=" + w[end - first + 3], f"length={min(end - first, 12)}"]
        if right < _EDGE_WORDS:
            row.append(f"right={right}")
            if right <= 1:
                row += [f"last{right} w=" + w[i], f"last{right} w=" + w[i - 1] + " " + w[i]]
        if word.after_pause:
            row += ["pause", "pause w=" + w[i], "pause " + asks]
        if word.quoted:
            row.append("quoted")
        tag = _tag_length(norms, at, end)
        if tag:
            row += [f"tag={tag}", f"tag={tag} end={right < tag}"]
        ahead = c[i + 1 : i + 1 + _REACH]
        row.extend("ahead=" + name for name in sorted(set(ahead)))
        row.extend("behind=" + name for name in sorted(set(c[max(4, i - _REACH) : i])))
        rows.append(row)
        since += 1
        if opening is not None:
            opened, since = asks, 0
        elif norms[at] in DISCOURSE and not word.joined:
            opened = opened if since < 3 else "old " + opened.removeprefix("old ")
    return rows


def _tag_length(norms: Sequence[str], at: int, end: int) -> int:
    """Words of a tag that begins here, "isn't it", "did they", after a statement; or 0."""
    if word_class(norms[at]) not in ("DO", "BE", "HAVE", "MODAL"):
        return 0
    rest = norms[at + 1 : min(end, at + 3)]
    length = 2 + (rest[:1] == ["not"])
    subject = norms[at + length - 1] if at + length <= end else ""
    if subject not in _TAG_SUBJECTS:
        return 0
    following = norms[at + length] if at + length < end else EDGE
    return length if following == EDGE or word_class(following) in _AFTER_TAG else 0


def _form(opening: Opening | None) -> str:
    if opening is None:
        return "none"
    kind = "aux" if opening.form is OpeningForm.AUXILIARY else "wh"
    flags = (opening.inverted, opening.plain, opening.narrow, opening.strong)
    return kind + "".join("1" if flag else "0" for flag in flags)
