"""What is to be done, as a short phrase of safe common words: "bring the notes to the breakfast".

Built from a fixed vocabulary only, so that no name, number or quote of the call can get into what
is kept. Where a kind of the rap's list says the same, its id stands instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from companion.understanding.words import word_set

JOIN = "come and join the others"
MEET = "meet"

_MEETINGS = {
    "breakfast": "the breakfast", "lunch": "the lunch", "supper": "the supper",
    "dinner": "the dinner", "barbecue": "the barbecue",
    "picnic": "the picnic", "vigil": "the vigil", "clinic": "the clinic",
    "training": "the training", "workshop": "the workshop", "party": "the party",
    "cookout": "the cookout", "brunch": "the brunch", "fry": "the fish fry",
    "bonfire": "the bonfire", "drop-in": "the drop-in", "sit-in": "the sit-in",
}  # fmt: skip
"""Occasions with a name of their own; every other one is 'a meeting'."""
_PLAIN_MEETINGS = word_set(
    "meeting meetings assembly gathering session zoom video basement potluck hall room"
)
_PLACES = {
    "garage": "the garage", "laundry": "the laundry room", "lobby": "the lobby",
    "gate": "the gate", "library": "the library", "hall": "the hall", "porch": "the porch",
    "lot": "the parking lot", "yard": "the yard", "kitchen": "the kitchen", "steps": "the steps",
    "café": "the café", "cafe": "the café", "church": "the church", "flagpole": "the flagpole",
    "cafeteria": "the cafeteria", "bakery": "the bakery", "laundromat": "the laundromat",
    "warehouse": "the warehouse", "clubhouse": "the clubhouse", "entrance": "the entrance",
    "office": "the office", "diner": "the diner", "park": "the park", "shelter": "the shelter",
    "school": "the school", "gym": "the gym", "basement": "the basement", "lounge": "the lounge",
    "dock": "the dock", "wharf": "the wharf", "shed": "the shed", "temple": "the temple",
    "mosque": "the mosque", "store": "the store", "fountain": "the fountain",
    "stairs": "the stairs", "van": "the van", "bridge": "the bridge",
}  # fmt: skip
"""Places that many calls have; where nothing else says what for, the place does."""
_BEFORE_PLACE = word_set("the at my our by that laundry parking")
"""Before a place, with a word between them at most ("the side door"); "you have church" is none."""
_LINKS_UP = word_set("meet meeting link linking together")
_TOGETHER = {"practice": "practice", "rehearse": "practice", "write": "write it",
             "draft": "write it"}  # fmt: skip
"""What two do with each other before anything else."""
_FORUMS = {
    "hearing": "the hearing", "council": "the council", "councilor": "the council",
    "commission": "the commission", "board": "the board meeting", "court": "the hearing",
    "press": "the press event", "rally": "the rally", "statehouse": "the hearing",
    "microphone": "the hearing", "mic": "the event", "trustees": "the board meeting",
    "superintendent's": "the meeting", "superintendent": "the meeting", "mayor": "the meeting",
}  # fmt: skip
_PAPERS = {
    "letter": "the letter", "petition": "the petition", "card": "the card", "cards": "the card",
    "pledge": "the pledge", "complaint": "the complaint", "grievance": "the grievance",
    "statement": "the statement", "paper": "the letter", "form": "the form", "claim": "the claim",
}  # fmt: skip
_THINGS = {
    "notebook": "the notebook", "notes": "the notes", "log": "the log", "diary": "the notes",
    "sheets": "the sheets", "sheet": "the sheet", "pictures": "the pictures",
    "photos": "the photos", "picture": "the pictures", "numbers": "the numbers",
    "counts": "the counts", "mileage": "the sheets", "stubs": "the pay stubs",
    "schedule": "the schedule", "contract": "the contract", "records": "the records",
    "speaker": "the speaker", "book": "the book", "forms": "the forms", "receipts": "the receipts",
    "tally": "the counts", "times": "the notes", "letter": "the letter", "count": "the counts",
    "guide": "the guide", "list": "the list",
}  # fmt: skip
_PEOPLE = word_set(
    "coworker coworkers neighbor neighbors neighbour neighbours colleague colleagues friend "
    "friends cousin sister brother people mixers drivers nurses aides tenants"
)
_SPEAKS = word_set("speak say says testify read tell story minutes voice microphone mic speaker")
_SIGNS = word_set("sign signing signed")
_MARCH = word_set("in from of like since by until till last next this early late mid")
"""Before "march": it is the month."""
_SILENT = (("not", "speak"), ("not", "say"), ("not", "have", "to", "speak"),
           ("not", "have", "to", "say"), ("not", "want", "to", "speak"))  # fmt: skip
_NOT_SIGNED = (("name", "off"), ("names", "off"), ("name", "comes", "off"))
_NUMBERS = word_set("one two three four five six seven eight nine ten some")
_STANDS = word_set("stand standing march walk picket wear walkout strike refuse deliver hand")
_COMES = word_set("come coming join attend sit sitting be there meeting make meet")
_VISITS = word_set("visit stop swing come drop knock doors plate jar")
_SENDS = word_set("send mail bring leave post reference letter particulars")


_CALLS = word_set("call ring phone telephone buzz tinkle holler bell")


def is_general(what: str | None) -> bool:
    """Whether more can be said than this: a later statement may name the place or the thing."""
    return what in (None, JOIN, MEET)


def place_in(norms: Sequence[str], *, together: bool) -> str | None:
    """Where to come or to meet, where that is all that was said of what is to be done."""
    led = [w for i, w in enumerate(norms) if not _BEFORE_PLACE.isdisjoint(norms[max(0, i - 2) : i])]
    place = _first(led, _PLACES)
    if place is None:
        return None
    meets = together and not _LINKS_UP.isdisjoint(norms)
    return f"meet at {place}" if meets else f"come to {place}"


def is_call(norms: Sequence[str]) -> bool:
    """Whether the words are about calling on the phone."""
    return not _CALLS.isdisjoint(norms)


def first_together(norms: Sequence[str]) -> str | None:
    """What two do with each other first: "before that we practice", "we link up by the gate"."""
    act = _first(norms, _TOGETHER)
    if act is not None:
        return f"{act} together"
    place = place_in(norms, together=True)
    return place if place is not None and place.startswith("meet") else None


def more_exactly(what: str | None, place: str | None, more: str | None) -> str | None:
    """What is to be done, with where to come for it or what to bring to it.

    Args:
        what: as asked for.
        place: from `place_in`, where one was said since.
        more: from `deed_in`, of the words in which the day is agreed on.
    """
    if what == "join_action" and place is not None:
        return f"join an action at {place.removeprefix('come to ').removeprefix('meet at ')}"
    if what == "attend_meeting" and more is not None and more.startswith("bring the "):
        return f"come to the meeting and {more}"
    return what


def deed_of_organizer(norms: Sequence[str]) -> str | None:
    """What the organizer promised to do: call, write, visit or send something."""
    words = set(norms)
    if words & {"text", "message", "whatsapp"}:
        return "send a text message"
    if is_call(norms):
        return "call for the answer" if _answering(norms) else "call again"
    if words & {"email", "write"}:
        return "send an email"
    if "plate" in words and words & {"set", "save", "keep"}:
        return "save a plate"
    if words & _SENDS and not words & {"visit", "stop", "doors"}:
        if words & {"letter", "reference"}:
            return "send the letter"
        thing = _first(norms, _THINGS)
        return f"send {thing}" if thing and "send" in words else "bring or send something"
    if words & _VISITS:
        return "come by for the answer" if _answering(norms) else "come by"
    return None


def deed_of_answer(norms: Sequence[str]) -> str | None:
    """How the other person is to give an answer, where that is all that was agreed."""
    words = set(norms)
    if _says(norms, ("ring", "my", "bell")) or _says(norms, ("please", "call", "me")):
        return "give an answer" if "bell" in words else "call with the answer"
    if not words & {"me", "us", "my", "know"} or not words & {
        "text", "message", "call", "ring", "tell", "know", "email", "write", "bell",
    }:  # fmt: skip
        return None
    if words & {"text", "message"}:
        return "text the answer"
    if words & {"call", "ring", "phone"} and "bell" not in words:
        return "call with the answer"
    return "give an answer"


def deed_in(norms: Sequence[str], kinds: Sequence[str], *, together: bool) -> str | None:
    """What is asked for in these words: a kind of the rap's list or a phrase.

    Args:
        kinds: ids of the rap's kinds that the words name, in order.
        together: the organizer takes part in it.
    """
    words = _without_months(norms)
    if not words:
        return None
    thing = _first(norms, _THINGS)
    paper = _first(norms, _PAPERS)
    forum = _first(norms, _FORUMS)
    occasion = _first(norms, _MEETINGS)
    aloud = bool(forum or words & {"microphone", "mic", "testify", "speak"})
    aloud = aloud or bool("minutes" in words and words & {"up", "says", "say"})
    speaks = aloud and bool(words & _SPEAKS) and not any(_says(norms, p) for p in _SILENT)
    named = _says(norms, ("put", "your", "name")) or _says(norms, ("your", "name"))
    signs = named or not words.isdisjoint(_SIGNS)
    signs = signs and not any(_says(norms, p) for p in _NOT_SIGNED)
    carried = thing if thing and _carries_along(norms, thing) else None
    if occasion and (speaks or signs):
        return f"come to {occasion} and {'speak' if speaks else 'sign'}"
    if speaks:
        return f"speak at {forum}" if forum else "speak_publicly"
    if signs:
        return f"come with {carried} and sign" if carried and words & _COMES else "sign"
    if (
        words & {"coffee", "tea"}
        and words & {"meet", "grab", "drink", "having", "have"}
        and not thing
    ):
        return "meet for tea" if "tea" in words else "meet for coffee"
    if together and (act := _first(norms, _TOGETHER)) is not None:
        return f"{act} together"
    if _says(norms, ("door", "to", "door")):
        return "walk door to door together" if together else "walk door to door"
    if words & {"bring", "send"} and thing and (occasion or not words & _STANDS):
        return _carrying("send" if "send" in words else "bring", thing, occasion, words)
    if occasion:
        return f"come to {occasion}"
    if words & _STANDS:
        return f"join an action and bring {thing}" if carried else "join_action"
    if words & _PLAIN_MEETINGS and (words & _COMES or not kinds):
        return "attend_meeting"
    if forum and words & _COMES:
        return f"come to {forum}"
    if words & {"bring", "invite"} and words & _PEOPLE:
        return "bring_someone"
    if _brings_some(norms):
        return "bring_someone"
    if words & {"count", "counting"}:
        return "count together" if together else "count and write it down"
    if words & {"talk", "speak"} and "again" in words:
        return "talk_again"
    kinds = [k for k in kinds if k != "join_action" or "march" not in norms or "march" in words]
    if kinds:
        return kinds[0]
    if words & {"read", "voice"} and paper:
        return f"read {paper} aloud"
    if words & {"go", "climb", "walk"} and _says(norms, ("with", "us")):
        return "join_action"
    if words & {"sit", "join", "come"} and "us" in words:
        return JOIN
    return MEET if together and words & {"meet", "meeting"} else None


def _carrying(verb: str, thing: str, occasion: str | None, words: set[str]) -> str:
    if verb == "send":
        return f"send {thing}"
    if occasion:
        return f"come to {occasion} and bring {thing}"
    if words & _PLAIN_MEETINGS:
        return f"come to the meeting and bring {thing}"
    return f"bring {thing}"


def _without_months(norms: Sequence[str]) -> set[str]:
    """The words, without a "march" that is the month."""
    words = set(norms)
    marches = [i for i, w in enumerate(norms) if w == "march"]
    if marches and all(i and norms[i - 1] in _MARCH for i in marches):
        words.discard("march")
    return words


def _carries_along(norms: Sequence[str], thing: str) -> bool:
    """'Come with that speaker', 'with all your notes'."""
    at = next(i for i, w in enumerate(norms) if _THINGS.get(w) == thing)
    return "with" in norms[max(0, at - 3) : at]


def _brings_some(norms: Sequence[str]) -> bool:
    """'Bring three of your ten', 'you, with three people'."""
    words = set(norms)
    some = [i for i, w in enumerate(norms) if w in _NUMBERS]
    of_yours = any(tuple(norms[i + 1 : i + 3]) == ("of", "your") for i in some)
    return ("bring" in words and of_yours) or any(
        list(norms[i - 1 : i + 2 : 2]) == ["with", "people"] and "you" in norms[max(0, i - 3) : i]
        for i in some
        if i
    )


def answers_back(norms: Sequence[str]) -> bool:
    """Whether the words ask for an answer: "text me yes or no", "one way or the other"."""
    words = set(norms)
    return (
        len(words & {"yes", "no", "in", "out", "maybe", "thumb", "thumbs", "up", "down"}) >= 2
        or bool(words & {"thumbs", "thumb", "leaning", "decide", "decided", "answer"})
        or any(_says(norms, p) for p in (("one", "way"), ("either", "way"), ("which", "way")))
    )


def _answering(norms: Sequence[str]) -> bool:
    words = set(norms)
    return bool(words & {"answer", "yes", "no"} or _says(norms, ("tell", "me")))


def _first(norms: Sequence[str], phrases: dict[str, str]) -> str | None:
    return next((phrases[word] for word in norms if word in phrases), None)


def _says(norms: Sequence[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return phrase[0] in norms and any(
        tuple(norms[i : i + size]) == phrase for i in range(len(norms) - size + 1)
    )
