"""Test of off-screen rendering: VTK crashes where neither EGL nor OSMesa can render."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

from deposition.common.requirements import no_rendering

EGL = "libEGL.so.1"
OSMESA = ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so")
_PLATFORM_DEVICE = 0x313F
"""``EGL_PLATFORM_DEVICE_EXT`` of the EGL registry."""
_MOST_DEVICES = 16


@cache
def check_rendering() -> None:
    """Raise MissingRequirement if VTK could not render here; tests Linux only."""
    if sys.platform != "linux" or any(_loaded(name) for name in OSMESA):
        return
    egl = _loaded(EGL)
    if egl is None:
        raise no_rendering(f"{EGL} cannot be loaded")
    if not _has_device(egl):
        raise no_rendering("EGL finds no driver")


def _loaded(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def _has_device(egl: ctypes.CDLL) -> bool:
    """True if a device of EGL, or its software renderer, gives a display: what VTK asks for."""
    find = egl.eglGetProcAddress
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    addresses = [find(name) for name in (b"eglQueryDevicesEXT", b"eglGetPlatformDisplayEXT")]
    if not all(addresses):
        return False
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    devices, count = (pointer * _MOST_DEVICES)(), integer(0)
    query = ctypes.CFUNCTYPE(integer, integer, ctypes.POINTER(pointer), ctypes.POINTER(integer))
    display_of = ctypes.CFUNCTYPE(pointer, integer, pointer, pointer)(addresses[1])
    if not query(addresses[0])(_MOST_DEVICES, devices, ctypes.byref(count)):
        return False
    egl.eglInitialize.argtypes = [pointer, pointer, pointer]
    displays = [display_of(_PLATFORM_DEVICE, devices[i], None) for i in range(count.value)]
    return any(display and egl.eglInitialize(display, None, None) for display in displays)
