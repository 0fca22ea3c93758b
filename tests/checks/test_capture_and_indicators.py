"""Where capture, holders and indicators disagree: found, not found, near miss, could not look."""

import pytest

from camcheck.checks.camera_changed import CameraChanged
from camcheck.checks.camera_taken_over import CameraTakenOver
from camcheck.checks.capture_unattributed import CaptureUnattributed
from camcheck.checks.capture_without_indicator import CaptureWithoutIndicator
from camcheck.checks.desktop_icon_bypassed import DesktopIconBypassed
from camcheck.checks.indicator_overridden import IndicatorOverridden
from camcheck.checks.indicator_without_capture import IndicatorWithoutCapture
from camcheck.checks.second_viewer import SecondViewer
from camcheck.findings import Severity
from camcheck.model import (
    CameraKind,
    CameraPrint,
    CaptureState,
    Fact,
    Gap,
    IndicatorKind,
    IndicatorState,
    Role,
    Trust,
    Via,
)
from tests.builders import (
    CAMERA,
    a_camera,
    a_capture,
    a_gap,
    a_holder,
    a_process,
    a_snapshot,
    an_indicator,
)

ACTIVE, INACTIVE = CaptureState.ACTIVE, CaptureState.INACTIVE
UNDETERMINED = CaptureState.UNDETERMINED
ON, OFF, UNSEEN = IndicatorState.ON, IndicatorState.OFF, IndicatorState.NOT_OBSERVABLE
ICON = {
    "kind": IndicatorKind.DESKTOP_ICON,
    "trust": Trust.SOFTWARE,
    "reason": "GNOME of user 1000 shows no icon for this camera",
}


def run(check, **facts):
    """What the check says of these facts."""
    return list(check().run(a_snapshot(**facts)))


def severities(check, **facts):
    return [found.severity for found in run(check, **facts)]


class TestCaptureUnattributed:
    """A camera that films for nobody who can be found."""

    def test_a_film_without_holder_is_found(self):
        """Nobody has it open, and everything could be looked at."""
        (found,) = run(CaptureUnattributed, captures=[a_capture()])

        assert (Severity.HIGH, (CAMERA,)) == (found.severity, found.subject.cameras)
        assert "usb-alternate-setting is 1" in found.evidence[1].text

    @pytest.mark.parametrize(
        "holder",
        [
            a_holder(via=Via.FD),
            a_holder(via=Via.THREAD_FD),
            a_holder(via=Via.MAPPING),
            a_holder(via=Via.IN_FLIGHT, node="socket"),
            a_holder(via=Via.USBFS, node="/dev/bus/usb/001/002"),
        ],
    )
    def test_a_film_with_a_holder_is_not(self, holder):
        """However it holds the camera."""
        assert [] == run(CaptureUnattributed, captures=[a_capture()], holders=[holder])

    def test_a_call_through_pipewire_is_explained_by_who_holds_the_camera(self):
        """The broker has the descriptor, the program the pictures."""
        holders = [a_holder(via=Via.PIPEWIRE), a_holder(via=Via.FD, pid=5)]

        assert [] == run(CaptureUnattributed, captures=[a_capture()], holders=holders)

    @pytest.mark.parametrize(
        "holder",
        [
            a_holder(node="/dev/video1"),
            a_holder(via=Via.DMA_BUF, node="/dmabuf"),
            a_holder(via=Via.PIPEWIRE),
        ],
    )
    def test_who_cannot_be_the_one_explains_nothing(self, holder):
        """Near miss: the metadata node gives no pictures, a shared buffer needs somebody's film,
        and a node of PipeWire that nobody feeds from the camera is a decoy."""
        assert [Severity.HIGH] == severities(
            CaptureUnattributed, captures=[a_capture()], holders=[holder]
        )

    @pytest.mark.parametrize("state", [INACTIVE, UNDETERMINED])
    def test_no_film_is_not(self, state):
        """Only what is certain."""
        assert [] == run(CaptureUnattributed, captures=[a_capture(state)])

    @pytest.mark.parametrize("fact", [Fact.HOLDERS, Fact.PROCESSES])
    def test_who_may_not_look_is_told_so(self, fact):
        """An ordinary user's browser may not be looked into: a gap, no alarm."""
        (gap,) = run(CaptureUnattributed, captures=[a_capture()], gaps=[a_gap(fact=fact)])

        assert isinstance(gap, Gap)
        assert "is filming at this moment" in gap.detail


