/*
 * An ordinary camera program. userptr: pictures go into its own memory; nodump: its /proc files
 * belong to root; renamed: looks like a kernel thread; unlisted: has the name that libhide.c hides;
 * nobody: root that became another user.
 */
#include "holder.h"

static void rename_to(const char *name, const char *argument, int argc, char **argv)
{
    size_t room = argv[argc - 1] + strlen(argv[argc - 1]) - argv[0];

    memset(argv[0], 0, room);
    strncpy(argv[0], argument, room);
    must(prctl(PR_SET_NAME, name), "prctl");
}

int main(int argc, char **argv)
{
    struct camera camera;
    char path[64];

    begin(argc, argv);
    snprintf(path, sizeof path, "%s", device);
    device = path;
    if (is("nobody")) become(NOBODY);
    if (is("nodump")) must(prctl(PR_SET_DUMPABLE, 0), "prctl");
    camera_stream(&camera, is("userptr") ? V4L2_MEMORY_USERPTR : V4L2_MEMORY_MMAP, FEW);
    if (is("renamed")) rename_to("kworker/0:1", "[kworker/0:1]", argc, argv);
    if (is("unlisted")) must(prctl(PR_SET_NAME, "unlisted"), "prctl");
    ready();
    camera_serve(&camera);
    return 0;
}
