/*
 * Keeps the streaming camera in a message that nobody has received yet (unix(7), SCM_RIGHTS).
 * parked: for good; cycle: takes it out for the moments that it needs it.
 */
#include "holder.h"

int main(int argc, char **argv)
{
    struct camera camera;
    int pair[2];

    begin(argc, argv);
    camera_stream(&camera, V4L2_MEMORY_USERPTR, MANY);
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");
    send_descriptor(pair[0], camera.fd);
    close(camera.fd);
    ready();
    while (is("cycle") && !stop) {
        camera.fd = receive_descriptor(pair[1]);
        camera_picture(&camera, 0);
        send_descriptor(pair[0], camera.fd);
        close(camera.fd);
        nap(0.05);
    }
    hold();
    return 0;
}