class TestCaptureWithoutIndicator:
    """A film with a dark light."""

    @pytest.mark.parametrize(
        ("trust", "severity"), [(Trust.KERNEL, Severity.MEDIUM), (Trust.SOFTWARE, Severity.LOW)]
    )
    def test_a_dark_light_is_found(self, trust, severity):
        """The weight is that of who drives the light."""
        light = an_indicator(OFF, trust=trust)

        assert [severity] == severities(
            CaptureWithoutIndicator, captures=[a_capture()], indicators=[light]
        )

    @pytest.mark.parametrize("light", [an_indicator(ON), an_indicator(UNSEEN)])
    def test_a_light_that_is_lit_or_cannot_be_read_is_not(self, light):
        """Not observable is never off."""
        assert [] == run(CaptureWithoutIndicator, captures=[a_capture()], indicators=[light])

    @pytest.mark.parametrize("state", [INACTIVE, UNDETERMINED])
    def test_a_dark_light_without_film_is_not(self, state):
        """A camera that is merely held open may keep its light off."""
        captures, light = [a_capture(state)], an_indicator(OFF)

        assert [] == run(CaptureWithoutIndicator, captures=captures, indicators=[light])

    @pytest.mark.parametrize(
        "other",
        [
            an_indicator(OFF, camera="usb:other"),
            an_indicator(OFF, kind=IndicatorKind.SHUTTER, trust=Trust.FIRMWARE),
            an_indicator(OFF, **ICON),
        ],
    )
    def test_other_indicators_are_no_light(self, other):
        """Near miss: another camera's light, an open shutter, the desktop's icon."""
        assert [] == run(CaptureWithoutIndicator, captures=[a_capture()], indicators=[other])


class TestIndicatorWithoutCapture:
    """A light or icon without a film."""

    @pytest.mark.parametrize("shown", [an_indicator(ON), an_indicator(ON, **ICON)])
    def test_what_is_on_without_film_is_found(self, shown):
        """Low: lights can lag behind."""
        assert [Severity.LOW] == severities(
            IndicatorWithoutCapture, captures=[a_capture(INACTIVE)], indicators=[shown]
        )

    @pytest.mark.parametrize(
        ("state", "shown"),
        [
            (ACTIVE, an_indicator(ON)),
            (UNDETERMINED, an_indicator(ON)),
            (INACTIVE, an_indicator(OFF)),
            (INACTIVE, an_indicator(UNSEEN)),
            (INACTIVE, an_indicator(ON, kind=IndicatorKind.SHUTTER)),
            (INACTIVE, an_indicator(ON, kind=IndicatorKind.LED_PROTECTION)),
        ],
    )
    def test_what_fits_is_not(self, state, shown):
        """A closed shutter and a guarded setting are "on", too, and no light."""
        captures = [a_capture(state)]

        assert [] == run(IndicatorWithoutCapture, captures=captures, indicators=[shown])


