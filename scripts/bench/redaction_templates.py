"""A synthetic test of redaction: sentences, and names that nothing was built from.

No sentence here is in `configs/corpus`, and none was looked at while the recognizers were written.
Names come from three sources: made-up ones, put together from syllables; words that are first
names or nicknames too, that no training call has as a name and that no rule names; and employers
and streets made of ordinary words. Ordinary sentences hold the same words where they are words.
"""

from __future__ import annotations

import random
import re

from companion.trainer.call_form import parse_call
from companion.trainer.labelled import LabelledCall

SEED = 7


def _listed(text: str, between: str = " ") -> list[str]:
    return text.split(between)


_SYLLABLES = _listed(
    "ba dri fen gor hal jun kel lom mar nev oru pri qua rass sil tov ulv wex yar zim"
)
_WORD_NAMES = _listed(
    "Sterling Harmony Mercy Patience Noble Trinity Honor Justice Journey Destiny Serenity Felicity "
    "Prudence Blossom Gale Storm Cricket Bunny Ace Boots"
)
_FIRMS = _listed(
    "Amber Kite,Hollow Pine,Quiet Harbor,Granite Works,Velvet Bakery,Paper Lantern,\
Northern Thread,Orchard Health,Bold Roast,Swift Parcel,Plain Folks Diner,Falcon Plating,\
Tall Timber Homes,Crown Poultry,Lakeside Manor,Autumn Leaf Care,Wagon Wheel Foods,\
Steel Horizon,Merry Maids,Open Door Clinic",
    ",",
)
_STREETS = _listed(
    "Quarry Road,Bishop Avenue,Fountain Street,Canal Street,Chestnut Drive,Pioneer Way,\
Tanner Lane,Willow Court,Fourteenth Street,Mercer Avenue,Railroad Street,Hawthorn Terrace",
    ",",
)
_NUMBERS = (
    "{PHONE:555 0163}",
    "{PHONE:five five five oh one eight nine}",
    "{PHONE:three one two five five five oh one four four}",
    "{PHONE:(415) 555-0127}",
)
_ADDRESSES = (
    "{EMAIL:kelmar dot tovu at postbox dot org}",
    "{EMAIL:k.tovu@postbox.example}",
    "{EMAIL:wexnev at lakemail dot com}",
    "{HANDLE:@priwex}",
    "{HANDLE:at kelmar underscore t}",
)
_HEALTH = _listed("asthma,diabetes,knee,wrist,migraines,back surgery,chemo,hernia,arthritis", ",")
_AGES = _listed("seven,fifteen,thirty-eight,sixty-two,four,forty-one,eleven", ",")
_STATUS = _listed("visa,green card,work permit,asylum case,papers", ",")

