"""What drivers of video hardware are for: processors of pictures, receivers, grabbers, tuners.

A driver's name is the kernel's word; a label is that of its author, and of a loopback device that
of the user. Names are compared with "-" as "_". Sources: drivers/media and drivers/staging/media
of Linux 6.12 (struct platform_driver, pci_driver, usb_driver: .name), and of Raspberry Pi's and
Rockchip's kernels.
"""

import re

_PROCESSORS = (
    # image processors that work from memory to memory
    "bcm2835_isp", "pispbe", "ipu3_imgu", "neoisp", "dw100", "nxp_dw100", "vsp1", "rcar_fdp1",
    "rockchip_rga", "rga", "imx_pxp", "pxp", "ti_vpe", "vpe", "stm_dma2d", "stm32_dma2d", "ge2d",
    "meson_ge2d", "sun8i_di", "sun8i_deinterlace", "sun8i_rotate", "mtk_mdp", "exynos_gsc",
    "s5p_g2d", "bdisp", "sti_bdisp",
    # codecs
    "bcm2835_codec", "rpivid", "rpi_hevc", "hantro", "rkvdec", "rkvenc", "rockchip_vpu", "coda",
    "cedrus", "mtk_vcodec", "mtk_jpeg", "mtk_vpu", "venus", "qcom_venus", "qcom_iris", "iris",
    "s5p_mfc", "s5p_jpeg", "amphion", "vpu_", "wave5", "wave6", "vdec", "meson_vdec", "mxc_jpeg",
    "imx8_jpeg", "rcar_jpu", "st_delta", "sti_delta", "st_hva", "sti_hva", "tegra_vde", "allegro",
    "e5010", "jpeg_enc", "vicodec", "vim2m", "visl",
)  # fmt: skip

_BUILT_IN = ("intel_ipu", "ipu3_cio2", "ipu6", "ipu7", "atomisp")
"""Receivers of laptops and tablets: the firmware's description of a sensor brings them up."""

_NEED_SENSOR = (
    "unicam", "bcm2835_unicam", "rp1_cfe", "rkisp", "rkcif", "camss", "qcom_camss", "mxc_isi",
    "imx8_isi", "isi_cap", "imx_media", "imx7_csi", "sun6i_csi", "sun4i_csi", "sun6i_isp",
    "starfive_camss", "c3_isp", "mali_c55", "dcmipp", "stm32_dcmipp", "rcar_vin", "rzg2l_cru",
    "omap3isp", "mtk_cam", "tegra_video", "tegra_camrtc", "j721e_csi2rx", "xilinx_video",
)  # fmt: skip
"""Receivers that show their nodes whether or not a sensor is connected."""

_TUNERS = (
    "cx18", "ivtv", "pvrusb2", "au0828", "tm6000", "cx231xx", "bttv", "cx88", "cx23885", "saa7134",
    "saa7164",
)  # fmt: skip
_GRABBERS = (
    "em28xx", "stk1160", "usbtv", "go7007", "hdpvr", "s2255", "cx25821", "saa7146", "tw68",
    "tw686x", "tw5864", "solo6x10", "dt3155", "cobalt", "snps_hdmirx", "rk_hdmirx", "aspeed_video",
    "npcm_video", "nuvoton_video", "hws", "mgb4",
)  # fmt: skip

_GRABBER_IDS = (
    "534d:2109", "534d:0021", "345f:2109", "345f:2130", "345f:2131",  # MacroSilicon HDMI to USB
    "1164:", "2040:", "07ca:", "2935:", "1b80:", "eb1a:28", "0fd9:005", "0fd9:006", "0fd9:007",
    "0fd9:008", "1edb:bd", "32ed:3200", "1bcf:2c99", "1de1:f105",
)  # fmt: skip
"""Vendor and product (their beginnings) of devices that take pictures from a cable: linux/usb.ids,
and drivers/media of the kernel. A product's own name is no proof, so it is not asked."""

_LENSES = (
    "dw97", "dw98", "ad58", "ak73", "lc898", "bu64754", "cn3927v", "gt9769", "vm149c", "fp59",
)  # fmt: skip
_FLASHES = (
    "lm35", "lm36", "adp16", "as36", "sgm37", "aw36", "ktd26", "max77693_led", "flash", "led",
)  # fmt: skip
_CABLES = (
    "tc3587", "lt6911", "adv71", "adv72", "adv74", "adv76", "adv78", "tda199", "tw99", "tvp5",
    "ths8", "isl799", "saa71", "gs15", "it66",
)  # fmt: skip
"""Chips that take pictures from an HDMI or antenna cable and hand them on as a sensor does."""

_M2M = (
    r"(?i)(codec|v4l2(dec|enc)|(^|[-_. ])(enc|dec|encoder|decoder|m2m|mem2mem|csc|scaler|jpeg"
    r"|rotat\w*|deinterlac\w*|dewarp\w*)([-_./ \d]|$))"
)
_NO_PICTURES = (
    r"(?i)(^|[-_ ])(params?|parameters|stats?|statistics|3a|meta|metadata|embedded|config)"
    r"([-_ ]|\d*$)"
)
_INTO_IT = r"(?i)(^|[-_ ])input([-_ ]|\d*$)"


def _begins(driver: str | None, names: tuple[str, ...]) -> bool:
    return bool(driver) and str(driver).replace("-", "_").startswith(names)


def is_processor(driver: str | None) -> bool:
    """Whether the driver turns pictures into others and has no camera behind it."""
    return _begins(driver, _PROCESSORS)


def is_built_in(driver: str | None) -> bool:
    """Whether the driver receives from the sensors of a laptop or tablet."""
    return _begins(driver, _BUILT_IN)


def needs_sensor(driver: str | None) -> bool:
    """Whether the driver shows nodes even where no sensor is connected to it."""
    return _begins(driver, _NEED_SENSOR)


def is_tuner(driver: str | None) -> bool:
    """Whether the driver is for television cards; some of them have no tuner, which udev tells."""
    return _begins(driver, _TUNERS)


def is_grabber(driver: str | None, vendor_and_product: str = "") -> bool:
    """Whether it takes pictures from a cable, by its driver or by its USB identity."""
    return _begins(driver, (*_GRABBERS, *_TUNERS)) or vendor_and_product.startswith(_GRABBER_IDS)


def is_of_cable(chip: str) -> bool:
    """Whether a chip in a sensor's place takes its pictures from a cable."""
    return chip.startswith(_CABLES)


def is_sensor(chip: str) -> bool:
    """Whether a chip beside a receiver sees: a lens and a flash do not."""
    return not chip.startswith((*_LENSES, *_FLASHES))


def works_in_memory(label: str) -> bool:
    """Whether a node of a fixed device is one of a codec or a converter, by its label."""
    return re.search(_M2M, label) is not None


def gives_no_pictures(label: str) -> bool:
    """Whether a node of a fixed device carries parameters or statistics, by its label."""
    return re.search(_NO_PICTURES, label) is not None


def takes_pictures_in(label: str) -> bool:
    """Whether a node of a fixed device is where a program hands pictures in, by its label."""
    return re.search(_INTO_IT, label) is not None
