// load PROCESSES DESCRIPTORS MAPPINGS THREADS [DEVICE]: an ordinary desktop's load of processes.
// Each process has that many descriptors (40 % files, 25 % sockets, 15 % pipes, 15 % event and
// poll descriptors, 5 % character devices), mappings of a file and extra threads. One more process
// holds DEVICE. Prints READY when everything stands, and ends when its standard input is closed.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void *sleeper(void *unused) { for (;;) pause(); return unused; }

static void fail(const char *what) { perror(what); exit(1); }

static void descriptors(int wanted)
{
    int pair[2], made = 0;
    while (made < wanted) {
        int kind = made % 20;
        if (kind < 8) { if (open("/etc/passwd", O_RDONLY) < 0) fail("file"); made++; }
        else if (kind < 13) { if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) fail("socket"); made += 2; }
        else if (kind < 16) { if (pipe(pair)) fail("pipe"); made += 2; }
        else if (kind == 16) { if (eventfd(0, 0) < 0) fail("eventfd"); made++; }
        else if (kind == 17) { if (epoll_create1(0) < 0) fail("epoll"); made++; }
        else if (kind == 18) { if (timerfd_create(CLOCK_MONOTONIC, 0) < 0) fail("timerfd"); made++; }
        else { if (open("/dev/null", O_RDWR) < 0) fail("device"); made++; }
    }
}

static void mappings(int wanted)
{
    int file = open("/bin/sh", O_RDONLY);
    for (int i = 0; i < wanted; i++) {
        // every tenth is shared; two protections in turn keep the kernel from joining neighbours
        int how = i % 10 ? MAP_PRIVATE : MAP_SHARED;
        if (mmap(0, 4096, i % 2 ? PROT_READ : PROT_NONE, how, file, 0) == MAP_FAILED) fail("mmap");
    }
    close(file);
}

int main(int count, char **words)
{
    if (count < 5) { fprintf(stderr, "usage: load PROCESSES DESCRIPTORS MAPPINGS THREADS [DEVICE]\n"); return 2; }
    int processes = atoi(words[1]), ready[2];
    struct rlimit limit = {8192, 8192};
    setrlimit(RLIMIT_NOFILE, &limit);
    if (pipe(ready)) fail("pipe");
    for (int i = 0; i <= processes; i++) {
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(0); close(ready[0]);
        if (i < processes) {
            descriptors(atoi(words[2]));
            mappings(atoi(words[3]));
            for (int t = 0; t < atoi(words[4]); t++) {
                pthread_t thread;
                pthread_attr_t small;
                pthread_attr_init(&small);
                pthread_attr_setstacksize(&small, 65536);
                if (pthread_create(&thread, &small, sleeper, 0)) fail("thread");
            }
        } else if (count > 5 && open(words[5], O_RDWR) < 0) fail(words[5]);
        if (write(ready[1], "x", 1) != 1) fail("ready");
        for (;;) pause();
    }
    close(ready[1]);
    char one;
    for (int i = 0; i <= processes; i++) if (read(ready[0], &one, 1) != 1) { fprintf(stderr, "a process of the load failed\n"); return 1; }
    printf("READY\n"); fflush(stdout);
    while (read(0, &one, 1) > 0) ;
    return 0;
}
