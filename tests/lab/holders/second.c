/*
 * Watches the pictures of another process that streams honestly.
 * tap: opens the camera itself, maps the owner's buffers, closes it;
 * steal: takes a copy of the owner's descriptor (pidfd_getfd(2)), maps, closes it.
 */
#include "holder.h"

struct offer { int fd, buffers; off_t offset[MANY]; size_t length[MANY]; };

int main(int argc, char **argv)
{
    struct camera camera;
    struct offer offer = {0};
    int told[2], owner, fd;

    begin(argc, argv);
    must(pipe(told), "pipe");
    must(owner = fork(), "fork");
    if (!owner) {
        camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
        offer.fd = camera.fd;
        offer.buffers = camera.buffers;
        memcpy(offer.offset, camera.offset, sizeof offer.offset);
        memcpy(offer.length, camera.length, sizeof offer.length);
        must(write(told[1], &offer, sizeof offer), "write");
        camera_serve(&camera);
        return 0;
    }
    if (read(told[0], &offer, sizeof offer) != sizeof offer) die("owner");
    if (is("steal")) {
        int handle = syscall(SYS_pidfd_open, owner, 0);
        must(fd = syscall(SYS_pidfd_getfd, handle, offer.fd, 0), "pidfd_getfd");
        close(handle);
    } else {
        must(fd = open(device, O_RDWR), device);
    }
    for (int i = 0; i < offer.buffers; i++)
        if (mmap(0, offer.length[i], PROT_READ, MAP_SHARED, fd, offer.offset[i]) == MAP_FAILED)
            die("mmap");
    close(fd);
    ready();
    hold();
    return 0;
}
