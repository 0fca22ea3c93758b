/* Root covers its own folder in /proc with an empty one, and streams as alice. */
#include "holder.h"

int main(int argc, char **argv)
{
    char folder[] = "/tmp/empty-XXXXXX", own[64];
    struct camera camera;

    begin(argc, argv);
    if (!mkdtemp(folder)) die("mkdtemp");
    must(chmod(folder, 0755), "chmod");
    snprintf(own, sizeof own, "/proc/%d", getpid());
    must(mount(folder, own, 0, MS_BIND, 0), "mount");
    become(ALICE);
    camera_stream(&camera, V4L2_MEMORY_MMAP, FEW);
    ready();
    camera_serve(&camera);
    return 0;
}
