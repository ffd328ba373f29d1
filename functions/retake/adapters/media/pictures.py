"""The filters from any picture to the pictures of a job: its size, its rate, its colours.

References:
    ITU-R BT.2408 (diffuse white of high dynamic range is 203 cd/m²)
    https://ffmpeg.org/ffmpeg-filters.html#tonemap, #zscale-1, #premultiply
"""

from retake.adapters.media.pixels import HDR_TRANSFERS, LINEAR, PRIMARIES, UNSPECIFIED, Pixels
from retake.adapters.media.recipe import frame_base
from retake.adapters.media.streams import Picture
from retake.domain.media import MediaProfile

TONE_MAPPER = "Mobius"
"""Leaves colours up to three quarters of diffuse white as they are, and bends what is brighter."""

_FIRST_HD_HEIGHT = 720
_BT709, _BT2020, _SD, _BT2020_MATRIX, _GBR = 1, 9, 6, 9, 0
_ONLY_ZSCALE = frozenset({8, 10, 12, 13, 14})
"""Matrices that ``scale`` does not know: YCgCo, constant luminance, those derived from primaries, ICtCp."""

_WHITE_NITS = 203
_PEAK_NITS = 1000
"""Brightest light that keeps shades: what most of such video is mastered for, and HLG's nominal peak."""

_FLAGS = "flags=bicubic+accurate_rnd+full_chroma_int+bitexact"
_NEVER_INTERLACED = frozenset({"vp8", "vp9", "av1"})
"""Codecs that know no fields."""

_DEINTERLACED = f"scale=interl=-1:eval=init:{_FLAGS},bwdif=mode=send_frame:deint=interlaced,"
"""``bwdif`` takes one size only, so a picture whose size changed comes to it in the first one's, with a pixel
shape that keeps its form (``scale`` sees to that), and field by field. All others pass unchanged."""

_TAGGED = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


def picture_filters(picture: Picture, profile: MediaProfile, *, frames: int) -> str:
    """Return the filters from any picture to ``frames`` pictures of the profile.

    Fitted and padded, never cropped; a short source holds its last picture. ``setparams`` comes
    last because the encoder's colour flags lose to what the frames say, and ``settb`` with
    ``setpts=N`` because ``setpts=N/30/TB`` truncates.

    Args:
        picture: What the source is.
        profile: What to make.
        frames: How many pictures.
    """
    rate = f"fps={profile.fps}:start_time=0:round=near,"
    fitted = f"{_on_black(picture)}{_fitted(picture, profile)}"
    # Filters that look at several pictures hold them: of huge ones, those that are scaled down already.
    scaled = f"{fitted}{rate}" if picture.is_huge else f"{_deinterlaced(picture)}{rate}{fitted}"
    return (
        f"setpts=PTS-STARTPTS,{_without_matrix(picture)}"
        f"{scaled}"
        f"pad={profile.width}:{profile.height}:(ow-iw)/2:(oh-ih)/2:eval=frame,setsar=1,format=yuv420p,"
        f"{_TAGGED},tpad=stop=-1:stop_mode=clone,trim=end_frame={frames},"
        f"settb={frame_base(profile.fps)},setpts=N"
    )


def is_high_range(pixels: Pixels) -> bool:
    """Whether colours are of high dynamic range."""
    return pixels.transfer in HDR_TRANSFERS


def is_wide_gamut(pixels: Pixels) -> bool:
    """Whether colours have primaries that BT.709's cannot stand for."""
    return pixels.primaries in PRIMARIES


def _deinterlaced(picture: Picture) -> str:
    """Return the filters that deinterlace: none where nothing can be interlaced, and any size is taken."""
    return "" if picture.codec in _NEVER_INTERLACED else _DEINTERLACED