class TestDesktopIconBypassed:
    """A film that the icon does not show."""

    def test_a_program_that_opens_the_camera_itself_is_found(self):
        """Information: it is what most calls do."""
        holders, icon = [a_holder()], an_indicator(OFF, **ICON)
        (found,) = run(
            DesktopIconBypassed, captures=[a_capture()], holders=holders, indicators=[icon]
        )

        assert Severity.INFO is found.severity
        assert "caller films" in found.title

    def test_a_program_of_another_user_weighs_more(self):
        """Whoever sits at the screen has no other sign of it."""
        facts = {
            "captures": [a_capture()],
            "holders": [a_holder()],
            "processes": [a_process(uid=1002)],
            "indicators": [an_indicator(OFF, **ICON)],
        }

        assert [Severity.LOW] == severities(DesktopIconBypassed, **facts)

    @pytest.mark.parametrize(
        "changes",
        [
            {"indicators": [an_indicator(ON, **ICON)]},
            {"indicators": [an_indicator(OFF, **{**ICON, "trust": Trust.NONE})]},
            {"indicators": [an_indicator(UNSEEN, **ICON)]},
            {"captures": [a_capture(INACTIVE)]},
            {"holders": [a_holder(via=Via.PIPEWIRE)]},
            {"cameras": [a_camera(kind=CameraKind.INFRARED)]},
        ],
        ids=["icon on", "no desktop", "not asked", "idle", "by PipeWire", "login by face"],
    )
    def test_what_the_icon_shows_or_cannot_be_meant_to_show_is_not(self, changes):
        """A call through the portal, an idle camera, no desktop, the infrared camera of a login."""
        facts = {
            "captures": [a_capture()],
            "holders": [a_holder()],
            "indicators": [an_indicator(OFF, **ICON)],
        }

        assert [] == run(DesktopIconBypassed, **{**facts, **changes})


class TestIndicatorOverridden:
    """A light that was told to stay dark."""

    @pytest.mark.parametrize(("state", "severity"), [(ACTIVE, "medium"), (INACTIVE, "low")])
    def test_a_setting_of_off_is_found(self, state, severity):
        """It weighs more while the camera films."""
        row = an_indicator(OFF, kind=IndicatorKind.LED_MODE, trust=Trust.SOFTWARE)
        captures = [a_capture(state)]

        assert [severity] == severities(IndicatorOverridden, captures=captures, indicators=[row])

    def test_a_lifted_protection_is_found(self):
        """allow_privacy_override=Y: any program may darken the light."""
        row = an_indicator(OFF, kind=IndicatorKind.LED_PROTECTION)

        assert [Severity.LOW] == severities(IndicatorOverridden, indicators=[row])

    @pytest.mark.parametrize(
        "row",
        [
            an_indicator(UNSEEN, kind=IndicatorKind.LED_MODE),
            an_indicator(ON, kind=IndicatorKind.LED_MODE),
            an_indicator(UNSEEN, kind=IndicatorKind.LED_PROTECTION),
            an_indicator(OFF, kind=IndicatorKind.LED),
        ],
    )
    def test_anything_else_is_not(self, row):
        """Not read, always on, a kernel that knows no protection, a light that is merely dark."""
        assert [] == run(IndicatorOverridden, captures=[a_capture()], indicators=[row])


def mapper(pid, **changes):
    return a_holder(pid=pid, via=Via.MAPPING, **changes)


class TestSecondViewer:
    """Pictures that reach two programs."""

    ONE = a_process()
    OTHER = a_process(pid=5, name="tap", exe="/tmp/tap")

    def test_two_programs_that_map_the_pictures_are_found(self):
        """One of them has set up the stream, the other helps itself."""
        holders, processes = [mapper(4242), mapper(5)], [self.ONE, self.OTHER]
        (found,) = run(SecondViewer, captures=[a_capture()], holders=holders, processes=processes)

        assert Severity.MEDIUM is found.severity
        assert "4242" not in str(found.subject)

    def test_two_consumers_of_pipewire_are_found(self):
        """Sharing is what PipeWire is for: low."""
        holders = [a_holder(via=Via.PIPEWIRE), a_holder(via=Via.PIPEWIRE, pid=5)]
        processes = [self.ONE, self.OTHER]

        assert [Severity.LOW] == severities(
            SecondViewer, captures=[a_capture()], holders=holders, processes=processes
        )

    @pytest.mark.parametrize(
        ("holders", "other"),
        [
            ([mapper(4242), a_holder(pid=5)], OTHER),
            ([mapper(4242), mapper(5)], a_process(pid=5, ppid=4242)),
            ([mapper(5), a_holder(via=Via.PIPEWIRE)], a_process(pid=5, name="pipewire")),
            (
                [mapper(4242), a_holder(pid=5, via=Via.DMA_BUF)],
                a_process(pid=5, name="gnome-shell"),
            ),
            ([mapper(4242), a_holder(pid=5, via=Via.DMA_BUF, role=Role.ONE_OF_SEVERAL)], OTHER),
            ([mapper(4242), mapper(5, node="/dev/video1")], OTHER),
            ([mapper(4242), mapper(4242, node="/dev/video0")], OTHER),
        ],
        ids=["open only", "child", "broker", "screen", "which camera", "metadata", "one program"],
    )
    def test_what_belongs_together_is_not(self, holders, other):
        """Near misses: nobody else sees the pictures, or it is one program, or the desktop."""
        facts = {"captures": [a_capture()], "holders": holders, "processes": [self.ONE, other]}

        assert [] == run(SecondViewer, **facts)

    def test_without_film_there_is_nothing_to_see(self):
        """Buffers of an idle camera show nothing."""
        facts = {"holders": [mapper(4242), mapper(5)], "processes": [self.ONE, self.OTHER]}

        assert [] == run(SecondViewer, captures=[a_capture(INACTIVE)], **facts)


