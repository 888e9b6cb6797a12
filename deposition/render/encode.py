"""Pictures in a row as a film: GIF by Pillow, MP4 (H.264, for any player) by ffmpeg."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from deposition.common.atomic_files import write_aside
from deposition.common.errors import ResultsError

Picture = NDArray[np.uint8]
"""(h, w, 3) sRGB."""

SECONDS, LAST = 0.2, 1.6
"""How long each picture stands, and the last one."""
MP4_RATE = 10
"""Pictures per second of an MP4, of which each one shown takes several: few players like fewer."""

APART = 8
"""How far (of 255) another colour of a GIF's palette is from those that it must have."""


def even(picture: Picture) -> Picture:
    """The picture without its last row and column where their number is odd: H.264 wants even."""
    height, width = (size - size % 2 for size in picture.shape[:2])
    return picture[:height, :width]


def write_gif(pictures: Sequence[Picture], path: Path, kept: Picture) -> None:
    """Write an endless GIF; one palette for all, so that a colour means the same throughout.

    ``kept``: (k, 3) the colours that must be in it, fewer than 256.
    """
    images = [Image.fromarray(picture) for picture in pictures]
    palette = _palette(pictures, kept)
    frames = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    durations = [int(1000 * SECONDS)] * (len(frames) - 1) + [int(1000 * LAST)]
    whole = io.BytesIO()
    frames[0].save(whole, format="GIF", save_all=True, append_images=frames[1:],
                   duration=durations, loop=0, optimize=False)  # fmt: skip
    write_aside(path, whole.getvalue())


def _palette(pictures: Sequence[Picture], kept: Picture) -> Image.Image:
    """``kept``, and what else the first, the middle and the last picture need."""
    chosen = [pictures[0], pictures[len(pictures) // 2], pictures[-1]]
    pixels = np.concatenate([picture.reshape(-1, 3) for picture in chosen]).astype(np.int32)
    # As one number each: sorting rows of three would take seconds.
    found = np.unique(pixels @ np.array([65536, 256, 1], dtype=np.int32))
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
    free = 256 - len(kept)
    others = np.reshape(Image.fromarray(colours[None]).quantize(free).getpalette() or [], (-1, 3))
    # Pillow looks for the nearest colour only roughly: near one that is kept there is no other.
    distance = np.abs(others[:, None] - kept.astype(np.int32)).max(axis=2).min(axis=1)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*kept.ravel().tolist(), *others[distance > APART].ravel().tolist()][:768])
    return palette


def write_mp4(pictures: Sequence[Picture], path: Path) -> None:
    """Write an MP4 (H.264, yuv420p).  Raises ``ResultsError`` if ffmpeg is not there or fails."""
    import imageio_ffmpeg  # type: ignore[import-untyped]

    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    height, width = pictures[0].shape[:2]
    try:
        aside.touch()  # so that a place that cannot be written is found before ffmpeg starts
        film = imageio_ffmpeg.write_frames(
            str(aside), (width, height), fps=MP4_RATE, codec="libx264", pix_fmt_out="yuv420p",
            quality=None, macro_block_size=2, ffmpeg_log_level="error",
            output_params=["-crf", "20", "-preset", "veryfast", "-tune", "animation",
                           "-movflags", "+faststart"],
        )  # fmt: skip
        film.send(None)
        for picture in pictures:
            for _ in range(round(SECONDS * MP4_RATE)):
                film.send(np.ascontiguousarray(picture))
        for _ in range(round((LAST - SECONDS) * MP4_RATE)):
            film.send(np.ascontiguousarray(pictures[-1]))
        film.close()
        os.replace(aside, path)
    except (OSError, RuntimeError) as problem:
        raise ResultsError(f"cannot write {path}: ffmpeg says: {problem} [E604]") from problem
    finally:
        aside.unlink(missing_ok=True)
