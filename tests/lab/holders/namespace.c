/*
 * Streams inside a namespace. pid: root makes a process namespace, alice is process 1 in it;
 * user: alice makes herself a user namespace.
 */
#include "holder.h"

int main(int argc, char **argv)
{
    struct camera camera;
    int told[2], child;
    char byte;

    begin(argc, argv);
    if (is("user")) {
        must(unshare(CLONE_NEWUSER), "unshare");
        camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
        ready();
        camera_serve(&camera);
        return 0;
    }
    must(pipe(told), "pipe");
    must(unshare(CLONE_NEWPID), "unshare");
    must(child = fork(), "fork");
    if (!child) {
        become(ALICE);
        camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
        must(write(told[1], "r", 1), "write");
        camera_serve(&camera);
        return 0;
    }
    close(told[1]);
    if (read(told[0], &byte, 1) != 1) die("child");
    ready_as(child, child);
    waitpid(child, 0, 0);
    return 0;
}
