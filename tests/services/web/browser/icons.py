"""Icons of the app, drawn from its SVG: `python -m tests.services.web.browser.icons`."""

import asyncio
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from playwright.async_api import async_playwright

from services.web.rendering import STATIC
from tests.services.web.browser.chromium import chromium

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ICONS = STATIC / "icons"
ROUNDED, SQUARE = 'rx="7"', 'rx="0"'
GROUND = '<rect width="32" height="32" rx="7" fill="#1f5fa8"/>'


def drawings() -> dict[str, str]:
    """Return the SVG of each icon; its size is the number in its name."""
    svg = (STATIC / "icon.svg").read_text()
    assert GROUND in svg
    begin, _, bell = svg.partition(GROUND)
    full = GROUND.replace(ROUNDED, SQUARE)  # whoever shows it cuts it into shape
    bell = bell.removesuffix("</svg>")
    safe = f'<g transform="translate(3.2 3.2) scale(.8)">{bell}</g></svg>'
    return {
        "icon-192": svg,
        "icon-512": svg.replace("<svg ", '<svg shape-rendering="crispEdges" ', 1),  # shown smaller
        "maskable-512": begin + full + safe,
        "apple-touch-180": begin + full + safe,
        "badge-96": f"{begin}{bell}</svg>",  # a shape alone: Android gives it its colour
    }


def packed(png: bytes) -> bytes:
    """Return the same picture in fewer bytes: Chromium is in a hurry."""
    head, *rest = chunks(png)
    content = zlib.decompress(b"".join(data for kind, data in rest if kind == b"IDAT"))
    picture = (b"IDAT", zlib.compress(content, 9))
    return SIGNATURE + b"".join(map(written, (head, picture, (b"IEND", b""))))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def written(chunk: tuple[bytes, bytes]) -> bytes:
    kind, data = chunk
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


async def draw(into: Path) -> None:
    """Draw them all."""
    found = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path, args=found.arguments, env=found.environment or None
        )
        page = await browser.new_page()
        for name, svg in drawings().items():
            size = int(name.rpartition("-")[2])
            await page.set_viewport_size({"width": size, "height": size})
            whole = svg.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
            await page.set_content(f'<body style="margin:0;line-height:0">{whole}</body>')
            drawn = await page.screenshot(omit_background=True)
            (into / f"{name}.png").write_bytes(packed(drawn))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw(ICONS))
