"""Whether words so far end in mid-phrase, so that a short silence is a breath and not an end.

Partial hypotheses of pocketsphinx carry no punctuation; those of Whisper carry some, and put a
full stop after nearly anything. So a few words hold the phrase open whatever follows them, and
others only where no mark closes the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOLDS_ALWAYS = _words("""
    a an the my your our their every
    and but or because cause if although unless whether than
    i'm i've i'll i'd we're we've we'll we'd you're you've you'll they're they've they'll
    he's she's it's that's there's gonna wanna
    um uh uhm er erm
    """)
"""Nothing that a person means to say ends here."""

_HOLDS_UNMARKED = _words("""
    i we he she they
    so that which when where while until since as like just very
    to of for with from at by into about between during without through
    is are was were
    """)
"""Often in mid-phrase, but a sentence can end here; a closing mark settles it."""

_STRANDED = _words("to of for with from at by into about through is are was were")
"""May end a question or a clause that a wh-word opened: 'what are you looking for'."""

_WH_WORDS = _words("what who whom which where how why when whatever whoever")
_AUXILIARIES = _words("do did does am are is was were have has had can could will would should")
_PRONOUNS = _words("i we he she they")
_TRAILS_OFF = ("...", "…", ",", "-", "–", "—", ":")
_CLOSES = (".", "?", "!")


def mid_phrase(text: str) -> bool:
    """True where the words so far end in mid-phrase ('and', 'because the', 'so um').

    `text`: a partial hypothesis, with or without punctuation and capitals; English.
    """
    text = text.strip().lower().replace("’", "'")
    words = [w for w in (raw.strip(".,;:!?…\"'-–—") for raw in text.split()) if w]
    if not words:
        return False
    last = words[-1]
    if text.endswith(_TRAILS_OFF) or last in _HOLDS_ALWAYS:
        return True
    if last not in _HOLDS_UNMARKED or text.endswith(_CLOSES):
        return False
    before = words[:-1]
    if last in _STRANDED and not _WH_WORDS.isdisjoint(before):
        return False
    # 'neither do I', 'so did they'
    return not (last in _PRONOUNS and before and before[-1] in _AUXILIARIES)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The same for a language of which only two lists of words are known."""

    holds: frozenset[str]
    """A phrase does not end after one of these."""
    unless_marked: frozenset[str]
    """Those of them that end a sentence where a mark closes it."""

    def mid_phrase(self, text: str) -> bool:
        """See `mid_phrase`. `text`: spelled as the lists are."""
        text = text.strip().lower()
        words = [w for w in (raw.strip(".,;:!?…\"'-–—¿¡") for raw in text.split()) if w]
        if not words:
            return False
        if text.endswith(_TRAILS_OFF):
            return True
        closed = text.endswith(_CLOSES) and words[-1] in self.unless_marked
        return words[-1] in self.holds and not closed
