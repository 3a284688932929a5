/* SPDX-License-Identifier: MIT
 *
 * A server on loopback whose answers a test writes itself, byte for byte.
 */
#ifndef BY_TEST_LOOPBACK_H
#define BY_TEST_LOOPBACK_H

#include <stddef.h>

enum { LOOPBACK_REQUEST_SIZE = 64 << 10 };

typedef struct loopback loopback;

typedef struct loopback_request {
    char path[4096];                  /* with the query */
    char text[LOOPBACK_REQUEST_SIZE]; /* all of it */
    const char *body;
} loopback_request;

/* Answers one request; returns 1 to wait for the next on the connection, 0 to close it. Called by
 * a thread of each connection. */
typedef int (*loopback_script)(int socket, const loopback_request *request);

/* Aborts when it cannot. */
loopback *loopback_new(loopback_script script);
void loopback_free(loopback *server);
int loopback_port(const loopback *server);
int loopback_connections(loopback *server);
int loopback_requests(loopback *server);

void loopback_send(int socket, const void *bytes, size_t size_bytes);
void loopback_say(int socket, const char *text);
/* A whole answer with its length. `headers` are lines with CRLF. */
void loopback_answer(int socket, const char *headers, const void *body, size_t size_bytes);
/* Waits until the other side closes. Returns 0. */
int loopback_hold(int socket);

#endif
