/*
 * Root makes another node for the same device, opens it and goes on as alice.
 * ns: in a mount namespace of its own, as containers do; unlinked: and removes it at once.
 */
#include "holder.h"

int main(int argc, char **argv)
{
    char folder[] = "/tmp/foreign-XXXXXX", node[64];
    struct camera camera;
    struct stat facts;

    begin(argc, argv);
    must(stat(device, &facts), device);
    if (!mkdtemp(folder)) die("mkdtemp");
    if (is("ns")) {
        must(unshare(CLONE_NEWNS), "unshare");
        must(mount("none", "/", 0, MS_REC | MS_PRIVATE, 0), "make private");
        must(mount("none", folder, "tmpfs", 0, 0), "tmpfs");
    }
    snprintf(node, sizeof node, "%s/camera", folder);
    must(mknod(node, S_IFCHR | 0666, facts.st_rdev), "mknod");
    device = node;
    camera_open(&camera, O_RDWR);
    if (is("unlinked")) {
        unlink(node);
        rmdir(folder);
    }
    become(ALICE);
    camera_start(&camera, V4L2_MEMORY_MMAP, FEW);
    if (!camera_picture(&camera, 10000)) die("no picture");
    ready();
    camera_serve(&camera);
    return 0;
}
