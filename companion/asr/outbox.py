"""Words on their way out: hypotheses and gaps that wait for the caller to fetch them.

Of a segment first partials, each of which keeps the words that were committed before it, then the
one final, with its words or with the reason why it has none.
"""

from __future__ import annotations

from companion.asr.backlog import PendingSegment
from companion.asr.protocol import MIN_SPEECH_S, Decoded
from companion.asr.stabilizer import Stabilizer
from companion.domain.speech import Gap, GapReason, Hypothesis

COMMIT_FROM_S = 1.3
"""In less sound than this no word is committed: it may turn out too short to hold any."""


class Outbox:
    """Takes what was decoded of one segment at a time. Used under the desk's lock."""

    def __init__(self) -> None:
        self._stabilizer = Stabilizer()
        self._finals: list[Hypothesis] = []
        self._partial: Hypothesis | None = None
        self._gaps: list[Gap] = []

    def fetch(self) -> list[Hypothesis]:
        """Finals since the last time in segment order, then at most one partial."""
        news, self._finals = self._finals, []
        if self._partial is not None:
            news.append(self._partial)
            self._partial = None
        return news

    def fetch_gaps(self) -> list[Gap]:
        """Stretches given up since the last time."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def forget(self) -> None:
        """Drop every hypothesis that was not fetched; gaps hold no words, and stay."""
        self._finals = []
        self._partial = None
        self._stabilizer.begin()

    def begin(self, segment: PendingSegment) -> None:
        """The segment is decoded from its start, for the first time or again."""
        self._stabilizer.begin(segment.committed)

    def show(
        self, segment: PendingSegment, decoded: Decoded, sound_s: float, decode_s: float
    ) -> None:
        """A partial; it takes the place of one that was not fetched."""
        if decoded.withheld:
            return
        stable = self._stabilizer.partial(decoded.text, commit=sound_s >= COMMIT_FROM_S)
        segment.committed = stable.committed
        if not stable.committed and not stable.tentative:
            return
        self._partial = Hypothesis(
            segment.segment_id,
            segment.start_s,
            segment.start_s + sound_s,
            final=False,
            committed=stable.committed,
            tentative=stable.tentative,
            confidence=decoded.confidence,
            decode_s=decode_s,
        )

    def deliver(self, segment: PendingSegment, decoded: Decoded, decode_s: float) -> None:
        """The final of a segment that has ended."""
        ended = segment.ended
        assert ended is not None
        withheld = decoded.withheld
        if ended.speech_s < MIN_SPEECH_S and not segment.committed:
            decoded, withheld = Decoded(""), "too short"
        text = segment.committed if withheld else self._stabilizer.final(decoded.text)
        self._finish(
            Hypothesis(
                segment.segment_id,
                ended.start_s,
                ended.end_s,
                final=True,
                committed=text,
                confidence=decoded.confidence,
                withheld=withheld,
                decode_s=decode_s,
            )
        )

    def give_up(self, segment: PendingSegment) -> None:
        """A gap that is shown, and a final that says why it has no more words than were shown."""
        ended = segment.ended
        start_s, end_s = (ended.start_s, ended.end_s) if ended else (segment.start_s, segment.end_s)
        self._gaps.append(Gap(start_s, end_s, GapReason.RECOGNIZER_FAILED))
        self._finish(
            Hypothesis(
                segment.segment_id,
                start_s,
                end_s,
                final=True,
                committed=segment.committed,
                withheld="recognizer failed",
            )
        )

    def drop(self, segment: PendingSegment) -> None:
        """A gap for a segment that nobody got to, as too much waits."""
        self._gaps.append(Gap(segment.start_s, segment.end_s, GapReason.BACKLOG_FULL))

    def _finish(self, final: Hypothesis) -> None:
        self._finals.append(final)
        if self._partial is not None and self._partial.segment_id == final.segment_id:
            self._partial = None
        self._stabilizer.begin()
