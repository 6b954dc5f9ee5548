"""Makes CTranslate2 Whisper model folders out of nothing, so that tests run the real decoding path.

Two kinds. A *random* model has random weights: what it says is nonsense of low probability, and
its time and memory are those of a real model of the same size. A *scripted* model says one given
sentence to any sound, surely: its layers do nothing, and its output projection leads from each
token to the next (a Markov chain over the sentence, so every word may stand in it once).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LANGUAGES = tuple(
    f"<|{code}|>"
    for line in (
        "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs",
        "ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk",
        "br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu",
        "am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su",
    )
    for code in line.split()
)
"""Whisper's language tokens, in its order."""
FILLER = "Ġq0"
TIMESTAMPS = 1501
POSITIONS_ENCODER = 1500
POSITIONS_DECODER = 448


@dataclass(frozen=True, slots=True)
class WhisperSize:
    """Dimensions of a model; an English-only one has one text token fewer."""

    width: int
    layers: int
    heads: int
    mels: int = 80
    text_tokens: int = 50257


SIZES = {
    "miniature": WhisperSize(width=64, layers=1, heads=1, text_tokens=400),
    "tiny": WhisperSize(width=384, layers=4, heads=6),
    "base": WhisperSize(width=512, layers=6, heads=8),
    "small": WhisperSize(width=768, layers=12, heads=12),
}
"""The miniature loads in milliseconds; the others have OpenAI's dimensions."""


def make_whisper_model(
    folder: Path,
    size: str = "miniature",
    *,
    multilingual: bool = False,
    says: str | None = None,
    loops: bool = False,
    needs_full_context: bool = False,
    seed: int = 7,
) -> Path:
    """Write a model folder with all the files of a downloaded one, and return it.

    `size`: one of `SIZES`.
    `says`: the sentence of a scripted model. With `loops` it starts over for ever; with
    `needs_full_context` it repeats one syllable for ever where it gets under 10 s of context.
    Files have the layout of the hub's conversions: 16-bit weights, tokenizer, vocabulary.
    """
    dimensions = SIZES[size]
    folder.mkdir(parents=True, exist_ok=True)
    words = says.split() if says else []
    tokens = _vocabulary(dimensions.text_tokens, words, multilingual)
    spec = WhisperSpec(dimensions.layers, dimensions.heads, dimensions.layers, dimensions.heads)
    random = np.random.default_rng(seed)
    if says is None:
        _fill(spec, dimensions, len(tokens), random)
    else:
        script = [f"Ġ{word}" for word in words]
        _fill_scripted(spec, dimensions, tokens, script, loops, random)
        if needs_full_context:
            _need_full_context(spec, dimensions, tokens.index(FILLER))
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [tokens.index(token) for token in LANGUAGES]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.optimize(quantization="float16")
    spec.save(str(folder))
    _tokenizer(tokens).save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": dimensions.mels, "sampling_rate": 16000, "hop_length": 160}),
        encoding="utf-8",
    )
    return folder


def _vocabulary(text_tokens: int, words: list[str], multilingual: bool) -> list[str]:
    """Byte tokens, the words of the script, filler; then Whisper's special tokens in its order."""
    text = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *(f"Ġ{word}" for word in words)]
    text += [f"Ġq{i}" for i in range(text_tokens - 1 - len(text))]
    assert len(text) == len(set(text)) == text_tokens - 1, "the script repeats a word"
    if multilingual:
        # The one difference between the two vocabularies, and what CTranslate2 tells them by.
        text.append("")
    return [
        *text,
        "<|endoftext|>",
        "<|startoftranscript|>",
        *LANGUAGES,
        "<|translate|>",
        "<|transcribe|>",
        "<|startoflm|>",
        "<|startofprev|>",
        "<|nospeech|>",
        "<|notimestamps|>",
        *(f"<|{i * 0.02:.2f}|>" for i in range(TIMESTAMPS)),
    ]


def _tokenizer(tokens: list[str]) -> Tokenizer:
    end = tokens.index("<|endoftext|>")
    tokenizer = Tokenizer(models.BPE({t: i for i, t in enumerate(tokens[:end])}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in tokens[end:]])
    assert tokenizer.token_to_id(tokens[-1]) == len(tokens) - 1
    return tokenizer


Weights = NDArray[np.float32]


