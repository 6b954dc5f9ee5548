"""Who does what as the next step: the matter itself, apart from its day."""

from __future__ import annotations

from dataclasses import replace

from companion.understanding import deeds
from companion.understanding.doers import BOTH, ORGANIZER, THEM, doer_of, joint
from companion.understanding.next_step_draft import Draft
from companion.understanding.rap import Rap
from companion.understanding.statements import is_ask


class Matter:
    """Remembers what an utterance that names no deed may be about."""

    def __init__(self, rap: Rap) -> None:
        self._usually = {kind.id: kind.who for kind in rap.next_steps}
        self._idea: str | None = None
        """What they were last asked in words that sound like an ask, whether it was one or not."""
        self._meets = 0
        """So many utterances more are about where or when the two meet."""

    def hear(self, norms: list[str], *, plans: bool) -> None:
        """An utterance that may be about the next step; `plans`: from the planning on."""
        if plans and is_ask(norms):
            self._idea = deeds.deed_in(norms, (), together=joint(norms)) or self._idea
        meets = joint(norms) and not {"when", "where"}.isdisjoint(norms)
        self._meets = 2 if meets and plans else max(0, self._meets - 1)

    def described(
        self, draft: Draft, norms: list[str], kinds: tuple[str, ...], *, asks: bool, free: bool
    ) -> Draft:
        """The draft with who and what, as far as this utterance tells.

        Args:
            draft: as it stood.
            norms: the words of the utterance.
            kinds: of next steps that are mentioned in it.
            asks: whether it is an ask.
            free: whether the answer was a no or stays open.
        """
        together = joint(norms) or self._meets > 0
        named = doer_of(norms)
        if free and (draft.who == ORGANIZER or not draft.days):
            return draft
        if is_answer(norms, free=free) and draft.days:
            return replace(draft, who=THEM, what=deeds.deed_of_answer(norms))
        what = deeds.deed_in(norms, kinds, together=together)
        first = deeds.first_together(norms) if together and draft.stated and not asks else None
        if first is not None:
            return replace(draft, who=BOTH, what=first)
        # What was asked for stays the matter, though more is added ("and bring a coworker").
        place = deeds.place_in(norms, together=together) if draft.stated else None
        if deeds.is_general(what) and deeds.is_general(draft.what):
            what = place or what
        elif draft.stated:
            draft = replace(draft, what=deeds.more_exactly(draft.what, place, what))
        if what is not None and (deeds.is_general(draft.what) or (asks and is_ask(norms))):
            draft = replace(draft, what=what)
        elif deeds.is_general(draft.what) and draft.stated:
            guess = deeds.MEET if together else deeds.JOIN
            draft = replace(draft, what=self._idea or draft.what or guess)
        if together:
            return replace(draft, who=BOTH)
        who = draft.who or (THEM if named == THEM else None)
        return replace(draft, who=who or self._usually.get(draft.what or "", THEM))


def is_answer(norms: list[str], *, free: bool) -> bool:
    """Whether all that these words want is an answer: "text me by Sunday, yes or no"."""
    deed = deeds.deed_of_answer(norms)
    if deed is None or joint(norms) or doer_of(norms) != THEM:
        return False
    return free or deeds.answers_back(norms)
