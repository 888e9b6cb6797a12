"""The viewer in headless Chromium, of a 2D and of a 3D result, wide and narrow."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import imageio.v3 as imageio
import numpy as np
import pytest
from helpers.recorded import record, solid_states, states
from helpers.tiny import ENVIRONMENT, command
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytest.importorskip("trame", reason="the extra view is not installed")
pytestmark = [
    pytest.mark.picture,
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"
    ),
]
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--window-size=1400,1000",
)  # fmt: skip
KNOB = "ancestor::*[contains(concat(' ', @class, ' '), ' v-slider ')]//*[@role='slider']"
PATIENCE = 120
"""Longest time to wait for the page, s."""


@dataclass(frozen=True)
class Shown:
    """The page of a result, and the program that serves it."""

    browser: webdriver.Chrome
    program: subprocess.Popen[str]
    address: str

    def open(self, width: int = 1400) -> None:
        """Load the page in a window of this width, and wait for the view."""
        metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.get(self.address)
        self.until(lambda: "mAh/cm²" in self.one("caption").text)
        self.until(lambda: self.colours() > 20)

    def one(self, name: str) -> WebElement:
        return self.browser.find_element(By.ID, name)

    def until(self, condition: object) -> None:
        WebDriverWait(self.browser, PATIENCE, 0.2).until(lambda _: condition())  # type: ignore[operator]

    def picture(self) -> np.ndarray:
        return imageio.imread(io.BytesIO(self.one("view").screenshot_as_png))[..., :3]

    def colours(self) -> int:
        """Number of different colours in the view."""
        return len(np.unique(self.picture().reshape(-1, 3), axis=0))

    def press(self, slider: str, key: str) -> None:
        """Move the first knob of a slider by a key."""
        knob = self.one(slider).find_element(By.XPATH, KNOB)
        knob.send_keys(key)

    def faults(self) -> list[str]:
        """Errors in the console of the browser, but the probe of trame for a launcher."""
        log = self.browser.get_log("browser")
        severe = [one["message"] for one in log if one["level"] == "SEVERE"]
        own = [message for message in severe if message.startswith(self.address)]
        return [message for message in own if "/paraview/" not in message]


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = CHROMIUM or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module", params=["flat", "solid"])
def shown(
    request: pytest.FixtureRequest,
    browser: webdriver.Chrome,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp(request.param) / "be"
    record(folder, states(count=3) if request.param == "flat" else solid_states())
    program = subprocess.Popen(
        command("view", folder, "--no-browser"), stdout=subprocess.PIPE, text=True,
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert program.stdout is not None
    line = program.stdout.readline()
    address = re.search(r"http://localhost:\d+/", line)
    assert address, line
    yield Shown(browser, program, address[0])
    if program.poll() is None:
        program.kill()


def test_the_controls_change_the_view(shown: Shown) -> None:
    shown.open()
    last, caption = shown.picture(), shown.one("caption").text
    shown.press("time", Keys.HOME)
    shown.until(lambda: shown.one("caption").text != caption)
    assert shown.one("caption").text.startswith("0 mAh/cm²")
    shown.until(lambda: np.any(shown.picture() != last))
    before = shown.one("values").text
    shown.press("probe_x", Keys.HOME)
    shown.until(lambda: shown.one("values").text != before)
    assert "nearest film" in shown.one("values").text
    plot = shown.one("line").get_attribute("src")
    assert plot and plot.startswith("data:image/svg+xml")
    whole = shown.picture()
    shown.press("band_start", Keys.END)
    shown.until(lambda: np.any(shown.picture() != whole))
    assert shown.faults() == []


def test_a_narrow_page_has_the_view_too(shown: Shown) -> None:
    shown.open(390)
    view = shown.one("view").rect
    assert view["width"] <= 390
    assert view["height"] > 200
    assert shown.faults() == []


def test_ctrl_c_ends_it_without_a_traceback(shown: Shown) -> None:
    os.kill(shown.program.pid, signal.SIGINT)
    assert shown.program.wait(PATIENCE) in (0, 130)
