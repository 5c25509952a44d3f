"""A look at a file without downloading it: pictures drawn anew by ourselves, text as text."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from kartu.records.files.store import path_of
from kartu.records.models import File

LARGEST = 40_000_000  # pixels; a 60,000 x 60,000 picture is a bomb
SIDE = 1600
LETTERS = 20_000


class NoLook(ValueError):
    """The file cannot be shown; it can still be downloaded."""


def picture(file: File, side: int = SIDE) -> bytes:
    """The picture, re-drawn as WebP at most `side` pixels wide and high: nothing of the original file is served."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path_of(file.stored), formats=["PNG", "JPEG", "GIF", "WEBP"]) as image:
                if image.width * image.height > LARGEST:
                    raise NoLook(f"{image.width} x {image.height} pixels")
                drawn = ImageOps.exif_transpose(image).convert("RGBA" if image.mode in ("P", "LA", "RGBA") else "RGB")
                drawn.thumbnail((side, side))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning) as error:
        raise NoLook(str(error)) from error
    except Image.DecompressionBombError as error:
        raise NoLook(str(error)) from error
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=82)
    return out.getvalue()


def text(file: File) -> str:
    """The beginning of a text file."""
    with path_of(file.stored).open("rb") as opened:
        return opened.read(LETTERS * 4).decode("utf-8", "replace")[:LETTERS]
