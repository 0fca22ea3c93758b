"""The person as a witness: her word for a light that no program can read."""

from camcheck.model import (
    Camera,
    CameraKind,
    CaptureState,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Snapshot,
    Trust,
)

WORD = "you"
"""The source of what the person has said."""
_REASON = {
    IndicatorState.ON: "you said that its light is on",
    IndicatorState.OFF: "you said that its light is dark",
}


def unread_lights(snapshot: Snapshot) -> tuple[Camera, ...]:
    """Cameras that film now, and whose light nothing says to be on or off."""
    filming = {one.camera for one in snapshot.captures if one.state is CaptureState.ACTIVE}
    read = {
        one.camera
        for one in snapshot.indicators
        if one.kind is IndicatorKind.LED and one.state is not IndicatorState.NOT_OBSERVABLE
    }
    return tuple(
        camera
        for camera in snapshot.cameras
        if camera.kind is CameraKind.PHYSICAL and camera.id in filming - read
    )


def with_word(snapshot: Snapshot, camera: str, state: IndicatorState) -> Snapshot:
    """The snapshot in which the camera's light is as the person said (on or off)."""
    light = Indicator(camera, IndicatorKind.LED, state, WORD, Trust.PERSON, _REASON[state])
    others = [
        one
        for one in snapshot.indicators
        if one.camera != camera
        or one.kind is not IndicatorKind.LED
        or one.state is not IndicatorState.NOT_OBSERVABLE
    ]
    return snapshot._replace(indicators=tuple(sorted([*others, light])))
