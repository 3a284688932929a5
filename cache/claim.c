/* SPDX-License-Identifier: MIT */
#include "claim.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct claim {
    struct claim *next;
    dev_t device;
    ino_t inode;
} claim;

/* The one state of the program that is not in a handle: POSIX file locks, too, are the process's.
 */
static pthread_mutex_t claims_lock = PTHREAD_MUTEX_INITIALIZER;
static claim *claims;

static claim **find(dev_t device, ino_t inode) {
    claim **at = &claims;
    while (*at != NULL && ((*at)->device != device || (*at)->inode != inode)) {
        at = &(*at)->next;
    }
    return at;
}

int by_claim_take(dev_t device, ino_t inode) {
    pthread_mutex_lock(&claims_lock);
    claim **at = find(device, inode);
    int taken = *at == NULL;
    if (taken) {
        *at = malloc(sizeof **at);
        taken = *at != NULL ? 1 : -1;
        if (*at != NULL) {
            **at = (claim){NULL, device, inode};
        }
    }
    pthread_mutex_unlock(&claims_lock);
    return taken;
}

void by_claim_drop(dev_t device, ino_t inode) {
    pthread_mutex_lock(&claims_lock);
    claim **at = find(device, inode), *gone = *at;
    if (gone != NULL) {
        *at = gone->next;
        free(gone);
    }
    pthread_mutex_unlock(&claims_lock);
}
