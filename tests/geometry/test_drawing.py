"""Cells drawn from settings: boxes with blocks, patches and outlines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from imageio.v3 import imwrite

from deposition.common.errors import DepositionError, GeometryError, ScenarioError
from deposition.mesh.cell import Cell
from deposition.scenario import Scenario
from deposition.simulation.initial import Start, begin

BOX = '[geometry]\nwidth = "10 um"\nheight = "12 um"\n'
PLAIN = 'base = "be"\ntitle = "drawn"\n[mesh]\nsurface_size = "0.5 um"\n'


def start(folder: Path, text: str) -> Start:
    file = folder / "drawn.toml"
    file.write_text(PLAIN + text, encoding="utf-8")
    return begin(Scenario.load(file))


def block(**keys: str) -> str:
    return "[[geometry.dead_lithium]]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())


def volumes(cell: Cell) -> dict[str, float]:
    """µm² or µm³ by region."""
    by_region = np.bincount(cell.region, cell.volumes)
    return {name: float(v) for name, v in zip(cell.regions, by_region, strict=True)}


def test_blocks_have_their_area_and_place(tmp_path: Path) -> None:
    """A turned rectangle, a disc (polygon of its mesh: 2 % less) and a triangle with a name."""
    found = start(
        tmp_path,
        BOX
        + block(position='["3 um", "3 um"]', size='["3 um", "1 um"]', angle='"30 deg"')
        + block(shape='"disc"', position='["7 um", "3 um"]', size='["2 um"]')
        + block(
            shape='"polygon"',
            position='["4 um", "7 um"]',
            points='[["0 um", "0 um"], ["2 um", "0 um"], ["0 um", "3 um"]]',
            name='"moss"',
        ),
    ).cell
    assert set(found.regions) == {
        "electrolyte", "lithium", "dead_lithium:1", "dead_lithium:2", "dead_lithium:moss",
    }  # fmt: skip
    volume = volumes(found)
    assert volume["dead_lithium:1"] == pytest.approx(3.0, rel=1e-9)
    assert volume["dead_lithium:2"] == pytest.approx(np.pi, rel=0.05)
    assert volume["dead_lithium:moss"] == pytest.approx(3.0, rel=1e-9)
    assert volume["lithium"] == pytest.approx(30.0, rel=1e-9)
    assert found.volumes.sum() == pytest.approx(150.0, rel=1e-9)
    of_moss = found.points[
        found.simplices[found.region == found.regions.index("dead_lithium:moss")]
    ].reshape(-1, 2)
    assert of_moss.min(axis=0) == pytest.approx([4.0, 7.0])


def test_the_mesh_follows_the_borders_of_patches(tmp_path: Path) -> None:
    """1.7 µm of LiI and 0.3 µm of Li3N on 10 µm, exactly; and 2 µm on the counter electrode."""
    patches = (
        '[[sei.patch]]\nfrom = "1.3 um"\nto = "3 um"\nfilm = "LiI"\n'
        '[[sei.patch]]\nfrom = "3 um"\nto = "3.3 um"\nfilm = "Li3N"\n'
        '[[sei.patch]]\nfrom = "4 um"\nto = "6 um"\nfilm = "LiI"\non = "counter"\n'
    )
    found = start(tmp_path, BOX + patches)
    surface, film = found.surface, found.film
    share = surface.area[surface.working] @ film.fractions[surface.working]
    assert share[film.films.index("LiI")] == pytest.approx(1.7)
    assert share[film.films.index("Li3N")] == pytest.approx(0.3)
    counter = surface.on("counter")
    assert surface.area[counter] @ film.fractions[counter, film.films.index("LiI")] == (
        pytest.approx(2.0)
    )


def test_a_border_beside_a_point_of_the_outline_makes_no_sliver(tmp_path: Path) -> None:
    (tmp_path / "roof.csv").write_text("0,0\n5.00001,2\n10,0\n")
    patch = '[[sei.patch]]\nfrom = "5 um"\nto = "7 um"\nfilm = "LiI"\n'
    found = start(tmp_path, f'[geometry]\noutline = "roof.csv"\nheight = "12 um"\n{patch}')
    assert found.surface.area.min() > 0.1


def test_patches_take_precedence_over_names_of_a_geometry(tmp_path: Path) -> None:
    """The hot spot of be from 2 to 3 µm becomes LiI; the others stay."""
    found = start(tmp_path, '[[sei.patch]]\nfrom = "2 um"\nto = "3 um"\nfilm = "LiI"\n')
    on = found.surface.working
    share = found.surface.area[on] @ found.film.fractions[on]
    of = dict(zip(found.film.films, share, strict=True))
    assert of["LiI"] == pytest.approx(1.0) and of["hot_spot"] == pytest.approx(5.0)


def test_blocks_and_patches_in_3d(tmp_path: Path) -> None:
    """A patch is cut off at the wall: half a disc of 4 µm; a cuboid and a sphere."""
    box = '[geometry]\nwidth = "8 um"\ndepth = "6 um"\nheight = "9 um"\n'
    patch = '[[sei.patch]]\nshape = "disc"\nposition = ["0 um", "3 um"]\nsize = ["4 um"]\n'
    rectangle = (
        '[[sei.patch]]\nposition = ["5 um", "3 um"]\nsize = ["2 um", "1 um"]\nangle = "20 deg"\n'
        'film = "Li3N"\n'
    )
    found = start(
        tmp_path,
        box
        + block(position='["3 um", "3 um", "3 um"]', size='["2 um", "3 um", "1 um"]')
        + block(shape='"disc"', position='["5 um", "3 um", "6 um"]', size='["2 um"]')
        + f'{patch}film = "LiI"\n{rectangle}',
    )
    cell, surface = found.cell, found.surface
    volume = volumes(cell)
    assert volume["dead_lithium:1"] == pytest.approx(6.0)
    assert volume["dead_lithium:2"] == pytest.approx(4.19, rel=0.1)
    assert cell.volumes.sum() == pytest.approx(8 * 6 * 12)
    on = surface.working
    share = dict(zip(found.film.films, surface.area[on] @ found.film.fractions[on], strict=True))
    assert share["LiI"] == pytest.approx(2 * np.pi, rel=0.05)
    assert share["Li3N"] == pytest.approx(2.0, rel=1e-6)


def test_a_table_becomes_the_lithium_surface(tmp_path: Path) -> None:
    """A roof of 10 x 2 µm takes 10 µm² of the box; offset, header and direction do not matter."""
    (tmp_path / "roof.csv").write_text("x;y\n110;7\n105;9\n100;7\n")
    found = start(tmp_path, '[geometry]\noutline = "roof.csv"\nheight = "12 um"\n')
    assert found.cell.volume("electrolyte") == pytest.approx(120.0 - 10.0)
    working = found.surface.area[found.surface.working].sum()
    assert working == pytest.approx(2 * np.hypot(5, 2))


def _image(folder: Path, level: float = 40.0, *, noisy: bool = True) -> None:
    """100 x 100 pixels of 0.1 µm: bright lithium below a sine of 10 pixels, and a bright speck."""
    y, x = np.mgrid[0:100, 0:100] + 0.5
    bright = y > 100 - level - 10 * np.sin(2 * np.pi * x / 100)
    noise = np.random.default_rng(1).normal(0, 20, x.shape) if noisy else 0.0
    grey = np.where(bright | (np.hypot(x - 50, y - 15) < 6), 200.0, 60.0) + noise
    imwrite(folder / "sem.png", grey.clip(0, 255).astype(np.uint8))


SEM = '[geometry]\noutline = "sem.png"\npixel = "0.1 um"\nthreshold = 0.5\nheight = "8 um"\n'


def test_a_micrograph_becomes_the_lithium_surface(tmp_path: Path) -> None:
    """The mean height over the lowest point is the amplitude of the sine, 1 µm."""
    _image(tmp_path)
    with pytest.warns(UserWarning, match="further lines of the grey value 0.5, 1 in all"):
        found = start(tmp_path, SEM)
    width = np.ptp(found.cell.points[:, 0])
    assert width == pytest.approx(9.9)
    mean = (9.9 * 8 - found.cell.volume("electrolyte")) / 9.9
    assert mean == pytest.approx(1.0, abs=0.1)
    # Smoothed by a quarter of a micrometre, the noise of a pixel leaves no roughness.
    arc = found.surface.area[found.surface.working].sum()
    x = np.linspace(0, 9.9, 2000)
    assert arc == pytest.approx(
        np.hypot(1, 0.2 * np.pi * np.cos(0.2 * np.pi * x)).mean() * 9.9, 0.03
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (block(position='["5 um", "0.5 um"]', size='["2 um", "2 um"]'), r"overlap or touch.*E967"),
        (block(position='["5 um", "1.1 um"]', size='["2 um", "2 um"]'), r"0\.1 µm apart.*E967"),
        (block(position='["1 um", "4 um"]', size='["3 um", "2 um"]'), r"x -0\.5 to 2\.5.*E966"),
        (block(position='["5 um", "11 um"]', size='["3 um", "4 um"]'), r"leaves the box.*E966"),
        (
            block(position='["5 um", "4 um"]', size='["3 um", "2 um"]')
            + block(shape='"disc"', position='["6 um", "4 um"]', size='["3 um"]'),
            r"block 1 and block 2 overlap.*E967",
        ),
        (
            block(shape='"disc"', position='["5 um", "5 um"]', size='["6 um"]')
            + block(shape='"disc"', position='["5 um", "5 um"]', size='["1 um"]'),
            r"block 1 and block 2 overlap.*E967",
        ),
        (
            block(
                shape='"polygon"',
                position='["4 um", "4 um"]',
                points='[["0 um", "0 um"], ["2 um", "2 um"], ["2 um", "0 um"], ["0 um", "2 um"]]',
            ),
            r"crosses itself at x 5, y 5.*E952",
        ),
        (
            block(
                shape='"polygon"',
                position='["4 um", "4 um"]',
                points='[["0 um", "0 um"], ["2 um", "0 um"], ["2 um", "0 um"], ["0 um", "2 um"]]',
            ),
            r"touches or crosses itself at x 6, y 4.*E952",
        ),
        ('[[sei.patch]]\nfrom = "11 um"\nto = "12 um"\nfilm = "LiI"\n', r"holds no element.*E953"),
        (
            '[[sei.patch]]\nposition = ["1 um", "2 um"]\nsize = ["1 um", "1 um"]\nfilm = "LiI"\n',
            r"the cell is 2D.*E953",
        ),
        (
            '[[sei.patch]]\nfrom = "1 um"\nto = "4 um"\nfilm = "LiI"\n'
            '[[sei.patch]]\nfrom = "3 um"\nto = "5 um"\nfilm = "LiF"\n',
            r"patch\.2.*overlaps patch 1 at x 3\.\d+ to 3\.\d+.*E953",
        ),
    ],
)
def test_what_does_not_fit_is_one_message_with_the_place(
    tmp_path: Path, text: str, part: str
) -> None:
    with pytest.raises(DepositionError, match=part):
        start(tmp_path, BOX + text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (block(position='["5 um", "4 um"]', size='["3 um"]'), "E972"),
        (block(shape='"disc"', position='["5 um", "4 um"]', size='["3 um", "1 um"]'), "E972"),
        (block(shape='"polygon"', position='["5 um", "4 um"]', points="[]"), "E972"),
        ('[[sei.patch]]\nfrom = "4 um"\nto = "3 um"\nfilm = "LiI"\n', "E973"),
        ('[[sei.patch]]\nfrom = "4 um"\nfilm = "LiI"\n', "E973"),
        ('[[sei.patch]]\nfrom = "4 um"\nto = "5 um"\nfilm = "LiX"\n', "E291"),
    ],
)
def test_an_incomplete_shape_is_one_message(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        start(tmp_path, BOX + text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            block(position='["5 um", "4 um"]', size='["3 um", "1 um"]'),
            "height, width.*E974",
        ),
        ('[geometry]\nfile = "be.geo"\nwidth = "4 um"\n', "exclude one another.*E974"),
        (BOX + "parameters.width = 3\n", "belong to a file.*E974"),
        (BOX + block(position='["5 um", "4 um", "1 um"]', size='["1 um", "1 um", "1 um"]'), "E974"),
        (BOX + 'pixel = "20 nm"\n', "E975"),
        ('[geometry]\noutline = "no.csv"\nheight = "9 um"\n', "E976"),
    ],
)
def test_an_incomplete_box_is_one_message(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        start(tmp_path, text)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("a,b\n1,2\nx,y\n", "E968"),
        ("1\n2\n", "E968"),
        ("", "E968"),
        ("0,0\n5,3\n2,1\n", r"3 points do not run.*E968"),
        ("0,0\n6,3\n4,3\n6,1\n10,0\n", r"crosses itself.*E971"),
        ("0,0\n5,13\n10,0\n", r"reaches the counter electrode at x 5, y 13.*E971"),
        ("0,0\n5,nan\n10,0\n", "E968"),
    ],
)
def test_a_table_without_outline_is_one_message(tmp_path: Path, content: str, part: str) -> None:
    (tmp_path / "bad.csv").write_text(content)
    with pytest.raises(GeometryError, match=part):
        start(tmp_path, '[geometry]\noutline = "bad.csv"\nheight = "12 um"\n')


def test_an_image_without_a_line_from_edge_to_edge_is_one_message(tmp_path: Path) -> None:
    _image(tmp_path, noisy=False)
    with pytest.raises(GeometryError, match=r"no line of.*0\.9.*grey 0\.24 to 0\.78.*E970"):
        start(tmp_path, SEM.replace("0.5", "0.9"))
    with pytest.raises(GeometryError, match=r"brighter than the threshold.*E969"):
        start(tmp_path, SEM + 'lithium_is = "dark"\n')
    (tmp_path / "sem.png").write_text("no image")
    with pytest.raises(GeometryError, match="E963"):
        start(tmp_path, SEM)