def taken(driver):
    return a_camera(interfaces=("1-1:1.0=uvcvideo", f"1-1:1.1={driver}"))


class TestCameraTakenOver:
    """A camera without its driver."""

    @pytest.mark.parametrize("driver", ["usbfs", "usbip-host", "vfio-pci"])
    def test_an_interface_in_other_hands_is_found(self, driver):
        """By a program, another computer, or a virtual machine."""
        raw = a_holder(via=Via.USBFS, node="/dev/bus/usb/001/002")

        assert [Severity.MEDIUM] == severities(
            CameraTakenOver, cameras=[taken(driver)], holders=[raw]
        )

    def test_a_taker_who_cannot_be_found_weighs_more(self):
        """Somebody hides; unless not everybody could be looked at."""
        cameras = [taken("usbfs")]

        assert [Severity.HIGH] == severities(CameraTakenOver, cameras=cameras)
        assert [Severity.MEDIUM] == severities(CameraTakenOver, cameras=cameras, gaps=[a_gap()])

    def test_a_camera_that_nobody_drives_is_information(self):
        """Blocked on purpose, most often."""
        assert [Severity.INFO] == severities(CameraTakenOver, cameras=[taken("none")])

    def test_a_camera_with_its_driver_is_not(self):
        """Both interfaces as they should be."""
        assert [] == run(CameraTakenOver, holders=[a_holder()], captures=[a_capture()])


BEFORE = CameraPrint(CAMERA, "Webcam", "uvcvideo", "0.11", ("0e/01/00", "0e/02/00"), "aa")


class TestCameraChanged:
    """A camera against what was remembered of it."""

    @pytest.mark.parametrize(
        ("changes", "severity"),
        [
            ({"firmware": "0.12", "descriptors": "bb"}, Severity.MEDIUM),
            ({"descriptors": "bb"}, Severity.MEDIUM),
            ({"driver": "usbfs"}, Severity.MEDIUM),
            (
                {"interfaces": ("03/01/01", "0e/01/00", "0e/02/00"), "descriptors": "bb"},
                Severity.HIGH,
            ),
        ],
    )
    def test_a_change_is_found(self, changes, severity):
        """Firmware, descriptors, driver; a camera that becomes a keyboard weighs most."""
        now = BEFORE._replace(**changes)

        assert [severity] == severities(CameraChanged, prints=[now], remembered=[BEFORE])

    def test_the_same_camera_is_not(self):
        """Nor one that was never remembered."""
        assert [] == run(CameraChanged, prints=[BEFORE], remembered=[BEFORE])
        assert [] == run(CameraChanged, prints=[BEFORE])

    def test_an_absent_camera_is_information(self):
        """Unplugged, most often."""
        assert [Severity.INFO] == severities(CameraChanged, cameras=[], remembered=[BEFORE])

    def test_a_camera_that_cannot_be_compared_is_a_gap(self):
        """It is there, and its descriptors could not be read."""
        (gap,) = run(CameraChanged, remembered=[BEFORE])

        assert isinstance(gap, Gap)
