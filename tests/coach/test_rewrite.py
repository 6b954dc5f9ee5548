"""Open rewrites of the organizer's own closed questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.coach.rewrite import Rewriter
from companion.domain.prompt import MAX_WORDS
from companion.understanding.rap_parts import Rewrite
from companion.understanding.rewrites import compile_template
from tests.understanding.calls import shipped_rap

REWRITER = Rewriter(shipped_rap())


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("Do you like where you work?", "What do you like about where you work?"),
        ("Do you feel safe there?", "When do you feel safe there, and when not?"),
        ("do you feel safe there", "When do you feel safe there, and when not?"),
        ("So, um, do you feel safe there, right?", "When do you feel safe there, and when not?"),
        ("DO YOU FEEL SAFE THERE?", "When do you feel safe there, and when not?"),
        ("Do you, do you get your breaks?", "How does it go with your breaks?"),
        ("Do you have enough light?", "What would be enough light for you?"),
        ("Are you happy with the new roster?", "How do you feel about the new roster?"),
        ("Is your landlord fair?", "How are things with your landlord?"),
        ("Don't you think it's unfair?", "What makes it unfair for you, or not?"),
        ("Would you change the roster?", "What would you change about the roster?"),
        ("Do you like the work itself?", "What do you like about the work itself?"),
        ("Are you happy with the schedule?", "How do you feel about the schedule?"),
        ("Is your manager any good?", "How are things with your manager?"),
        ("Do they pay you on time?", "When do they pay you on time, and when not?"),
        ("Have you told anyone about it?", "Who have you told about it, and what came of it?"),
        ("Is the building safe at night?", "How are things with the building?"),
        ("Can you take your breaks?", "When can you take your breaks, and when not?"),
        ("Do you think they know?", "What tells you whether they know?"),
        (
            "Do you think the landlord will fix it?",
            "What tells you whether the landlord will fix it?",
        ),
        ("Would you say it's gotten worse?", "What tells you whether it's gotten worse?"),
        ("Is it getting worse?", "How has it changed over time?"),
        ("Was it always like this?", "When was it like this, and when not?"),
        ("Were you scared?", "What made you scared, or not?"),
        ("Did that make you angry?", "What did that do to you?"),
        ("Does your family worry?", "When does your family worry, and when not?"),
        (
            "Do your coworkers feel the same way?",
            "When do your coworkers feel the same way, and when not?",
        ),
        ("Is there a union?", "How do things stand with a union?"),
        (
            "Is there someone you trust at work?",
            "What or who comes to mind, when you think of that?",
        ),
        ("Could they hire more people?", "What decides whether they could hire more people?"),
        ("Will they listen to you?", "What decides whether they will listen to you?"),
        (
            "Should they be paying you for that?",
            "Why should they be paying you for that, or why not?",
        ),
        ("Do you ever get to sit down?", "When do you get to sit down, and when not?"),
        ("Do you get enough hours?", "What would be enough hours for you?"),
        ("Are you getting enough sleep?", "What would be enough sleep for you?"),
        ("Do you have health insurance?", "How do things stand with health insurance?"),
        ("Do you have to work weekends?", "What happens when you have to work weekends?"),
        ("Do you want to stay there?", "What would it mean to you to stay there?"),
        ("Does the heat work?", "When does the heat work, and when not?"),
        ("Is the rent too high?", "How are things with the rent?"),
        ("Do you know who decides that?", "What do you know about who decides that?"),
        ("Do you know why they cut the hours?", "What do you know about why they cut the hours?"),
        ("Have you ever thought about leaving?", "What comes up when you think about leaving?"),
        ("Have you tried talking to HR?", "What have you tried so far, and how did it go?"),
        ("Did you complain?", "What made you complain, or not?"),
        ("Are you afraid of losing your job?", "What about losing your job worries you?"),
        ("Are you worried about your visa?", "How do you feel about your visa?"),
        ("Do you believe that things can change?", "What tells you whether things can change?"),
        ("Do you agree with that?", "What do you make of that?"),
        ("Would it help if more people came?", "How would it help if more people came?"),
        ("Do you need a ride?", "What would a ride change for you?"),
        ("Are they short staffed?", "When are they short staffed, and when not?"),
        ("Is that fair?", "What makes that fair for you, or not?"),
        ("Doesn't that bother you?", "What does that do to you?"),
        ("Aren't you tired of it?", "What makes you tired of it, or not?"),
        ("Isn't it exhausting?", "What makes it exhausting for you, or not?"),
        ("Did the boss yell at you?", "What happened with the boss?"),
        ("Can your kids play outside?", "When can your kids play outside, and when not?"),
        ("Has the company done anything about the noise?", "What has been done about the noise?"),
        ("Do you prefer days or nights?", "What speaks for days or nights, for you?"),
        ("are you okay", "How are you, really?"),
        (
            "do you feel respected by your boss",
            "When do you feel respected by your boss, and when not?",
        ),
        ("did they fix the elevator", "What have they done about the elevator?"),
        ("is anyone helping you with the forms", "Who is helping you with the forms, if anyone?"),
        (
            "do you like your boss and the other managers there",
            "What do you like about your boss and the other managers there?",
        ),
        ("do you see your family much", "When do you see your family, and when not?"),
        ("does it affect your health", "How does it affect your health?"),
        ("do you get along with the new supervisor", "What is it like with the new supervisor?"),
        ("do you trust the city council", "What would it take for you to trust the city council?"),
        ("do you talk to the other tenants", "What do you talk about with the other tenants?"),
        ("are you proud of your work", "What makes you proud of your work, or not?"),
        ("do you sleep well", "When do you sleep well, and when not?"),
        ("do you feel like they listen", "When does it feel like they listen?"),
        ("is your shift too long", "How are things with your shift?"),
        ("are the machines old", "How are things with the machines?"),
        (
            "do you think it's fair that he got the job",
            "What tells you whether it's fair that he got the job?",
        ),
        (
            "Do you have any idea what they're planning?",
            "What have you heard about what they're planning?",
        ),
        ("Do you have anyone at home who helps?", "Who do you have at home who helps?"),
        ("Does anyone check on you?", "When does anyone check on you, and when not?"),
        ("Did you like it when you started?", "What did you like about it when you started?"),
    ],
)
def test_rewrite_opens_the_organizers_own_question(closed: str, opened: str) -> None:
    assert REWRITER.open_form(closed) == opened


@pytest.mark.parametrize(
    "closed",
    [
        "",
        "Did you talk to your supervisor about the heat?",
        "Has anybody been hurt?",
        "Are other people upset too?",
        "Have they given you a raise?",
        "Did they ever explain why?",
        "You have kids?",
        "You're still on nights?",
        "So you don't get overtime?",
        "It was Monday, right?",
        "Did you get hurt?",
        "Wasn't there a meeting about it?",
        "Did he say that in front of everyone?",
        "Do you and your neighbors talk about it?",
        "Have you been there long?",
        "Have you been sick?",
        "Is it the pay or the hours?",
        "have your hours been cut",
        "did you know that they can't do that",
        "Do you feel supported by the people you work with?",
        "Is the new manager better than the old one?",
        "You okay?",
        "Really?",
        "Could they ever?",
        "Do you think that if they had told you before the summer that all of it would change you?",
        "Do you feel \U0001f600?",
        "Do you like " + "very " * 40 + "much?",
        "do you like the",
        "\x00\x07",
    ],
)
def test_rewrite_gives_none_where_none_would_be_good(closed: str) -> None:
    assert REWRITER.open_form(closed) is None


@given(st.text(max_size=80), st.sampled_from(["do you like ", "do you feel ", "is your ", ""]))
def test_rewrite_fits_a_card_whatever_was_asked(rest: str, opening: str) -> None:
    text = REWRITER.open_form(opening + rest)
    assert text is None or (0 < len(text.split()) <= MAX_WORDS and "{" not in text)


@pytest.mark.parametrize(
    ("closed", "opened", "remedy"),
    [
        ("{it} works", "How does {it} work?", "begin with a word"),
        ("do you {it}", "What about {that}?", "same name in both"),
        ("do you {it} and {it}", "What about {it}?", "its own name"),
        (
            "do you {it}",
            "one two three four five six seven eight nine ten eleven {it} x",
            "most 12",
        ),
        ("do you {it}", "", "empty"),
    ],
)
def test_rewrite_templates_that_do_not_fit_are_refused(
    closed: str, opened: str, remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        compile_template(closed, opened)


@pytest.mark.parametrize(
    ("question", "opened"),
    [
        ("would it help to wait", "How would it help to wait?"),
        ("would it help if they came", "How would it help if they came?"),
        ("would it help with that", None),
        ("would it help", None),
    ],
)
def test_rewrite_blank_of_some_words_takes_one_of_them(question: str, opened: str | None) -> None:
    template = compile_template("would it help {how:if|to} {it}", "How would it help {how} {it}?")
    words = question.split()
    assert template.apply(words, words) == opened


def test_rewrite_that_would_not_stand_makes_room_for_the_next() -> None:
    wordy = Rewrite(
        closed="do you like {it}", open="And if you think back, what do you like about {it}?"
    )
    short = Rewrite(closed="do you like {it}", open="What about {it}?")
    rewriter = Rewriter(shipped_rap().model_copy(update={"rewrites": (wordy, short)}))
    assert rewriter.open_form("Do you like rain?") == wordy.open.replace("{it}", "rain")
    assert rewriter.open_form("Do you like the rain in March?") == "What about the rain in March?"
