/* An honest camera program that another process traces, and so could read the pictures of. */
#include "holder.h"
#include <sys/ptrace.h>

int main(int argc, char **argv)
{
    struct camera camera;
    int told[2], child;
    char byte;

    begin(argc, argv);
    must(pipe(told), "pipe");
    must(child = fork(), "fork");
    if (!child) {
        camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
        must(write(told[1], "r", 1), "write");
        camera_serve(&camera);
        return 0;
    }
    close(told[1]);
    if (read(told[0], &byte, 1) != 1) die("child");
    must(ptrace(PTRACE_SEIZE, child, 0, 0), "PTRACE_SEIZE");
    ready_as(child, child);
    waitpid(child, 0, 0);
    return 0;
}
