"""A camera as a row of the window: whether it films, its light, and the person as its witness."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from camcheck.findings import Report
from camcheck.model import (
    Camera,
    CameraKind,
    CaptureState,
    IndicatorKind,
    IndicatorState,
    Role,
    Trust,
)
from camcheck.person import unread_lights
from camcheck.window.plain import box_of, button, text
from camcheck.window.words import say

_SEE = (("light.see.on", IndicatorState.ON), ("light.see.off", IndicatorState.OFF))


class CameraRow(QFrame):
    """``heard`` tells what the person says of the light: the camera's id and the state."""

    heard = Signal(str, object)

    def __init__(self, camera: Camera, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box = box_of(self, camera.name)
        box.addWidget(text(f"{camera.name}: {say(use(camera, report))}", bold=True))
        light = light_of(camera, report)
        line = QHBoxLayout()
        if said := say(light):
            line.addWidget(text(said), 1)
        if light in ("light.unread", "light.you.on", "light.you.off"):
            for word, state in _SEE:
                made = button(word, about=camera.name)
                made.setObjectName(word)
                made.clicked.connect(lambda _=False, state=state: self.heard.emit(camera.id, state))
                line.addWidget(made)
        box.addLayout(line)


def use(camera: Camera, report: Report) -> str:
    """The name of the words for what is done with it."""
    states = {one.state for one in report.snapshot.captures if one.camera == camera.id}
    held = any(
        one.camera == camera.id and one.role is not Role.CLOSED for one in report.snapshot.holders
    )
    if CaptureState.ACTIVE in states:
        return "camera.films"
    if held:
        return "camera.open"
    return "camera.unknown" if CaptureState.UNDETERMINED in states else "camera.nothing"


def light_of(camera: Camera, report: Report) -> str:
    """The name of the words for its light; of what is no real camera there is none to be seen."""
    lights = [
        one
        for one in report.snapshot.indicators
        if one.camera == camera.id
        and one.kind is IndicatorKind.LED
        and one.state is not IndicatorState.NOT_OBSERVABLE
    ]
    if lights:
        word = "you." if lights[0].trust is Trust.PERSON else ""
        return f"light.{word}{lights[0].state.value}"
    if camera in unread_lights(report.snapshot):
        return "light.unread"
    idle = camera.kind is CameraKind.PHYSICAL and use(camera, report) == "camera.nothing"
    return "light.idle" if idle else "light.none"
