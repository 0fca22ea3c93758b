/*
 * Exports the camera's buffers (VIDIOC_EXPBUF). both: keeps camera and exports; after: keeps
 * the exports alone; passed: another process has the exports, and sees every picture.
 */
#include "holder.h"

static void keep(int fd, size_t length)
{
    if (mmap(0, length, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) die("mmap of an export");
}

int main(int argc, char **argv)
{
    struct camera camera;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE, pair[2], child = 0;

    begin(argc, argv);
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    if (is("passed")) must(child = fork(), "fork");
    if (is("passed") && !child) {
        size_t length;
        for (int i = 0; i < FEW; i++) {
            if (read(pair[1], &length, sizeof length) != sizeof length) die("read");
            keep(receive_descriptor(pair[1]), length);
        }
        close(pair[1]);
        ready();
        hold();
        return 0;
    }
    camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
    for (int i = 0; i < camera.buffers; i++) {
        struct v4l2_exportbuffer export = {.type = type, .index = i, .flags = O_RDWR | O_CLOEXEC};
        must(retry(camera.fd, VIDIOC_EXPBUF, &export), "EXPBUF");
        if (is("passed")) {
            must(write(pair[0], &camera.length[i], sizeof camera.length[i]), "write");
            send_descriptor(pair[0], export.fd);
            close(export.fd);
        } else {
            keep(export.fd, camera.length[i]);
        }
    }
    if (is("after")) {
        must(retry(camera.fd, VIDIOC_STREAMOFF, &type), "STREAMOFF");
        for (int i = 0; i < camera.buffers; i++) munmap(camera.at[i], camera.length[i]);
        close(camera.fd);
        ready();
        hold();
    }
    close(pair[0]);
    close(pair[1]);
    if (is("both")) ready();
    camera_serve(&camera);
    return 0;
}
