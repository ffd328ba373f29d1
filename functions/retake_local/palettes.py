"""What words look like: colours, textures and paces for clips that are made from a prompt."""

from enum import Enum, auto


class Texture(Enum):
    """What moves over the colours."""

    CLOUDS = auto()
    FRACTAL = auto()
    CELLS = auto()


_PALETTES: dict[str, tuple[str, ...]] = {
    "red fox autumn leaves rust": ("0xc8442b", "0xe8833a", "0x5a1f1a"),
    "orange": ("0xf2872f", "0xb8501a"),
    "snow snowy white winter ice frost arctic": ("0xf4f7fb", "0xcfdcec", "0x9fb6d3"),
    "sunset dusk sunrise dawn golden gold": ("0xf9b24e", "0xe0584f", "0x6d2a63", "0x2b1a45"),
    "fire flame flames lava volcano": ("0xffd166", "0xf3541c", "0x7a0c0c"),
    "sea ocean water waves lake river blue rain": ("0x0b3c6f", "0x1d7fb0", "0x7fd0d6"),
    "sky cloud clouds": ("0x5ea3e0", "0xcfe6f7", "0x2c6db5"),
    "forest green jungle tree trees grass meadow moss field": ("0x1f4d2b", "0x5e9a3c", "0xb9cf6a"),
    "night midnight dark moon moonlight": ("0x070b1f", "0x152a57", "0x3d3f7d"),
    "space galaxy stars star cosmos nebula universe": ("0x05050f", "0x3a1a6b", "0xa13d8f", "0x2f6fb5"),
    "desert sand dune dunes beach": ("0xe6c38a", "0xc98a4b", "0xf3e3c1"),
    "city neon street cyberpunk robot": ("0x12101f", "0xd61f8c", "0x17b6c9", "0x5b2bd1"),
    "spring flower flowers pink rose cherry blossom": ("0xf4b6c8", "0xe0699a", "0xc5dfa8"),
    "purple violet lavender": ("0x5c3d99", "0xa587d6", "0x2d1b57"),
    "yellow lemon sun sunny bee summer": ("0xffe066", "0xf7b32b", "0xfff5c9"),
    "black": ("0x0a0a0c", "0x2a2a30"),
    "grey gray fog mist stone concrete": ("0x8d939c", "0xc2c7cd", "0x4a4f57"),
    "coffee wood brown bear mountain mountains earth": ("0x4a2f1d", "0x8a5a33", "0xd2b48c"),
}

_TEXTURES: dict[Texture, str] = {
    Texture.CLOUDS: "cloud clouds sky snow fog mist smoke sea ocean water waves river lake rain desert sand"
    " forest grass meadow beach mountain mountains sunset sunrise fire flame flames fox",
    Texture.FRACTAL: "space galaxy stars cosmos nebula universe abstract fractal spiral dream magic city",
    Texture.CELLS: "life crowd people bee bees insects leaves flower flowers blossom robot birds fish",
}

_PACES: dict[float, str] = {
    2.2: "fast running run racing race rushing storm chase dancing jumping flying explosion wild",
    0.5: "slow slowly calm quiet gentle still peaceful sleeping drifting misty",
}


def _by_word(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {word: value for words, value in table.items() for word in words.split()}


PALETTES = _by_word(_PALETTES)
TEXTURES = {word: texture for texture, words in _TEXTURES.items() for word in words.split()}
PACES = {word: pace for pace, words in _PACES.items() for word in words.split()}
