/*
 * Gives the streaming camera to an io_uring and closes its descriptor.
 * fixed: the ring's descriptor stays; ghost: the ring registers itself, is closed and never
 * mapped, so that no file of /proc shows it (io_uring_register(2), IORING_REGISTER_RING_FDS).
 * lurk: a ghost that only keeps the camera open, and does not stream.
 */
#include "holder.h"
#include <linux/io_uring.h>

#define REGISTER_RING_FDS 20

int main(int argc, char **argv)
{
    struct camera camera;
    struct io_uring_params params = {0};
    struct { uint32_t offset, reserved; uint64_t data; } self = {UINT32_MAX, 0, 0};
    int ring;

    begin(argc, argv);
    if (is("lurk")) camera_open(&camera, O_RDWR);
    else camera_stream(&camera, V4L2_MEMORY_USERPTR, MANY);
    must(ring = syscall(SYS_io_uring_setup, 4, &params), "io_uring_setup");
    must(syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, &camera.fd, 1), "register files");
    if (is("ghost") || is("lurk")) {
        self.data = ring;
        must(syscall(SYS_io_uring_register, ring, REGISTER_RING_FDS, &self, 1), "register ring");
        close(ring);
    }
    close(camera.fd);
    ready();
    hold();
    return 0;
}