def _without_matrix(picture: Picture) -> str:
    """Return the filter that makes RGB of a picture whose matrix other filters do not know."""
    pixels = picture.pixels
    if pixels.matrix not in _ONLY_ZSCALE:
        return ""
    known, primaries = _transfer(pixels), _primaries(pixels)
    source = f"zscale=min={pixels.matrix}:pin={primaries}:tin={known}"
    return f"{source}:m=gbr:p={primaries}:t={known}:r=full,format=gbrp12,"


def _is_rgb(pixels: Pixels) -> bool:
    """Whether a picture comes to the scaler as RGB."""
    return pixels.is_rgb or pixels.has_alpha or pixels.matrix in _ONLY_ZSCALE


def _primaries(pixels: Pixels) -> int:
    if pixels.primaries != UNSPECIFIED:
        return pixels.primaries
    return _BT2020 if is_high_range(pixels) else _BT709


def _transfer(pixels: Pixels) -> int:
    """Return the curve: one of standard range is taken as BT.709's, as players do."""
    return pixels.transfer if is_high_range(pixels) or pixels.transfer == LINEAR else _BT709


def _on_black(picture: Picture) -> str:
    """Return the filters that show transparent parts on black: colours times opacity.

    Before anything is scaled, or colours hidden below transparency would bleed into what is seen.
    """
    if not picture.pixels.has_alpha:
        return ""
    wide = "16" if picture.pixels.bits > 8 else ""  # noqa: PLR2004 - a byte
    matrix = "" if picture.pixels.is_rgb else f"in_color_matrix={_matrix(picture)}:"
    return f"scale={matrix}{_FLAGS},format=gbrap{wide},premultiply=inplace=1,format=gbrp{wide},"


def _fitted(picture: Picture, profile: MediaProfile) -> str:
    """Return the filters that scale a picture into the job's size and map its colours to BT.709."""
    # Evaluated for every frame: a stream may change its size midway. By the shape of the pixels too, which
    # a change of size can change as well: squared in a step of their own they would be scaled twice.
    fit = (
        f"w='clip(2*round({profile.height}*iw*sar/ih/2),2,{profile.width})'"
        f":h='clip(2*round({profile.width}*ih/(iw*sar)/2),2,{profile.height})':eval=frame"
    )
    pixels = picture.pixels
    if is_high_range(pixels) or is_wide_gamut(pixels) or pixels.transfer == LINEAR:
        depth = "gbrp12" if _is_rgb(pixels) else "yuv444p12"
        return f"scale={fit}:{_FLAGS},format={depth},{_mapped(picture)},"
    matrix = "" if _is_rgb(pixels) else f":in_color_matrix={_matrix(picture)}"
    return f"scale={fit}{matrix}:out_color_matrix=bt709:out_range=tv:{_FLAGS},"


def _mapped(picture: Picture) -> str:
    """Return the filters that map colours to BT.709 in linear light."""
    pixels, primaries = picture.pixels, _primaries(picture.pixels)
    matrix = _GBR if _is_rgb(pixels) else pixels.matrix
    if matrix == UNSPECIFIED:
        matrix = _BT2020_MATRIX if primaries == _BT2020 else _guessed(picture)
    source = f"zscale=min={matrix}:pin={primaries}:tin={_transfer(pixels)}"
    if not is_high_range(pixels):
        return f"{source}:m=bt709:p=bt709:t=bt709:r=tv"
    return (
        f"{source}:t=linear:npl={_WHITE_NITS},format=gbrpf32le,zscale=p=bt709,"
        f"tonemap=mobius:param=0.75:desat=0:peak={_PEAK_NITS / _WHITE_NITS:.4f},"
        "zscale=m=bt709:t=bt709:r=tv"
    )


def _matrix(picture: Picture) -> str:
    """Return the matrix as ``scale`` takes it: the picture's own, or by custom that of its size."""
    if picture.pixels.matrix != UNSPECIFIED:
        return "auto"
    return "bt709" if _guessed(picture) == _BT709 else "smpte170m"


def _guessed(picture: Picture) -> int:
    return _BT709 if picture.lines >= _FIRST_HD_HEIGHT else _SD
