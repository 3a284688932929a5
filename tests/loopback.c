/* SPDX-License-Identifier: MIT */
#include "loopback.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 512 };

typedef struct connection {
    loopback *server;
    pthread_t thread;
    int socket;
} connection;

struct loopback {
    loopback_script script;
    pthread_t thread;
    int listener, port;
    pthread_mutex_t lock;
    int count, requests;
    connection connections[CONNECTIONS_MAX];
};

static void check(int ok, const char *what) {
    if (!ok) {
        perror(what);
        abort();
    }
}

void loopback_send(int socket, const void *bytes, size_t size_bytes) {
    const char *at = bytes;
    while (size_bytes > 0) {
        ssize_t sent = send(socket, at, size_bytes, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* the other side has gone */
        }
        at += sent;
        size_bytes -= (size_t)sent;
    }
}

void loopback_say(int socket, const char *text) {
    loopback_send(socket, text, strlen(text));
}

void loopback_answer(int socket, const char *headers, const void *body, size_t size_bytes) {
    char head[8192];
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n", size_bytes,
             headers);
    loopback_say(socket, head);
    loopback_send(socket, body, size_bytes);
}

int loopback_hold(int socket) {
    char byte;
    while (recv(socket, &byte, 1, 0) > 0) {
    }
    return 0;
}

/* Reads one request; 0 when there is none any more. */
static int receive(int socket, loopback_request *request) {
    size_t used = 0, needed = 0;
    for (;;) {
        ssize_t got = recv(socket, request->text + used, sizeof request->text - 1 - used, 0);
        if (got <= 0) {
            return 0;
        }
        used += (size_t)got;
        request->text[used] = '\0';
        char *end = strstr(request->text, "\r\n\r\n");
        if (end != NULL && needed == 0) {
            const char *length = strcasestr(request->text, "\r\ncontent-length:");
            request->body = end + 4;
            needed = (size_t)(end + 4 - request->text) +
                     (length != NULL ? strtoul(length + 17, NULL, 10) : 0);
        }
        if (needed > 0 && used >= needed) {
            return sscanf(request->text, "%*s %4095s", request->path) == 1;
        }
    }
}

static void *serve(void *context) {
    connection *at = context;
    loopback_request *request = calloc(1, sizeof *request);
    check(request != NULL, "calloc");
    int more = 1;
    while (more && receive(at->socket, request)) {
        pthread_mutex_lock(&at->server->lock);
        at->server->requests++;
        pthread_mutex_unlock(&at->server->lock);
        more = at->server->script(at->socket, request);
    }
    shutdown(at->socket, SHUT_RDWR);
    free(request);
    return NULL;
}

static void *accept_all(void *context) {
    loopback *server = context;
    int socket;
    while ((socket = accept(server->listener, NULL, NULL)) >= 0) {
        pthread_mutex_lock(&server->lock);
        check(server->count < CONNECTIONS_MAX, "connections");
        connection *at = &server->connections[server->count++];
        *at = (connection){.server = server, .socket = socket};
        check(pthread_create(&at->thread, NULL, serve, at) == 0, "pthread_create");
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

loopback *loopback_new(loopback_script script) {
    loopback *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    check(server != NULL, "calloc");
    server->script = script;
    pthread_mutex_init(&server->lock, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(server->listener >= 0 &&
              bind(server->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
              listen(server->listener, CONNECTIONS_MAX) == 0 &&
              getsockname(server->listener, (struct sockaddr *)&address, &size) == 0,
          "listen");
    server->port = ntohs(address.sin_port);
    check(pthread_create(&server->thread, NULL, accept_all, server) == 0, "pthread_create");
    return server;
}

void loopback_free(loopback *server) {
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    for (int i = 0; i < server->count; i++) {
        shutdown(server->connections[i].socket, SHUT_RDWR);
        pthread_join(server->connections[i].thread, NULL);
        close(server->connections[i].socket);
    }
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int loopback_port(const loopback *server) {
    return server->port;
}

int loopback_connections(loopback *server) {
    pthread_mutex_lock(&server->lock);
    int count = server->count;
    pthread_mutex_unlock(&server->lock);
    return count;
}

int loopback_requests(loopback *server) {
    pthread_mutex_lock(&server->lock);
    int requests = server->requests;
    pthread_mutex_unlock(&server->lock);
    return requests;
}
