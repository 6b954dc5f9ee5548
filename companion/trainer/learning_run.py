"""One training from beginning to end: read, learn, measure, and keep with a card."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from companion.settings import CallSettings
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.corpus_folder import Corpus, check_corpus
from companion.trainer.figures import cue_figures, outcome_figures, question_figures, step_figures
from companion.trainer.kept_learning import sha256_of, write_learned
from companion.trainer.learning import Learned, Progress, learn
from companion.trainer.model_card import ModelCard, card_of
from companion.trainer.played import play
from companion.understanding import answers, learned
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.observe import Observer
from companion.understanding.question_tagger import QuestionTagger, read_weights
from companion.understanding.questions import QuestionDetector, RuleQuestionDetector
from companion.understanding.rap import Rap

FIGURES = (
    "steps.accuracy",
    "steps.macro_f1",
    "steps.sure_accuracy",
    "cues.macro_f1",
    "questions.closed.f1",
    "questions.narrow.f1",
    "questions.kind_accuracy",
    "commitment.accuracy",
)
"""Of `companion evaluate`; what a card tells of validation calls."""


@dataclass(frozen=True, slots=True)
class Training:
    """What came of it."""

    folder: Path
    card: ModelCard


def train_into(
    folder: Path,
    rap: Rap,
    rap_name: str,
    corpus: Corpus,
    origin: str,
    today: date,
    *,
    processes: int | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Training:
    """Learn for a rap from a corpus, measure, and put the files into a folder.

    Nothing is written before everything is learned and measured.

    Raises: InputError where the corpus is too small or contradicts itself; ModelError where the
        folder cannot be written.
    """
    check_corpus(corpus)
    found = learn(corpus.calls, corpus.loose, rap, processes=processes, report=report)
    files = files_of(found, rap.language)
    card = card_of(
        rap,
        rap_name,
        corpus,
        origin,
        found.held_out,
        measured_on(corpus, rap, found),
        {name: sha256_of(content) for name, content in files.items()},
        today,
    )
    write_learned(folder, files, card.as_json(), card.as_markdown())
    return Training(folder, card)


def files_of(found: Learned, language: str) -> dict[str, bytes]:
    """The artefacts by the names under which they are looked for."""
    files = {f"understanding.{language}.npz": found.understanding}
    if found.questions is not None:
        files[f"questions.{language}.npz"] = found.questions
    if found.answers is not None:
        files[f"answers.{language}.npz"] = found.answers
    return files


def measured_on(corpus: Corpus, rap: Rap, found: Learned) -> Mapping[str, Measured]:
    """The figures on the corpus's validation calls; none where it has none."""
    if not corpus.validation:
        return {}
    model = learned.read(io.BytesIO(found.understanding))
    detector: QuestionDetector = RuleQuestionDetector()
    if found.questions is not None:
        detector = QuestionTagger(read_weights(io.BytesIO(found.questions)))
    told = None if found.answers is None else answers.read(io.BytesIO(found.answers))
    observer = Observer(rap)
    played = []
    for call in corpus.validation:
        analyzer = CallAnalyzer(
            rap,
            call.call_date,
            questions=detector,
            learned_model=model,
            answer_model=told,
            observer=observer,
        )
        played.append(play(call, rap, CallSettings(), analyzer))
    boot = Bootstrap(len(played))
    figures = {
        **step_figures(played, boot),
        **cue_figures(played, boot),
        **question_figures(played, boot),
        **outcome_figures(played, boot),
    }
    return {name: figures[name] for name in FIGURES if figures[name].count}
