"""What the parts of a rap are made of: phrases, words of cards, figures within their bounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from companion.understanding.cards import card_problem
from companion.understanding.phrases import PhraseError, compile_phrase

MAX_EXAMPLE_CHARS = 400


def _check_card(text: str) -> str:
    problem = card_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def _check_phrase(phrase: str) -> str:
    try:
        compile_phrase(phrase)
    except PhraseError as error:
        raise ValueError(str(error)) from None
    return phrase


CardText = Annotated[str, AfterValidator(_check_card)]
Phrase = Annotated[str, AfterValidator(_check_phrase)]
Example = Annotated[str, Field(min_length=2, max_length=MAX_EXAMPLE_CHARS)]
Seconds = Annotated[float, Field(ge=0, le=7200)]
Share = Annotated[float, Field(gt=0, lt=1)]
LogOdds = Annotated[float, Field(ge=-3, le=3, allow_inf_nan=False)]


class RapPart(BaseModel):
    """Any part of a rap: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
