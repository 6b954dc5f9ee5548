"""From utterances to knowledge: the rap, questions, cues, steps, the next step."""
