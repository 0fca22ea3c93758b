/* Feeds a v4l2loopback device (-d) with pictures, as OBS and others do. */
#include "holder.h"

int main(int argc, char **argv)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};
    static char picture[160 * 120 * 2];
    int fd, said = 0;

    begin(argc, argv);
    must(fd = open(device, O_RDWR), device);
    format.fmt.pix.width = 160;
    format.fmt.pix.height = 120;
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    format.fmt.pix.sizeimage = sizeof picture;
    must(retry(fd, VIDIOC_S_FMT, &format), "S_FMT");
    while (!stop) {
        must(write(fd, picture, sizeof picture), "write");
        if (!said++) ready();
        nap(0.1);
    }
    return 0;
}
