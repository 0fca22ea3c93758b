/* Streams, then closes its descriptor: the mapped buffers keep the camera going. */
#include "holder.h"

int main(int argc, char **argv)
{
    struct camera camera;

    begin(argc, argv);
    camera_stream(&camera, V4L2_MEMORY_MMAP, MANY);
    close(camera.fd);
    ready();
    hold();
    return 0;
}