def _fill(spec: Any, size: WhisperSize, vocabulary: int, random: np.random.Generator) -> None:
    width = size.width

    def weights(*shape: int, scale: float = 0.05) -> Weights:
        return random.normal(0.0, scale, shape).astype(np.float32)

    def norm(layer: Any) -> None:
        layer.gamma = np.ones(width, np.float32)
        layer.beta = np.zeros(width, np.float32)

    def linear(layer: Any, n_out: int, n_in: int) -> None:
        layer.weight = weights(n_out, n_in)
        layer.bias = weights(n_out)

    def attention(layer: Any, *rows: int) -> None:
        norm(layer.layer_norm)
        for part, n_out in zip(layer.linear, rows, strict=True):
            linear(part, n_out, width)

    def feed_forward(layer: Any) -> None:
        norm(layer.layer_norm)
        linear(layer.linear_0, 4 * width, width)
        linear(layer.linear_1, width, 4 * width)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = weights(width, size.mels, 3), weights(width)
    encoder.conv2.weight, encoder.conv2.bias = weights(width, width, 3), weights(width)
    encoder.position_encodings.encodings = weights(POSITIONS_ENCODER, width)
    norm(encoder.layer_norm)
    for layer in encoder.layer:
        attention(layer.self_attention, 3 * width, width)
        feed_forward(layer.ffn)
    decoder.embeddings.weight = weights(vocabulary, width)
    decoder.position_encodings.encodings = weights(POSITIONS_DECODER, width)
    norm(decoder.layer_norm)
    decoder.projection.weight = decoder.embeddings.weight
    for layer in decoder.layer:
        attention(layer.self_attention, 3 * width, width)
        attention(layer.attention, width, 2 * width, width)
        feed_forward(layer.ffn)


def _fill_scripted(
    spec: Any,
    size: WhisperSize,
    tokens: list[str],
    script: list[str],
    loops: bool,
    random: np.random.Generator,
) -> None:
    _fill(spec, size, len(tokens), random)
    decoder = spec.decoder
    for layer in decoder.layer:
        for part in (*layer.self_attention.linear, *layer.attention.linear):
            part.weight, part.bias = np.zeros_like(part.weight), np.zeros_like(part.bias)
        for part in (layer.ffn.linear_0, layer.ffn.linear_1):
            part.weight, part.bias = np.zeros_like(part.weight), np.zeros_like(part.bias)
    decoder.position_encodings.encodings = np.zeros((POSITIONS_DECODER, size.width), np.float32)
    # With idle layers the hidden state is the normalized embedding of the last token. Every token
    # of the chain gets an axis of its own, and its successor's row of the projection that axis.
    chain = ["<|notimestamps|>", *script]
    assert len(chain) < size.width, "the script is longer than the model is wide"
    embeddings = np.zeros((len(tokens), size.width), np.float32)
    projection = np.zeros((len(tokens), size.width), np.float32)
    followers = [*script, script[0] if loops else "<|endoftext|>"]
    for axis, (token, follower) in enumerate(zip(chain, followers, strict=True)):
        embeddings[tokens.index(token), axis] = 1.0
        projection[tokens.index(follower), axis] = 4.0
        if token in script:
            # A rival a little less likely that leads on to the same word: a second beam then
            # takes its course beside the first and ends with it, as in a real model.
            rival = tokens.index(f"Ġq{axis}")
            embeddings[rival, axis] = 1.0
            projection[rival, axis - 1] = 3.5
    decoder.embeddings.weight = embeddings
    decoder.projection.weight = projection


def _need_full_context(spec: Any, size: WhisperSize, stuck_on: int) -> None:
    """Let the encoder tell the decoder how much context there is.

    The encoder's output is one vector in the first 10 s and its opposite after them; the
    decoder attends to all of it evenly, so the mean's sign says whether most of it was there.
    """
    encoder, layer, last = spec.encoder, spec.decoder.layer[-1], size.width - 1
    for conv in (encoder.conv1, encoder.conv2):
        conv.weight, conv.bias = np.zeros_like(conv.weight), np.zeros_like(conv.bias)
    for part in encoder.layer:
        for linear in (*part.self_attention.linear, part.ffn.linear_0, part.ffn.linear_1):
            linear.weight, linear.bias = np.zeros_like(linear.weight), np.zeros_like(linear.bias)
    positions = np.zeros((POSITIONS_ENCODER, size.width), np.float32)
    positions[:, 0] = -1.0
    positions[:500, 0] = 1.0
    encoder.position_encodings.encodings = positions
    values = np.zeros_like(layer.attention.linear[1].weight)
    values[size.width + last, 0] = 1.0
    layer.attention.linear[1].weight = values
    out = np.zeros_like(layer.attention.linear[2].weight)
    out[last, last] = 1.0
    layer.attention.linear[2].weight = out
    spec.decoder.projection.weight[stuck_on, last] = 8.0
