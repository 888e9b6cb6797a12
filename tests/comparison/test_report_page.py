"""The report in a headless browser: it opens from a file, and its views respond to the controls."""

from __future__ import annotations

import io
import json
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic
from helpers.pdf_text import pages
from helpers.recorded import record, solid_states, states
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from deposition.comparison.gather import gather
from deposition.comparison.report import write_report
from deposition.mesh.cell import Ints
from deposition.results.summary_table import Column, flattened

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.picture,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"
    ),
]
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--window-size=1400,1000",
)  # fmt: skip
FIELDS = ("concentration", "potential", "flux", "current", "film")


@dataclass(frozen=True)
class Page:
    """A report in the browser, with the summaries of its results."""

    browser: webdriver.Chrome
    path: Path
    summaries: dict[str, dict[str, Any]]

    def open(self, width: int = 640) -> None:
        """Reload it in a window of this width and wait until all views are drawn."""
        metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.get(self.path.as_uri())
        for view in self.views:
            self.browser.execute_script("arguments[0].scrollIntoView()", view)
            self.wait(view)

    @property
    def views(self) -> list[WebElement]:
        return self.browser.find_elements(By.CLASS_NAME, "view")

    def wait(self, view: WebElement) -> None:
        """Until the view shows what its controls say."""

        def shown(_: object) -> bool:
            charge = view.find_element(By.CLASS_NAME, "charge").get_attribute("value")
            field = view.find_element(By.TAG_NAME, "select").get_attribute("value")
            return view.get_attribute("data-drawn") == f"{charge} {field}"

        WebDriverWait(self.browser, 30, 0.05).until(shown)

    def pixels(self, view: WebElement) -> Ints:
        """The canvas of a view (h, w, 3)."""
        canvas = view.find_element(By.TAG_NAME, "canvas")
        address = self.browser.execute_script("return arguments[0].toDataURL()", canvas)
        with Image.open(io.BytesIO(b64decode(address.partition(",")[2]))) as image:
            return np.asarray(image.convert("RGB"), dtype=np.int64)

    def slide(self, view: WebElement, number: int) -> None:
        """Move the slider as a user does."""
        slider = view.find_element(By.CLASS_NAME, "charge")
        self.browser.execute_script(
            "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))",
            slider, number,
        )  # fmt: skip
        self.wait(view)

    def choose(self, view: WebElement, field: str) -> None:
        Select(view.find_element(By.TAG_NAME, "select")).select_by_value(field)
        self.wait(view)

    def log(self) -> list[str]:
        """Errors on the console."""
        return [e["message"] for e in self.browser.get_log("browser") if e["level"] == "SEVERE"]

    def requests(self) -> list[str]:
        """Addresses requested since the last call, without data URLs."""
        events = [json.loads(e["message"])["message"] for e in self.browser.get_log("performance")]
        sent = [e for e in events if e["method"] == "Network.requestWillBeSent"]
        addresses = [e["params"]["request"]["url"] for e in sent]
        return [address for address in addresses if not address.startswith("data:")]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def flat_page(browser: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A report of two 2D results."""
    folder = tmp_path_factory.mktemp("flat")
    grown = states(count=3)
    even = states(lambda p: synthetic.flat(p) - 4.85, films={"hot_spot": 6.0, "LiF": 6.0})
    folders = [record(folder / "be", grown, wagner=0.123456789), record(folder / "be-ln", even)]
    return make(browser, folder, folders)


@pytest.fixture(scope="module")
def solid_page(browser: webdriver.Chrome, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A report of one 3D result."""
    folder = tmp_path_factory.mktemp("solid")
    return make(browser, folder, [record(folder / "be-3d", solid_states())])


def make(browser: webdriver.Chrome, folder: Path, results: list[Path]) -> Page:
    """A report with coarse static pictures, to save time."""
    gathered = gather(results)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("deposition.comparison.report.pictures.DPI", 60)
        path = write_report(gathered, folder / "my report.html")
    return Page(browser, path, {one.name: one.result.summary for one in gathered.results})


def varied(picture: Ints) -> bool:
    """Whether the picture shows electrolyte, metal and surface: film alone has few colours."""
    return len(np.unique(picture.reshape(-1, 3), axis=0)) > 3


def test_it_opens_without_errors_and_requests(flat_page: Page) -> None:
    flat_page.requests()
    flat_page.open()
    assert flat_page.requests() == [flat_page.path.as_uri()]
    assert flat_page.log() == []


def test_the_table_has_the_numbers_of_the_summaries(flat_page: Page) -> None:
    flat_page.open()
    rows = {
        row.get_attribute("data-key"): row.find_elements(By.TAG_NAME, "td")
        for row in flat_page.browser.find_elements(By.CSS_SELECTOR, "#numbers tr[data-key]")
    }
    flat = [flattened(summary) for summary in flat_page.summaries.values()]
    keys = {k for s in flat for k, v in s.items() if v is not None} - {"scenario"}
    projected = {"p99_per_projected_area"} & rows.keys()
    assert keys == rows.keys() - projected
    columns = [Column("", summary) for summary in flat_page.summaries.values()]
    for key in keys:
        assert [cell.text for cell in rows[key]] == [one.text(key) for one in columns]
    assert rows["wagner"][0].get_attribute("title") == "0.123456789"


def test_every_picture_has_a_text_and_loads(flat_page: Page) -> None:
    flat_page.open()
    images = flat_page.browser.find_elements(By.TAG_NAME, "img")
    assert len(images) == 5  # flux maps, growth of two, two charts
    for image in images:
        assert image.get_attribute("alt")
        assert int(image.get_attribute("naturalWidth") or 0) > 100


@pytest.mark.parametrize("kind", ["flat_page", "solid_page"])
def test_every_field_of_every_view_draws(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    page.open()
    for view in page.views:
        seen, bars, captions = [], [], []
        for field in FIELDS:
            page.choose(view, field)
            seen.append(page.pixels(view))
            bars.append(view.find_element(By.CLASS_NAME, "bar").text)
            captions.append(view.find_element(By.TAG_NAME, "figcaption").text)
        assert all(varied(picture) for picture in seen)
        assert all((one != other).any() for one, other in pairwise(seen))
        assert len(set(bars)) == len(set(captions)) == len(FIELDS)
        assert "mol m⁻³" in bars[0] and "mV" in bars[1] and bars[4] == ""
    assert page.log() == []


def test_the_slider_changes_picture_and_caption(flat_page: Page) -> None:
    flat_page.open()
    first, second = flat_page.views
    flat_page.choose(first, "film")
    before, other = flat_page.pixels(first), flat_page.pixels(second)
    flat_page.slide(first, 0)
    flat_page.wait(second)
    assert (flat_page.pixels(first) != before).any()
    assert (flat_page.pixels(second) != other).any()  # all move together
    for view in (first, second):
        assert view.find_element(By.TAG_NAME, "figcaption").text.startswith("0.00 mAh/cm², 0 s")
    canvas = first.find_element(By.TAG_NAME, "canvas")
    assert "BE: 0.00 mAh/cm²" in (canvas.get_attribute("aria-label") or "")


def test_views_move_alone_without_synchronization(flat_page: Page) -> None:
    flat_page.open()
    first, second = flat_page.views
    flat_page.browser.find_element(By.ID, "together").click()
    before = flat_page.pixels(second)
    flat_page.slide(first, 1)
    caption = second.find_element(By.TAG_NAME, "figcaption").text
    assert caption.startswith("1.00 mAh/cm²")
    assert (flat_page.pixels(second) == before).all()


def test_one_colour_scale_for_all_or_each_its_own(flat_page: Page) -> None:
    flat_page.open()
    flat_page.choose(flat_page.views[0], "current")
    bars = [view.find_element(By.CLASS_NAME, "bar") for view in flat_page.views]
    assert bars[0].text == bars[1].text
    flat_page.browser.find_element(By.ID, "common").click()
    WebDriverWait(flat_page.browser, 10).until(lambda _: bars[0].text != bars[1].text)


@pytest.mark.parametrize("kind", ["flat_page", "solid_page"])
def test_keys_move_the_view_and_bring_it_back(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    page.open()
    view = page.views[0]
    canvas = view.find_element(By.TAG_NAME, "canvas")
    before = page.pixels(view)
    for key in ("\ue012", "\ue013", "+"):  # left, up
        last = page.pixels(view)
        canvas.send_keys(key)
        assert (page.pixels(view) != last).any()
    canvas.send_keys("0")
    assert (page.pixels(view) == before).all()


def test_play_goes_through_the_states(flat_page: Page) -> None:
    flat_page.open()
    view = flat_page.views[0]
    button = flat_page.browser.find_element(By.ID, "play")
    button.click()
    views = flat_page.browser.find_element(By.CLASS_NAME, "views")
    assert "playing" in str(views.get_attribute("class"))
    caption = view.find_element(By.TAG_NAME, "figcaption")
    # While the states play, only the pictures are shown, with the charge beside the button.
    moment = flat_page.browser.find_element(By.ID, "moment")
    WebDriverWait(flat_page.browser, 10).until(lambda _: moment.text == "0.50 mAh/cm²")
    button.click()
    assert button.text == "Play"
    assert caption.text


@pytest.mark.parametrize("width", [1400, 390])
def test_nothing_reaches_over_the_edge(flat_page: Page, width: int) -> None:
    flat_page.open(width)
    script = "return [document.documentElement.scrollWidth, window.innerWidth]"
    content, window = flat_page.browser.execute_script(script)
    assert window == width
    assert content <= width


def test_missing_webgl_is_reported(flat_page: Page) -> None:
    off = "HTMLCanvasElement.prototype.getContext = () => null"
    script = flat_page.browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": off}
    )
    try:
        flat_page.browser.get(flat_page.path.as_uri())
        view = flat_page.views[0]
        flat_page.browser.execute_script("arguments[0].scrollIntoView()", view)
        viewport = view.find_element(By.CLASS_NAME, "viewport")
        WebDriverWait(flat_page.browser, 10).until(lambda _: "no WebGL 2" in viewport.text)
    finally:
        flat_page.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    assert flat_page.log() == []


def test_a_slider_stops_the_player(flat_page: Page) -> None:
    flat_page.open()
    button = flat_page.browser.find_element(By.ID, "play")
    button.click()
    assert button.text == "Stop"
    flat_page.slide(flat_page.views[0], 1)
    assert button.text == "Play"


def test_all_views_of_the_playing_moment_fit_a_phone(flat_page: Page) -> None:
    flat_page.open(390)
    browser = flat_page.browser
    browser.execute_script("document.getElementById('play').click()")
    try:
        boxes = browser.execute_script(
            "return [...document.querySelectorAll('.viewport, .controls')]"
            ".map((e) => e.getBoundingClientRect()).map((b) => [b.top, b.bottom, b.left, b.right])"
        )
        height, width = browser.execute_script("return [innerHeight, innerWidth]")
        assert len(boxes) == 3
        for top, bottom, left, right in boxes:
            assert -1 <= top < bottom <= height + 1 and 0 <= left < right <= width
        browser.execute_script("scrollBy(0, 120)")
        controls = browser.find_element(By.CLASS_NAME, "controls")
        top = browser.execute_script("return arguments[0].getBoundingClientRect().top", controls)
        assert top >= -1  # the player stays at the top of the window
    finally:
        browser.execute_script("document.getElementById('play').click()")


def test_buttons_and_two_fingers_zoom(flat_page: Page) -> None:
    flat_page.open()
    first, second = flat_page.views
    before = [flat_page.pixels(view) for view in (first, second)]
    flat_page.browser.find_element(By.ID, "zoom-in").click()
    nearer = [flat_page.pixels(view) for view in (first, second)]
    assert all((one != other).any() for one, other in zip(before, nearer, strict=True))
    flat_page.browser.find_element(By.ID, "zoom-reset").click()
    assert (flat_page.pixels(first) == before[0]).all()
    flat_page.browser.execute_script(
        """const canvas = arguments[0];
        const finger = (type, id, x) => canvas.dispatchEvent(
            new PointerEvent(type, { pointerId: id, clientX: x, clientY: 50, bubbles: true }));
        finger("pointerdown", 11, 40); finger("pointerdown", 12, 60);
        finger("pointermove", 12, 80);
        finger("pointerup", 11, 40); finger("pointerup", 12, 80);""",
        first.find_element(By.TAG_NAME, "canvas"),
    )
    assert (flat_page.pixels(first) != before[0]).any()
    flat_page.browser.find_element(By.ID, "zoom-reset").click()
    assert (flat_page.pixels(first) == before[0]).all()


def test_it_prints_to_a4(flat_page: Page) -> None:
    flat_page.open()
    printed = flat_page.browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    content = b64decode(printed["data"])
    sides = {
        tuple(round(float(side)) for side in box)
        for box in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", content)
    }
    assert all(abs(w - 595) <= 1 and abs(h - 842) <= 1 for w, h in sides) and sides
    text = "".join(pages(content)).replace("ﬁ", "fi").replace("ﬂ", "fl")
    for words in ("What was computed", "Numbers of the summaries"):
        assert words in text
    summary = next(iter(flat_page.summaries.values()))
    assert Column("", summary).text("roughness_rms_um") in text
    assert "Synchronize all views" not in text  # controls are of no use on paper


def test_the_page_states_what_was_computed(flat_page: Page) -> None:
    flat_page.open()
    table = flat_page.browser.find_element(By.ID, "computed").text
    for words in ("cell", "2D, 40 × 40 µm", "charge", "mAh/cm²", "Limits of the model"):
        assert words in table
    assert "P99/mean" in flat_page.browser.find_element(By.ID, "short").text
