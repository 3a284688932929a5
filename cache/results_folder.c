/* SPDX-License-Identifier: MIT
 *
 * The folder of a result store: whether it may become one, and who writes there. One writer of a
 * result store at a time, for as long as it has it open: the lock of a file in which it says who it
 * is. The lock goes with the process, however that ends; the text may stay.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "results_rooms.h"

enum { PATH_SIZE = 4096 };
static const char lock_name[] = "writer.lock";

static int open_lock(const char *directory, int flags) {
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", directory, lock_name);
    return open(path, flags | O_CLOEXEC, 0664);
}

/* "123 host" */
static void tell(int fd) {
    char host[64] = "", text[96];
    if (gethostname(host, sizeof host - 1) != 0) {
        host[0] = '\0';
    }
    int length = snprintf(text, sizeof text, "%d %s\n", (int)getpid(), host);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length) {
        (void)!ftruncate(fd, 0); /* a full disk: the lock holds without a name, too */
    }
}

static void ask(int fd, by_results_writer *out) {
    char text[96];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    *out = (by_results_writer){.pid = -1};
    if (sscanf(text, "%d %63[^\n]", &out->pid, out->host) < 1 || out->pid < 1) {
        out->pid = -1;
    }
    for (char *at = out->host; *at != '\0'; at++) {
        *at = *at > ' ' && *at <= '~' ? *at : '?';
    }
}

by_status results_lock(const char *directory, int *fd, by_error *err) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    by_results_writer writer;
    *fd = open_lock(directory, O_RDWR | O_CREAT);
    if (*fd >= 0 && fcntl(*fd, F_OFD_SETLK, &lock) == 0) {
        tell(*fd);
        return BY_OK;
    }
    if (errno == ENOSPC || errno == EDQUOT) {
        return by_fail(err, BY_LIMIT,
                       "result store %.200s: the disk is full; make room and do it "
                       "again",
                       directory);
    }
    if (*fd < 0 || (errno != EAGAIN && errno != EACCES)) {
        return by_fail(err, BY_STORE,
                       "result store %.200s: its writer.lock cannot be locked (%s); check its "
                       "permissions",
                       directory, strerror(errno));
    }
    ask(*fd, &writer);
    close(*fd);
    *fd = -1;
    return writer.pid < 0
               ? by_fail(err, BY_STORE,
                         "result store %.200s: another process is writing it; wait for it, or "
                         "name another --store",
                         directory)
               : by_fail(err, BY_STORE,
                         "result store %.200s: another process is writing it (%d on %s); wait for "
                         "it, or name another --store",
                         directory, writer.pid, writer.host);
}

void results_unlock(int fd) {
    if (fd >= 0) {
        (void)!ftruncate(fd, 0);
        close(fd);
    }
}

by_status by_results_watch(const char *directory, by_results_writer *out, by_error *err) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    *out = (by_results_writer){0};
    if (strlen(directory) + 16 > PATH_SIZE) {
        return by_fail(err, BY_USAGE, "result store: a folder name of %zu letters",
                       strlen(directory));
    }
    int fd = open_lock(directory, O_RDONLY);
    if (fd < 0) {
        return BY_OK; /* nobody has ever written here, or nobody may look */
    }
    if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
        ask(fd, out);
    }
    close(fd);
    return BY_OK;
}

by_status results_check_folder(const char *directory, by_error *err) {
    static const char *const ours[] = {"data.mdb", "data.damaged", "lock.mdb",
                                       lock_name,  "shards",       "bars"};
    DIR *folder = opendir(directory);
    char other[64] = "";
    int has_data = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        int known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            known |= strcmp(entry->d_name, ours[i]) == 0;
        }
        has_data |= strncmp(entry->d_name, "data.", 5) == 0 && known;
        if (!known) {
            (void)snprintf(other, sizeof other, "%.60s", entry->d_name);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    if (other[0] == '\0' || has_data) {
        return BY_OK;
    }
    return by_fail(err, BY_STORE,
                   "result store %.200s: the folder is no result store and is not empty (%s); name "
                   "another folder",
                   directory, other);
}

void results_sync_folder(const char *directory) {
    for (int up = 0; up < 2; up++) {
        char path[4096];
        (void)snprintf(path, sizeof path, up ? "%s/.." : "%s", directory);
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) {
            (void)fsync(fd);
            close(fd);
        }
    }
}
