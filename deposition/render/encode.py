"""Encoding of a sequence of pictures as a movie: GIF by Pillow, MP4 (H.264) by ffmpeg."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image

from deposition.common.atomic_files import write_bytes
from deposition.common.broken_pipes import broken_pipes_raise
from deposition.common.errors import ResultsError

Picture = NDArray[np.uint8]
"""(h, w, 3) sRGB."""

MP4_RATE = 10
"""Lowest frame rate of an MP4, 1/s; a picture spans several frames, since many players need this
rate."""


@dataclass(frozen=True)
class Pace:
    """Pictures per second, and display time of the last picture, s."""

    rate: float = 5.0
    hold: float = 1.6

    @property
    def repeats(self) -> int:
        """Frames of an MP4 that each picture spans."""
        return max(1, math.ceil(MP4_RATE / self.rate))


DEFAULT_PACE = Pace()

PALETTE_DISTANCE = 8
"""Minimum distance (0 to 255, largest channel) of a free palette colour from the fixed ones."""


def crop_to_even(picture: Picture) -> Picture:
    """Picture cropped to even height and width, which H.264 requires."""
    height, width = (size - size % 2 for size in picture.shape[:2])
    return picture[:height, :width]


def padded(picture: Picture, aspect: float, paper: str, least: int = 0) -> Picture:
    """Picture in the middle of paper of this width over height, with even sides, at least ``least``
    pixels high."""
    height, width = picture.shape[:2]
    high = max(height, round(width / aspect), least)
    wide = max(width, round(high * aspect))
    sheet = np.empty((high + high % 2, wide + wide % 2, 3), np.uint8)
    sheet[:] = (255 * np.array(to_rgb(paper))).round()
    top, left = (sheet.shape[0] - height) // 2, (sheet.shape[1] - width) // 2
    sheet[top : top + height, left : left + width] = picture
    return sheet


def write_gif(
    pictures: Sequence[Picture], path: Path, kept: Picture, pace: Pace = DEFAULT_PACE
) -> None:
    """Write a looping GIF with one palette for all pictures, so that colours keep their meaning.

    ``kept``: (k, 3) colours that the palette must contain, fewer than 256.
    """
    images = [Image.fromarray(picture) for picture in pictures]
    palette = _palette(pictures, kept)
    frames = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    each, last = round(1000 / pace.rate), round(1000 * max(pace.hold, 1 / pace.rate))
    durations = [each] * (len(frames) - 1) + [last]
    whole = io.BytesIO()
    frames[0].save(whole, format="GIF", save_all=True, append_images=frames[1:],
                   duration=durations, loop=0, optimize=False)  # fmt: skip
    write_bytes(path, whole.getvalue())


def _palette(pictures: Sequence[Picture], kept: Picture) -> Image.Image:
    """``kept``, completed by the main colours of the first, the middle and the last picture."""
    chosen = [pictures[0], pictures[len(pictures) // 2], pictures[-1]]
    pixels = np.concatenate([picture.reshape(-1, 3) for picture in chosen]).astype(np.int32)
    # Each colour is packed into one integer, since sorting rows of three takes seconds.
    found = np.unique(pixels @ np.array([65536, 256, 1], dtype=np.int32))
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
    free = 256 - len(kept)
    others = np.reshape(Image.fromarray(colours[None]).quantize(free).getpalette() or [], (-1, 3))
    # Pillow searches the nearest colour approximately: free colours near a fixed one are left out.
    distance = np.abs(others[:, None] - kept.astype(np.int32)).max(axis=2).min(axis=1)
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [*kept.ravel().tolist(), *others[distance > PALETTE_DISTANCE].ravel().tolist()][:768]
    )
    return palette


def write_mp4(pictures: Sequence[Picture], path: Path, pace: Pace = DEFAULT_PACE) -> None:
    """Write an MP4 (H.264, yuv420p).  Raises ``ResultsError`` if ffmpeg is missing or fails."""
    import imageio_ffmpeg  # type: ignore[import-untyped]

    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    height, width = pictures[0].shape[:2]
    try:
        aside.touch()  # reports a path that is not writable before ffmpeg starts
        movie = imageio_ffmpeg.write_frames(
            str(aside), (width, height), fps=pace.rate * pace.repeats, codec="libx264",
            pix_fmt_out="yuv420p", quality=None, macro_block_size=2, ffmpeg_log_level="error",
            output_params=["-crf", "20", "-preset", "veryfast", "-tune", "animation",
                           "-movflags", "+faststart"],
        )  # fmt: skip
        with broken_pipes_raise():
            movie.send(None)
            for picture in pictures:
                for _ in range(pace.repeats):
                    movie.send(np.ascontiguousarray(picture))
            for _ in range(round(pace.hold * pace.rate * pace.repeats) - pace.repeats):
                movie.send(np.ascontiguousarray(pictures[-1]))
            movie.close()
        os.replace(aside, path)
    except (OSError, RuntimeError) as problem:
        raise ResultsError(f"cannot write {path}. ffmpeg failed: {problem} [E604]") from problem
    finally:
        aside.unlink(missing_ok=True)
