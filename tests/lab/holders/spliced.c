/*
 * Keeps the picture memory of whoever streams in a pipe, after its own mapping and descriptor are
 * gone: vmsplice(2) puts the pages there, tee(2) and read(2) give a picture as often as wanted.
 * Says in its READY line whether the pictures still change then.
 */
#include "holder.h"
#include <sys/uio.h>

static int pages[2], copy[2];

/* The pages in the pipe stay there; what is read is a copy of what they hold now. */
static unsigned picture(size_t length)
{
    static unsigned char data[1 << 16];
    unsigned sum = 0;
    ssize_t got = tee(pages[0], copy[1], length, 0);

    must(got, "tee");
    while (got > 0) {
        ssize_t part = read(copy[0], data, sizeof data);
        must(part, "read");
        for (ssize_t i = 0; i < part; i++) sum = sum * 31 + data[i];
        got -= part;
    }
    return sum;
}

int main(int argc, char **argv)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct camera camera;
    struct iovec part = {0, 16 * 4096};
    unsigned first;
    int streamer, changes = 0, pipes[2];
    char byte;

    begin(argc, argv);
    must(pipe(pipes), "pipe");
    if (!(streamer = fork())) { /* an ordinary program, which this one watches */
        camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
        must(write(pipes[1], "r", 1), "write");
        camera_serve(&camera);
        _exit(0);
    }
    must(read(pipes[0], &byte, 1), "streamer");
    must(pipe(pages), "pipe");
    must(pipe(copy), "pipe");
    camera_open(&camera, O_RDWR);
    must(retry(camera.fd, VIDIOC_G_FMT, &format), "G_FMT");
    size_t length = (format.fmt.pix.sizeimage + 4095) & ~4095ul;
    part.iov_base = mmap(0, length, PROT_READ, MAP_SHARED, camera.fd, 0);
    if (part.iov_base == MAP_FAILED) die("mmap");
    must(vmsplice(pages[1], &part, 1, SPLICE_F_NONBLOCK), "vmsplice");
    must(munmap(part.iov_base, length), "munmap");
    close(camera.fd);
    first = picture(part.iov_len);
    for (int i = 0; i < 40 && !changes; i++) {
        nap(0.25);
        changes = picture(part.iov_len) != first;
    }
    printf("READY pid=%d tid=%d streamer=%d changes=%d\n", getpid(), getpid(), streamer, changes);
    fflush(stdout);
    hold();
    return 0;
}
