/*
 * Opens the camera and does not stream, in ordinary ways:
 * (nothing) read-write; readonly: and asks for its name; path: O_PATH, which is no holder;
 * args: opens nothing, the device is only in its arguments; twice; dup; fork;
 * flicker: opens and closes it many times a second.
 */
#include "holder.h"

int main(int argc, char **argv)
{
    struct camera camera;
    struct v4l2_capability name;

    begin(argc, argv);
    if (is("flicker")) {
        ready();
        while (!stop) {
            camera_open(&camera, O_RDWR);
            nap(0.01);
            close(camera.fd);
            nap(0.04);
        }
        return 0;
    }
    if (!is("args")) camera_open(&camera, is("path") ? O_PATH : is("readonly") ? O_RDONLY : O_RDWR);
    if (is("readonly")) must(retry(camera.fd, VIDIOC_QUERYCAP, &name), "QUERYCAP");
    if (is("twice")) camera_open(&camera, O_RDWR);
    if (is("dup")) must(dup(camera.fd), "dup");
    if (is("fork") && fork() == 0) {
        hold();
        return 0;
    }
    ready();
    hold();
    return 0;
}
