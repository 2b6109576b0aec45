"""The packet as one HTML file that works offline and prints."""

from __future__ import annotations

from notecheck.packet.index import Packet
from notecheck.report.html import environment


def render(packet: Packet) -> str:
    """The whole page; every word of a note is escaped."""
    return environment().get_template("packet.html").render(packet=packet)
