"""Pictures that people upload: made anew, so that nothing but the picture itself is kept."""

import io
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ACCEPT = "image/png,image/jpeg,image/webp,image/gif"  # what a file dialog offers
LARGEST_FILE = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LOGO = (640, 320)
FACE = 256


def face(file: BinaryIO) -> ContentFile:
    """A person's picture as a square PNG. Raises ValidationError with what to do."""
    return _png(ImageOps.fit(_opened(file), (FACE, FACE), Image.Resampling.LANCZOS))


def logo(file: BinaryIO) -> ContentFile:
    """A firm's logo as a PNG of at most 640 x 320, transparent where it was. Raises ValidationError."""
    picture = _opened(file)
    picture.thumbnail(LOGO, Image.Resampling.LANCZOS)
    return _png(picture)


def _opened(file: BinaryIO) -> Image.Image:
    """The picture, upright and in plain colours. What it weighs and measures is asked before it is unpacked."""
    if getattr(file, "size", 0) > LARGEST_FILE:
        raise ValidationError(_("This picture is larger than 10 MB. Take a smaller one."))
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(_("This picture has too many pixels. Take a smaller one."))
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        # Pillow raises any of these on a broken file.
        raise ValidationError(_("This file is no picture that can be read. Take a PNG, JPEG or WebP file.")) from None


def _png(picture: Image.Image) -> ContentFile:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), "picture.png")
