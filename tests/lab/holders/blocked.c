/*
 * Keeps everybody waiting who looks into its memory. One thread reads a page of a file through its
 * own /proc/self/mem, which holds the lock of the memory map while the page is awaited; another one
 * wants to change the map and queues for that lock, so that nobody gets it after that. The file is
 * on a file system that never gives the page (silent.c).
 *
 * HOW is that file; the device is only opened then. Without HOW, root mounts the file system, and
 * alice streams from the camera before she blocks.
 */
#include "holder.h"

static char *page;
static int memory;
static volatile pid_t reader, writer;

static void *wait_for_page(void *nothing)
{
    char byte;
    reader = syscall(SYS_gettid);
    if (pread(memory, &byte, 1, (off_t)page) < 0) return page;
    return nothing;
}

static void wait_until_it_waits(volatile pid_t *thread)
{
    char path[64], text[512], *state = 0;

    while (!state || (state[2] != 'D' && state[2] != 'S')) {
        nap(0.001);
        if (!*thread) continue;
        snprintf(path, sizeof path, "/proc/self/task/%d/stat", *thread);
        int file = open(path, O_RDONLY);
        ssize_t got = read(file, text, sizeof text - 1);
        close(file);
        text[got > 0 ? got : 0] = 0;
        state = strrchr(text, ')');
    }
}

static void *change_map(void *nothing)
{
    wait_until_it_waits(&reader);
    writer = syscall(SYS_gettid);
    return mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? page : nothing;
}

/* The program beside this one, as a child, over a folder of its own. */
static const char *silent_file(void)
{
    static char folder[] = "/tmp/silent-XXXXXX", file[64];
    char program[256], line[64];
    int pipes[2];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 16);

    if (length < 0 || !mkdtemp(folder) || chmod(folder, 0755) || pipe(pipes)) die("silent");
    program[length] = 0;
    strcpy(strrchr(program, '/') + 1, "silent");
    if (!fork()) {
        dup2(pipes[1], 1);
        execl(program, program, folder, "/bin/true", (char *)0);
        _exit(1);
    }
    close(pipes[1]);
    if (read(pipes[0], line, sizeof line) <= 0) die("silent");
    close(pipes[0]);
    snprintf(file, sizeof file, "%s/file", folder);
    return file;
}

int main(int argc, char **argv)
{
    struct camera camera;
    struct stat found;
    pthread_t threads[2];

    begin(argc, argv);
    if (*how) {
        camera_open(&camera, O_RDONLY);
    } else {
        how = silent_file();
        become(ALICE);
        camera_stream(&camera, V4L2_MEMORY_MMAP, MANY);
    }
    int file = open(how, O_RDONLY);
    must(file, how);
    must(fstat(file, &found), how);
    must(memory = open("/proc/self/mem", O_RDONLY), "/proc/self/mem");
    page = mmap(0, 4096, PROT_READ, MAP_SHARED, file, found.st_size - 4096);
    if (page == MAP_FAILED) die("mmap");
    madvise(page, 4096, MADV_RANDOM); /* one page, and no others ahead */
    setvbuf(stdout, (char[BUFSIZ]){0}, _IOLBF, BUFSIZ); /* no memory is made after this */
    pthread_create(&threads[1], 0, change_map, 0);
    pthread_create(&threads[0], 0, wait_for_page, 0);
    wait_until_it_waits(&writer);
    ready();
    hold();
    return 0;
}
