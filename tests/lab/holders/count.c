/*
 * count: an ordinary camera program that counts what it gets. When it is told to stop, it prints
 * how many pictures came, how many the driver numbered but never delivered, and how many were bad.
 */
#include "holder.h"

int main(int argc, char **argv)
{
    struct camera camera;
    unsigned pictures = 0, lost = 0, bad = 0, next = 0;

    begin(argc, argv);
    camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
    ready();
    while (!stop) {
        struct pollfd wait = {.fd = camera.fd, .events = POLLIN};
        struct v4l2_buffer buffer = {
            .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};

        if (poll(&wait, 1, 200) <= 0) continue;
        must(retry(camera.fd, VIDIOC_DQBUF, &buffer), "DQBUF");
        if (pictures && buffer.sequence > next) lost += buffer.sequence - next;
        bad += !!(buffer.flags & V4L2_BUF_FLAG_ERROR);
        next = buffer.sequence + 1;
        pictures++;
        must(camera_queue(&camera, buffer.index), "QBUF");
    }
    printf("pictures=%u lost=%u bad=%u\n", pictures, lost, bad);
    return 0;
}
