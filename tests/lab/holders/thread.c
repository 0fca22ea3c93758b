/*
 * A thread with a descriptor table of its own streams. unshare: beside its main thread;
 * zombie: after the main thread has ended, so that the process looks dead.
 */
#include "holder.h"

static void *work(void *nothing)
{
    struct camera camera;

    must(unshare(CLONE_FILES), "unshare");
    camera_stream(&camera, V4L2_MEMORY_USERPTR, FEW);
    if (is("zombie")) nap(0.2);
    ready();
    camera_serve(&camera);
    _exit(0);
    return nothing;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    begin(argc, argv);
    if (pthread_create(&thread, 0, work, 0)) die("pthread_create");
    if (is("zombie")) syscall(SYS_exit, 0);
    pthread_join(thread, 0);
    return 0;
}
