"""What is proposed about a call: from fixed lists, from the organizer's words alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from companion.after.summarize import ISSUE_FROM
from companion.domain.dialogue import Cue, Field, Origin, Proposal, Step
from companion.understanding.evidence import PhraseBook
from companion.understanding.proposals import ProposalMaker
from companion.understanding.vocabulary import ISSUES, ROLES
from companion.understanding.words import read
from tests.understanding.calls import bare, shipped_rap

BOOK = PhraseBook(shipped_rap())


@dataclass(frozen=True)
class Line:
    """What the organizer said, the step it was said in, and the cues that were heard."""

    text: str
    step: Step = Step.ASK
    cues: tuple[str, ...] = ()


def proposed(*lines: Line) -> list[Proposal]:
    maker = ProposalMaker(shipped_rap())
    found: list[Proposal] = []
    for i, line in enumerate(lines):
        spoken = read(line.text)
        cues = tuple(Cue(name, 0, len(line.text), 0.8) for name in line.cues)
        found.extend(maker.propose(i, spoken, BOOK.find(spoken), cues, line.step))
    return found


def values(field: Field, *lines: Line, least: float = 0.0) -> set[str]:
    return {p.value for p in proposed(*lines) if p.field is field and p.probability >= least}


def last(field: Field, *lines: Line) -> str | None:
    found = [p.value for p in proposed(*lines) if p.field is field]
    return found[-1] if found else None


# ------------------------------------------------------------------ issues


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("So the paycheck is short every other week.", "wages"),
        ("And they change your schedule the night before.", "hours/scheduling"),
        ("So the unit is understaffed most nights.", "staffing"),
        ("And somebody got hurt on that line again.", "safety"),
        ("So he groped her, and she's the one who was moved.", "harassment"),
        ("Because of your accent, is what you're saying.", "discrimination"),
        ("They treat you like a machine.", "respect"),
        ("You came to work sick because there's no sick pay.", "benefits/health care"),
        ("You heard there's a layoff in spring.", "job security"),
        ("She was written up the day after she spoke.", "retaliation"),
        ("Mold in the bathroom, and no hot water.", "housing/repairs"),
        ("Then came the eviction letter.", "rent/eviction"),
        ("And you're waiting on a green card all that time.", "immigration"),
        ("The quota went up again.", "workload"),
        ("Nobody showed you how that saw works.", "training"),
        ("The bus line just stops at six.", "other"),
    ],
)
def test_proposals_one_plain_trouble_is_an_issue(text: str, issue: str) -> None:
    for form in (text, bare(text)):
        assert issue in values(Field.ISSUE, Line(form, Step.WHAT_MOVES_YOU), least=ISSUE_FROM)


@pytest.mark.parametrize(
    "line",
    [
        Line("My cousin works the late shift there.", Step.MAKE_SPACE),
        Line("It costs a bit of money, the bus.", Step.WHAT_MOVES_YOU),
        Line("They got their schedule two weeks early.", Step.PLAN, ("success_example",)),
        Line("I was evicted once, with two suitcases.", Step.CONNECT, ("own_story",)),
        Line("I'll come after your shift, with the schedule of speakers.", Step.ASK),
        Line("The bread smells wonderful in there, I bet.", Step.WHAT_MOVES_YOU),
    ],
    ids=lambda line: line.text[:20],
)
def test_proposals_words_in_passing_or_about_others_are_no_issue(line: Line) -> None:
    assert values(Field.ISSUE, line, least=ISSUE_FROM) == set()


def test_proposals_words_in_passing_add_up() -> None:
    lines = [
        Line("And the landlord?", Step.WHAT_MOVES_YOU),
        Line("The kitchen.", Step.WHAT_MOVES_YOU),
    ]
    assert values(Field.ISSUE, *lines, least=ISSUE_FROM) == set()
    assert "housing/repairs" in values(Field.ISSUE, *lines * 2, least=ISSUE_FROM)


def test_proposals_an_issue_never_grows_less_likely() -> None:
    lines = [Line(f"The quota again, {i}.", Step(1 + i % 5)) for i in range(15)]
    sure = [p.probability for p in proposed(*lines) if p.value == "workload"]
    assert sure == sorted(sure)
    assert 0 < sure[0] < sure[-1] < 1


# ------------------------------------------------------------------ who decides

ASKED = Line("Who could change that?", Step.CONNECT, ("decision_maker_asked",))


@pytest.mark.parametrize(
    ("lines", "role"),
    [
        ((ASKED, Line("The regional manager, okay.", Step.CONNECT)), "regional manager"),
        ((Line("So the owner decides that.", Step.CONNECT),), "owner"),
        ((Line("It's the city manager who signs it.", Step.CONNECT),), "city manager"),
        ((ASKED, Line("Not the supervisor. The plant manager.", Step.CONNECT)), "plant manager"),
        (
            (
                Line("The general manager sets the schedule.", Step.CONNECT),
                Line("So the manager could change it.", Step.CONNECT),
            ),
            "general manager",
        ),
        ((ASKED, Line("The council holds the purse.", Step.CONNECT)), "city council"),
        ((ASKED, Line("The VP. I see.", Step.CONNECT)), "vice president"),
        ((Line("Did the owner bring cake again?", Step.MAKE_SPACE),), None),
        ((Line("And then the manager walked by.", Step.WHAT_MOVES_YOU),), None),
        ((ASKED, Line("It isn't the supervisor.", Step.CONNECT)), None),
        ((ASKED, Line("The supervisor cannot do a thing.", Step.CONNECT)), None),
    ],
)
def test_proposals_decision_maker(lines: tuple[Line, ...], role: str | None) -> None:
    for form in (str, bare):
        spoken = [Line(form(line.text), line.step, line.cues) for line in lines]
        best = max(
            (p for p in proposed(*spoken) if p.field is Field.DECISION_MAKER),
            key=lambda p: p.probability,
            default=None,
        )
        assert (best and best.value) == role


def test_proposals_the_role_with_more_evidence_stays_ahead() -> None:
    lines = [Line("The mayor decides that.", Step.CONNECT, ("decision_maker_named",))] * 4
    lines.append(Line("The owner decides the rest.", Step.CONNECT, ("decision_maker_named",)))
    found = {p.value: p.probability for p in proposed(*lines)}
    assert found["mayor"] > found["owner"]


# ------------------------------------------------------------------ the ask and the answer

ASK = Line("Will you come to the meeting?", Step.ASK, ("hard_ask",))


@pytest.mark.parametrize(
    ("lines", "ask"),
    [
        ((ASK,), "attend_meeting"),
        ((Line("There's a petition."), Line("Are you in?", cues=("hard_ask",))), "sign"),
        ((Line("Will you do it?", cues=("hard_ask",)),), "other"),
        ((ASK, Line("So what do you say?", cues=("hard_ask",))), "attend_meeting"),
        ((Line("There's a meeting sometime.", Step.PLAN),), None),
        (
            (ASK, Line("Glad you'll bring your neighbor.", cues=("hard_ask", "commitment_ack"))),
            "attend_meeting",
        ),
    ],
)
def test_proposals_ask(lines: tuple[Line, ...], ask: str | None) -> None:
    assert last(Field.ASK, *lines) == ask


YES, NO = ("commitment_ack",), ("ask_declined_ack",)


@pytest.mark.parametrize(
    ("after", "answer"),
    [
        ([Line("I'm so glad you're in.", cues=YES)], "yes"),
        ([Line("So that's a yes.")], "yes"),
        ([Line("Oh, lovely, I'll write you down.", cues=YES)], "yes"),
        ([Line("No worries, I hear you.", cues=NO)], "no"),
        ([Line("Then it's a no, and that's fine.")], "no"),
        ([Line("Thank you for being straight with me.", cues=NO)], "no"),
        ([Line("Think it over, there's no rush.", cues=NO)], "maybe"),
        ([Line("So it's a maybe, and I'll take a maybe.", cues=YES)], "maybe"),
        ([Line("Not a yes and not a no, all right.")], "maybe"),
        ([Line("You want to talk to your wife first.", cues=NO)], "maybe"),
        ([Line("Okay, I hear you.", cues=NO), ASK, Line("You're in!", cues=YES)], "yes"),
        ([Line("So that's a yes.", cues=YES), Line("Okay, fair.")], "yes"),
        ([Line("What's the worry?")], None),
        ([Line("Mm-hm.")], None),
        ([Line("You'll come?")], None),
    ],
)
def test_proposals_commitment(after: list[Line], answer: str | None) -> None:
    assert last(Field.COMMITMENT, ASK, *after) == answer


@pytest.mark.parametrize(
    "line",
    [
        Line("No pressure to answer that one.", Step.WHAT_MOVES_YOU, NO),
        Line("I'm so glad you're here.", Step.MAKE_SPACE),
        Line("Think about it for a second, take your time.", Step.WHAT_MOVES_YOU),
    ],
    ids=lambda line: line.text[:20],
)
def test_proposals_nothing_is_answered_before_an_ask(line: Line) -> None:
    assert values(Field.COMMITMENT, line) == set()


def test_proposals_words_alone_count_only_soon_after_the_ask() -> None:
    chat = [Line("And the little one, is she asleep?")] * 6
    assert last(Field.COMMITMENT, ASK, *chat, Line("So that's a yes.")) is None


def test_proposals_a_weak_word_does_not_overturn_a_plain_answer() -> None:
    plain = Line("Then it's a no, and I respect your decision.", cues=NO)
    assert last(Field.COMMITMENT, ASK, plain, Line("I'm glad you told me.")) == "no"


# ------------------------------------------------------------------ care and follow-up


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (Line("Rest tonight.", cues=("self_care",)), Field.SELF_CARE, "offered"),
        (Line("One breath.", cues=("coping_offered",)), Field.SELF_CARE, "offered"),
        (Line("I'll text you.", cues=("follow_up_promised",)), Field.FOLLOW_UP, "text message"),
        (
            Line("You'll hear from us.", cues=("follow_up_promised",)),
            Field.FOLLOW_UP,
            "be in touch",
        ),
        (Line("I'll text my sister later."), Field.FOLLOW_UP, None),
        (Line("We all get tired."), Field.SELF_CARE, None),
    ],
)
def test_proposals_care_and_follow_up(line: Line, field: Field, value: str | None) -> None:
    assert last(field, line) == value


def test_proposals_are_heard_and_from_fixed_lists() -> None:
    rap = shipped_rap()
    known = {*ISSUES, *ROLES, "yes", "no", "maybe", "offered"}
    known |= {k.id for k in rap.next_steps} | {k.id for k in rap.follow_ups}
    lines = [Line(example, part.number) for part in rap.steps for example in part.examples]
    lines += [Line(e, Step.ASK, (cue.name,)) for cue in rap.cues for e in cue.examples]
    found = proposed(*lines)
    assert {p.field for p in found} == set(Field)
    assert {p.value for p in found} <= known
    assert {p.origin for p in found} == {Origin.HEARD}
    assert all(0 < p.probability < 1 for p in found)