_NAMED = """
Yesterday N told the crew to wait.
Is N still running the dish pit?
We owe N a call back.
It was N who taped the notice up.
Nobody but N has seen the budget.
You would have to check that with N.
Between us, N is scared too.
My cousin N drove me there.
When does N get off?
So N and N split the weekend.
Hi N, sorry for the hour.
Good afternoon, N, it's N from the third shift.
Morning, N.
Have you told N yet?
Did N apologize?
I used to babysit for N.
Ever since N retired it's been a mess.
Thank you for being straight with me, N.
Anyway, N says the keys are gone.
N is the one to convince.
N, can you still hear me?
I'll have N drop off the forms.
Catch N before the bell.
That's N's handwriting.
Mr. N wants it signed by noon.
Ms. N never answers.
It's N at the front and N at the back.
He reports to N N, over in finance.
According to N, there is no list.
Could N sit with you?
"""
_PLACED = """
I worked for F until the spring.
They fired eleven people at F.
She drives a van for F.
F pays two dollars more.
The folks from F are coming as well.
Have you ever been inside F?
We picked F because it's close.
Turn left on S and keep going.
The tenants on S have a lawyer.
My aunt is on S, above the bakery.
Drop it at {LOCATION:forty two S}.
Come by {LOCATION:eleven sixteen S} after work.
I'm in {LOCATION:apartment nine c}.
You're in {LOCATION:unit 31}, right?
"""
_TOLD = """
Reach me on P any evening.
Write it to A and I'll print it.
I'm still P, nothing changed.
My badge is {ID:four nine two two seven}.
The plate was {ID:8KLM402}.
Her little boy is G.
He turned G in the fall.
I'm G and I've never missed a shift.
A {AGE:six-year-old} shouldn't have to hear that.
You told me about your H.
His H got worse in that freezer.
Because of her H she can't stand all day.
She worries about her I.
They held on to his I.
"""
_ORDINARY = """
The schedule goes up on Thursday and changes by Friday.
You said the worst part is not knowing.
We meet at six in the break room, on the second floor.
There were forty of us and one working fan.
What would it take for people to feel safe?
Sixty days of patience and nothing to show for it.
They have no mercy when you are late.
It is a matter of liberty, he said, and laughed.
We could work in harmony with the day shift.
The pipes are rusty and the water is brown.
A sterling record, and they let her go.
You skip lunch to get it done.
They chuck the good food and lock the bin.
She drew a map of the whole warehouse.
The crystal glasses are counted every night.
An amber light means stop the belt.
I will wade through all of it with you.
Bring a friend, bring a coat, bring a question.
How long have you been carrying that by yourself?
The manager decides, and the owner decides for the manager.
Would you be willing to speak for two minutes?
Tomorrow at half past seven, by the loading dock.
That happened to me as well, years ago.
No pressure, think it over and call me next week.
So you never got the raise they promised.
They switched the insurance and did not say a word.
Three of the cooks signed the letter this morning.
I hear you, and I'm sorry that it came to this.
What do you say when they ask you to stay late?
The hospital contract ends in December.
We ask for one thing, a schedule two weeks ahead.
Nobody gets in trouble for talking, that is the law.
Can I read it back to you, so I have it right?
The rent is due on the first and the heat is off.
Take a breath, there is no hurry.
"""


def synthetic_calls(copies: int = 12) -> list[LabelledCall]:
    """Calls of all sentences in a drawn order, each with names of its own; always the same ones."""
    rng = random.Random(SEED)
    return [_call(number, rng) for number in range(copies)]


def _call(number: int, rng: random.Random) -> LabelledCall:
    lines = [
        line for part in (_NAMED, _PLACED, _TOLD, _ORDINARY) for line in part.split("\n") if line
    ]
    rng.shuffle(lines)
    body = "\n".join(f"2 | {_filled(line, rng)}" for line in lines)
    text = f"setting: synthetic sentences, not a call\ndate: 2026-03-03\n---\n{body}\n"
    return parse_call(text, f"synthetic-{number}", f"synthetic-{number}")


def _filled(line: str, rng: random.Random) -> str:
    """Every capital that stands alone becomes a marked name, address, age and so on."""
    line = re.sub(r"\bN N\b", lambda _: f"{{PERSON:{_name(rng)} {_made_up(rng)}}}", line)
    inside = re.sub(
        r"(?<=\{LOCATION:)([a-z ]+ )S(?=\})", lambda m: m[1] + rng.choice(_STREETS), line
    )
    return re.sub(
        r"(?<![\w'{:])[NFSPAGHI](?![\w{:])(?!'[a-rt-z])", lambda m: _drawn(m, rng), inside
    )


def _drawn(match: re.Match[str], rng: random.Random) -> str:
    letter = match.group()
    if letter == "I" and not match.string[: match.start()].endswith(("her ", "his ")):
        return letter
    if letter == "A" and not match.string[: match.start()].endswith("to "):
        return letter
    simple = {
        "F": ("ORG", _FIRMS),
        "S": ("LOCATION", _STREETS),
        "G": ("AGE", _AGES),
        "H": ("HEALTH", _HEALTH),
        "I": ("IMMIGRATION", _STATUS),
    }
    if letter in simple:
        kind, choices = simple[letter]
        return f"{{{kind}:{rng.choice(choices)}}}"
    if letter == "P":
        return rng.choice(_NUMBERS)
    return rng.choice(_ADDRESSES) if letter == "A" else f"{{PERSON:{_name(rng)}}}"


def _name(rng: random.Random) -> str:
    return rng.choice(_WORD_NAMES) if rng.random() < 0.5 else _made_up(rng)


def _made_up(rng: random.Random) -> str:
    return "".join(rng.sample(_SYLLABLES, 2)).capitalize()
