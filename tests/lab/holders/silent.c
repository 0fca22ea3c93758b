/* A file system with one program in it, whose server falls silent when it is told to (FUSE).
 *
 * silent FOLDER PROGRAM: mounts over FOLDER; each name in it is PROGRAM, with one more page that is
 * never given. Prints READY; after SIGUSR1 it takes requests and answers none.
 * Sources: linux/fuse.h; fuse(4).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t silent; /* takes requests, and answers none */
static int device;
static off_t size;

static void fall_silent(int number) { (void)number; silent = 1; }

static void answer(uint64_t unique, int error, const void *body, size_t length)
{
    char out[1 << 18];
    struct fuse_out_header head = {sizeof head + (error ? 0 : length), -error, unique};
    memcpy(out, &head, sizeof head);
    if (!error && length)
        memcpy(out + sizeof head, body, length);
    if (write(device, out, head.len) < 0 && errno != ENOENT)
        exit(1);
}

static struct fuse_attr attributes(uint64_t node)
{
    struct fuse_attr a = {.ino = node, .nlink = 1, .blksize = 4096};
    a.mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0755;
    a.size = node == 1 ? 0 : (size + 4095) / 4096 * 4096 + 4096;
    return a;
}

static void serve(const struct fuse_in_header *in, const char *body, int program)
{
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_out out = {.major = 7, .minor = 31, .max_write = 1 << 16};
        return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_LOOKUP: {
        static uint64_t next = 2; /* each name is another file: they do not share pages */
        struct fuse_entry_out out = {.nodeid = next, .attr = attributes(next)};
        next++;
        return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr = attributes(in->nodeid)};
        return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
        struct fuse_open_out out = {.open_flags = FOPEN_KEEP_CACHE};
        return answer(in->unique, 0, &out, sizeof out);
    }
    case FUSE_READ: {
        const struct fuse_read_in *read = (const void *)body;
        static char data[1 << 17];
        if ((off_t)(read->offset + read->size) > (off_t)attributes(2).size - 4096)
            return; /* the last page never comes */
        ssize_t got = pread(program, data, read->size, read->offset);
        return answer(in->unique, 0, data, got < 0 ? 0 : got);
    }
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
        return;
    default:
        return answer(in->unique, ENOSYS, NULL, 0);
    }
}

int main(int count, char **words)
{
    static char in[1 << 18];
    char options[128];
    int program = count > 2 ? open(words[2], O_RDONLY) : -1;
    struct stat found;

    if (program < 0 || fstat(program, &found))
        return 2;
    size = found.st_size;
    device = open("/dev/fuse", O_RDWR);
    snprintf(options, sizeof options,
             "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,max_read=4096", device);
    if (device < 0 || mount("silent", words[1], "fuse", 0, options))
        return 77;
    signal(SIGUSR1, fall_silent);
    puts("READY");
    fflush(stdout);
    for (;;) {
        ssize_t got = read(device, in, sizeof in);
        if (got < 0 && errno != EINTR && errno != ENOENT && errno != EAGAIN)
            return 0; /* unmounted */
        if (got > 0 && !silent)
            serve((void *)in, in + sizeof(struct fuse_in_header), program);
    }
}
