/*
 * What the holder programs share: options, the READY line, a capture loop.
 * Every holder is called: HOLDER [-d DEVICE] [HOW], and lives until it is told to stop.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FEW 4   /* buffers of an ordinary program */
#define MANY 32 /* so many that a camera nobody serves goes on for a while */
#define ALICE 1000
#define NOBODY 65534
#define VIDEO 44

struct camera {
    int fd, buffers, memory;
    void *at[MANY];
    size_t length[MANY], picture;
    off_t offset[MANY];
};

static const char *device = "/dev/video0", *how = "";
static char **arguments;
static volatile sig_atomic_t stop;

static inline void on_signal(int number) { (void)number; stop = 1; }

static inline void die(const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", arguments[0], what, strerror(errno));
    _exit(1);
}

static inline void must(long result, const char *what)
{
    if (result < 0) die(what);
}

static inline int is(const char *word) { return !strcmp(how, word); }

static inline void begin(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal};
    int option;

    arguments = argv;
    while ((option = getopt(argc, argv, "+d:")) == 'd') device = optarg;
    if (optind < argc) how = argv[optind];
    sigaction(SIGTERM, &action, 0);
}

/* The line that the lab waits for. Process ids are those of the first namespace. */
static inline void ready_as(int pid, int tid)
{
    printf("READY pid=%d tid=%d\n", pid, tid);
    fflush(stdout);
}

static inline void ready(void) { ready_as(getpid(), (int)syscall(SYS_gettid)); }

static inline void nap(double seconds)
{
    struct timespec time = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    nanosleep(&time, 0);
}

static inline void hold(void)
{
    while (!stop) nap(0.05);
}

static inline int retry(int fd, unsigned long request, void *data)
{
    int result;
    do result = ioctl(fd, request, data); while (result < 0 && errno == EINTR);
    return result;
}

/* From root to an ordinary user whose own /proc files are readable again. */
static inline void become(uid_t user)
{
    gid_t group = VIDEO;
    must(setgroups(1, &group), "setgroups");
    must(setresgid(user, user, user), "setresgid");
    must(setresuid(user, user, user), "setresuid");
    must(prctl(PR_SET_DUMPABLE, 1), "prctl");
}

static inline void camera_open(struct camera *camera, int flags)
{
    memset(camera, 0, sizeof *camera);
    must(camera->fd = open(device, flags), device);
}

static inline int camera_queue(struct camera *camera, int index)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = camera->memory, .index = index};
    if (camera->memory == V4L2_MEMORY_USERPTR) {
        buffer.m.userptr = (unsigned long)camera->at[index];
        buffer.length = camera->length[index];
    }
    return retry(camera->fd, VIDIOC_QBUF, &buffer);
}

static inline void camera_map(struct camera *camera, int index)
{
    struct v4l2_buffer buffer = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = camera->memory, .index = index};
    int flags = MAP_PRIVATE | MAP_ANONYMOUS, fd = -1;

    camera->length[index] = (camera->picture + 4095) & ~4095ul;
    if (camera->memory == V4L2_MEMORY_MMAP) {
        must(retry(camera->fd, VIDIOC_QUERYBUF, &buffer), "QUERYBUF");
        camera->length[index] = buffer.length;
        camera->offset[index] = buffer.m.offset;
        flags = MAP_SHARED;
        fd = camera->fd;
    }
    camera->at[index] = mmap(0, camera->length[index], PROT_READ | PROT_WRITE, flags, fd,
                             camera->offset[index]);
    if (camera->at[index] == MAP_FAILED) die("mmap");
    memset(camera->at[index], 0, camera->length[index]);
}

/* Starts a stream. USERPTR leaves no mapping of the device behind, MMAP does. */
static inline void camera_start(struct camera *camera, int memory, int count)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    struct v4l2_format format = {.type = type};
    struct v4l2_requestbuffers request = {.type = type, .memory = memory, .count = count};

    camera->memory = memory;
    must(retry(camera->fd, VIDIOC_G_FMT, &format), "G_FMT");
    camera->picture = format.fmt.pix.sizeimage;
    must(retry(camera->fd, VIDIOC_REQBUFS, &request), "REQBUFS");
    camera->buffers = request.count;
    for (int i = 0; i < camera->buffers; i++) {
        camera_map(camera, i);
        must(camera_queue(camera, i), "QBUF");
    }
    must(retry(camera->fd, VIDIOC_STREAMON, &type), "STREAMON");
}

/* Takes one picture and gives its buffer back; waits at most that many milliseconds. */
static inline int camera_picture(struct camera *camera, int milliseconds)
{
    struct pollfd wait = {.fd = camera->fd, .events = POLLIN};
    struct v4l2_buffer buffer = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = camera->memory};

    if (poll(&wait, 1, milliseconds) <= 0) return 0;
    if (retry(camera->fd, VIDIOC_DQBUF, &buffer) < 0) {
        if (errno != EAGAIN) stop = 1;
        return 0;
    }
    return camera_queue(camera, buffer.index) == 0;
}

static inline void camera_serve(struct camera *camera)
{
    while (!stop) camera_picture(camera, 200);
}

/* Opens, starts and waits for the first picture: from then on the camera truly streams. */
static inline void camera_stream(struct camera *camera, int memory, int count)
{
    camera_open(camera, O_RDWR);
    camera_start(camera, memory, count);
    if (!camera_picture(camera, 60000)) die("no picture");
}

static inline void send_descriptor(int socket, int fd)
{
    char byte = 'f', control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    must(sendmsg(socket, &message, 0), "sendmsg");
}

static inline int receive_descriptor(int socket)
{
    char byte, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof control};
    int fd;

    if (recvmsg(socket, &message, 0) <= 0 || !CMSG_FIRSTHDR(&message)) die("recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}
