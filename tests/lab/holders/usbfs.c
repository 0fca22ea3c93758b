/*
 * Captures without the camera driver, by raw USB (-d /dev/bus/usb/...).
 * vs: takes the VideoStreaming interface alone; whole: takes both interfaces.
 */
#include "holder.h"
#include <linux/usbdevice_fs.h>

#define CONTROL 0
#define STREAMING 1
#define PACKETS 8
#define TRANSFERS 4
#define SIZE 16384

static int fd;

static void claim(int interface)
{
    struct usbdevfs_disconnect_claim request = {.interface = interface};
    must(ioctl(fd, USBDEVFS_DISCONNECT_CLAIM, &request), "DISCONNECT_CLAIM");
}

static void negotiate(int selector)
{
    unsigned char proposal[26] = {1, 0, 1, 1};
    struct usbdevfs_ctrltransfer transfer = {.bRequestType = 0x21, .bRequest = 1, .timeout = 2000,
        .wValue = selector << 8, .wIndex = STREAMING, .wLength = sizeof proposal, .data = proposal};
    must(ioctl(fd, USBDEVFS_CONTROL, &transfer), "control transfer");
}

static void submit(struct usbdevfs_urb *urb, int isochronous)
{
    urb->type = isochronous ? USBDEVFS_URB_TYPE_ISO : USBDEVFS_URB_TYPE_BULK;
    urb->flags = isochronous ? USBDEVFS_URB_ISO_ASAP : 0;
    urb->endpoint = 0x82;
    urb->buffer_length = SIZE;
    urb->number_of_packets = isochronous ? PACKETS : 0;
    for (int i = 0; isochronous && i < PACKETS; i++) urb->iso_frame_desc[i].length = 1024;
    must(ioctl(fd, USBDEVFS_SUBMITURB, urb), "SUBMITURB");
}

int main(int argc, char **argv)
{
    struct usbdevfs_setinterface setting = {STREAMING, 1};
    struct usbdevfs_urb *urb;
    int isochronous, said = 0;

    begin(argc, argv);
    must(fd = open(device, O_RDWR), device);
    claim(STREAMING);
    if (is("whole")) claim(CONTROL);
    negotiate(1);
    negotiate(2);
    isochronous = ioctl(fd, USBDEVFS_SETINTERFACE, &setting) == 0;
    for (int i = 0; i < TRANSFERS; i++) {
        urb = calloc(1, sizeof *urb + PACKETS * sizeof urb->iso_frame_desc[0]);
        urb->buffer = malloc(SIZE);
        submit(urb, isochronous);
    }
    while (!stop) {
        if (ioctl(fd, USBDEVFS_REAPURB, &urb) < 0) {
            if (errno == EINTR) continue;
            die("REAPURB");
        }
        if (!said++) ready();
        submit(urb, isochronous);
    }
    return 0;
}
